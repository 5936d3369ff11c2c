#include "rcvq.h"

#include <string.h>

static rs_island *island_at(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}

void rs_rcvq_init(rs_rcvq *q, rs_seq nxt)
{
    *q = (rs_rcvq){.read = nxt, .nxt = nxt, .islands = RS_NIL};
    rs_chain_init(&q->bytes);
}

void rs_rcvq_drop_islands(rs_pool *blocks, rs_pool *records, rs_rcvq *q)
{
    for (uint32_t i = q->islands; i != RS_NIL;) {
        uint32_t next = island_at(records, i)->next;
        rs_pool_give(records, i);
        i = next;
    }
    rs_chain_cut(blocks, &q->bytes, rs_rcvq_ready(q));
    q->islands = RS_NIL;
    q->island_count = q->ooo_bytes = 0;
    q->fin_known = q->fin_taken;
    q->has_dup = false;
}

void rs_rcvq_clear(rs_pool *blocks, rs_pool *records, rs_rcvq *q)
{
    rs_rcvq_drop_islands(blocks, records, q);
    rs_chain_clear(blocks, &q->bytes);
    q->read = rs_seq_sub(q->nxt, q->fin_taken);
}

/* --- trimming */

rs_trim rs_rcvq_trim(const rs_trim_in *in)
{
    rs_trim t = {0};
    uint32_t before = rs_seq_before(in->seq, in->nxt) ? rs_seq_dist(in->seq, in->nxt) : 0;
    uint32_t space = in->len + in->fin;
    t.old = space > 0 && before >= space;
    t.skip = before < in->len ? before : in->len;
    rs_seq start = rs_seq_max(in->seq, in->nxt);
    uint32_t room = rs_seq_after(in->edge, start) ? rs_seq_dist(start, in->edge) : 0;
    uint32_t rest = in->len - t.skip;
    t.len = rest < room ? rest : room;
    t.cut = rest - t.len;
    t.fin = in->fin && !t.old && rs_seq_before(rs_seq_add(in->seq, in->len), in->edge);
    return t;
}

/* --- islands */

static bool touches(const rs_range *a, const rs_range *b)
{
    return rs_seq_before_eq(a->start, b->end) && rs_seq_before_eq(b->start, a->end);
}

/* Payload bytes of a range that has been received: a FIN inside takes no byte. */
static uint32_t payload(const rs_rcvq *q, const rs_range *r)
{
    bool has_fin = q->fin_known && rs_seq_before_eq(r->start, q->fin_at) && rs_seq_before(q->fin_at, r->end);
    return rs_seq_dist(r->start, r->end) - has_fin;
}

/* Unlinks the island behind *link and gives its slot back. */
static void remove_island(rs_pool *records, rs_rcvq *q, uint32_t *link)
{
    uint32_t i = *link;
    q->ooo_bytes -= payload(q, &island_at(records, i)->r);
    q->island_count--;
    *link = island_at(records, i)->next;
    rs_pool_give(records, i);
}

/* How far, from `at` and at most to `end`, everything is there already; *gap_end is where the gap that follows ends. */
static rs_seq covered_to(const rs_pool *records, const rs_rcvq *q, rs_range want, rs_seq *gap_end)
{
    *gap_end = want.end;
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next) {
        const rs_range *r = &island_at(records, i)->r;
        bool beyond = rs_seq_after(r->start, want.start);
        if (!beyond && rs_seq_after(r->end, want.start)) return rs_seq_min(r->end, want.end);
        if (beyond) *gap_end = rs_seq_min(*gap_end, r->start);
    }
    return want.start;
}

/* Writes the bytes of [want) that are not there yet; stops where memory ends. Returns how far all is there. */
static rs_seq store(rs_pool *blocks, const rs_pool *records, rs_rcvq *q, rs_range want, const uint8_t *text)
{
    rs_seq at = want.start;
    while (rs_seq_before(at, want.end)) {
        rs_seq gap_end, have = covered_to(records, q, (rs_range){at, want.end}, &gap_end);
        if (!rs_seq_eq(have, at)) {
            at = have;
            continue;
        }
        rs_chain_bytes b = {.data = text + rs_seq_dist(want.start, at),
                            .at = rs_seq_dist(q->read, at),
                            .len = rs_seq_dist(at, gap_end)};
        uint32_t n = rs_chain_write(blocks, &q->bytes, &b);
        at = rs_seq_add(at, n);
        if (n < b.len) break;
    }
    return at;
}

/* Notes the lowest overlap of [r) with an island for the D-SACK report. Returns how many numbers were there already. */
static uint32_t note_overlap(const rs_pool *records, rs_rcvq *q, rs_range r)
{
    rs_range first = {r.end, r.end};
    uint32_t sum = 0;
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next) {
        const rs_range *have = &island_at(records, i)->r;
        rs_range both = {rs_seq_max(r.start, have->start), rs_seq_min(r.end, have->end)};
        if (!rs_seq_before(both.start, both.end)) continue;
        sum += rs_seq_dist(both.start, both.end);
        if (rs_seq_before(both.start, first.start)) first = both;
    }
    rs_rcvq_note_dup(q, first);
    return sum;
}

/* [got) has arrived beyond a gap: makes one island of it and those it touches, the newest. `spare` is a free slot.
 * Returns the payload bytes gained. */
static uint32_t add_island(rs_pool *records, rs_rcvq *q, rs_range got, uint32_t spare)
{
    uint32_t before = q->ooo_bytes;
    rs_range all = got;
    for (uint32_t *link = &q->islands; *link != RS_NIL;) {
        rs_island *old = island_at(records, *link);
        if (!touches(&old->r, &got)) {
            link = &old->next;
            continue;
        }
        all = (rs_range){rs_seq_min(all.start, old->r.start), rs_seq_max(all.end, old->r.end)};
        remove_island(records, q, link);
    }
    *island_at(records, spare) = (rs_island){.next = q->islands, .r = all};
    q->islands = spare;
    q->island_count++;
    q->ooo_bytes += payload(q, &all);
    return q->ooo_bytes - before;
}

/* Everything before `to` has arrived: moves nxt there, and on over islands that it reaches. */
static void advance(rs_pool *records, rs_rcvq *q, rs_seq to)
{
    q->nxt = rs_seq_max(q->nxt, to);
    for (uint32_t *link = &q->islands; *link != RS_NIL;) {
        rs_range r = island_at(records, *link)->r;
        if (rs_seq_after(r.start, to)) {
            link = &island_at(records, *link)->next;
            continue;
        }
        remove_island(records, q, link);
        q->nxt = rs_seq_max(q->nxt, r.end);
    }
    q->fin_taken = q->fin_known && rs_seq_after(q->nxt, q->fin_at);
}

static bool may_add_island(const rs_pool *records, const rs_rcvq *q, rs_range want)
{
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next)
        if (touches(&island_at(records, i)->r, &want)) return true;
    return q->island_count < RS_RCVQ_ISLANDS;
}

/* --- arriving */

/* What a segment brings that lies in the window: text [start, stop), and a FIN at stop. */
typedef struct fresh {
    rs_seq start, stop;
    const uint8_t *text;
    bool fin;
} fresh;

/* Text counts only before a known FIN. One that contradicts text behind it counts when it is next in order, and that
 * text does no longer: a peer sends none behind a FIN (RFC 9293 3.10.7.4 seventh); Linux does the same. */
static void respect_fin(rs_pool *blocks, rs_pool *records, rs_rcvq *q, fresh *f, rs_rcvq_took *took)
{
    if (q->fin_known) {
        f->fin = f->fin && rs_seq_eq(f->stop, q->fin_at);
        rs_seq limit = rs_seq_max(q->fin_at, f->start);
        if (!rs_seq_after(f->stop, limit)) return;
        took->refused_bytes += rs_seq_dist(limit, f->stop);
        f->stop = limit;
        return;
    }
    bool behind = false;
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next)
        behind |= rs_seq_after(island_at(records, i)->r.end, f->stop);
    if (!f->fin || !behind) return;
    f->fin = !took->beyond_gap;
    if (!f->fin) return;
    took->dropped_bytes = q->ooo_bytes;
    rs_rcvq_drop_islands(blocks, records, q);
}

/* Stores the text; returns the range of numbers that has arrived, FIN included. */
static rs_range store_fresh(rs_pool *blocks, const rs_pool *records, rs_rcvq *q, const fresh *f, rs_rcvq_took *took)
{
    rs_range got = {f->start, store(blocks, records, q, (rs_range){f->start, f->stop}, f->text)};
    took->refused_bytes += rs_seq_dist(got.end, f->stop);
    if (f->fin && rs_seq_eq(got.end, f->stop)) {
        q->fin_known = true;
        q->fin_at = f->stop;
        got.end = rs_seq_add(got.end, 1);
    }
    return got;
}

static void take_in_order(rs_pool *blocks, rs_pool *records, rs_rcvq *q, const fresh *f, rs_rcvq_took *took)
{
    uint32_t ready = rs_rcvq_ready(q), waiting = q->island_count;
    bool fin = q->fin_taken;
    rs_range got = store_fresh(blocks, records, q, f, took);
    took->advanced = rs_seq_before(q->nxt, got.end);
    took->filled = took->advanced && waiting > 0;
    if (took->advanced) advance(records, q, got.end);
    took->new_bytes = rs_rcvq_ready(q) - ready;
    took->fin = q->fin_taken && !fin;
}

static void take_beyond_gap(rs_pool *blocks, rs_pool *records, rs_rcvq *q, const fresh *f, rs_rcvq_took *took)
{
    rs_range want = {f->start, rs_seq_add(f->stop, f->fin)};
    uint32_t spare = may_add_island(records, q, want) ? rs_pool_take(records) : RS_NIL;
    if (spare == RS_NIL) {
        took->refused_bytes += rs_seq_dist(f->start, f->stop);
        return;
    }
    rs_range got = store_fresh(blocks, records, q, f, took);
    if (rs_seq_eq(got.start, got.end)) {
        rs_pool_give(records, spare);
        return;
    }
    took->ooo_bytes = add_island(records, q, got, spare);
}

rs_rcvq_took rs_rcvq_take(rs_pool *blocks, rs_pool *records, rs_rcvq *q, const rs_rcvq_in *in)
{
    rs_rcvq_took took = {0};
    rs_trim_in cut = {.seq = in->seq, .len = in->len, .fin = in->fin, .nxt = q->nxt, .edge = in->edge};
    rs_trim t = rs_rcvq_trim(&cut);
    rs_seq end = rs_seq_add(in->seq, in->len + in->fin);
    if (rs_seq_before(in->seq, q->nxt)) {
        rs_range old = {in->seq, rs_seq_min(end, q->nxt)};
        took.dup_bytes = rs_seq_dist(old.start, old.end);
        rs_rcvq_note_dup(q, old);
    }
    fresh f = {.start = rs_seq_max(in->seq, q->nxt), .text = in->text + t.skip, .fin = t.fin};
    f.stop = rs_seq_add(f.start, t.len);
    if (t.len == 0 && !t.fin) return took;
    took.beyond_gap = rs_seq_after(f.start, q->nxt);
    respect_fin(blocks, records, q, &f, &took);
    if (rs_seq_eq(f.start, f.stop) && !f.fin) return took;
    took.dup_bytes += note_overlap(records, q, (rs_range){f.start, rs_seq_add(f.stop, f.fin)});
    if (took.beyond_gap) take_beyond_gap(blocks, records, q, &f, &took);
    else take_in_order(blocks, records, q, &f, &took);
    return took;
}

void rs_rcvq_note_dup(rs_rcvq *q, rs_range dup)
{
    if (!rs_seq_before(dup.start, dup.end)) return;
    if (q->has_dup && touches(&q->dup, &dup))
        dup = (rs_range){rs_seq_min(q->dup.start, dup.start), rs_seq_max(q->dup.end, dup.end)};
    q->dup = dup;
    q->has_dup = true;
}

/* --- reporting and reading */

uint32_t rs_rcvq_sack_blocks(const rs_pool *records, const rs_rcvq *q, const rs_rcvq_sack *s)
{
    uint32_t n = 0;
    if (s->with_dup && q->has_dup && n < s->max) s->out[n++] = q->dup;
    for (uint32_t i = q->islands; i != RS_NIL && n < s->max; i = island_at(records, i)->next)
        s->out[n++] = island_at(records, i)->r;
    return n;
}

uint32_t rs_rcvq_read(rs_pool *blocks, rs_rcvq *q, uint8_t *to, uint32_t len)
{
    uint32_t ready = rs_rcvq_ready(q), n = len < ready ? len : ready;
    if (to) rs_chain_copy(blocks, &q->bytes, &(rs_chain_span){.to = to, .len = n});
    rs_chain_drop(blocks, &q->bytes, n);
    q->read = rs_seq_add(q->read, n);
    return n;
}

uint32_t rs_rcvq_peek(const rs_pool *blocks, rs_rcvq *q, const rs_chain_span *span)
{
    uint32_t ready = rs_rcvq_ready(q);
    if (span->at >= ready) return 0;
    uint32_t n = span->len < ready - span->at ? span->len : ready - span->at;
    if (span->to) rs_chain_copy(blocks, &q->bytes, &(rs_chain_span){.to = span->to, .at = span->at, .len = n});
    return n;
}

bool rs_rcvq_newest_edge(const rs_pool *records, const rs_rcvq *q, rs_seq *edge)
{
    if (q->islands == RS_NIL) return false;
    *edge = island_at(records, q->islands)->r.end;
    return true;
}

rs_seq rs_rcvq_last_edge(const rs_pool *records, const rs_rcvq *q)
{
    rs_seq edge = q->nxt;
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next)
        edge = rs_seq_max(edge, island_at(records, i)->r.end);
    return edge;
}

/* --- self-check */

static const char *island_broken(const rs_pool *records, const rs_rcvq *q, uint32_t i)
{
    const rs_range *r = &island_at(records, i)->r;
    if (!rs_seq_before(r->start, r->end)) return "V2: an island is empty";
    if (!rs_seq_after(r->start, q->nxt)) return "V2: an island is not beyond nxt";
    if (q->fin_known && rs_seq_after(r->end, rs_seq_add(q->fin_at, 1))) return "V5: an island reaches behind the FIN";
    for (uint32_t j = island_at(records, i)->next; j != RS_NIL; j = island_at(records, j)->next)
        if (touches(r, &island_at(records, j)->r)) return "V2: two islands touch";
    return NULL;
}

const char *rs_rcvq_broken(const rs_pool *blocks, const rs_pool *records, const rs_rcvq *q)
{
    uint32_t count = 0, bytes = 0;
    rs_seq text_end = rs_seq_sub(q->nxt, q->fin_taken);
    if (rs_seq_before(text_end, q->read)) return "V1: read lies beyond nxt";
    for (uint32_t i = q->islands; i != RS_NIL; i = island_at(records, i)->next) {
        if (++count > RS_RCVQ_ISLANDS) return "V4: too many islands";
        const char *why = island_broken(records, q, i);
        if (why) return why;
        uint32_t n = payload(q, &island_at(records, i)->r);
        bytes += n;
        if (n) text_end = rs_seq_max(text_end, rs_seq_add(island_at(records, i)->r.start, n));
    }
    if (count != q->island_count || bytes != q->ooo_bytes) return "V3: a count does not agree with the islands";
    if (q->bytes.len != rs_seq_dist(q->read, text_end)) return "V1: the chain does not end with the last byte";
    if (q->fin_known && rs_seq_before(q->fin_at, rs_seq_sub(q->nxt, 1))) return "V5: text was taken behind the FIN";
    if (q->fin_taken && !rs_seq_eq(q->nxt, rs_seq_add(q->fin_at, 1))) return "V5: nxt is not behind the taken FIN";
    return rs_chain_broken(blocks, &q->bytes);
}
