#include "align.h"

#include <string.h>

#include "../packet/encode.h"
#include "../text/mem.h"

enum { W = CF_ALIGN_WINDOW, SMALL = 32 };

/* ---------- sources ---------- */

void cf_units_start(cf_units *u, cf_conns *conns, const cf_conn *k, bool runs)
{
    u->conns = conns;
    u->next = k->first;
    u->runs = runs;
    u->done = u->holds = u->waits = false;
    for (int dir = 0; dir < 2; dir++) {
        u->begun[dir] = false;
        u->end[dir] = 0;
        u->ahead[dir].count = 0;
    }
}

static bool read_unit(cf_units *u, cf_unit *out)
{
    if (u->next == CF_NO_SEG) return false;
    out->s = *cf_conns_seg(u->conns, u->next);
    u->next = out->s.next;
    const cf_seg *s = &out->s;
    out->packets = 1;
    out->end = s->pos + (cf_offset)s->len + (s->flags & CF_SYN ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
    out->ack = s->kind == CF_SEG_ICMP || s->flags & CF_ACK ? s->ack_pos : 0;
    return true;
}

static bool is_data(const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->len && !(s->flags & (CF_SYN | CF_RST));
}

static bool pure_ack(const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && !s->len && !(s->flags & (CF_SYN | CF_FIN | CF_RST));
}

static bool has_place(const cf_unit *u)
{
    return u->s.kind == CF_SEG_TCP && !(u->s.flags & CF_RST);
}

/* Old bytes are told no more: they were before. */
static bool is_new(const cf_units *u, const cf_unit *x)
{
    return !has_place(x) || !u->begun[x->s.dir] || x->end > u->end[x->s.dir];
}

static void told(cf_units *u, const cf_unit *x)
{
    if (!has_place(x)) return;
    u->begun[x->s.dir] = true;
    if (x->end > u->end[x->s.dir]) u->end[x->s.dir] = x->end;
}

static bool is_behind_gap(const cf_units *u, const cf_unit *x)
{
    return has_place(x) && u->begun[x->s.dir] && x->s.pos > u->end[x->s.dir];
}

/* Sorted by position; what is there twice is dropped when its turn comes. */
static void wait_for_gap(cf_units *u, const cf_unit *x)
{
    cf_ahead *w = &u->ahead[x->s.dir];
    uint32_t i = w->count++;
    for (; i > 0 && w->item[i - 1].s.pos > x->s.pos; i--) w->item[i] = w->item[i - 1];
    w->item[i] = *x;
}

static bool take_ahead(cf_units *u, int dir, cf_unit *out)
{
    cf_ahead *w = &u->ahead[dir];
    *out = w->item[0];
    memmove(w->item, w->item + 1, --w->count * sizeof *w->item);
    if (!is_new(u, out)) return false;
    told(u, out);
    return true;
}

/* The next unit that waited and now may go; over: nothing more is read that could fill a gap. */
static bool next_ahead(cf_units *u, bool over, cf_unit *out)
{
    for (int dir = 0; dir < 2; dir++) {
        cf_ahead *w = &u->ahead[dir];
        while (w->count && (over || w->count == CF_UNITS_AHEAD || w->item[0].s.pos <= u->end[dir]))
            if (take_ahead(u, dir, out)) return true;
    }
    return false;
}

/* The peer has what the capture lacks. */
static bool skip_gap(cf_units *u, int dir, cf_offset ack)
{
    cf_ahead *w = &u->ahead[dir];
    if (!w->count || ack < w->item[0].s.pos) return false;
    u->end[dir] = w->item[0].s.pos;
    return true;
}

/* The next packet that carries new bytes or changes the connection, in the order of the streams. */
static bool read_substance(cf_units *u, cf_unit *out)
{
    for (;;) {
        if (next_ahead(u, false, out)) return true;
        if (u->waits) {
            u->waits = false;
            *out = u->waiting;
        } else if (!read_unit(u, out)) {
            return next_ahead(u, true, out);
        }
        if (out->s.kind == CF_SEG_TCP && skip_gap(u, !out->s.dir, out->ack)) {
            u->waits = true; /* behind what it acknowledges */
            u->waiting = *out;
            continue;
        }
        if (!is_new(u, out) || pure_ack(&out->s)) continue;
        if (is_behind_gap(u, out)) {
            wait_for_gap(u, out);
            continue;
        }
        told(u, out);
        return true;
    }
}

static bool continues(const cf_unit *run, const cf_unit *u)
{
    return is_data(&run->s) && is_data(&u->s) && run->s.dir == u->s.dir && run->end == u->s.pos &&
           !(run->s.flags & CF_FIN) && run->s.len < UINT32_MAX / 2;
}

static void join(cf_unit *run, const cf_unit *u)
{
    run->s.hash = cf_hash_join(run->s.hash, u->s.hash, u->s.len);
    run->s.len += u->s.len;
    run->s.flags |= u->s.flags;
    run->s.mark |= u->s.mark;
    run->end = u->end;
    run->ack = u->ack;
    run->packets++;
}

static bool read_run(cf_units *u, cf_unit *out)
{
    if (!u->holds && !read_substance(u, &u->held)) return false;
    *out = u->held;
    while ((u->holds = read_substance(u, &u->held)) && continues(out, &u->held)) join(out, &u->held);
    return true;
}

bool cf_units_next(void *units, cf_unit *out)
{
    cf_units *u = units;
    if (!u->runs) return read_unit(u, out);
    if (u->done) return false;
    if (read_run(u, out)) return true;
    u->done = true;
    return false;
}

/* ---------- likeness ---------- */

typedef enum { C_SYN, C_RST, C_FIN, C_DATA, C_ACK, C_ICMP } class;

static class class_of(const cf_seg *s)
{
    if (s->kind == CF_SEG_ICMP) return C_ICMP;
    if (s->flags & CF_RST) return C_RST;
    if (s->flags & CF_SYN) return C_SYN;
    if (s->flags & CF_FIN) return C_FIN;
    return s->len ? C_DATA : C_ACK;
}

/* Both for the first time, or both again. */
static bool
as_new(const cf_unit *a, const cf_unit *b)
{
    return !((a->s.mark ^ b->s.mark) & CF_M_AGAIN);
}

static bool alike(const cf_unit *a, const cf_unit *b)
{
    return a->s.dir == b->s.dir && a->s.kind == b->s.kind && a->s.flags == b->s.flags && a->s.pos == b->s.pos &&
           a->end == b->end && a->ack == b->ack && a->s.len == b->s.len &&
           (a->s.kind == CF_SEG_TCP || a->s.urg == b->s.urg);
}

static bool equal(const cf_unit *a, const cf_unit *b)
{
    return alike(a, b) && as_new(a, b);
}

/* How much two packets have in common; 0: they are not the same packet in any sense. */
static int likeness(const cf_unit *a, const cf_unit *b)
{
    if (a->s.dir != b->s.dir || a->s.kind != b->s.kind) return 0;
    class x = class_of(&a->s), y = class_of(&b->s);
    if (x == C_ICMP) return a->s.urg == b->s.urg ? 12 + (a->ack == b->ack) : 0;
    bool here = a->s.pos == b->s.pos;
    bool kin = x == y || (here && ((x == C_DATA && y == C_FIN) || (x == C_FIN && y == C_DATA) ||
                                   (x == C_ACK && y == C_RST) || (x == C_RST && y == C_ACK)));
    if (!kin || (!here && x == C_DATA)) return 0;
    return (x == y ? 4 : 0) + (here ? 4 : 0) + (a->end == b->end ? 2 : 0) + (a->ack == b->ack ? 2 : 0) +
           (a->s.flags == b->s.flags ? 1 : 0) + (as_new(a, b) ? 1 : 0);
}

/* ---------- windows ---------- */

typedef struct {
    cf_unit_fn *next;
    void *source;
    cf_unit item[W];
    bool used[W];
    int count;
    bool ended;
} side;
typedef struct {
    side a, b;
    int16_t score[W + 1][W + 1];
    cf_step_fn *emit;
    void *ctx;
} work;

static void drop(side *s, int n)
{
    memmove(s->item, s->item + n, (size_t)(s->count - n) * sizeof *s->item);
    memmove(s->used, s->used + n, (size_t)(s->count - n) * sizeof *s->used);
    s->count -= n;
}

/* A full window, if there is so much; what was told already is gone from its front. */
static void fill(side *s)
{
    int told = 0;
    while (told < s->count && s->used[told]) told++;
    if (told) drop(s, told);
    while (!s->ended && s->count < W) {
        if (s->next(s->source, &s->item[s->count])) s->used[s->count++] = false;
        else s->ended = true;
    }
}

static void give(work *w, const cf_unit *a, const cf_unit *b, bool moved)
{
    w->emit(w->ctx, &(cf_step){a, b, moved});
}

/* Equal heads; they are dropped in one go, for speed. */
static bool take_equal(work *w)
{
    int n = 0, most = w->a.count < w->b.count ? w->a.count : w->b.count;
    while (n < most && !w->a.used[n] && !w->b.used[n] && equal(&w->a.item[n], &w->b.item[n])) {
        give(w, &w->a.item[n], &w->b.item[n], false);
        n++;
    }
    drop(&w->a, n);
    drop(&w->b, n);
    return n > 0;
}

/* score[i][j]: the best that a's units from i on and b's from j on can have in common. */
static void fill_scores(work *w, int n, int m)
{
    for (int i = 0; i <= n; i++) w->score[i][m] = 0;
    for (int j = 0; j <= m; j++) w->score[n][j] = 0;
    for (int i = n - 1; i >= 0; i--) {
        for (int j = m - 1; j >= 0; j--) {
            int both = w->a.used[i] || w->b.used[j] ? 0 : likeness(&w->a.item[i], &w->b.item[j]);
            int best = w->score[i + 1][j] > w->score[i][j + 1] ? w->score[i + 1][j] : w->score[i][j + 1];
            if (both && both + w->score[i + 1][j + 1] >= best) best = both + w->score[i + 1][j + 1];
            w->score[i][j] = (int16_t)best;
        }
    }
}

typedef struct {
    int16_t a, b;
} match; /* -1: nobody */

static int trace(const work *w, int n, int m, match *path)
{
    int i = 0, j = 0, len = 0;
    while (i < n || j < m) {
        int both = i < n && j < m && !w->a.used[i] && !w->b.used[j] ? likeness(&w->a.item[i], &w->b.item[j]) : 0;
        if (both && w->score[i][j] == both + w->score[i + 1][j + 1]) path[len++] = (match){(int16_t)i++, (int16_t)j++};
        else if (i < n && (j == m || w->score[i + 1][j] == w->score[i][j])) path[len++] = (match){(int16_t)i++, -1};
        else path[len++] = (match){-1, (int16_t)j++};
    }
    return len;
}

/* A packet that another one has overtaken looks like one that goes again. It may be the same packet when it is no
 * further off than what nobody takes for a loss (RFC 5681 3.2). */
static bool overtaken(const cf_unit *a, const cf_unit *b, int apart)
{
    enum { REORDERING = 3 };
    return alike(a, b) && apart <= REORDERING && apart >= -REORDERING;
}

/* The same packet, left over on both sides: it moved. partner[p] is the place in the path of the other one, or -1. */
static void find_moved(work *w, const match *path, int len, int *partner)
{
    for (int p = 0; p < len; p++) partner[p] = -1;
    for (int p = 0; p < len; p++) {
        if (path[p].b >= 0 || w->a.used[path[p].a]) continue;
        for (int q = 0; q < len && partner[p] < 0; q++) {
            bool free_b = path[q].a < 0 && partner[q] < 0 && !w->b.used[path[q].b];
            const cf_unit *a = &w->a.item[path[p].a], *b = free_b ? &w->b.item[path[q].b] : NULL;
            if (!free_b || !(equal(a, b) || overtaken(a, b, p - q))) continue;
            partner[p] = q;
            partner[q] = p;
        }
    }
}

/* How much of the path is final: all at the end, else the first half, so that what is cut off has its context. */
static int settled(const match *path, int len, int n, int m, bool whole)
{
    int p = 0;
    if (whole) return len;
    while (p < len && path[p].a < n / 2 && path[p].b < m / 2) p++;
    return p ? p : 1;
}

static bool has_match(const match *path, int len)
{
    for (int p = 0; p < len; p++)
        if (path[p].a >= 0 && path[p].b >= 0) return true;
    return false;
}

/* A packet that moved is told where it comes first; at its other place it is used already. */
static void emit_alone(work *w, const match *here, const match *there)
{
    const match *of_a = here->a >= 0 ? here : there, *of_b = here->a >= 0 ? there : here;
    cf_unit *a = of_a ? &w->a.item[of_a->a] : NULL, *b = of_b ? &w->b.item[of_b->b] : NULL;
    if ((a && w->a.used[of_a->a]) || (b && w->b.used[of_b->b])) return;
    give(w, a, b, there != NULL);
    if (a) w->a.used[of_a->a] = true;
    if (b) w->b.used[of_b->b] = true;
}

static void emit_path(work *w, const match *path, int len, int final)
{
    int partner[2 * W], a = 0, b = 0;
    find_moved(w, path, len, partner);
    for (int p = 0; p < final; p++) {
        a += path[p].a >= 0;
        b += path[p].b >= 0;
        if (path[p].a >= 0 && path[p].b >= 0) give(w, &w->a.item[path[p].a], &w->b.item[path[p].b], false);
        else emit_alone(w, &path[p], partner[p] >= 0 ? &path[partner[p]] : NULL);
    }
    drop(&w->a, a);
    drop(&w->b, b);
}

/* Nothing in common within the window: the side that is behind in the two streams is given up first. */
static void drop_behind(work *w)
{
    cf_offset a = w->a.item[0].s.pos + w->a.item[0].ack, b = w->b.item[0].s.pos + w->b.item[0].ack;
    side *s = a <= b ? &w->a : &w->b;
    int n = (s->count + 1) / 2;
    for (int i = 0; i < n; i++) {
        if (s->used[i]) continue;
        if (s == &w->a) give(w, &s->item[i], NULL, false);
        else give(w, NULL, &s->item[i], false);
    }
    drop(s, n);
}

/* A small window that matches nothing in its first half may do so by being small; in a full one, a match anywhere tells
 * what is missing before it. */
static bool take_window(work *w, int size)
{
    match path[2 * W];
    int n = w->a.count < size ? w->a.count : size, m = w->b.count < size ? w->b.count : size;
    bool whole = w->a.ended && w->b.ended && n == w->a.count && m == w->b.count;
    fill_scores(w, n, m);
    int len = trace(w, n, m, path);
    int final = settled(path, len, n, m, whole);
    if (!whole && !has_match(path, size == W ? len : final)) return false;
    emit_path(w, path, len, final);
    return true;
}

static void take_rest(work *w, side *s)
{
    for (int i = 0; i < s->count; i++) {
        if (s->used[i]) continue;
        if (s == &w->a) give(w, &s->item[i], NULL, false);
        else give(w, NULL, &s->item[i], false);
    }
    s->count = 0;
}

void cf_align(cf_unit_fn *next, void *source_a, void *source_b, cf_step_fn *emit, void *ctx)
{
    work *w = cf_mem_or_die(malloc(sizeof *w)); /* large: not worth zeroing for a connection of five packets */
    w->a.count = w->b.count = 0;
    w->a.ended = w->b.ended = false;
    w->a.next = w->b.next = next;
    w->a.source = source_a;
    w->b.source = source_b;
    w->emit = emit;
    w->ctx = ctx;
    for (;;) {
        fill(&w->a);
        fill(&w->b);
        if (!w->a.count || !w->b.count) break;
        if (take_equal(w) || take_window(w, SMALL) || take_window(w, W)) continue;
        drop_behind(w);
    }
    while (w->a.count || w->b.count) {
        take_rest(w, &w->a);
        take_rest(w, &w->b);
        fill(&w->a);
        fill(&w->b);
    }
    free(w);
}
