/* opts.h — what the user has set on one endpoint: a value, copied from listener to child.
 *
 * Zero means "use the host's knob" for every field where zero is not a meaningful setting. */
#ifndef RS_TCP_OPTS_H
#define RS_TCP_OPTS_H

#include "../include/refstack/types.h"

typedef struct rs_tcp_opts {
    uint64_t max_pacing_rate; /* SO_MAX_PACING_RATE, bytes per second; 0: none */
    uint32_t user_timeout_ms; /* TCP_USER_TIMEOUT */
    uint32_t notsent_lowat;   /* TCP_NOTSENT_LOWAT */
    int linger_secs;
    uint32_t rcvbuf, sndbuf; /* bytes of buffer as SO_RCVBUF/SO_SNDBUF report them; 0: from tcp_rmem/tcp_wmem */
    uint32_t rcvlowat;       /* 0 acts as 1 */
    uint32_t window_clamp;   /* TCP_WINDOW_CLAMP; 0: none */
    uint32_t stamping;       /* SO_TIMESTAMPING: SOF_TIMESTAMPING_* */
    uint32_t keys;           /* TCP_MD5SIG, TCP_AO_*: a ring (mech/keyring.h), held by whoever has these options */
    uint32_t mark, priority; /* SO_MARK, SO_PRIORITY: kept, without meaning here */
    uint32_t rto_max_ms, rto_min_us, delack_max_us; /* TCP_RTO_MAX_MS and the like */
    uint32_t tx_delay_us; /* TCP_TX_DELAY: kept; only a queue that holds packets back could do it */
    uint16_t keepidle_secs, keepintvl_secs, linger2_secs;
    uint16_t defer_accept_secs; /* TCP_DEFER_ACCEPT: children open with data, or after so long */
    uint16_t user_mss;          /* TCP_MAXSEG; 0: from the path */
    uint8_t congestion;         /* TCP_CONGESTION: index in rs_cc_all + 1; 0: knob */
    uint8_t syncnt, keepcnt;    /* TCP_SYNCNT, TCP_KEEPCNT */
    uint8_t min_ttl;            /* IP_MINTTL / IPV6_MINHOPCOUNT; 0: none */
    uint8_t tos, ttl;           /* IP_TOS / IPV6_TCLASS, IP_TTL / IPV6_UNICAST_HOPS; ttl 0: knob */
    bool nodelay : 1, cork : 1, keepalive : 1, oob_inline : 1, quickack_off : 1, quickack_on : 1;
    bool linger_on : 1;
    bool linger2_none : 1; /* TCP_LINGER2 < 0: no FIN-WAIT-2 for orphans */
    bool rcvbuf_locked : 1, sndbuf_locked : 1;
    bool zerocopy : 1, inq : 1, recverr : 1; /* SO_ZEROCOPY, TCP_INQ, IP_RECVERR */
    bool thin_linear : 1;                    /* TCP_THIN_LINEAR_TIMEOUTS */
    uint8_t pmtu_mode : 3;                   /* IP_MTU_DISCOVER, plus one; 0: as the host has it */
    uint8_t save_syn : 2;                    /* TCP_SAVE_SYN */
    bool df_off : 1;                         /* IP_MTU_DISCOVER = IP_PMTUDISC_DONT */
    bool fo_connect : 1, fo_no_cookie : 1;   /* TCP_FASTOPEN_CONNECT, TCP_FASTOPEN_NO_COOKIE */
} rs_tcp_opts;

#endif
