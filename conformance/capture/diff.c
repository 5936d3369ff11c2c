#include "diff.h"

#include "../text/mem.h"
#include "pair.h"

enum { CONTEXT = 3, TEXT_MAX = 300 };
#define NS_PER_MS 1000000

cf_diff_opts cf_diff_defaults(void)
{
    return (cf_diff_opts){.time_ns = 10 * NS_PER_MS, .time_percent = 5, .keep = 2000};
}

/* One pair of connections at work. */
typedef struct {
    cf_diff *d;
    const cf_diff_opts *o;
    const cf_conn *ka, *kb;
    cf_diff_pair *pair;       /* NULL until something differs */
    cf_unit ring[CONTEXT][2]; /* the last equal steps */
    uint32_t ringed;          /* equal steps since the last row */
    uint32_t after;           /* equal steps still to be shown */
    int64_t last_a, last_b;   /* times of the last packet that both have */
    bool started;
} work;

/* ---------- rows ---------- */

static cf_diff_pair *pair_of(work *w)
{
    cf_diff *d = w->d;
    if (w->pair) return w->pair;
    d->pairs = cf_mem_grow(d->pairs, d->pair_count, &d->pair_cap, sizeof *d->pairs);
    w->pair = &d->pairs[d->pair_count++];
    memset(w->pair, 0, sizeof *w->pair);
    w->pair->first_row = d->row_count;
    if (w->ka) cf_conn_name(w->ka, w->pair->a, sizeof w->pair->a);
    if (w->kb) cf_conn_name(w->kb, w->pair->b, sizeof w->pair->b);
    w->pair->a_packets = w->ka ? w->ka->count : 0;
    w->pair->b_packets = w->kb ? w->kb->count : 0;
    return w->pair;
}

static char *describe(const cf_conn *k, const cf_unit *u)
{
    char text[TEXT_MAX];
    cf_view v;
    cf_view_of(&v, k, &u->s);
    size_t n = cf_view_print(&v, text, sizeof text);
    if (u->packets > 1 && n < sizeof text) snprintf(text + n, sizeof text - n, "  [%u packets]", u->packets);
    return cf_mem_str(text);
}

static cf_diff_row *add_row(work *w, const cf_step *s)
{
    cf_diff *d = w->d;
    cf_diff_pair *p = pair_of(w);
    d->rows = cf_mem_grow(d->rows, d->row_count, &d->row_cap, sizeof *d->rows);
    cf_diff_row *r = &d->rows[d->row_count++];
    const cf_seg *any = s->a ? &s->a->s : &s->b->s;
    *r = (cf_diff_row){.from = any->dir == CF_CLIENT ? '>' : '<', .moved = s->moved, .first = d->count};
    p->rows++;
    if (s->a) {
        r->a = describe(w->ka, s->a);
        r->a_ns = s->a->s.at_ns - w->ka->start_ns;
        r->a_number = s->a->s.number;
    }
    if (s->b) {
        r->b = describe(w->kb, s->b);
        r->b_ns = s->b->s.at_ns - w->kb->start_ns;
        r->b_number = s->b->s.number;
    }
    return r;
}

/* The last equal steps before a difference become rows. */
static void show_context(work *w)
{
    uint32_t n = w->ringed < CONTEXT ? w->ringed : CONTEXT;
    bool gap = w->ringed > CONTEXT;
    for (uint32_t i = w->ringed - n; i < w->ringed; i++) {
        const cf_unit *u = w->ring[i % CONTEXT];
        add_row(w, &(cf_step){&u[0], &u[1], false})->gap = gap;
        gap = false;
    }
    w->ringed = 0;
}

static void remember(work *w, const cf_step *s)
{
    if (w->after) {
        w->after--;
        add_row(w, s);
        return;
    }
    uint32_t i = w->ringed++ % CONTEXT;
    w->ring[i][0] = *s->a;
    w->ring[i][1] = *s->b;
}

/* ---------- differences ---------- */

typedef struct {
    cf_diff_facts facts[CF_FIELDS + 2];
    cf_field_change change[CF_FIELDS];
    int count;
} findings;

static cf_diff_facts *find_more(findings *f, cf_diff_kind kind, const cf_step *s)
{
    cf_diff_facts *x = &f->facts[f->count++];
    *x = (cf_diff_facts){.kind = kind, .a = s->a ? &s->a->s : NULL, .b = s->b ? &s->b->s : NULL};
    return x;
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

static bool far(const cf_diff_opts *o, int64_t x, int64_t y)
{
    double part = (double)magnitude(x) * o->time_percent / 100;
    return magnitude(x - y) > o->time_ns && (double)magnitude(x - y) > part;
}

/* A packet is late when its distance from the packet before it and that from the start both differ: one late packet is
 * told once, and not again for all that follow it. */
static void compare_time(work *w, const cf_step *s, findings *f)
{
    int64_t a = s->a->s.at_ns, b = s->b->s.at_ns;
    if (w->started && !s->moved && !w->o->no_time && !w->o->bytes_only) {
        bool step = far(w->o, a - w->last_a, b - w->last_b);
        bool whole = far(w->o, a - w->ka->start_ns, b - w->kb->start_ns);
        if (step && whole) {
            cf_diff_facts *x = find_more(f, CF_D_TIME, s);
            x->late_ns = (b - w->last_b) - (a - w->last_a);
            x->pause_ns = b - w->last_b;
        }
    }
    if (s->moved) return;
    w->started = true;
    w->last_a = a;
    w->last_b = b;
}

static void compare_fields(work *w, const cf_step *s, findings *f)
{
    cf_view a, b;
    cf_view_of(&a, w->ka, &s->a->s);
    cf_view_of(&b, w->kb, &s->b->s);
    int64_t drift = magnitude((s->a->s.at_ns - w->ka->start_ns) - (s->b->s.at_ns - w->kb->start_ns));
    int64_t ticks =
        (drift + w->o->time_ns) / NS_PER_MS + 1 + (int64_t)((double)magnitude(a.ts_val) * w->o->time_percent / 100);
    int n = cf_fields_compare(&a, &b, ticks, w->o->bytes_only, f->change);
    for (int i = 0; i < n; i++) find_more(f, CF_D_FIELD, s)->change = &f->change[i];
}

static void put_seconds(char *out, size_t cap, int64_t ns)
{
    snprintf(out, cap, "%+.6f s", (double)ns / 1e9);
}

static void put_values(cf_difference *x, const cf_diff_facts *f)
{
    if (f->kind == CF_D_FIELD) {
        snprintf(x->a, sizeof x->a, "%s", f->change->a);
        snprintf(x->b, sizeof x->b, "%s", f->change->b);
    } else if (f->kind == CF_D_TIME) {
        put_seconds(x->a, sizeof x->a, f->pause_ns - f->late_ns);
        put_seconds(x->b, sizeof x->b, f->pause_ns);
    }
}

static void count(work *w, const cf_diff_facts *f)
{
    cf_diff *d = w->d;
    const cf_rule *rule = cf_rules_find(w->o->rules, f);
    cf_diff_class class = rule ? rule->class : CF_DC_UNEXPLAINED;
    d->counts[f->kind][class]++;
    pair_of(w)->counts[class]++;
    if (d->count >= w->o->keep) {
        d->not_kept++;
        return;
    }
    d->items = cf_mem_grow(d->items, d->count, &d->cap, sizeof *d->items);
    cf_difference *x = &d->items[d->count++];
    *x = (cf_difference){.kind = f->kind,
                         .class = class,
                         .rule = rule,
                         .field = f->kind == CF_D_FIELD ? cf_field_name(f->change->field) : ""};
    put_values(x, f);
}

static void tell(work *w, const cf_step *s, const findings *f)
{
    bool keep = w->d->count < w->o->keep;
    uint32_t row = 0;
    if (keep) {
        show_context(w);
        add_row(w, s);
        row = w->d->row_count - 1;
        w->after = CONTEXT;
    }
    uint32_t before = w->d->count;
    for (int i = 0; i < f->count; i++) count(w, &f->facts[i]);
    if (keep) w->d->rows[row].count = w->d->count - before;
}

static bool same_bytes(const work *w, const cf_seg *a, const cf_seg *b)
{
    const cf_half *x = &w->ka->half[a->dir], *y = &w->kb->half[b->dir];
    return a->win == b->win && a->urg == b->urg && a->tos == b->tos && a->ttl == b->ttl && a->hash == b->hash &&
           a->mark == b->mark && a->opt_len == b->opt_len && memcmp(a->opts, b->opts, a->opt_len) == 0 &&
           a->seq == b->seq && a->ack == b->ack && x->isn == y->isn && x->ts_base == y->ts_base && x->ttl == y->ttl &&
           w->ka->half[!a->dir].ts_base == w->kb->half[!b->dir].ts_base;
}

static void take_step(void *ctx, const cf_step *s)
{
    work *w = ctx;
    findings f;
    f.count = 0;
    if (!s->a || !s->b) {
        find_more(&f, s->a ? CF_D_MISSING : CF_D_EXTRA, s);
    } else {
        if (s->moved) find_more(&f, CF_D_MOVED, s);
        compare_time(w, s, &f);
        if (!same_bytes(w, &s->a->s, &s->b->s)) compare_fields(w, s, &f);
    }
    if (f.count) tell(w, s, &f);
    else remember(w, s);
}

/* ---------- connections ---------- */

static void one_sided(work *w)
{
    w->d->counts[CF_D_CONNECTION][CF_DC_UNEXPLAINED]++;
    pair_of(w)->counts[CF_DC_UNEXPLAINED]++;
}

static void compare_pair(cf_diff *d, cf_capture *a, cf_capture *b, const cf_pair *p, const cf_diff_opts *o)
{
    work *w = cf_mem_zero(1, sizeof *w);
    w->d = d;
    w->o = o;
    if (p->a != CF_NO_SEG) w->ka = &a->conns.items[p->a];
    if (p->b != CF_NO_SEG) w->kb = &b->conns.items[p->b];
    d->connections++;
    if (w->ka && w->kb) {
        cf_units ua, ub;
        cf_units_start(&ua, &a->conns, w->ka, o->bytes_only);
        cf_units_start(&ub, &b->conns, w->kb, o->bytes_only);
        cf_align(cf_units_next, &ua, &ub, take_step, w);
    } else {
        one_sided(w);
    }
    if (!w->pair) d->equal_connections++;
    free(w);
}

static char *left_out(const cf_capture *c)
{
    cf_buf b = {0};
    cf_capture_left_out(c, &b);
    char *text = cf_mem_str(cf_buf_str(&b));
    cf_buf_free(&b);
    return text;
}

void cf_diff_captures(cf_diff *d, cf_capture *a, cf_capture *b, const cf_diff_opts *o)
{
    uint32_t n;
    memset(d, 0, sizeof *d);
    d->a = cf_mem_str(a->path);
    d->b = cf_mem_str(b->path);
    d->a_packets = a->tcp + a->icmp;
    d->b_packets = b->tcp + b->icmp;
    d->a_left_out = left_out(a);
    d->b_left_out = left_out(b);
    cf_pair *pairs = cf_pair_conns(&a->conns, &b->conns, &n);
    for (uint32_t i = 0; i < n; i++) compare_pair(d, a, b, &pairs[i], o);
    free(pairs);
}

bool cf_diff_files(cf_diff *d, const char *a_path, const char *b_path, const cf_diff_opts *o, char *why, size_t why_cap)
{
    cf_capture a, b;
    if (!cf_capture_read(&a, a_path, o->bytes_only, why, why_cap)) return false;
    bool ok = cf_capture_read(&b, b_path, o->bytes_only, why, why_cap);
    if (ok) {
        cf_diff_captures(d, &a, &b, o);
        cf_capture_free(&b);
    }
    cf_capture_free(&a);
    return ok;
}

void cf_diff_free(cf_diff *d)
{
    for (uint32_t i = 0; i < d->row_count; i++) {
        free(d->rows[i].a);
        free(d->rows[i].b);
    }
    free(d->rows);
    free(d->pairs);
    free(d->items);
    free(d->a);
    free(d->b);
    free(d->a_left_out);
    free(d->b_left_out);
    memset(d, 0, sizeof *d);
}

uint64_t cf_diff_class_count(const cf_diff *d, cf_diff_class c)
{
    uint64_t n = 0;
    for (int k = 0; k < CF_D_KINDS; k++) n += d->counts[k][c];
    return n;
}

bool cf_diff_equal(const cf_diff *d)
{
    uint64_t n = 0;
    for (int c = 0; c < CF_DC_COUNT; c++) n += cf_diff_class_count(d, (cf_diff_class)c);
    return n == 0;
}
