/* opts.h — what the user has set on one endpoint: a value, copied from listener to child.
 *
 * Zero means "use the host's knob" for every field where zero is not a meaningful setting. */
#ifndef RS_TCP_OPTS_H
#define RS_TCP_OPTS_H

#include "../include/refstack/types.h"

typedef struct rs_tcp_opts {
    rs_dur keepidle, keepintvl, user_timeout, linger2;
    int64_t notsent_lowat;         /* 0: knob */
    int linger_secs;
    int syncnt;                /* TCP_SYNCNT */
    int keepcnt;
    uint32_t rcvbuf, sndbuf; /* bytes of buffer as SO_RCVBUF/SO_SNDBUF report them; 0: from tcp_rmem/tcp_wmem */
    uint32_t rcvlowat; /* 0 acts as 1 */
    uint32_t window_clamp; /* TCP_WINDOW_CLAMP; 0: none */
    uint16_t user_mss; /* TCP_MAXSEG; 0: from the path */
    uint8_t tos, ttl; /* IP_TOS / IPV6_TCLASS, IP_TTL / IPV6_UNICAST_HOPS; ttl 0: knob */
    bool nodelay, cork, keepalive, oob_inline, quickack_off, quickack_on;
    bool linger_on;
    bool linger2_none; /* TCP_LINGER2 < 0: no FIN-WAIT-2 for orphans */
    bool rcvbuf_locked, sndbuf_locked;
    bool df_off; /* IP_MTU_DISCOVER = IP_PMTUDISC_DONT */
} rs_tcp_opts;

#endif
