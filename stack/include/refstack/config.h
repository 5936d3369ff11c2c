/* config.h — what a host is like: limits, addresses, knobs and quirks, as one value.
 *
 * Start from a preset and change fields, or set knobs by their Linux sysctl names:
 *
 *     rs_config cfg = rs_config_linux();
 *     cfg.secret[0] = 7;                                              // reproducible, different ISNs
 *     st = rs_config_set(&cfg, "net.ipv4.tcp_syn_retries", "3");
 *
 * `rfc` is the documents, literally; `linux` is Linux 6.18 with upstream defaults. Every place where Linux departs from
 * the documents is a field of `quirks` with a reason here and a test; with all quirks off the stack follows the RFCs.
 */
#ifndef REFSTACK_CONFIG_H
#define REFSTACK_CONFIG_H

#include "types.h"

enum { RS_LOCAL_ADDRS_MAX = 8 };

typedef struct rs_limits {
    uint32_t conns; /* connections in any state, embryonic and TIME-WAIT included */
    uint32_t listeners;
    uint32_t sockets;      /* descriptors and open sockets */
    uint32_t blocks;       /* payload blocks of RS_BLOCK_BYTES for all send and receive queues */
    uint32_t records;      /* sent-or-queued segment records of all send queues, and out-of-order ranges */
    uint32_t parked;       /* blocked calls */
    uint32_t outbox_bytes; /* packets waiting for rs_stack_output */
    uint32_t awake;        /* while more connections than so many, busy or idle, are kept in full, idle ones are
                              packed into less than half of the memory */
} rs_limits;

typedef struct rs_local {
    rs_addr addr;
    uint8_t prefix_len;
} rs_local;

/* Keys of Fast Open cookies (RFC 7413 4.1.2): the first makes and checks them, the second only checks. */
typedef struct rs_fo_keys {
    uint8_t count; /* 0: none was set, the host uses one of its own */
    uint8_t key[2][16];
} rs_fo_keys;

/* Bits of net.ipv4.tcp_fastopen. */
enum {
    RS_FO_CLIENT = 0x1, /* MSG_FASTOPEN and TCP_FASTOPEN_CONNECT are allowed */
    RS_FO_SERVER = 0x2, /* listeners may take text from SYNs */
    RS_FO_CLIENT_WITHOUT_COOKIE = 0x4,
    RS_FO_SERVER_WITHOUT_COOKIE = 0x200,
    RS_FO_EVERY_LISTENER = 0x400 /* even without TCP_FASTOPEN; needs RS_FO_SERVER */
};

/* Departures from the RFCs. Each says what the stack does when it is true; false is the RFC's way. */
typedef struct rs_quirks {
    bool syn_dup_resends_synack; /* SYN-RECEIVED: a duplicate SYN draws the SYN-ACK again, not a bare ACK */
    bool simopen_synack_ok;      /* simultaneous open: SYN-ACK with SEQ=IRS is taken (RFC 9293 fig. 7, A.2) */
    bool minshall_nagle;         /* Nagle's test asks only about earlier small segments (Minshall) */
    bool psh_on_burst;           /* a burst of several segments from one decision ends with PSH (TSO) */
    bool rto_floor_on_variance;  /* RTO = SRTT + max(4*RTTVAR, rto_min), not max(rto_min, ...) */
    bool quickack;               /* ACK at once at the start of a connection and after gaps; delayed ACK adapts (ato) */
    bool syn_linear_timeouts;    /* SYNs are first retransmitted at constant spacing */
    bool probe_before_una;       /* window probe and keepalive: no data, SEQ = SND.UNA-1 */
    bool beyond_window_refused;  /* data that ends beyond the window is refused whole, or taken whole if nothing is
                                    unread */
    bool accept_without_ts;      /* a segment without the negotiated timestamp is taken */
    bool icmp_hard_is_soft;      /* hard ICMP errors in synchronized states are only reported (RFC 5461) */
    bool icmp_soft_aborts_open;  /* soft ICMP errors end a connection attempt (RFC 5461) */
    bool rst_at_sack_edge;       /* RST at the right edge of the newest SACK block resets */
    bool shutdown_rd_keeps_data; /* after shutdown(RD) arriving data is still taken and acknowledged */
    bool tw_rst_unchallenged;    /* TIME-WAIT: a RST in the window, not at RCV.NXT, is dropped without a challenge */
    bool tw_answers_without_ack; /* TIME-WAIT: a segment without ACK that has text or a FIN is answered, not dropped */
    bool old_ack_needs_bytes;    /* an ACK is too old when it lies further back than all bytes acknowledged so far */
    bool challenge_per_socket;   /* challenge ACKs: one per tcp_invalid_ratelimit per socket, not a host budget */
    bool fin_wait_2_orphan_timer;  /* orphaned FIN-WAIT-2 ends after tcp_fin_timeout */
    bool synsent_ack_checks_tsecr; /* a SYN-ACK whose TSecr is not from our SYN is answered with RST */
    bool synrecv_ack_checks_tsecr; /* linux: true. SYN-RECEIVED: an ACK whose TSecr is not from our SYN-ACK is not taken
                                    */
    bool syn_fin_dropped;          /* linux: true. LISTEN: a SYN with FIN is dropped (RFC 9293: the SYN is answered) */
    bool rst_before_fin_ok; /* linux: true. after the peer's FIN a RST at RCV.NXT-1 resets (it reused the FIN's number)
                             */
    bool close_wait_rst_is_epipe; /* linux: true. a reset in CLOSE-WAIT is reported as EPIPE, not ECONNRESET */
    bool cc_in_segments;          /* linux: true. congestion window arithmetic in segments: see mech/cc.h, linux_form */
    bool cwnd_limited_growth;     /* linux: true. cwnd grows only when it was what limited sending */
    bool rcvbuf_half; /* linux: true. the receive buffer counts the memory of packets, not bytes, and grows by itself;
                         at first half of it is offered, and the window opens slowly */
    bool paws_spares_pure_acks; /* linux: true. A pure ACK with an old timestamp was overtaken: no answer */
    bool paws_one_tick;         /* linux: true. PAWS tolerates a timestamp that is one tick old */
    bool half_window_mss;       /* linux: true. no segment is larger than half of the largest window of the peer */
    bool rst_with_ack;          /* linux: true. a RST that ends one of our connections carries ACK=RCV.NXT */
    bool sndbuf_by_chunk; /* linux: true. the send buffer is checked when a burst-sized chunk begins, not per byte */
    bool rack_always;     /* linux: true. with SACK losses are found by time (RFC 8985) whatever bit 0 of tcp_recovery
                             says, never by RFC 6675 */
    bool nonsack_prr;     /* linux: true. without SACK duplicate ACKs count as deliveries and the window shrinks by RFC
                             9937,     instead of being inflated (RFC 6582) */
    bool undo_restores_window; /* linux: true. a needless reduction is taken back whole; RFC 4015 3.2 step 7 gives no
                                  more than is out and an initial window */
    bool smaller_window_needs_news; /* linux: true. a segment that neither acknowledges nor carries anything new cannot
                                       make the peer's window smaller, except to zero */
    bool renege_timer; /* linux: true. an ACK that stops in front of SACKed segments makes the timeout come after half a
                          round trip */
    bool third_ack_tells_window; /* linux: true. the largest window of the peer of a passive open counts from its ACK of
                                    our SYN-ACK on, not from its SYN */
    bool embryo_syn_refused; /* linux: true. SYN-RECEIVED of a passive open: a SYN in the window is answered by a reset
                                as for nobody */
    bool probe_waits_from_ack; /* linux: true. each ACK that leaves the window closed starts the wait for the next probe
                                  anew; it grows from the backed-off timeout */
    bool icmp_reverts_backoff; /* linux: true. an ICMP error that tells of an unreachable net or host takes one doubling
                                  of the timeout back (RFC 6069) */
    bool too_big_needs_df;     /* linux: true. who sends without DF does not hear that a packet was too big */
    bool user_timeout_from_resend; /* linux: true. the user timeout counts from the first retransmission, once a timeout
                                      has come */
    bool text_after_fin_answered;  /* linux: true. text after the FIN: TIME-WAIT answers it, and text that began before
                                      the FIN and goes on behind it draws a reset */
    bool fin_in_dsack;             /* linux: true. the report of a duplicate counts its FIN */
    bool rack_looks_once; /* linux: true. what RACK has judged lost it does not look at again before it was sent again,
                             even if the judgment was taken back */
    bool lost_syn_confessed;  /* linux: true. a SYN that was lost counts as a reduction of which the first data tell
                                 (CWR, RFC 3168 6.1.2) */
    bool isn_clock_64ns;      /* linux: true. the clock in ISNs ticks every 64 ns, not every 4 us */
    bool window_fill_pushed;  /* linux: true. a small segment sent when the wait for a larger window is over and which
                                 fills the window carries PSH: nothing can follow it soon */
    bool psh_per_half_window; /* linux: true. a write that has passed half of the peer's largest window since the last
                                 push is pushed there: a receiver may wait for PSH to hand on what it has */
    bool window_borders_ok; /* linux: true. a segment is acceptable that ends not before what was acknowledged last and
                               begins not behind the edge of the window (narrower: the four cases of 3.10.7.4) */
    bool fin_at_edge_ok;    /* linux: true. the number of a FIN may be the first behind the window */
    bool ack_seq_in_window; /* linux: true. when a window shrunk below SND.NXT, ACKs and resets without text carry the
                               edge of it, where the peer can accept them (RFC 9293 3.10.7.4: SND.NXT) */
    bool tw_new_ts_proves_nothing; /* linux: true. TIME-WAIT without timestamps: a SYN with them still needs a later
                                      sequence number (RFC 6191 takes it) */
    bool bound_port_takes_over;    /* linux: true. connect() from a port that the user bound takes the place of a
                                      TIME-WAIT with timestamps, whatever tcp_tw_reuse says */
    bool syn_ack_text_dropped;     /* linux: true. text and FIN on a SYN-ACK are not taken: the peer sends them again */
    bool pollpri_needs_byte;       /* linux: true. POLLPRI comes with the urgent byte, not with the pointer to it */
    bool close_does_not_push; /* linux: true. a FIN that rides on text does not push it: text held back by MSG_MORE goes
                                 without PSH */
    bool syn_received_rst_is_reset; /* linux: true. a reset in the SYN-RECEIVED of an active open is reported as
                                       ECONNRESET, not ECONNREFUSED */
    bool simopen_offers_again; /* linux: true. simultaneous open: the SYN-ACK offers all that our SYN offered, asked
                                  for or not, our windows keep the scale of it, and it is no retransmission */
    bool shrunk_window_recuts; /* linux: true. while the peer's window is shrunk to nothing each timeout lowers ssthresh
                                  anew (RFC 5681 3.1: only the first of a segment), and the connection is given up
                                  after a silence of twice rto_max */
    bool rcv_mss_from_pairs;   /* linux: true. two smaller segments of one size in a row are the peer's segment size */
    bool fin_ack_delayed; /* linux: true. the ACK of the FIN that leads to CLOSE-WAIT waits like that of data (RFC 5681
                             4.2 asks for haste only at gaps): the user may close at once */
    bool fo_always_tries; /* linux: true. Fast Open goes on after losses towards a server that it worked with before
                             (RFC   7413 4.1.3.1 wants a pause) */
    bool syn_mss_from_path;   /* linux: true. the MSS of our SYN follows what is known of the path (RFC 6691: the MTU of
                                 the interface) */
    bool open_ack_waits;      /* linux: true. the ACK of a SYN-ACK waits for the text of a call that waits to send */
    bool base_mss_binds_late; /* linux: true. packets are probed from the base size on (RFC 4821), but others become
                                 that small only with the next reason to look at their size */
    bool mtu_0_is_least; /* linux: true. a message that a packet is too big, without a size, means the smallest that is
                            believed in (RFC 1191 7.1: the next smaller one that links have) */
    bool embryo_ack_first;  /* linux: true. SYN-RECEIVED of a passive open: an ACK of something else is reset before its
                               sequence number is looked at */
    bool embryos_pruned;    /* linux: true. the fuller the SYN queue with old half-open children, the fewer times their
                               SYN-ACK goes again */
    bool tw_takes_unsigned; /* linux: true. TIME-WAIT does not look at signatures (RFC 2385 2) */
    bool accecn_unasked;    /* linux: true. a SYN-ACK that answers an ECN-setup SYN with flags that mean nothing
                               there is taken for one of AccECN (RFC 3168 6.1.1: no ECN) */
    bool accecn_trusts_syn_ack;   /* linux: true. what a SYN-ACK tells of the mark of our SYN is checked only if it came
                                     marked itself (RFC 9768 3.2.2.3: always) */
    bool accecn_ect1_first;       /* linux: true. our AccECN option begins with ECT(1) (kind 174), not ECT(0) */
    bool accecn_acks_each_change; /* linux: true. AccECN: any other mark than on the segment before is acknowledged at
                                     once, not only CE after another (RFC 9768 3.2.2.5.1) */
    bool accecn_marks_all;        /* linux: true. with AccECN all segments are ECT, retransmissions and pure ACKs too */
    bool part_keeps_timer;  /* linux: true. an ACK of a part of a segment does not restart the retransmission timer */
    bool cwr_keeps_recover; /* linux: true. a loss found in CWR: recovery ends where CWR would have, not at SND.NXT */
    bool too_big_lifts_ssthresh; /* linux: true. segments too big for the path: ssthresh is not left below 3/4 of the
                                    window, which stays as it is */
    bool fin_needs_cwnd;    /* linux: true. a FIN without text waits for room in the congestion window as text does */
    bool crossed_syn_dsack; /* linux: true. the SYN on the SYN-ACK of a simultaneous open is reported as a duplicate */
    bool crossed_window_scaled; /* linux: true. the window on the SYN-ACK of a simultaneous open is scaled already (RFC
                                   7323 2.2: never on a SYN) */
    bool synsent_bad_ack_hurries; /* linux: true. SYN-SENT: after an ACK of something else, which may be of an old
                                     connection that our reset ends, a SYN that went once goes again in two ticks */
    bool old_ack_uncounted;       /* linux: true. what an ACK below SND.UNA reports by SACK works, but is not in
                                     tcpi_delivered */
} rs_quirks;

/* Parameters of the congestion controls, as Linux's modules have them. A connection keeps those it began with. */
typedef struct rs_cc_tune {
    int cubic_beta, cubic_scale, cubic_initial_ssthresh;          /* beta in 1/1024; scale of C in 1/1024 per 10 s^3 */
    bool cubic_fast_convergence, cubic_friendliness;              /* RFC 9438 4.7, 4.3 */
    bool hystart_pp;                                              /* RFC 9406; not in the arithmetic of Linux */
    bool hystart;                                                 /* leave slow start before losses */
    int hystart_detect, hystart_low_window, hystart_ack_delta_us; /* bits: 1 ACK train, 2 delay */
    int dctcp_shift_g, dctcp_alpha_on_init;                       /* RFC 8257: g = 1/2^shift; alpha in 1/1024 */
    bool abe; /* RFC 8511: reno and cubic give up less for a mark than for a loss */
} rs_cc_tune;

/* What the route to every peer says, as `ip route` of Linux sets it; 0: nothing. It goes before the host's own setting.
 */
typedef struct rs_route_metrics {
    int mtu, advmss, initcwnd, initrwnd, window, hoplimit, reordering;
    rs_dur rto_min;
    bool mtu_lock; /* the MTU is not lowered by messages, and packets may be fragmented on the way */
    bool quickack, ecn;
} rs_route_metrics;

/* Settings of Linux of which nothing follows here; knob.def says of each why. */
typedef struct rs_idle_knobs {
    int64_t mem[3], comp_sack_slack_ns;
    int limit_output, adv_win_scale, fack, low_latency, child_ehash, plb_idle, plb_rehash, plb_suspend, plb_thresh,
        icmp_ratelimit, rmem_default, wmem_default, optmem_max, busy_poll, gro_normal_batch, max_skb_frags;
    bool autocorking, backlog_ack_defer, no_metrics_save, no_ssthresh_save, early_demux, ip_early_demux, fwmark_accept,
        l3mdev_accept, plb_enabled, autobind_reuse, forward_use_pmtu, txrehash, high_order_off, tstamp_allow_data;
} rs_idle_knobs;

/* Knobs that carry a Linux sysctl name are set by rs_config_set / rs_stack_set under that name (api/knob.def lists
 * name, field, range and unit). Times are microseconds unless the field name says otherwise.
 *
 * rmem[0] and wmem[0] are kept and have no effect: memory is never short by degrees. timestamps 2 counts as 1. */
typedef struct rs_knobs {
    int syn_retries, synack_retries, syn_linear_timeouts, retries2, orphan_retries;
    rs_dur rto_initial, rto_min, rto_max, rto_fallback, delack_min, delack_max, msl2, fin_timeout, invalid_ratelimit;
    rs_dur tw_reuse_delay, paws_idle; /* TS.Recent is outdated after paws_idle: RFC 7323 5.5 24 days, Linux 2147 s */
    rs_dur keepalive_time, keepalive_intvl, user_timeout, persist_min,
        clock_tick; /* clock_tick: timer rounding, 0 = none */
    int keepalive_probes;
    bool timestamps, sack, dsack, window_scaling, rfc1337, abort_on_overflow, slow_start_after_idle;
    int tw_reuse, max_tw_buckets, max_syn_backlog, somaxconn, reordering, initial_cwnd_segs, min_snd_mss;
    int max_reordering, recovery, early_retrans, frto; /* recovery, early_retrans: bits and modes as in Linux */
    bool retrans_collapse, undo;                       /* undo: needless reductions are taken back */
    int64_t rmem[3], wmem[3], rmem_max, wmem_max, notsent_lowat;
    int default_ttl, challenge_ack_limit, stdurg, pingpong_thresh, tso_win_divisor, min_tso_segs;
    int pacing_ss_ratio,
        pacing_ca_ratio; /* linux: 200, 120 (percent); rfc: the same. Burst sizes only, with psh_on_burst */
    int ecn;             /* 0 off, 1 ask and agree, 2 agree when asked; for accurate feedback (RFC 9768): 3 ask and
                            agree, 4 agree and ask for the classic one, 5 agree */
    int ecn_option, ecn_option_beacon; /* AccECN option: 0 never, 1 when needed and so many times a round trip, 2
                                          whenever it fits */
    bool fq; /* the device spaces departures at the rate of each connection, as Linux's fq does */
    uint32_t
        allowed_congestion_control; /* by place in the registry (mech/cc_all.c). Kept: every user here may choose any */
    bool ecn_fallback;              /* an ECN-setup SYN that goes again goes without the bits (RFC 3168 6.1.1.1) */
    uint16_t port_first, port_last; /* ephemeral range, inclusive */
    rs_cc_tune cc;
    rs_route_metrics route;
    bool device_drops; /* the device takes no packet, and says so */
    int64_t first_seq; /* every connection begins with this number, for tests of where numbers wrap; 2^32 stands for 0,
                          and 0 for what RFC 6528 asks for */
    char congestion_control[16];
    bool moderate_rcvbuf, shrink_window; /* with rcvbuf_half: the receive buffer grows with what the user takes; an
                                            offer may be taken back when memory is short */
    int comp_sack_nr;                    /* linux: 44. ACKs of text beyond gaps that may be merged in one; 0: none */
    int64_t comp_sack_delay_ns;          /* ... for so long at most */
    bool reflect_tos;                    /* a child has the traffic class of its SYN, ECN bits apart */
    bool thin_linear;                    /* streams with little out do not back off at first */
    int mtu_probing; /* 0: never, 1: when packets seem to vanish for their size, 2: always (RFC 4821) */
    int base_mss, probe_threshold, mtu_probe_floor, retries1;
    rs_dur probe_interval, mtu_expires; /* mtu_expires: a path MTU that a message told is believed for so long */
    int max_backlog;                    /* packets taken between two looks of the host: see rs_stack_input */
    int syncookies;                     /* 0: never, 1: when the SYN queue is full, 2: always (RFC 4987 3.6) */
    int fastopen;                       /* RS_FO_* */
    rs_fo_keys fastopen_key;
    int app_win; /* part of the receive buffer that is never offered, 1/2^n, where the buffer limits; 31: none, 0:
                    not even the one segment that rcvbuf_half holds back */
    rs_dur min_rtt_wlen; /* for so long the smallest round-trip time is remembered */
    int max_orphans;     /* connections closed by their users that may live on; the next one is reset */
    int tso_rtt_log;     /* psh_on_burst: bursts are longer where min_rtt is below 2^this microseconds, and more so by
                            halves of it; 0: not so */
    bool migrate_req;    /* a listener that closes hands its children to another one that shares its port */
    bool signed_windows; /* a window that is not scaled is at most 32767: peers may take it for a signed number */
    int no_pmtu_disc; /* 0: packets have DF; else not (IP_MTU_DISCOVER of new sockets), and messages that they were too
                         big are 1: believed, but not their size, 2: ignored, 3: believed */
    int min_pmtu;     /* the smallest IPv4 path MTU that a message can make us believe in */
    rs_idle_knobs idle;
    rs_dur fastopen_hole; /* pause of Fast Open after a suspected black hole; 0: none is suspected */
} rs_knobs;

typedef struct rs_config {
    char preset[16];    /* "rfc", "linux" */
    uint8_t secret[16]; /* keys ISNs, ports, timestamp offsets; the only source of randomness together with seed */
    uint64_t seed;
    rs_limits limits;
    rs_local local[RS_LOCAL_ADDRS_MAX]; /* addresses of this host; family RS_AF_NONE ends the list */
    uint32_t mtu;                       /* of the one device */
    rs_knobs knobs;
    rs_quirks quirks;
} rs_config;

/* Presets, complete and valid apart from `local` (no addresses). */
rs_config rs_config_rfc(void);
rs_config rs_config_linux(void);
/* By name; ENOENT if there is no such preset. */
RS_MUST_USE rs_status rs_config_preset(rs_config *out, const char *name);

/* NULL if valid, else one sentence that names the field. Static string. */
const char *rs_config_check(const rs_config *cfg);

/* Sets one knob by Linux sysctl name ("net.ipv4.tcp_retries2"), or a quirk as "quirk.minshall_nagle", from text as
 * sysctl would take it. ENOENT: no such knob; EINVAL: not a value it takes (nothing changed). */
RS_MUST_USE rs_status rs_config_set(rs_config *cfg, const char *knob, const char *value);
/* The value as text into buf (always terminated). ENOENT: no such knob. */
RS_MUST_USE rs_status rs_config_get(const rs_config *cfg, const char *knob, char *buf, size_t cap);
/* Why nothing follows from setting this one; NULL: something does, or there is no such knob. Static string. */
const char *rs_config_idle(const char *name);
/* Walks all knob names from 0; NULL after the last. */
const char *rs_config_knob(unsigned index);

/* Adds a local address. ENOBUFS when RS_LOCAL_ADDRS_MAX are there. */
RS_MUST_USE rs_status rs_config_add_local(rs_config *cfg, rs_addr addr, uint8_t prefix_len);

#endif
