/* oracle.h — what must hold for every TCP, whatever arrives: judged from packets, calls and the state names alone.
 *
 * Nothing here uses the stack's arithmetic: packets come decoded by the judge's codec, positions are 64-bit and never
 * wrap. Each check has the number of its oracle in its message. A check must be sound: it may only say "broken" when no
 * correct stack could have done that, because the inputs are hostile. */
#ifndef FZ_ORACLE_ORACLE_H
#define FZ_ORACLE_ORACLE_H

#include "../../conformance/packet/offset.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"
#include "../prog/bytes.h"

/* wire.c: one packet of the host by itself (O20, O21, O25, O28, O29): well formed, right checksums, sane flags and
 * options. */
void fz_check_packet(const cf_packet *p);
/* Where nobody asked for Fast Open (RFC 7413), a SYN carries no text. */
void fz_check_bare_syn(const cf_packet *p);

enum { FZ_RANGES_MAX = 256 };

/* conn.c: one 4-tuple seen from outside. Knows everything the peer ever sent and everything the host ever sent. Numbers
 * of both directions start again when the host begins a new incarnation (a SYN with another sequence number). */
/* A SYN-ACK of a SYN cookie (RFC 4987 3.6): a younger one does not end what it is good for. */
enum { FZ_COOKIES = 16 };
typedef struct fz_cookie {
    uint32_t iss, irs;
    uint16_t win;
    uint8_t wscale;
    bool host_ts;
} fz_cookie;

/* Timestamps of the peer that are kept: with more, an older one may be echoed too. */
enum { FZ_STAMPS = 32 };

typedef struct fz_conn {
    /* what the peer sent: sequence ranges of all its segments, joined where they touch, in the order of their
     * beginnings */
    struct {
        uint32_t seq, len;
        bool dropped; /* of a segment that no TCP takes: only D-SACK may tell of it */
    } range[FZ_RANGES_MAX];
    unsigned ranges;
    bool forgot;                          /* more ranges than fit: checks that need all of them rest */
    bool urgent, lied;                    /* urgent data or bytes that the honest peer does not send were sent */
    uint8_t max_wscale;                   /* largest shift the peer ever announced */
    bool peer_wscale, peer_ts, peer_sack; /* offered in any SYN of the peer */
    bool scale_unsure;  /* it offered scaling in some SYNs only, or (set by the caller) the host may have changed its
                           mind */
    bool offers_change; /* what the host asks for may change between its SYN and the answer (set by the caller) */
    uint32_t max_mss;   /* largest MSS the peer ever announced; 0 none */
    uint32_t syns;
    uint16_t syn_win;          /* largest window on a SYN of the peer */
    uint16_t any_win;          /* ... on any segment, not scaled */
    bool defaulted_mss;        /* a SYN without the option was sent */
    uint32_t stamp[FZ_STAMPS]; /* timestamps that it sent ... */
    unsigned stamps;           /* ... so many, the newest at stamps - 1, modulo FZ_STAMPS */
    /* what the host sent */
    bool gone;    /* its connection has ended, and none has begun since */
    bool host_ts; /* timestamps on its SYN */
    bool syn_seen;
    fz_cookie cookie[FZ_COOKIES]; /* SYN-ACKs that the incarnation may have had which has begun since ... */
    unsigned cookies;             /* ... of so many, the newest at cookies - 1, modulo FZ_COOKIES */
    bool opens;                   /* its SYN was a bare one ... */
    bool crossed;                 /* ... and then came a SYN-ACK of the same number: the peer's SYN crossed it */
    bool offers_again;     /* ... on which it may offer what it had offered (a preset's way: set by the caller) */
    uint8_t wscale;        /* shift it announced */
    cf_offset cookie_edge; /* what the SYN-ACK of the cookie offered that opened it; INT64_MIN: none did */
    cf_offset host_edge;   /* largest right edge it ever offered; nothing beyond may be taken ... */
    bool takes_beyond;     /* ... unless the preset says so: set by the caller */
    bool unheard;          /* what it says may not have reached the wire (set by the caller) ... */
    bool astray;           /* ... not even its beginning: nobody knows where its stream is */
    bool takes_back;       /* what it has offered it may take back (tcp_shrink_window: set by the caller) */
    bool closes_when_full; /* without memory it closes the window, whatever it had offered (a preset's way: set by the
                              caller) */
    uint32_t iss, irs;
    bool irs_known;
    cf_offset covered;    /* end of the contiguous stream from irs: nothing beyond may be acknowledged */
    cf_offset end;        /* first position the host has not used */
    cf_offset edge;       /* largest right edge the peer ever offered */
    uint32_t newest_seq;  /* of the peer's segments; one that is older need not change the window (SND.WL1) ... */
    bool disorder;        /* ... so after one the window may be a former one, counted from SND.UNA */
    cf_offset peer_acked; /* largest acknowledgment of the peer */
    cf_offset widest;     /* largest window of the peer */
    bool fin_seen, ts_seen;
    cf_offset fin_at; /* position of the host's FIN */
    uint32_t ts_val;
    rs_time ts_at;  /* when that was */
    uint32_t acked; /* newest acknowledgment of the host */
} fz_conn;

/* The host begins a new incarnation: what it sends starts again. (What the peer sent stays: it may still be under way.)
 */
void fz_conn_begins(fz_conn *c);
/* There is no connection: it has ended, or has not begun. */
void fz_conn_gone(fz_conn *c);
/* A segment of the peer, before the host has it. right: what the honest peer sends at a sequence number (the low 32
 * bits); NULL: nobody asks fz_conn_reads. */
void fz_conn_arrives(fz_conn *c, const cf_packet *p, fz_stream_fn *right);
/* Checks a segment of the host: O06 acknowledges nothing beyond the window it offered, O07 takes back nothing it
 * offered, O22 only what was sent, O23 stays in the offered window, O24 the same byte at the same place (right gives
 * it), O25 no more text than the peer takes, O28 options only as agreed, O30 SACK blocks only of what arrived,
 * O31 timestamps do not go back and echo what the peer sent, O33 one FIN and nothing behind it, O34 nothing when the
 * connection has ended, O35 nothing before a SYN. */
void fz_conn_sent(fz_conn *c, rs_time at, const cf_packet *p, fz_stream_fn *right);
/* O50: bytes the user read, from offset of its stream, are those that the peer sent there; O22 for the user. */
void fz_conn_reads(const fz_conn *c, uint32_t irs, uint64_t offset, const uint8_t *bytes, size_t len,
                   fz_stream_fn *right);

/* reset.c: what a segment for nobody draws (O27, RFC 9293 3.10.7.1): exactly one RST with these numbers, or nothing.
 * in: the segment to a port without a socket; out: the host's answer, NULL if none. */
void fz_check_closed_reply(const cf_packet *in, const cf_packet *out);

/* answer.c: what one arriving packet may draw. O26: nothing on a RST; O27: on a segment for nobody one RST, right by
 * fz_check_closed_reply; O32: never more than one RST and two bare acknowledgments. */
enum { FZ_ANSWER_BYTES = 8192 };
typedef struct fz_answer {
    bool open, nobody, in_is_rst; /* open: a packet is being answered */
    unsigned control, resets;
    size_t in_len; /* 0: too long to be kept */
    uint8_t in[FZ_ANSWER_BYTES];
} fz_answer;
/* A packet arrives. nobody: it goes, from the peer to the host, to a port without a socket. */
void fz_answer_begin(fz_answer *a, const cf_packet *in, bool nobody);
/* A TCP segment of the host. */
void fz_answer_sent(fz_answer *a, const cf_packet *out);
/* The host has said all it had to say. */
void fz_answer_end(fz_answer *a);

/* left_over.c: O52, O10, a host whose user has gone and whose peer is silent for a week has no connection and no memory
 * in use. fw2_stays: FIN-WAIT-2 is exempt, RFC 9293 knows no end of it. */
void fz_check_left_over(const rs_stack *st, rs_time now, bool fw2_stays);
void fz_check_memory(unsigned conns, const rs_counters *c);

/* moves.c: O08, the states a connection may go through (RFC 9293 figure 5 and its text). */
void fz_check_move(rs_state from, rs_state to);

#endif
