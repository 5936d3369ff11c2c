/* accecn.h — accurate ECN feedback: how much was marked, not only that something was (RFC 9768).
 *
 * The three flags AE, CWR and ECE become one number, ACE. On SYN and SYN-ACK it says who can, and what the IP-ECN field
 * of the other's SYN was; the ACK of a SYN-ACK says the latter too; from then on it is the low three bits of r.cep, the
 * count of marked packets that have come. An option says how many bytes came with each mark, as far as there is room.
 *
 *     SYN AE,CWR,ECE   ---->                     ACE  on SYN-ACK, ACK of it     on all other segments
 *                      <----  SYN-ACK ACE=2       2   came not ECT              r.cep = 5 + packets marked CE,
 *     ACK ACE=2        ---->                      3   came ECT(1)               modulo 8
 *                                                 4   came ECT(0)
 *                                                 6   came CE
 *
 * Both directions count for themselves: the receiver keeps r.cep and bytes by mark, the sender what it was told of
 * them. Counters here begin at zero; what RFC 9768 3.2.1 begins them with is added on the wire, so that a middlebox
 * that writes zeros is seen.
 *
 * Life:   rs_accecn_init -> nothing more (our SYN asks) or rs_accecn_hear_syn
 *         -> rs_accecn_hear_syn_ack or rs_accecn_hear_third_ack -> { rs_accecn_received | rs_accecn_told |
 * rs_accecn_send }*.
 *
 *   A1  the peer cannot have been told more marks than came: pending <= cep
 *   A2  bytes that came marked CE came in packets marked CE: without such a packet there are none */
#ifndef RS_MECH_ACCECN_H
#define RS_MECH_ACCECN_H

#include "../include/refstack/types.h"
#include "../wire/seg.h"
#include "ecn.h"

/* net.ipv4.tcp_ecn_option: never; when something changed, and a few times a round trip; whenever it fits. */
enum { RS_ACCECN_NEVER, RS_ACCECN_SPARE, RS_ACCECN_FULL };
/* What is known of the peer's option, numbered as tcpi_accecn_opt_seen. */
enum { RS_ACCECN_NOT_SEEN, RS_ACCECN_EMPTY_SEEN, RS_ACCECN_COUNTER_SEEN, RS_ACCECN_FAIL_SEEN };
/* Why feedback is not believed, or marks are not used any more; the bits of tcpi_accecn_fail_mode. */
enum {
    RS_ACCECN_ACE_FAIL_SEND = 1,
    RS_ACCECN_ACE_FAIL_RECV = 2,
    RS_ACCECN_OPT_FAIL_SEND = 4,
    RS_ACCECN_OPT_FAIL_RECV = 8
};
enum { RS_ACCECN_MARKS = 3 }; /* counters of bytes, by code point - 1: ECT(1), ECT(0), CE */

typedef struct rs_accecn {
    uint32_t cep;                    /* r.cep: packets marked CE that have come */
    uint32_t bytes[RS_ACCECN_MARKS]; /* r.e1b, r.e0b, r.ceb */
    uint32_t told_cep;               /* s.cep: packets of ours that came marked, as the peer says */
    uint32_t told[RS_ACCECN_MARKS];  /* s.e1b, s.e0b, s.ceb */
    rs_time option_sent;             /* when our option last went */
    uint32_t ts;                     /* the last timestamp of the peer whose feedback was taken */
    uint8_t pending;                 /* marks since our last ACK; saturates */
    uint8_t demand;                  /* so many ACKs more carry the option in any case */
    uint8_t fields;                  /* so many of its counters have changed since it last went */
    uint8_t last;                    /* IP-ECN of the last packet */
    uint8_t syn;                     /* IP-ECN of the peer's last SYN or SYN-ACK */
    uint8_t seen, fail;              /* RS_ACCECN_*_SEEN, RS_ACCECN_*_FAIL_* */
    uint8_t mostly;                  /* the mark with which our bytes arrive, as the last option said; 0: not known */
    bool second : 1;                 /* our option has the order that begins with ECT(1) */
    bool each_change : 1;            /* any other mark than the last is acknowledged at once, not only CE (Linux) */
    bool trusts : 1;                 /* what a SYN-ACK says of our SYN is checked only if it came marked (Linux) */
    bool on : 1;                     /* both ends can */
    bool reflect : 1;                /* the next pure ACK says what the SYN-ACK came with */
    bool no_ect : 1;                 /* a SYN or SYN-ACK went without the flags: our packets are not ECT (3.1.5) */
    bool bare : 1;                   /* the next ACK answers ACKs: no SACK blocks (3.2.2.5.1) */
} rs_accecn;

/* --- opening ----------------------------------------------------------------------------------------------------- */

/* net.ipv4.tcp_ecn: 3 ask and agree; 4, 5 agree when asked. */
static inline bool rs_accecn_may_ask(int knob)
{
    return knob == 3;
}
static inline bool rs_accecn_may_agree(int knob)
{
    return knob >= 3;
}
void rs_accecn_init(rs_accecn *a);
/* The three flags as a number, and back. */
uint8_t rs_ace_of(uint16_t flags);
uint16_t rs_ace_flags(unsigned ace);
/* A SYN with other flags than none and those of RFC 3168 asks, whatever they will mean one day (3.1.3). */
static inline bool rs_accecn_asks(uint16_t syn_flags)
{
    uint8_t ace = rs_ace_of(syn_flags);
    return ace && ace != 3;
}
/* Flags of our SYN: it asks twice, and then no more (3.1.4.1). */
uint16_t rs_accecn_syn_flags(unsigned times_before, bool fallback);
/* A SYN that asks has come, the first or another one of this connection: the last one counts (3.1.5). */
void rs_accecn_hear_syn(rs_accecn *a, uint8_t ip_ecn);
/* A SYN without the flags came after one with them: what we send is not ECT from now on (3.1.5). */
void rs_accecn_hear_plain_syn(rs_accecn *a);
/* Flags of our SYN-ACK. The third time it does without (3.2.3.2.2). */
uint16_t rs_accecn_syn_ack_flags(rs_accecn *a, unsigned times_before, bool fallback);

/* What a SYN-ACK says to who has asked. */
typedef enum rs_accecn_answer { RS_ACCECN_NO_ECN, RS_ACCECN_CLASSIC, RS_ACCECN_YES } rs_accecn_answer;
/* A segment as it matters here. */
typedef struct rs_accecn_in {
    uint16_t flags;
    uint8_t ip_ecn;
    const rs_opts *opts; /* borrowed */
} rs_accecn_in;
rs_accecn_answer rs_accecn_hear_syn_ack(rs_accecn *a, const rs_accecn_in *in);
/* A SYN-ACK came again: its ACK says what it came with, and no mark of it counts twice (3.2.2.2). */
void rs_accecn_hear_syn_ack_again(rs_accecn *a, uint8_t ip_ecn);
/* The ACK that opens a passive connection (table 4). pure: without text and SACK, else ACE counts already. */
void rs_accecn_hear_third_ack(rs_accecn *a, const rs_accecn_in *in, bool pure);

/* --- the data receiver ------------------------------------------------------------------------------------------- */

/* Any packet that was taken, with so many bytes of text. What its ACK has to be (3.2.2.5.1): */
typedef enum rs_accecn_wants { RS_ACCECN_NO_HURRY, RS_ACCECN_ACK_NOW, RS_ACCECN_ACK_OF_ACKS } rs_accecn_wants;
rs_accecn_wants rs_accecn_received(rs_accecn *a, uint8_t ip_ecn, uint32_t text_len);

/* --- the data sender --------------------------------------------------------------------------------------------- */

/* An ACK that tells something newer than the last one. */
typedef struct rs_accecn_ack {
    rs_accecn_in in;
    uint32_t segs, bytes; /* delivered by it */
    uint32_t mss;
} rs_accecn_ack;
/* How many more packets of ours came marked (3.2.2.5.2, appendix A). */
uint32_t rs_accecn_told(rs_accecn *a, const rs_accecn_ack *k);

/* What leaves. */
typedef struct rs_accecn_out {
    bool text, pure; /* it carries text; it is nothing but an ACK */
    bool ect;        /* this kind of segment may be ECT */
} rs_accecn_out;
rs_ecn_mark rs_accecn_send(rs_accecn *a, const rs_accecn_out *o);

/* --- the option -------------------------------------------------------------------------------------------------- */

typedef struct rs_accecn_when {
    int knob;        /* RS_ACCECN_NEVER ... */
    unsigned beacon; /* RS_ACCECN_SPARE: at least so many a round trip */
    rs_time now;
    rs_dur srtt;
} rs_accecn_when;
/* Should the next segment carry it? */
bool rs_accecn_option_due(const rs_accecn *a, const rs_accecn_when *w);
/* How many counters go: as many as fit beside so many SACK blocks in `room` bytes, never none, nor fewer than those
 * that have changed; blocks beyond the second make room for those (3.2.3.3). -1: no option. */
int rs_accecn_fit(const rs_accecn *a, unsigned room, uint8_t *sack_blocks);
/* Fills the option in. Afterwards, when it goes: rs_accecn_option_went. */
void rs_accecn_write(const rs_accecn *a, rs_opts *o, int fields);
void rs_accecn_option_went(rs_accecn *a, rs_time now);

/* NULL or the broken invariant. */
const char *rs_accecn_broken(const rs_accecn *a);

#endif
