#include "mss.h"

/* Below this many bytes of window the half-window rule would only make small segments smaller. */
enum { SMALL_WINDOW = RS_MSS_DEFAULT_IPV4, LEAST_IPV4_MTU = 68 };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t payload_of_mtu(rs_family family, uint32_t mtu)
{
    uint32_t headers = rs_mss_ip_header(family) + RS_TCP_HEADER_BYTES;
    return mtu > headers ? mtu - headers : 1;
}

uint16_t rs_mss_to_announce(const rs_mss_announce *a)
{
    uint32_t mss = payload_of_mtu(a->family, a->mtu);
    if (a->user_mss) mss = least(mss, a->user_mss);
    return (uint16_t)least(mss, UINT16_MAX);
}

/* Not more than half of the largest window, so that the peer's delayed ACK sees two segments; but not below what the
 * smallest IPv4 MTU carries. */
static uint32_t bound_to_window(uint32_t mss, const rs_mss_send *s)
{
    uint32_t bound = s->max_snd_wnd > SMALL_WINDOW ? s->max_snd_wnd / 2 : s->max_snd_wnd;
    if (bound == 0 || mss <= bound) return mss;
    uint32_t headers = RS_TCP_HEADER_BYTES + s->option_bytes;
    uint32_t floor = LEAST_IPV4_MTU > headers ? LEAST_IPV4_MTU - headers : 1;
    return least(mss, bound > floor ? bound : floor);
}

uint32_t rs_mss_effective(const rs_mss_send *s)
{
    uint32_t mss = s->peer_mss;
    if (s->path_mtu) mss = least(mss, payload_of_mtu(s->family, s->path_mtu));
    if (s->user_mss) mss = least(mss, s->user_mss);
    if (mss < s->min_mss) mss = s->min_mss;
    mss = mss > s->option_bytes ? mss - s->option_bytes : 1;
    return bound_to_window(mss, s);
}
