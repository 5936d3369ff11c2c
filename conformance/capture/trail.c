#include "trail.h"

#include <string.h>

#include "../packet/encode.h"

enum { CONTROL = CF_SYN | CF_FIN | CF_RST };

void cf_trail_start(cf_trail *t, cf_conns *conns, const cf_conn *k)
{
    memset(t, 0, sizeof *t);
    t->conns = conns;
    t->k = k;
    t->next = k->first;
}

static cf_offset edge_of(const cf_trail *t, const cf_seg *s, cf_offset ack)
{
    bool scaled = t->k->half[0].scaled && t->k->half[1].scaled && !(s->flags & CF_SYN);
    return ack + ((cf_offset)s->win << (scaled ? t->k->half[s->dir].wscale : 0));
}

static cf_past past_of(const cf_trail *t, const cf_seg *s)
{
    bool tcp = s->kind == CF_SEG_TCP;
    cf_offset more = (cf_offset)s->len + !!(s->flags & CF_SYN) + !!(s->flags & CF_FIN);
    cf_offset ack = tcp && s->flags & CF_ACK ? s->ack_pos : 0;
    return (cf_past){.at_ns = s->at_ns - t->k->start_ns,
                     .pos = s->pos,
                     .end = tcp ? s->pos + more : 0,
                     .ack = ack,
                     .edge = tcp && s->flags & CF_ACK && !(s->flags & CF_RST) ? edge_of(t, s, ack) : 0,
                     .flags = tcp ? s->flags : 0,
                     .dir = s->dir,
                     .mark = s->mark,
                     .pure = tcp && !s->len && !(s->flags & CONTROL)};
}

/* ---------- what a packet asks its receiver to answer ---------- */

static bool open_both(const cf_trail *t)
{
    return t->syn[0] && t->syn[1] && t->acked[0] > 0 && t->acked[1] > 0;
}

static cf_answers asks_by_bytes(const cf_trail *t, const cf_past *p)
{
    int me = !p->dir;
    cf_offset next = t->reach[p->dir] > t->acked[me] ? t->reach[p->dir] : t->acked[me];
    if (t->edge[me] && p->pos >= t->edge[me] && p->pos > next) return CF_TO_BEYOND;
    if (p->pos > next) return CF_TO_GAP;
    if (p->end <= next) return CF_TO_OLD;
    return p->flags & CF_FIN ? CF_TO_FIN : CF_TO_DATA;
}

/* Before p counts as sent. */
static cf_answers asks(const cf_trail *t, const cf_past *p)
{
    int me = !p->dir;
    if (!p->flags) return CF_TO_NOTHING; /* ICMP */
    if (p->flags & CF_RST) return CF_TO_RST;
    if (p->flags & CF_SYN) return open_both(t) ? CF_TO_SYN : CF_TO_OPEN;
    if (p->ack && t->seen[me] && p->ack > t->end[me]) return CF_TO_UNSENT;
    if (!p->pure) return asks_by_bytes(t, p);
    if (!t->seen[p->dir] || !t->acked[me]) return CF_TO_ACK;
    if (p->pos < t->acked[me]) return CF_TO_OLD;
    return t->edge[me] && p->pos > t->edge[me] ? CF_TO_BEYOND : CF_TO_ACK;
}

/* ---------- the way ---------- */

static void send_bytes(cf_trail *t, const cf_past *p)
{
    if (p->flags & CF_RST) return;
    if (!t->seen[p->dir]) t->end[p->dir] = t->reach[p->dir] = p->pos;
    t->seen[p->dir] = true;
    if (p->flags & CF_SYN) t->syn[p->dir] = true;
    if (p->pos <= t->reach[p->dir] && p->end > t->reach[p->dir]) t->reach[p->dir] = p->end;
    if (p->end > t->end[p->dir]) t->end[p->dir] = p->end;
    if (p->ack > t->acked[p->dir]) t->acked[p->dir] = p->ack;
    if (p->edge > t->edge[p->dir]) t->edge[p->dir] = p->edge;
    if (t->acked[p->dir] > t->reach[!p->dir]) t->reach[!p->dir] = t->acked[p->dir];
}

void cf_trail_take(cf_trail *t, const cf_unit *u)
{
    cf_past p = past_of(t, &u->s);
    p.end = p.flags ? u->end : 0; /* of a run: of all its packets */
    t->next = u->s.next;
    t->back[t->taken++ % CF_TRAIL_BACK] = p;
    t->answered[p.dir]++;
    t->sent_ns[p.dir] = p.at_ns;
    t->to[!p.dir] = asks(t, &p);
    t->asked_ns[!p.dir] = p.at_ns;
    t->answered[!p.dir] = 0;
    if (p.flags) send_bytes(t, &p);
}

void cf_trail_place(const cf_trail *t, const cf_unit *u, cf_place *out)
{
    cf_past p = past_of(t, &u->s);
    int me = p.dir, peer = !p.dir;
    bool reset = p.flags & CF_RST;
    cf_offset bytes = u->end - !!(p.flags & CF_FIN);
    *out = (cf_place){.to = t->to[me], .wait_ns = INT64_MAX};
    if (out->to != CF_TO_NOTHING) out->wait_ns = p.at_ns - t->asked_ns[me];
    out->second = t->answered[me] > 0;
    out->idle_ns = t->sent_ns[me] ? p.at_ns - t->sent_ns[me] : 0;
    if (!p.flags) return;
    out->fresh = !reset && u->end > p.pos && (!t->seen[me] || u->end > t->end[me]);
    out->advances = p.ack > t->acked[me];
    out->regresses = !reset && p.ack && p.ack < t->acked[me];
    out->acks_unseen = !reset && t->seen[peer] && t->k->half[peer].syn && p.ack > t->end[peer];
    out->overruns = out->fresh && u->s.len > 1 && t->edge[peer] && bytes > t->edge[peer];
    out->oversize = t->k->half[peer].mss && u->packets == 1 && u->s.len > t->k->half[peer].mss;
    out->shrinks = p.edge && t->edge[me] && p.edge < t->edge[me];
    out->opens = p.edge > t->edge[me];
    out->first = u->s.len && p.pos == 1;
    out->probe = t->seen[me] && !(p.flags & CONTROL) && p.end - p.pos <= 1 && p.pos < t->end[me];
}

/* ---------- the other capture ---------- */

cf_want cf_trail_want(const cf_trail *own, const cf_unit *u, const cf_place *place)
{
    cf_past p = past_of(own, &u->s);
    cf_want w = {
        .dir = p.dir, .pos = p.pos, .end = u->end, .ack = p.ack, .edge = p.edge, .flags = p.flags, .at_ns = p.at_ns};
    if (p.flags & CF_RST || p.flags & CF_SYN || !p.flags) w.what = CF_SAYS_SAME;
    else if (!p.pure) w.what = place->fresh ? CF_SAYS_SENT : CF_SAYS_AGAIN;
    else if (place->advances) w.what = CF_SAYS_ACKED;
    else if (place->opens) w.what = CF_SAYS_OPEN;
    else w.what = CF_SAYS_NOTHING;
    return w;
}

static bool says(const cf_past *p, const cf_want *w)
{
    if (p->dir != w->dir) return false;
    switch (w->what) {
    case CF_SAYS_SENT:
        return !(p->flags & CF_RST) && p->end >= w->end && p->end > p->pos &&
               (!(w->flags & CF_FIN) || p->flags & CF_FIN);
    case CF_SAYS_AGAIN: return p->mark & CF_M_AGAIN && p->pos <= w->pos && p->end > w->pos;
    case CF_SAYS_ACKED: return p->ack >= w->ack && !(p->flags & CF_RST);
    case CF_SAYS_OPEN: return p->edge >= w->edge;
    case CF_SAYS_NOTHING: return false;
    case CF_SAYS_SAME: {
        const uint16_t mask = CONTROL | CF_ACK;
        return (p->flags & mask) == (w->flags & mask) && p->pos == w->pos && p->end == w->end && p->ack == w->ack;
    }
    }
    return false;
}

/* What grows (bytes sent, acknowledged, offered) is said by the first that says it; what is repeated, by the nearest.
 */
typedef struct {
    const cf_want *w;
    bool found, first;
    int64_t apart_ns;
} hunt;

static bool look(hunt *h, const cf_past *p)
{
    if (!says(p, h->w)) return false;
    int64_t apart = p->at_ns - h->w->at_ns, size = apart < 0 ? -apart : apart;
    int64_t best = h->apart_ns < 0 ? -h->apart_ns : h->apart_ns;
    if (!h->found || size < best) h->apart_ns = apart;
    h->found = true;
    return h->first;
}

bool cf_trail_finds(const cf_trail *t, const cf_want *w, int64_t *apart_ns)
{
    hunt h = {.w = w, .first = w->what == CF_SAYS_SENT || w->what == CF_SAYS_ACKED || w->what == CF_SAYS_OPEN};
    bool over = false;
    uint64_t from = t->taken > CF_TRAIL_BACK ? t->taken - CF_TRAIL_BACK : 0;
    for (uint64_t i = from; i < t->taken && !over; i++) over = look(&h, &t->back[i % CF_TRAIL_BACK]);
    uint32_t record = t->next;
    for (int i = 0; i < CF_TRAIL_AHEAD && record != CF_NO_SEG && !over; i++) {
        const cf_seg *s = cf_conns_seg(t->conns, record);
        cf_past p = past_of(t, s);
        record = s->next;
        over = look(&h, &p);
    }
    *apart_ns = h.apart_ns;
    return h.found;
}
