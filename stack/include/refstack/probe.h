/* probe.h — looking at connections without touching them.
 *
 * For tests, fuzzers, `ss`-like views and the runner's TCP_INFO. Everything is a copy. */
#ifndef REFSTACK_PROBE_H
#define REFSTACK_PROBE_H

#include "stack.h"

/* RFC 9293 3.3.2. Numbers are the stack's own; rs_state_name gives "ESTABLISHED", "SYN-SENT", ... */
typedef enum rs_state {
    RS_CLOSED,
    RS_LISTEN,
    RS_SYN_SENT,
    RS_SYN_RECEIVED,
    RS_ESTABLISHED,
    RS_FIN_WAIT_1,
    RS_FIN_WAIT_2,
    RS_CLOSE_WAIT,
    RS_CLOSING,
    RS_LAST_ACK,
    RS_TIME_WAIT,
    RS_STATES
} rs_state;
const char *rs_state_name(rs_state s);

/* Which timer a connection waits for, as Linux tells it to ss and netstat. */
typedef enum rs_shown_timer {
    RS_SHOW_NONE,
    RS_SHOW_RETRANSMISSION, /* or a tail loss probe, or the reordering timer */
    RS_SHOW_KEEPALIVE,
    RS_SHOW_TIME_WAIT, /* the end of TIME-WAIT, or of an orphan's FIN-WAIT-2 */
    RS_SHOW_PERSIST
} rs_shown_timer;

/* Which ECN feedback a connection uses; pending: its SYN asked and is not answered. Numbered as tcpi_ecn_mode. */
typedef enum rs_ecn_mode { RS_ECN_OFF, RS_ECN_CLASSIC, RS_ECN_ACCURATE, RS_ECN_PENDING } rs_ecn_mode;

/* One connection (or listener) as the RFC names it. Absolute sequence numbers. Bytes unless a name says otherwise. */
typedef struct rs_probe {
    uint32_t conn;
    rs_state state;
    rs_endpoint local, remote;
    uint32_t iss, snd_una, snd_nxt, snd_max, snd_wnd, snd_wl1, snd_wl2, snd_up, max_snd_wnd;
    uint32_t irs, rcv_nxt, rcv_wnd, rcv_up, rcv_adv; /* rcv_adv: highest right edge ever offered */
    uint8_t snd_wscale, rcv_wscale;
    bool ts_on, sack_on, wscale_on, passive_open, orphan, fin_sent, fin_acked, fin_received;
    uint16_t snd_mss, rcv_mss, adv_mss, pmtu;
    uint32_t cwnd_segs, ssthresh_segs, unacked_segs, sacked_segs, lost_segs, retrans_segs, dup_acks, reordering_segs;
    uint8_t ca_state; /* 0 Open 1 Disorder 2 CWR 3 Recovery 4 Loss (Linux) */
    uint8_t retransmits, probes, backoff;
    rs_dur srtt, rttvar, rto, min_rtt, ato;
    uint32_t sndq_bytes, notsent_bytes, rcvq_bytes, ooo_bytes;
    rs_time deadline[16]; /* by timer kind (tcp/tcb.h); RS_NEVER when not armed */
    uint32_t ts_recent, last_ack_sent;
    uint64_t bytes_acked, bytes_received, bytes_sent, bytes_retrans;
    uint32_t segs_in, segs_out, data_segs_in, data_segs_out, total_retrans, rcv_ooopack, dsack_dups, delivered;
    rs_dur since_data_sent, since_data_recv, since_ack_recv, busy, rwnd_limited, sndbuf_limited;
    uint32_t syn_queue_len, accept_queue_len, backlog; /* listeners only */
    int so_error;                                      /* pending RS_E*, not cleared by looking */
    uint32_t rcv_ssthresh, rcvbuf, sndbuf;
    uint32_t rcv_mem; /* of the receive buffer in use: bytes, or with the quirk rcvbuf_half memory */
    /* Rates in bytes per second; UINT64_MAX: no limit. app_limited: the delivery rate was measured while the user had
     * nothing more to send. */
    uint64_t pacing_rate, max_pacing_rate, delivery_rate;
    bool app_limited;
    uint32_t delivered_ce, reord_seen, rehash;
    uint16_t total_rto, total_rto_recoveries; /* timeouts; series of timeouts that ended, and how long they took */
    rs_dur total_rto_time, rcv_rtt, since_ack_sent;
    uint32_t rcv_space;            /* bytes that the user took in the last rcv_rtt */
    uint32_t notes;                /* in the error queue */
    int64_t earliest_departure_ns; /* of the last segment sent */
    bool ecn_on, ecn_seen;
    /* Accurate ECN feedback (RFC 9768), named as in Linux's TCP_INFO: packets and bytes of the peer's that came marked,
     * and bytes of ours that the peer says came so. */
    rs_ecn_mode ecn_mode;
    uint32_t received_ce, received_e1_bytes, received_e0_bytes, received_ce_bytes;
    uint32_t delivered_e1_bytes, delivered_e0_bytes, delivered_ce_bytes;
    uint8_t accecn_opt_seen, accecn_fail_mode;
    bool syn_data;         /* the text of the SYN was taken: all of ours, or the peer's (RFC 7413) */
    bool passive_fastopen; /* opened by its SYN alone */
    uint8_t fo_fail;       /* why the text of our SYN was not taken: Linux's tcpi_fastopen_client_fail */
    rs_shown_timer timer;
    rs_time timer_at; /* RS_NEVER with RS_SHOW_NONE */
    bool listens, v6only;
} rs_probe;

/* Walks all connections and listeners: pass *iter = 0 first; false at the end. */
bool rs_probe_next(const rs_stack *st, rs_time now, uint32_t *iter, rs_probe *out);
/* By 4-tuple; by descriptor. False if there is none. */
bool rs_probe_tuple(const rs_stack *st, rs_time now, const rs_endpoint *local, const rs_endpoint *remote,
                    rs_probe *out);
bool rs_probe_fd(const rs_stack *st, rs_time now, rs_fd fd, rs_probe *out);

/* Host-wide counters. drops[] is indexed by drop reason; names come with rs_drop_*. */
typedef struct rs_counters {
    uint64_t packets_in, packets_out, segs_in, segs_out, rsts_out, retransmits, timers_fired;
    uint64_t conns_live, conns_high, blocks_live, blocks_high, outbox_dropped;
    uint64_t records_live; /* of rs_limits.records */
    uint64_t drops[96];
} rs_counters;
void rs_stack_counters(const rs_stack *st, rs_counters *out);
/* One of rs_counters.drops, without the others; 0 for a number outside the list. */
uint64_t rs_stack_drops(const rs_stack *st, unsigned reason);
unsigned rs_drop_reasons(void);            /* how many there are */
const char *rs_drop_name(unsigned reason); /* "SEQ_OUTSIDE_WINDOW" */
const char *rs_drop_text(unsigned reason); /* for people */
const char *rs_drop_rfc(unsigned reason);  /* "9293 3.10.7.4 first" */

#endif
