#include "sndq.h"

#include <string.h>

#include "../base/check.h"

/* An EOR mark of unsent data, in a record slot. */
typedef struct mark {
    uint32_t next;
    rs_seq end;
} mark;
_Static_assert(sizeof(mark) <= RS_RECORD_BYTES, "a mark fits its slot");

static rs_sndrec *rec_at(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}

static mark *mark_at(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}

void rs_sndq_init(rs_sndq *q, rs_seq iss)
{
    *q = (rs_sndq){.una = iss,
                   .nxt = iss,
                   .end = iss,
                   .data = iss,
                   .head = RS_NIL,
                   .tail = RS_NIL,
                   .lost_hint = RS_NIL,
                   .mark_head = RS_NIL,
                   .mark_tail = RS_NIL};
    rs_chain_init(&q->bytes);
}

void rs_sndq_clear(rs_pool *blocks, rs_pool *records, rs_sndq *q)
{
    rs_chain_clear(blocks, &q->bytes);
    for (uint32_t i = q->head; i != RS_NIL;) {
        uint32_t next = rec_at(records, i)->next;
        rs_pool_give(records, i);
        i = next;
    }
    for (uint32_t i = q->mark_head; i != RS_NIL;) {
        uint32_t next = mark_at(records, i)->next;
        rs_pool_give(records, i);
        i = next;
    }
    bool fin = q->fin_sent;
    rs_sndq_init(q, q->nxt);
    q->data = rs_seq_sub(q->nxt, fin);
    q->fin_queued = q->fin_sent = fin;
}

/* --- filling */

uint32_t rs_sndq_append(rs_pool *blocks, rs_sndq *q, const rs_sndq_write *w)
{
    if (q->fin_queued || q->bytes.len >= w->limit_bytes) return 0;
    uint32_t room = w->limit_bytes - q->bytes.len;
    uint32_t n = rs_chain_append(blocks, &q->bytes, w->data, w->len < room ? w->len : room);
    q->end = rs_seq_add(q->end, n);
    return n;
}

void rs_sndq_mark_push(rs_sndq *q)
{
    if (q->fin_queued || rs_sndq_unsent(q) == 0) return;
    q->push = true;
    q->push_end = q->end;
}

void rs_sndq_widen_push(rs_sndq *q, rs_seq end)
{
    if (q->push && rs_seq_eq(q->push_end, end)) q->push_end = q->end;
    if (q->kept && rs_seq_eq(q->kept_end, end)) q->kept_end = q->end;
}

void rs_sndq_keep_push(rs_sndq *q)
{
    if (!q->push || q->kept) return;
    q->kept = true;
    q->kept_end = q->push_end;
}

bool rs_sndq_mark_eor(rs_pool *records, rs_sndq *q)
{
    if (q->fin_queued || rs_sndq_unsent(q) == 0) return true;
    if (q->mark_tail != RS_NIL && rs_seq_eq(mark_at(records, q->mark_tail)->end, q->end)) return true;
    uint32_t i = rs_pool_take(records);
    if (i == RS_NIL) return false;
    *mark_at(records, i) = (mark){.next = RS_NIL, .end = q->end};
    if (q->mark_tail == RS_NIL) q->mark_head = i;
    else mark_at(records, q->mark_tail)->next = i;
    q->mark_tail = i;
    return true;
}

rs_seq rs_sndq_last_boundary(const rs_pool *records, const rs_sndq *q)
{
    rs_seq at = q->nxt;
    for (uint32_t i = q->mark_head; i != RS_NIL && !rs_seq_eq(mark_at(records, i)->end, q->end);
         i = mark_at(records, i)->next)
        at = mark_at(records, i)->end;
    return at;
}

void rs_sndq_queue_syn(rs_sndq *q)
{
    rs_check(rs_seq_eq(q->una, q->end));
    q->syn_unsent = true;
    q->end = rs_seq_add(q->end, 1);
    q->data = q->end;
}

void rs_sndq_queue_fin(rs_sndq *q)
{
    if (q->fin_queued) return;
    q->fin_queued = true;
    q->end = rs_seq_add(q->end, 1);
}

/* --- sending new data */

rs_sndq_chunk rs_sndq_next(const rs_pool *records, const rs_sndq *q, uint32_t max_len)
{
    rs_sndq_chunk c = {.seq = q->nxt};
    if (q->syn_unsent) {
        c.flags = RS_SYN;
        c.last = rs_seq_eq(rs_seq_add(q->nxt, 1), q->end);
        return c;
    }
    uint32_t unsent = rs_sndq_unsent(q);
    c.len = unsent < max_len ? unsent : max_len;
    if (q->mark_head != RS_NIL) {
        uint32_t to_mark = rs_seq_dist(q->nxt, mark_at(records, q->mark_head)->end);
        c.eor = c.len >= to_mark;
        if (c.eor) c.len = to_mark;
    }
    if (q->push && rs_seq_dist(q->nxt, q->push_end) <= c.len) c.flags |= RS_PSH;
    if (q->kept && rs_seq_dist(q->nxt, q->kept_end) <= c.len) c.flags |= RS_PSH;
    if (q->fin_queued && !q->fin_sent && c.len == unsent) c.flags |= RS_FIN;
    c.last = c.len == unsent && rs_sndq_has_unsent(q);
    return c;
}

/* Unsent marks that the bytes before `end` reach are used up. Returns whether an EOR mark lay exactly there. */
static bool pass_marks(rs_pool *records, rs_sndq *q, rs_seq end)
{
    if (q->push && rs_seq_before_eq(q->push_end, end)) q->push = false;
    if (q->kept && rs_seq_before_eq(q->kept_end, end)) q->kept = false;
    if (q->mark_head == RS_NIL) return false;
    uint32_t i = q->mark_head;
    rs_check(rs_seq_before_eq(end, mark_at(records, i)->end));
    if (!rs_seq_eq(end, mark_at(records, i)->end)) return false;
    q->mark_head = mark_at(records, i)->next;
    if (q->mark_head == RS_NIL) q->mark_tail = RS_NIL;
    rs_pool_give(records, i);
    return true;
}

uint32_t rs_sndq_cut(rs_pool *records, rs_sndq *q, const rs_sndq_chunk *c, rs_time now)
{
    bool syn = (c->flags & RS_SYN) != 0, fin = (c->flags & RS_FIN) != 0;
    rs_check(rs_seq_eq(c->seq, q->nxt));
    rs_check(c->len <= rs_sndq_unsent(q) && syn == q->syn_unsent && !(syn && c->len));
    rs_check(!fin || (q->fin_queued && !q->fin_sent && c->len == rs_sndq_unsent(q)));
    if (c->len == 0 && !syn && !fin) return RS_NIL;
    uint32_t i = rs_pool_take(records);
    if (i == RS_NIL) return RS_NIL;
    rs_sndrec *r = rec_at(records, i);
    *r = (rs_sndrec){.next = RS_NIL, .seq = c->seq, .len = c->len, .flags = c->flags, .sent = 1};
    r->first_sent = r->last_sent = now;
    if (q->tail == RS_NIL) q->head = i;
    else rec_at(records, q->tail)->next = i;
    q->tail = i;
    q->segs++;
    q->nxt = rs_sndrec_end(r);
    if (c->len) r->eor = pass_marks(records, q, rs_seq_add(c->seq, c->len));
    if (syn) q->syn_unsent = false;
    if (fin) q->fin_sent = true;
    return i;
}

rs_sum rs_sndq_copy(const rs_pool *blocks, rs_sndq *q, const rs_sndq_span *s)
{
    uint32_t at = rs_seq_dist(q->data, s->seq);
    return rs_chain_copy_sum(blocks, &q->bytes, &(rs_chain_span){.to = s->to, .at = at, .len = s->len});
}

/* --- records of what is out */

uint32_t rs_sndq_next_lost(const rs_pool *records, rs_sndq *q)
{
    while (q->lost_hint != RS_NIL) {
        const rs_sndrec *r = rec_at(records, q->lost_hint);
        if (r->lost && !r->retrans_out) break;
        q->lost_hint = r->next;
    }
    return q->lost_hint;
}

/* Enters a record that is acknowledged whole into the account. */
static void account(rs_sndq_acked *a, const rs_sndrec *r)
{
    a->segs++;
    a->bytes += r->len;
    a->fin |= (r->flags & RS_FIN) != 0;
    a->any_retrans |= r->ever_retrans;
    if (r->sacked) return;
    if (a->new_segs == 0 || r->last_sent.us < a->oldest_sent.us) a->oldest_sent = r->last_sent;
    a->newest_sent = r->last_sent;
    a->new_segs++;
}

/* Takes the oldest record away. */
static void free_head(rs_pool *records, rs_sndq *q)
{
    uint32_t i = q->head;
    const rs_sndrec *r = rec_at(records, i);
    q->segs--;
    q->sacked_segs -= r->sacked;
    q->lost_segs -= r->lost;
    q->retrans_segs -= r->retrans_out;
    q->head = r->next;
    if (q->head == RS_NIL) q->tail = RS_NIL;
    if (q->lost_hint == i) q->lost_hint = r->next;
    rs_pool_give(records, i);
}

/* Takes the acknowledged front off a record. */
static void trim_front(rs_sndq_acked *a, rs_sndrec *r, rs_seq una)
{
    uint32_t n = rs_seq_dist(r->seq, una);
    r->seq = una;
    if (r->flags & RS_SYN) {
        r->flags = (uint8_t)(r->flags & ~RS_SYN);
        n--;
    }
    r->len -= n;
    a->bytes += n;
}

rs_sndq_acked rs_sndq_ack(rs_pool *blocks, rs_pool *records, rs_sndq *q, rs_seq una)
{
    rs_sndq_acked a = {0};
    if (!rs_seq_after(una, q->una) || rs_seq_after(una, q->nxt)) return a;
    while (q->head != RS_NIL && rs_seq_before_eq(rs_sndrec_end(rec_at(records, q->head)), una)) {
        account(&a, rec_at(records, q->head));
        free_head(records, q);
    }
    if (q->head != RS_NIL && rs_seq_before(rec_at(records, q->head)->seq, una))
        trim_front(&a, rec_at(records, q->head), una);
    a.rtt_valid = a.new_segs > 0 && !a.any_retrans;
    rs_chain_drop(blocks, &q->bytes, a.bytes);
    q->data = rs_seq_add(q->data, a.bytes);
    q->una = una;
    return a;
}

uint32_t rs_sndq_split(rs_pool *records, rs_sndq *q, uint32_t rec, uint32_t len)
{
    rs_check(len > 0 && len < rec_at(records, rec)->len);
    uint32_t i = rs_pool_take(records);
    if (i == RS_NIL) return RS_NIL;
    rs_sndrec *a = rec_at(records, rec), *b = rec_at(records, i);
    *b = *a;
    b->seq = rs_seq_add(a->seq, len + ((a->flags & RS_SYN) != 0));
    b->len = a->len - len;
    b->flags = (uint8_t)(a->flags & ~RS_SYN);
    a->len = len;
    a->flags = (uint8_t)(a->flags & ~(RS_PSH | RS_FIN));
    a->eor = a->joined = false;
    a->next = i;
    if (q->tail == rec) q->tail = i;
    q->segs++;
    q->sacked_segs += b->sacked;
    q->lost_segs += b->lost;
    q->retrans_segs += b->retrans_out;
    return i;
}

static bool may_merge(const rs_sndrec *a, const rs_sndrec *b, uint32_t max_len)
{
    if (a->eor || a->sacked || b->sacked || a->joined || b->joined) return false;
    if ((a->flags & (RS_SYN | RS_FIN)) || (b->flags & RS_SYN)) return false;
    return a->len <= max_len && b->len <= max_len - a->len;
}

uint32_t rs_sndq_merge(rs_pool *records, rs_sndq *q, uint32_t rec, uint32_t max_len)
{
    rs_sndrec *a = rec_at(records, rec);
    uint32_t merged = 0;
    while (a->next != RS_NIL && may_merge(a, rec_at(records, a->next), max_len)) {
        uint32_t i = a->next;
        const rs_sndrec *b = rec_at(records, i);
        a->len += b->len;
        a->flags |= b->flags;
        a->eor = b->eor;
        a->ever_retrans |= b->ever_retrans;
        if (b->sent > a->sent) a->sent = b->sent;
        a->next = b->next;
        q->segs--;
        q->lost_segs -= b->lost;
        q->retrans_segs -= b->retrans_out;
        if (q->tail == i) q->tail = rec;
        if (q->lost_hint == i) q->lost_hint = rec;
        rs_pool_give(records, i);
        merged++;
    }
    return merged;
}

static void sent_again(rs_sndrec *r, rs_time now)
{
    if (r->sent < UINT8_MAX) r->sent++;
    r->ever_retrans = true;
    r->set_aside = false;
    r->last_sent = now;
}

void rs_sndq_resent(rs_pool *records, rs_sndq *q, uint32_t rec, rs_time now)
{
    rs_sndrec *r = rec_at(records, rec);
    sent_again(r, now);
    if (r->sacked || r->retrans_out) return;
    r->retrans_out = true;
    q->retrans_segs++;
}

void rs_sndq_sent_anew(rs_pool *records, uint32_t rec, rs_time now)
{
    rec_at(records, rec)->last_sent = now;
}

void rs_sndq_probed(rs_pool *records, uint32_t rec, rs_time now)
{
    sent_again(rec_at(records, rec), now);
}

void rs_sndq_join(rs_pool *records, uint32_t rec, bool joined)
{
    rec_at(records, rec)->joined = joined;
}

void rs_sndq_set_aside(rs_pool *records, uint32_t rec)
{
    rec_at(records, rec)->set_aside = true;
}

void rs_sndq_stamp(rs_pool *records, uint32_t rec, const rs_sndstamp *stamp)
{
    rec_at(records, rec)->stamp = *stamp;
}

bool rs_sndq_lose(rs_pool *records, rs_sndq *q, uint32_t rec)
{
    rs_sndrec *r = rec_at(records, rec);
    if (r->sacked || (r->lost && !r->retrans_out)) return false;
    q->lost_segs += !r->lost;
    q->retrans_segs -= r->retrans_out;
    r->lost = true;
    r->retrans_out = false;
    if (q->lost_hint == RS_NIL || rs_seq_before(r->seq, rec_at(records, q->lost_hint)->seq)) q->lost_hint = rec;
    return true;
}

uint32_t rs_sndq_lose_all(rs_pool *records, rs_sndq *q)
{
    uint32_t n = 0;
    for (uint32_t i = q->head; i != RS_NIL; i = rec_at(records, i)->next) n += rs_sndq_lose(records, q, i);
    return n;
}

void rs_sndq_unlose_all(rs_pool *records, rs_sndq *q)
{
    for (uint32_t i = q->head; i != RS_NIL; i = rec_at(records, i)->next) rec_at(records, i)->lost = false;
    q->lost_segs = 0;
    q->lost_hint = RS_NIL;
}

void rs_sndq_unsack_all(rs_pool *records, rs_sndq *q)
{
    for (uint32_t i = q->head; i != RS_NIL; i = rec_at(records, i)->next) rec_at(records, i)->sacked = false;
    q->sacked_segs = 0;
}

void rs_sndq_sack(rs_pool *records, rs_sndq *q, uint32_t rec)
{
    rs_sndrec *r = rec_at(records, rec);
    if (r->sacked) return;
    q->sacked_segs++;
    r->sacked = true;
    if (!r->lost) return;
    q->lost_segs--;
    q->retrans_segs -= r->retrans_out;
    r->lost = r->retrans_out = false;
}

void rs_sndq_arrived_twice(rs_pool *records, rs_sndq *q, uint32_t rec)
{
    rs_sndrec *r = rec_at(records, rec);
    if (!r->sacked) return;
    q->retrans_segs -= r->retrans_out;
    r->retrans_out = false;
}

/* --- self-check */

/* What a walk over the records adds up to. */
typedef struct tally {
    uint32_t segs, sacked, lost, retrans, bytes;
    bool hint_passed;
} tally;

static const char *record_broken(const rs_sndq *q, const rs_sndrec *r, rs_seq at, tally *t)
{
    if (!rs_seq_eq(r->seq, at) || rs_sndrec_space(r) == 0) return "Q2: a gap between two records";
    if (r->sacked && r->lost) return "Q7: a SACKed record is lost";
    if (r->retrans_out && r->sent < 2) return "Q7: a record sent once has its retransmission out";
    if (r->lost && !r->retrans_out && !t->hint_passed) return "Q8: a lost record lies before the hint";
    if (r->len && rs_seq_after(rs_seq_add(r->seq, r->len), q->nxt)) return "Q2: a record reaches beyond nxt";
    t->segs++;
    t->sacked += r->sacked;
    t->lost += r->lost;
    t->retrans += r->retrans_out;
    t->bytes += r->len;
    return NULL;
}

static const char *records_broken(const rs_pool *records, const rs_sndq *q)
{
    tally t = {0};
    rs_seq at = q->una;
    uint32_t last = RS_NIL;
    for (uint32_t i = q->head; i != RS_NIL; i = rec_at(records, i)->next) {
        if (i >= records->high || t.segs == q->segs) return "Q3: more records than segs";
        if (i == q->lost_hint) t.hint_passed = true;
        const rs_sndrec *r = rec_at(records, i);
        const char *why = record_broken(q, r, at, &t);
        if (why) return why;
        at = rs_sndrec_end(r);
        last = i;
    }
    if (!rs_seq_eq(at, q->nxt) || last != q->tail) return "Q2: the records do not end at nxt";
    if (t.segs != q->segs || t.sacked != q->sacked_segs || t.lost != q->lost_segs || t.retrans != q->retrans_segs)
        return "Q3: a count does not agree with the records";
    return t.bytes == rs_sndq_unacked(q) ? NULL : "Q4: sent bytes and records do not agree";
}

static const char *marks_broken(const rs_pool *records, const rs_sndq *q)
{
    rs_seq before = q->nxt, end = rs_seq_sub(q->end, q->fin_queued && !q->fin_sent);
    uint32_t last = RS_NIL;
    for (uint32_t i = q->mark_head; i != RS_NIL; i = mark_at(records, i)->next) {
        rs_seq e = mark_at(records, i)->end;
        if (!rs_seq_after(e, before) || rs_seq_after(e, end)) return "Q5: EOR marks do not ascend in the unsent data";
        before = e;
        last = i;
    }
    if (last != q->mark_tail) return "Q5: the marks do not end in mark_tail";
    if (q->push && (!rs_seq_after(q->push_end, q->nxt) || rs_seq_after(q->push_end, end)))
        return "Q5: the push mark is not in the unsent data";
    if (q->kept && (!q->push || !rs_seq_after(q->kept_end, q->nxt) || rs_seq_after(q->kept_end, q->push_end)))
        return "Q5: the kept push is not before the newest";
    return NULL;
}

const char *rs_sndq_broken(const rs_pool *blocks, const rs_pool *records, const rs_sndq *q)
{
    if (rs_seq_after(q->una, q->nxt) || rs_seq_after(q->nxt, q->end)) return "Q1: not una <= nxt <= end";
    if (q->fin_sent && !q->fin_queued) return "Q6: a FIN is sent that was not queued";
    if (q->fin_sent && !rs_seq_eq(q->nxt, q->end)) return "Q6: something waits behind the FIN";
    if (rs_seq_dist(q->data, q->end) - q->fin_queued != q->bytes.len) return "Q4: the chain does not hold una to end";
    const char *why = rs_chain_broken(blocks, &q->bytes);
    if (!why) why = records_broken(records, q);
    return why ? why : marks_broken(records, q);
}
