/* sndq.h — the send queue: what the user has sent and the peer has not acknowledged yet.
 *
 *      una                    nxt                      end
 *       | rec | rec | rec | rec | unsent bytes ... [FIN] |
 *       ^ one record for each segment on the wire        ^ marks: EOR boundaries, newest PUSH
 *
 * Bytes wait unsent as a plain string. Only when a segment is sent does `cut` make a record of it: where it starts,
 * what it carried, when and how often it was sent, what the peer said about it. SYN and FIN take one sequence number
 * each and are records like any other. A record lives until it is acknowledged as a whole; a partial ACK trims its
 * front.
 *
 * The queue knows sequence numbers but judges nothing: whether an ACK is acceptable, how much may be sent, what is
 * lost, is decided by the caller, who also keeps urgent data (SND.UP is one number, not a property of the queue).
 *
 * Life:   rs_sndq_init -> rs_sndq_queue_syn, cut -> { append, mark, cut, acked, ... }* -> rs_sndq_clear.
 * Cost:   every call is O(1) for each record it cuts, frees or changes; except rs_sndq_lose_all,
 *         rs_sndq_unlose_all, rs_sndq_unsack_all, rs_sndq_broken (all records). `blocks` and `records` are the host's
 * pools, the same ones in every call; record slots have RS_RECORD_BYTES.
 *
 *   Q1  una <= nxt <= end (on the circle)             Q2  records are in sequence, gapless, from una to nxt
 *   Q3  segs, sacked_segs, lost_segs, retrans_segs count the records and their bits
 *   Q4  the chain holds exactly the payload bytes of [una, end), the first one is `data`
 *   Q5  EOR marks ascend, in (nxt, end]; so do kept_end and push_end               Q6  a FIN is last: nothing is
 * appended after it Q7  no record is both sacked and lost; retrans_out only on records sent more than once. A sacked
 * record may be retrans_out: it was sent again without being lost, and one of the two copies is still on its way Q8  no
 * lost record that is not retransmitted lies before lost_hint */
#ifndef RS_MECH_SNDQ_H
#define RS_MECH_SNDQ_H

#include "../include/refstack/types.h"
#include "../wire/seg.h"
#include "blocks.h"

/* What the caller wants to know again when a segment is reported: its deliveries so far, when the last one was, when
 * what was delivered then was sent, and a mark (rate.h). The queue only keeps it. */
typedef struct rs_sndstamp {
    rs_time delivered_at, first_sent;
    uint32_t delivered;
    bool slow;
} rs_sndstamp;

/* One segment that is out. Lent by rs_sndq_rec until the queue changes; read it, change it through the calls below. */
typedef struct rs_sndrec {
    uint32_t next;        /* younger record, RS_NIL in the youngest */
    rs_seq seq;           /* of the first byte, or of the SYN, or of a bare FIN */
    uint32_t len;         /* payload bytes; SYN and FIN not counted */
    uint8_t flags;        /* RS_SYN, RS_FIN, RS_PSH as on the wire */
    uint8_t sent;         /* transmissions, the first included; saturates at 255 */
    bool eor : 1;         /* a record of the user ends here: never merged with what follows */
    bool sacked : 1;      /* reported by SACK */
    bool lost : 1;        /* judged lost */
    bool retrans_out : 1; /* its retransmission is believed to be in flight */
    bool ever_retrans : 1;
    bool set_aside : 1; /* judged lost by time and not sent since (rs_sndq_set_aside) */
    bool joined : 1;    /* went out in one burst with the next record, and goes again with it */
    rs_time first_sent, last_sent;
    rs_sndstamp stamp; /* when it was last sent (rs_sndq_stamp) */
} rs_sndrec;
_Static_assert(sizeof(rs_sndrec) <= RS_RECORD_BYTES, "a send record fits its slot");

typedef struct rs_sndq {
    rs_chain bytes;
    rs_seq una, nxt, end;
    rs_seq data;         /* of the chain's first byte: una, but after our unacknowledged SYN and before our
          acknowledged FIN */
    uint32_t head, tail; /* records, oldest first; RS_NIL when none */
    uint32_t segs;       /* records: segments sent and not acknowledged (Linux: packets_out) */
    uint32_t sacked_segs, lost_segs, retrans_segs;
    uint32_t lost_hint;            /* where to look for the next one to retransmit; RS_NIL: nowhere */
    uint32_t mark_head, mark_tail; /* EOR marks of unsent data, in order */
    rs_seq push_end;               /* unsent bytes before this are pushed; valid while push */
    rs_seq kept_end;               /* a push before that one; valid while kept */
    bool push, kept;
    bool syn_unsent, fin_queued, fin_sent; /* fin_queued stays set once set */
} rs_sndq;

void rs_sndq_init(rs_sndq *q, rs_seq iss);
/* Gives back everything it holds; the queue is then empty and una = its old nxt. */
void rs_sndq_clear(rs_pool *blocks, rs_pool *records, rs_sndq *q);

/* --- filling --------------------------------------------------------------------------------------------- */

/* Bytes from the user; the queue shall not hold more than limit_bytes, sent ones included. Borrows data. */
typedef struct rs_sndq_write {
    const uint8_t *data;
    uint32_t len, limit_bytes;
} rs_sndq_write;
/* Appends what fits; returns how much. 0 after FIN. */
uint32_t rs_sndq_append(rs_pool *blocks, rs_sndq *q, const rs_sndq_write *w);
/* The user wants what is queued to be delivered: the segment that carries the last byte gets PSH. Pushes collapse: a
 * newer one replaces an older one that is still unsent (RFC 9293 3.9.1.2 allows it: PUSH marks no records). No effect
 * without unsent bytes. */
void rs_sndq_mark_push(rs_sndq *q);
/* The newest push is not replaced by later ones, unless one is kept already. */
void rs_sndq_keep_push(rs_sndq *q);
/* What was pushed up to `end` is pushed as far as there are bytes now: they joined it. */
void rs_sndq_widen_push(rs_sndq *q, rs_seq end);
/* A record of the user ends at the last queued byte: no segment will cross this point. False: no record slot. */
bool rs_sndq_mark_eor(rs_pool *records, rs_sndq *q);
/* The last such point in the unsent bytes, the end of what was queued excepted; nxt if there is none. */
rs_seq rs_sndq_last_boundary(const rs_pool *records, const rs_sndq *q);
/* A SYN goes first; only right after init. A FIN goes after everything queued; once. */
void rs_sndq_queue_syn(rs_sndq *q);
void rs_sndq_queue_fin(rs_sndq *q);

/* --- sending new data ------------------------------------------------------------------------------------ */

/* The next segment that could be sent. */
typedef struct rs_sndq_chunk {
    rs_seq seq;
    uint32_t len;  /* payload bytes, <= max_len */
    uint8_t flags; /* RS_SYN, RS_FIN, RS_PSH */
    bool eor;      /* ends at an EOR mark */
    bool last;     /* nothing unsent remains after it, FIN included */
} rs_sndq_chunk;
/* Looks at the next chunk of at most max_len bytes; len 0 and flags 0 when there is none. It ends at an EOR mark, a SYN
 * goes alone, a FIN rides on the chunk that empties the queue (take RS_FIN out of flags and clear `last` to hold it
 * back). RS_PSH when the chunk carries a pushed last byte. max_len 0 can only give SYN or a bare FIN. */
rs_sndq_chunk rs_sndq_next(const rs_pool *records, const rs_sndq *q, uint32_t max_len);

/* The chunk (from rs_sndq_next just before; len and flags may have been made smaller) is sent: makes its record and
 * moves nxt. Returns the record, RS_NIL when there is no slot (nothing changed) or the chunk is empty. */
uint32_t rs_sndq_cut(rs_pool *records, rs_sndq *q, const rs_sndq_chunk *c, rs_time now);

/* Copies payload [seq, seq + len), which must be in the queue (sent or not), and returns its sum. */
typedef struct rs_sndq_span {
    rs_seq seq;
    uint32_t len;
    uint8_t *to;
} rs_sndq_span;
rs_sum rs_sndq_copy(const rs_pool *blocks, rs_sndq *q, const rs_sndq_span *s);

/* --- records of what is out ------------------------------------------------------------------------------ */

static inline const rs_sndrec *rs_sndq_rec(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}
/* Oldest record (RS_NIL: nothing is out); the one after i is rs_sndq_rec(records, i)->next. */
static inline uint32_t rs_sndq_first(const rs_sndq *q)
{
    return q->head;
}
/* Sequence numbers a record takes; the first one after it. */
static inline uint32_t rs_sndrec_space(const rs_sndrec *r)
{
    return r->len + ((r->flags & RS_SYN) != 0) + ((r->flags & RS_FIN) != 0);
}
static inline rs_seq rs_sndrec_end(const rs_sndrec *r)
{
    return rs_seq_add(r->seq, rs_sndrec_space(r));
}
/* The oldest record that is lost and not retransmitted since; RS_NIL: none. Moves the hint. */
uint32_t rs_sndq_next_lost(const rs_pool *records, rs_sndq *q);

/* What an acknowledgment brought. */
typedef struct rs_sndq_acked {
    uint32_t bytes;      /* payload bytes newly acknowledged */
    uint32_t segs;       /* records that went away */
    uint32_t new_segs;   /* ... that had not been SACKed before: newly delivered */
    bool fin;            /* our FIN is acknowledged now */
    bool any_retrans;    /* something that was sent more than once is among them */
    bool rtt_valid;      /* a round-trip sample may be taken: nothing acknowledged was ever sent twice (Karn), and
                            something was not SACKed earlier */
    rs_time oldest_sent; /* when the first of the not yet SACKed records was sent; valid while rtt_valid */
    rs_time newest_sent; /* ... and the last of them */
} rs_sndq_acked;
/* Takes everything before `una` as acknowledged. Outside (q->una, q->nxt] nothing happens and all fields are zero. */
rs_sndq_acked rs_sndq_ack(rs_pool *blocks, rs_pool *records, rs_sndq *q, rs_seq una);

/* Splits a record after its first len bytes (0 < len < its len): the MSS became smaller, or only a part may go. The
 * second part inherits times and bits, and takes PSH, FIN and EOR with it. Returns the second part, RS_NIL without a
 * slot. */
uint32_t rs_sndq_split(rs_pool *records, rs_sndq *q, uint32_t rec, uint32_t len);
/* Merges the records that follow into rec while the payload stays <= max_len and neither part is SACKed, joined, ends
 * with EOR or carries SYN (retransmit collapse). FIN and PSH move along; the older times and the union of
 * `ever_retrans` stay. Returns how many records were merged away. */
uint32_t rs_sndq_merge(rs_pool *records, rs_sndq *q, uint32_t rec, uint32_t max_len);
/* The record was sent again. A probe is not entered as a retransmission that is out: nothing was judged lost. */
void rs_sndq_resent(rs_pool *records, rs_sndq *q, uint32_t rec, rs_time now);
/* A record goes in another form (our SYN, as SYN-ACK): its round trip counts from now, and it counts as sent once. */
void rs_sndq_sent_anew(rs_pool *records, uint32_t rec, rs_time now);
void rs_sndq_probed(rs_pool *records, uint32_t rec, rs_time now);
/* The record goes again together with the one after it, or no longer. */
void rs_sndq_join(rs_pool *records, uint32_t rec, bool joined);
/* Whether the record is lost is not asked again until it was sent again. */
void rs_sndq_set_aside(rs_pool *records, uint32_t rec);
/* What the caller keeps with a record that was just sent. */
void rs_sndq_stamp(rs_pool *records, uint32_t rec, const rs_sndstamp *stamp);
/* The record is judged lost (its retransmission too, if it was out). False: it is SACKed, or lost and waits already. */
bool rs_sndq_lose(rs_pool *records, rs_sndq *q, uint32_t rec);
/* Every record that is not SACKed is judged lost (timeout). Returns how many that says something new of. */
uint32_t rs_sndq_lose_all(rs_pool *records, rs_sndq *q);
/* No record is lost after all (the retransmissions that are out stay out). */
void rs_sndq_unlose_all(rs_pool *records, rs_sndq *q);
/* What SACK told is forgotten (the receiver has reneged). */
void rs_sndq_unsack_all(rs_pool *records, rs_sndq *q);
/* The peer reports that it has the record, which was not SACKed before; it is no longer lost, nor is its retransmission
 * out if it was lost. */
void rs_sndq_sack(rs_pool *records, rs_sndq *q, uint32_t rec);
/* A copy of a record that is SACKed has arrived twice: its retransmission is no longer out. */
void rs_sndq_arrived_twice(rs_pool *records, rs_sndq *q, uint32_t rec);

/* --- counts ---------------------------------------------------------------------------------------------- */

/* Payload bytes held; of those not sent yet; of those sent. */
static inline uint32_t rs_sndq_bytes(const rs_sndq *q)
{
    return q->bytes.len;
}
static inline uint32_t rs_sndq_unsent(const rs_sndq *q)
{
    return rs_seq_dist(q->nxt, q->end) - q->syn_unsent - (q->fin_queued && !q->fin_sent);
}
static inline uint32_t rs_sndq_unacked(const rs_sndq *q)
{
    return rs_sndq_bytes(q) - rs_sndq_unsent(q);
}
/* Sequence numbers sent and not acknowledged: FlightSize (RFC 5681 2), SYN and FIN counted. */
static inline uint32_t rs_sndq_flight(const rs_sndq *q)
{
    return rs_seq_dist(q->una, q->nxt);
}
/* Anything left to send for the first time, SYN and FIN included. */
static inline bool rs_sndq_has_unsent(const rs_sndq *q)
{
    return !rs_seq_eq(q->nxt, q->end);
}
/* Segments believed to be in the network: sent - (sacked + lost) + retransmitted. */
static inline uint32_t rs_sndq_inflight(const rs_sndq *q)
{
    return q->segs - q->sacked_segs - q->lost_segs + q->retrans_segs;
}
/* NULL or the broken invariant. Walks everything. */
const char *rs_sndq_broken(const rs_pool *blocks, const rs_pool *records, const rs_sndq *q);

#endif
