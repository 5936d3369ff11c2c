/* The options of the levels IPPROTO_TCP, IPPROTO_IP and IPPROTO_IPV6. */
#include <string.h>

#include "../base/time.h"
#include "sock_opt.h"

enum {
    LINGER2_MAX_SECS = 120,
    DEFER_ACCEPT_MAX_TIMES = 255,
    MAXSEG_MIN = 88,
    WINDOW_CLAMP_MIN = 1152,
    CONGESTION_NAME = 16
};
enum { PMTUDISC_DONT = 0, PMTUDISC_WANT = 1, PMTUDISC_INTERFACE = 4 };

static rs_tcp_opts *opts_of(const rs_call *c)
{
    return rs_sock_opts(c->st, c->s);
}

static const rs_knobs *knobs_of(const rs_call *c)
{
    return &c->env.cfg->knobs;
}

static int seconds(uint16_t set, rs_dur by_default)
{
    return set ? set : (int)(by_default.us / 1000000);
}

int rs_opt_get_NODELAY(rs_call *c, int *out)
{
    *out = opts_of(c)->nodelay;
    return 0;
}

int rs_opt_set_NODELAY(rs_call *c, int value)
{
    opts_of(c)->nodelay = value != 0;
    return 0;
}

int rs_opt_get_CORK(rs_call *c, int *out)
{
    *out = opts_of(c)->cork;
    return 0;
}

int rs_opt_set_CORK(rs_call *c, int value)
{
    opts_of(c)->cork = value != 0;
    return 0;
}

/* Linux answers with the segment size in use; before there is one, with what was set or the smallest default. */
int rs_opt_get_MAXSEG(rs_call *c, int *out)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    rs_probe p;
    *out = opts_of(c)->user_mss ? opts_of(c)->user_mss : 536;
    if (!t || t->state == RS_CLOSED) return 0;
    rs_tcp_probe(&c->env, t, &p);
    *out = p.snd_mss;
    return 0;
}

int rs_opt_set_MAXSEG(rs_call *c, int value)
{
    if (value && value < MAXSEG_MIN) return RS_EINVAL;
    opts_of(c)->user_mss = (uint16_t)value;
    return 0;
}

int rs_opt_get_KEEPIDLE(rs_call *c, int *out)
{
    *out = seconds(opts_of(c)->keepidle_secs, knobs_of(c)->keepalive_time);
    return 0;
}

int rs_opt_set_KEEPIDLE(rs_call *c, int value)
{
    opts_of(c)->keepidle_secs = (uint16_t)value;
    return 0;
}

int rs_opt_get_KEEPINTVL(rs_call *c, int *out)
{
    *out = seconds(opts_of(c)->keepintvl_secs, knobs_of(c)->keepalive_intvl);
    return 0;
}

int rs_opt_set_KEEPINTVL(rs_call *c, int value)
{
    opts_of(c)->keepintvl_secs = (uint16_t)value;
    return 0;
}

int rs_opt_get_KEEPCNT(rs_call *c, int *out)
{
    *out = opts_of(c)->keepcnt ? opts_of(c)->keepcnt : knobs_of(c)->keepalive_probes;
    return 0;
}

int rs_opt_set_KEEPCNT(rs_call *c, int value)
{
    opts_of(c)->keepcnt = (uint8_t)value;
    return 0;
}

int rs_opt_get_SYNCNT(rs_call *c, int *out)
{
    *out = opts_of(c)->syncnt ? opts_of(c)->syncnt : knobs_of(c)->syn_retries;
    return 0;
}

int rs_opt_set_SYNCNT(rs_call *c, int value)
{
    opts_of(c)->syncnt = (uint8_t)value;
    return 0;
}

int rs_opt_get_LINGER2(rs_call *c, int *out)
{
    *out = opts_of(c)->linger2_none ? -1 : seconds(opts_of(c)->linger2_secs, knobs_of(c)->fin_timeout);
    return 0;
}

int rs_opt_set_LINGER2(rs_call *c, int value)
{
    opts_of(c)->linger2_none = value < 0;
    opts_of(c)->linger2_secs = (uint16_t)(value > LINGER2_MAX_SECS ? LINGER2_MAX_SECS : value < 0 ? 0 : value);
    return 0;
}

int rs_opt_get_DEFER_ACCEPT(rs_call *c, int *out)
{
    *out = opts_of(c)->defer_accept_secs;
    return 0;
}

/* Rounded up to what a number of retransmissions of the SYN-ACK takes: 1, 3, 7, 15 ... seconds, at most 255 of them. */
int rs_opt_set_DEFER_ACCEPT(rs_call *c, int value)
{
    int most = (int)(knobs_of(c)->rto_max.us / 1000000), step = 1, secs = value > 0;
    for (int times = 1; value > secs && times < DEFER_ACCEPT_MAX_TIMES; times++) {
        step = 2 * step < most ? 2 * step : most;
        secs += step;
    }
    opts_of(c)->defer_accept_secs = (uint16_t)secs;
    return 0;
}

int rs_opt_get_WINDOW_CLAMP(rs_call *c, int *out)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    bool living = t && t->state != RS_CLOSED && t->wnd.linux_form;
    *out = (int)(living ? t->wnd.clamp : opts_of(c)->window_clamp);
    return 0;
}

int rs_opt_set_WINDOW_CLAMP(rs_call *c, int value)
{
    if (value == 0 && c->s->phase != RS_SK_IDLE) return RS_EINVAL;
    opts_of(c)->window_clamp = value && value < WINDOW_CLAMP_MIN ? WINDOW_CLAMP_MIN : (uint32_t)value;
    return 0;
}

int rs_opt_get_QUICKACK(rs_call *c, int *out)
{
    *out = !opts_of(c)->quickack_off;
    return 0;
}

int rs_opt_set_QUICKACK(rs_call *c, int value)
{
    opts_of(c)->quickack_on = value != 0;
    opts_of(c)->quickack_off = value == 0;
    return 0;
}

int rs_opt_get_CONGESTION(rs_call *c, rs_opt_bytes out)
{
    char name[CONGESTION_NAME] = {0};
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    const char *now = t && t->state != RS_CLOSED ? rs_cc_algo_of(&t->cc)->name : knobs_of(c)->congestion_control;
    if (opts_of(c)->congestion) now = rs_cc_all[opts_of(c)->congestion - 1]->name;
    memcpy(name, now, strlen(now));
    return rs_opt_put(out, name, CONGESTION_NAME);
}

/* The name may come without its zero. A living connection changes over at once. */
int rs_opt_set_CONGESTION(rs_call *c, rs_opt_value in)
{
    char name[CONGESTION_NAME] = {0};
    if (in.len == 0) return RS_EINVAL;
    memcpy(name, in.val, in.len < sizeof name ? in.len : sizeof name - 1);
    int algo = rs_cc_find(name);
    if (algo < 0) return RS_ENOENT;
    opts_of(c)->congestion = (uint8_t)(algo + 1);
    return 0;
}

/* Repair mode (moving a connection to another host) is not for everybody: -1 and 0 leave it, 1 needs a privilege that
 * nobody has here. */
int rs_opt_get_REPAIR(rs_call *c, int *out)
{
    (void)c;
    *out = 0;
    return 0;
}

int rs_opt_set_REPAIR(rs_call *c, int value)
{
    (void)c;
    return value > 0 ? RS_EPERM : 0;
}

int rs_opt_get_USER_TIMEOUT(rs_call *c, int *out)
{
    *out = (int)opts_of(c)->user_timeout_ms;
    return 0;
}

int rs_opt_set_USER_TIMEOUT(rs_call *c, int value)
{
    opts_of(c)->user_timeout_ms = (uint32_t)value;
    return 0;
}

int rs_opt_get_NOTSENT_LOWAT(rs_call *c, int *out)
{
    *out = (int)opts_of(c)->notsent_lowat;
    return 0;
}

int rs_opt_set_NOTSENT_LOWAT(rs_call *c, int value)
{
    opts_of(c)->notsent_lowat = (uint32_t)value;
    return 0;
}

/* --- IPPROTO_IP, IPPROTO_IPV6
 * ----------------------------------------------------------------------------------------- */

/* The two low bits belong to ECN; a stream socket keeps its hands off them (RFC 3168). */
static void set_tos(rs_call *c, int value)
{
    opts_of(c)->tos = (uint8_t)((value & ~3) | (opts_of(c)->tos & 3));
}

int rs_opt_get_IP_TOS(rs_call *c, int *out)
{
    *out = opts_of(c)->tos;
    return 0;
}

int rs_opt_set_IP_TOS(rs_call *c, int value)
{
    set_tos(c, value & 0xff);
    return 0;
}

int rs_opt_get_IPV6_TCLASS(rs_call *c, int *out)
{
    return rs_opt_get_IP_TOS(c, out);
}

int rs_opt_set_IPV6_TCLASS(rs_call *c, int value)
{
    set_tos(c, value < 0 ? 0 : value);
    return 0;
}

int rs_opt_get_IP_TTL(rs_call *c, int *out)
{
    *out = opts_of(c)->ttl ? opts_of(c)->ttl : knobs_of(c)->default_ttl;
    return 0;
}

int rs_opt_set_IP_TTL(rs_call *c, int value)
{
    if (value == 0) return RS_EINVAL;
    opts_of(c)->ttl = value < 0 ? 0 : (uint8_t)value;
    return 0;
}

int rs_opt_get_IPV6_UNICAST_HOPS(rs_call *c, int *out)
{
    return rs_opt_get_IP_TTL(c, out);
}

/* Zero hops would reach nobody; a TTL of 0 means "the default" in rs_tcp_opts, so it is refused here. */
int rs_opt_set_IPV6_UNICAST_HOPS(rs_call *c, int value)
{
    return rs_opt_set_IP_TTL(c, value);
}

int rs_opt_get_IP_MTU_DISCOVER(rs_call *c, int *out)
{
    *out = opts_of(c)->pmtu_mode ? opts_of(c)->pmtu_mode - 1 : PMTUDISC_WANT;
    return 0;
}

int rs_opt_set_IP_MTU_DISCOVER(rs_call *c, int value)
{
    opts_of(c)->pmtu_mode = (unsigned)(value + 1) & 7u;
    opts_of(c)->df_off = value == PMTUDISC_DONT || value >= PMTUDISC_INTERFACE;
    return 0;
}

int rs_opt_get_IPV6_MTU_DISCOVER(rs_call *c, int *out)
{
    return rs_opt_get_IP_MTU_DISCOVER(c, out);
}

int rs_opt_set_IPV6_MTU_DISCOVER(rs_call *c, int value)
{
    return rs_opt_set_IP_MTU_DISCOVER(c, value);
}

int rs_opt_get_IP_MTU(rs_call *c, int *out)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    rs_probe p;
    if (!t || t->state == RS_CLOSED) return RS_ENOTCONN;
    rs_tcp_probe(&c->env, t, &p);
    *out = p.pmtu;
    return 0;
}

int rs_opt_get_IPV6_MTU(rs_call *c, int *out)
{
    return rs_opt_get_IP_MTU(c, out);
}

int rs_opt_get_IPV6_V6ONLY(rs_call *c, int *out)
{
    *out = c->s->v6only;
    return 0;
}

int rs_opt_set_IPV6_V6ONLY(rs_call *c, int value)
{
    if (c->s->binding != RS_NIL || c->s->phase != RS_SK_IDLE) return RS_EINVAL;
    c->s->v6only = value != 0;
    return 0;
}

int rs_opt_get_IP_MINTTL(rs_call *c, int *out)
{
    *out = opts_of(c)->min_ttl;
    return 0;
}

int rs_opt_set_IP_MINTTL(rs_call *c, int value)
{
    opts_of(c)->min_ttl = (uint8_t)value;
    return 0;
}

int rs_opt_get_IPV6_MINHOPCOUNT(rs_call *c, int *out)
{
    return rs_opt_get_IP_MINTTL(c, out);
}

int rs_opt_set_IPV6_MINHOPCOUNT(rs_call *c, int value)
{
    return rs_opt_set_IP_MINTTL(c, value);
}
