/* see arrivals.h */
#include "arrivals.h"

#include <string.h>

#include "../packet/encode.h"
#include "../text/mem.h"

enum { TOGETHER_NS = 1000000, BURST_NS = 100000 };

/* What was received in order after each packet that is in its place. */
typedef struct {
    cf_recording *out;
    cf_offset *got;
} work;

static bool is_data(const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->len && !(s->flags & (CF_SYN | CF_RST));
}

static cf_offset got_before(const work *w, uint32_t i)
{
    return i ? w->got[i - 1] : 0;
}

static cf_offset got_with(cf_offset before, const cf_seg *s)
{
    if (s->kind != CF_SEG_TCP || s->flags & CF_RST || s->pos > before) return before;
    cf_offset end = s->pos + (cf_offset)s->len + (s->flags & CF_SYN ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
    return end > before ? end : before;
}

static void insert(work *w, uint32_t at, const cf_seg *s)
{
    cf_recording *r = w->out;
    memmove(r->segs + at + 1, r->segs + at, (r->count - at) * sizeof *r->segs);
    memmove(w->got + at + 1, w->got + at, (r->count - at) * sizeof *w->got);
    r->segs[at] = *s;
    w->got[at] = got_before(w, at);
    if (at < r->count++) r->segs[at].at_ns = r->segs[at + 1].at_ns;
}

/* Back over what came in and is not acknowledged by it, but not over the stack's own packets. */
static void place_out(work *w, const cf_seg *s)
{
    cf_recording *r = w->out;
    uint32_t at = r->count;
    bool tells = s->kind == CF_SEG_TCP && s->flags & CF_ACK && !(s->flags & (CF_SYN | CF_RST));
    while (tells && at && r->segs[at - 1].dir != r->side && w->got[at - 1] > s->ack_pos &&
           got_before(w, at - 1) >= s->ack_pos)
        at--;
    insert(w, at, s);
}

static bool joins(const cf_seg *a, const cf_seg *b)
{
    return is_data(a) && is_data(b) && a->dir == b->dir && !(a->flags & (CF_FIN | CF_URG)) && !(b->flags & CF_URG) &&
           a->pos + (cf_offset)a->len == b->pos && a->ack_pos == b->ack_pos && a->tos == b->tos &&
           a->opt_len == b->opt_len && memcmp(a->opts, b->opts, a->opt_len) == 0 && b->at_ns - a->at_ns < TOGETHER_NS &&
           a->len + b->len <= CF_LINE_BYTES;
}

static void join_rows(cf_recording *r)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        cf_seg *last = n ? &r->segs[n - 1] : NULL;
        const cf_seg s = r->segs[i];
        if (!last || s.dir == r->side || !joins(last, &s)) {
            r->segs[n++] = s;
            continue;
        }
        last->len += s.len;
        last->flags |= s.flags;
        last->win = s.win;
        last->at_ns = s.at_ns;
    }
    r->count = n;
}

/* How far the packet lets the stack send. */
static cf_offset edge_of(const cf_recording *r, const cf_seg *s)
{
    const cf_half *me = &r->conn->half[s->dir], *peer = &r->conn->half[!s->dir];
    bool scaled = me->scaled && peer->scaled && !(s->flags & CF_SYN);
    return s->ack_pos + ((cf_offset)s->win << (scaled ? me->wscale : 0));
}

static bool is_pure_ack(const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && !s->len && (s->flags & (CF_ACK | CF_SYN | CF_FIN | CF_RST)) == CF_ACK &&
           !(s->opt_len && s->mark & CF_M_AGAIN);
}

/* May the stack have sent s before it took the acknowledgment at hand, with this much window before? */
static bool in_burst(const cf_recording *r, const cf_seg *s, const cf_seg *ack, cf_offset edge)
{
    return s->dir == r->side && is_data(s) && !(s->mark & CF_M_AGAIN) && s->at_ns - ack->at_ns < BURST_NS &&
           s->pos + (cf_offset)s->len <= edge;
}

/* Acknowledgments change places with the segments of the burst behind them. */
static void take_late(cf_recording *r)
{
    cf_offset edge = 0;
    bool sending = false;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg s = r->segs[i];
        if (s.dir == r->side) {
            sending = is_data(&s) && !(s.mark & CF_M_AGAIN);
            continue;
        }
        uint32_t to = i;
        while (sending && is_pure_ack(&s) && to + 1 < r->count && in_burst(r, &r->segs[to + 1], &s, edge)) to++;
        for (uint32_t k = i; k < to; k++) r->segs[k] = r->segs[k + 1];
        r->segs[to] = s;
        r->segs[to].at_ns = to > i ? r->segs[to - 1].at_ns : s.at_ns;
        if (to > i) {
            i = to - 1; /* what was behind the burst may have come into it as well */
            sending = false;
            continue;
        }
        if (s.kind == CF_SEG_TCP && s.flags & CF_ACK && edge_of(r, &s) > edge) edge = edge_of(r, &s);
        sending = sending && is_pure_ack(&s);
    }
}

void cf_arrivals(cf_recording *out, const cf_recording *r, bool late)
{
    *out = (cf_recording){.conn = r->conn, .side = r->side, .left_out = cf_mem_str(r->left_out)};
    out->segs = cf_mem_zero(r->count, sizeof *out->segs);
    work w = {out, cf_mem_zero(r->count, sizeof *w.got)};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (s->dir == r->side) {
            place_out(&w, s);
            continue;
        }
        out->segs[out->count] = *s;
        w.got[out->count] = got_with(got_before(&w, out->count), s);
        out->count++;
    }
    free(w.got);
    join_rows(out);
    if (late) take_late(out);
}
