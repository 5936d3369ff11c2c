/* mss.h — segment size arithmetic (RFC 9293 3.7.1: MUST-14 .. MUST-16, MUST-67, SHLD-5; RFC 6691, RFC 879).
 *
 * Pure functions of numbers; no state. The MSS option counts neither IP nor TCP options: the sender subtracts them. */
#ifndef RS_MECH_MSS_H
#define RS_MECH_MSS_H

#include <stdint.h>

#include "../include/refstack/types.h"

/* What to assume when the SYN carried no MSS option (MUST-15). */
enum { RS_MSS_DEFAULT_IPV4 = 536, RS_MSS_DEFAULT_IPV6 = 1220, RS_TCP_HEADER_BYTES = 20 };

/* IP header without options. */
static inline uint32_t rs_mss_ip_header(rs_family f)
{
    return f == RS_IPV6 ? 40 : 20;
}
static inline uint16_t rs_mss_default(rs_family f)
{
    return f == RS_IPV6 ? RS_MSS_DEFAULT_IPV6 : RS_MSS_DEFAULT_IPV4;
}

/* The value of our MSS option. */
typedef struct rs_mss_announce {
    rs_family family;
    uint32_t mtu;
    uint16_t user_mss; /* TCP_MAXSEG, 0: none */
} rs_mss_announce;
/* MTU less fixed headers (RFC 6691 2), not more than the user wants, never 0 and never above 65535. */
uint16_t rs_mss_to_announce(const rs_mss_announce *a);

/* How much payload fits in what we send. */
typedef struct rs_mss_send {
    rs_family family;
    uint16_t peer_mss;     /* from the option, or rs_mss_default */
    uint32_t path_mtu;     /* 0: unknown, no bound */
    uint16_t user_mss;     /* 0: none */
    uint16_t min_mss;      /* floor before options are subtracted (net.ipv4.tcp_min_snd_mss, 48); at least 1 is used */
    uint32_t option_bytes; /* TCP options on every data segment: 12 with timestamps */
    uint32_t max_snd_wnd;  /* largest window seen; 0: no half-window bound */
} rs_mss_send;
/* Eff.snd.MSS: min(peer_mss, path_mtu - headers, user_mss), floored, less options (MUST-16). With max_snd_wnd not more
 * than half of it (all of it when it is 536 or less), so that a small buffer still sees two segments. At least 1. */
uint32_t rs_mss_effective(const rs_mss_send *s);

#endif
