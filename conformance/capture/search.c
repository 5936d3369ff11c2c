/* see search.h */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include "../packet/encode.h"
#include "arrivals.h"
#include "hints.h"

enum { COST_MAX = 400000, RUN_COST = 20, BYTES_COST = 8192, AHEAD = 64, CANDIDATES_MAX = 96 };

typedef struct {
    const cf_recording *r;
    cf_recording arrived, late;
    cf_try_fn *try_it;
    void *ctx;
    uint64_t cost; /* so far: packets, and blocks of bytes */
    bool passed;
} work;

/* A style, and how far it got. */
typedef struct {
    const cf_guess *style;
    uint32_t same;
} base;

static const cf_recording *recording_for(const work *w, const cf_guess *g)
{
    return !g->arrivals ? w->r : g->late ? &w->late : &w->arrived;
}

static uint64_t cost_of(const cf_recording *r, uint32_t n)
{
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < n; i++) bytes += r->segs[i].len;
    return RUN_COST + n + bytes / BYTES_COST;
}

/* How far it gets; -1: there is no such script, or no more time. */
static int64_t run(work *w, const cf_guess *g)
{
    cf_tried t = {false, 0};
    const cf_recording *r = recording_for(w, g);
    if (w->passed || w->cost >= COST_MAX) return -1;
    w->cost += cost_of(r, g->upto && g->upto < r->count ? g->upto : r->count);
    if (!w->try_it(w->ctx, r, g, &t)) return -1;
    w->passed = t.passed;
    return t.same;
}

/* ---------- styles ---------- */

static bool compares_less(const cf_guess *g)
{
    return g->any_options || g->loose;
}

/* Those with or without `less` and rows, in their order. */
static void try_styles(work *w, bool less, bool rows, base best[3])
{
    for (int i = 0; i < CF_GUESSES && !w->passed; i++) {
        const cf_guess *g = &cf_guesses[i];
        if (compares_less(g) != less || g->rows != rows) continue;
        int64_t same = run(w, g);
        base *b = &best[g->arrivals + g->late];
        if (same >= 0 && (!b->style || same > b->same)) *b = (base){g, (uint32_t)same};
    }
}

/* ---------- fixes ---------- */

typedef struct {
    cf_fix item[CANDIDATES_MAX];
    uint32_t count;
} candidates;

static void add(candidates *c, uint32_t packet, cf_fix_kind kind)
{
    for (uint32_t i = 0; i < c->count; i++)
        if (c->item[i].packet == packet && c->item[i].kind == kind) return;
    if (c->count < CANDIDATES_MAX) c->item[c->count++] = (cf_fix){packet, kind};
}

static bool is_out_data(const cf_recording *r, uint32_t i)
{
    const cf_seg *s = &r->segs[i];
    return s->dir == r->side && s->kind == CF_SEG_TCP && s->len && !(s->flags & (CF_SYN | CF_RST));
}

static void add_out(candidates *c, const cf_recording *r, uint32_t i)
{
    static const cf_fix_kind of_data[] = {CF_FIX_JOIN, CF_FIX_CUT, CF_FIX_PLAIN, CF_FIX_PUSH, CF_FIX_EOR};
    for (int k = 0; k < 5 && is_out_data(r, i); k++) add(c, i, of_data[k]);
    if (r->segs[i].flags & CF_FIN) add(c, i, CF_FIX_SHUTDOWN);
    add(c, i, CF_FIX_ACK_NOW);
}

static void add_in(candidates *c, uint32_t i)
{
    static const cf_fix_kind of_in[] = {CF_FIX_READ, CF_FIX_WRITE, CF_FIX_ACK_LATE, CF_FIX_CLOSE};
    for (int k = 0; k < 4; k++) add(c, i, of_in[k]);
}

/* Whatever was done shortly before packet `at` may be the reason. */
static void collect(candidates *c, const cf_recording *r, uint32_t at)
{
    enum { BACK = 24, OUT = 3, IN = 3 };
    uint32_t outs = 0, ins = 0;
    c->count = 0;
    if (r->segs[at].dir == r->side) add_out(c, r, at);
    else add_in(c, at);
    add(c, at, CF_FIX_WRITE);
    for (uint32_t n = 1; n <= BACK && n <= at && (outs < OUT || ins < IN); n++) {
        uint32_t i = at - n;
        bool out = r->segs[i].dir == r->side;
        if (out && outs++ < OUT) add_out(c, r, i);
        if (!out && ins++ < IN) add_in(c, i);
    }
    for (uint32_t i = 0; i < CF_SETTINGS; i++) add(c, i, CF_FIX_SETTING);
    if (r->segs[at].dir != r->side) return;
    add(c, at, CF_FIX_LOOSE);
    if (r->segs[at].opt_len) add(c, at, CF_FIX_ANY_OPTIONS);
}

/* A fix that is there already is taken back. */
static uint32_t toggled(cf_fix *out, const cf_fix *fix, uint32_t n, cf_fix with)
{
    uint32_t m = 0;
    for (uint32_t i = 0; i < n; i++)
        if (fix[i].packet != with.packet || fix[i].kind != with.kind) out[m++] = fix[i];
    if (m == n) out[m++] = with;
    return m;
}

/* The fix that gets farthest beyond *same is made; false: none does. */
static bool make_step(work *w, cf_guess *g, cf_fix *fix, uint32_t *same)
{
    cf_fix next[CF_FIXES_MAX + 1];
    candidates c;
    int64_t best = *same;
    cf_fix found = {0, CF_FIX_CUT};
    collect(&c, recording_for(w, g), *same);
    for (uint32_t i = 0; i < c.count && !w->passed; i++) {
        cf_guess now = *g;
        now.fix = next;
        now.fixes = toggled(next, fix, g->fixes, c.item[i]);
        now.upto = *same + AHEAD;
        int64_t got = run(w, &now);
        if (got <= best) continue;
        best = got;
        found = c.item[i];
    }
    if (w->passed || best <= *same) return false;
    g->fixes = toggled(next, fix, g->fixes, found);
    memcpy(fix, next, g->fixes * sizeof *fix);
    best = run(w, g); /* all of it */
    if (best <= *same) return false;
    *same = (uint32_t)best;
    return !w->passed;
}

static void repair(work *w, const base *b)
{
    cf_fix fix[CF_FIXES_MAX];
    if (!b->style || w->passed) return;
    cf_guess g = *b->style;
    uint32_t same = b->same;
    g.fix = fix;
    while (g.fixes < CF_FIXES_MAX && same < recording_for(w, &g)->count && make_step(w, &g, fix, &same)) {}
}

static int by_same(const void *x, const void *y)
{
    const base *a = x, *b = y;
    uint32_t of_a = a->style ? a->same : 0, of_b = b->style ? b->same : 0;
    return of_a < of_b ? 1 : of_a > of_b ? -1 : (a->style > b->style) - (a->style < b->style);
}

bool cf_search(const cf_recording *r, cf_try_fn *try_it, void *ctx)
{
    work w = {.r = r, .try_it = try_it, .ctx = ctx};
    base strict[3] = {{NULL, 0}}, loose[3] = {{NULL, 0}};
    bool rows = cf_hints_cut_by_card(r);
    cf_arrivals(&w.arrived, r, false);
    cf_arrivals(&w.late, r, true);
    try_styles(&w, false, rows, strict);
    try_styles(&w, false, !rows, strict);
    qsort(strict, 3, sizeof *strict, by_same);
    for (int i = 0; i < 3; i++) repair(&w, &strict[i]);
    try_styles(&w, true, rows, loose);
    try_styles(&w, true, !rows, loose);
    repair(&w, &loose[0]);
    cf_recording_free(&w.arrived);
    cf_recording_free(&w.late);
    return w.passed;
}
