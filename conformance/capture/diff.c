#include "diff.h"

#include "../packet/encode.h"
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
    cf_trail trail[2];
    cf_unit *tail; /* packets of one side after the last of the other, which ended early */
    uint32_t tail_count, tail_cap;
    int tail_side;
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
    int count, first_field;
    cf_place place[2];
    cf_view view[2];
} findings;

static cf_diff_facts *find_more(findings *f, cf_diff_kind kind, const cf_step *s)
{
    cf_diff_facts *x = &f->facts[f->count++];
    *x = (cf_diff_facts){.kind = kind,
                         .field = "",
                         .a = s->a ? &s->a->s : NULL,
                         .b = s->b ? &s->b->s : NULL,
                         .pa = s->a ? &f->place[0] : NULL,
                         .pb = s->b ? &f->place[1] : NULL};
    return x;
}

static int64_t magnitude(int64_t x)
{
    return x < 0 ? -x : x;
}

/* pause: before the packet; a part of it is tolerated. */
static bool far(const cf_diff_opts *o, int64_t x, int64_t y, int64_t pause)
{
    double part = (double)magnitude(pause) * o->time_percent / 100;
    return magnitude(x - y) > o->time_ns && (double)magnitude(x - y) > part;
}

/* A packet is late when its distance from the packet before it and that from the start both differ: one late packet is
 * told once, and not again for all that follow it. */
static void compare_time(work *w, const cf_step *s, findings *f)
{
    int64_t a = s->a->s.at_ns, b = s->b->s.at_ns;
    if (w->started && !s->moved && !w->o->no_time && !w->o->bytes_only) {
        int64_t pause = a - w->last_a;
        bool step = far(w->o, pause, b - w->last_b, pause);
        bool whole = far(w->o, a - w->ka->start_ns, b - w->kb->start_ns, pause);
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
    cf_view *a = &f->view[0], *b = &f->view[1];
    cf_view_of(a, w->ka, &s->a->s);
    cf_view_of(b, w->kb, &s->b->s);
    int64_t drift = magnitude((s->a->s.at_ns - w->ka->start_ns) - (s->b->s.at_ns - w->kb->start_ns));
    int64_t ticks =
        (drift + w->o->time_ns) / NS_PER_MS + 1 + (int64_t)((double)magnitude(a->ts_val) * w->o->time_percent / 100);
    int n = cf_fields_compare(a, b, ticks, w->o->bytes_only, f->change);
    f->first_field = f->count;
    for (int i = 0; i < n; i++) {
        cf_diff_facts *x = find_more(f, CF_D_FIELD, s);
        x->field = cf_field_name(f->change[i].field);
        if (f->change[i].field == CF_F_DIGEST) w->d->with_digests = true;
        x->x = f->change[i].x;
        x->y = f->change[i].y;
        x->va = a;
        x->vb = b;
    }
}

static void put_seconds(char *out, size_t cap, int64_t ns)
{
    snprintf(out, cap, "%+.6f s", (double)ns / 1e9);
}

static void put_values(cf_difference *x, const findings *found, int i)
{
    const cf_diff_facts *f = &found->facts[i];
    if (f->kind == CF_D_FIELD) {
        const cf_field_change *c = &found->change[i - found->first_field];
        snprintf(x->a, sizeof x->a, "%s", c->a);
        snprintf(x->b, sizeof x->b, "%s", c->b);
    } else if (f->kind == CF_D_TIME) {
        put_seconds(x->a, sizeof x->a, f->pause_ns - f->late_ns);
        put_seconds(x->b, sizeof x->b, f->pause_ns);
    }
}

cf_difference cf_difference_of(const cf_rules *rules, const cf_diff_facts *f)
{
    const cf_rule *rule = cf_rules_find(rules, f);
    return (cf_difference){
        .kind = f->kind, .class = rule ? rule->class : CF_DC_UNEXPLAINED, .rule = rule, .field = f->field};
}

static void count(work *w, const findings *found, int i)
{
    cf_diff *d = w->d;
    cf_difference x = cf_difference_of(w->o->rules, &found->facts[i]);
    d->counts[x.kind][x.class]++;
    const cf_seg *only = found->facts[i].a ? found->facts[i].a : found->facts[i].b;
    bool one_sided = x.kind == CF_D_MISSING || x.kind == CF_D_EXTRA;
    if (one_sided && (only->mark & CF_M_AGAIN) && x.rule) d->again_told = true;
    pair_of(w)->counts[x.class]++;
    if (d->count >= w->o->keep) {
        d->not_kept++;
        return;
    }
    put_values(&x, found, i);
    d->items = cf_mem_grow(d->items, d->count, &d->cap, sizeof *d->items);
    d->items[d->count++] = x;
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
    for (int i = 0; i < f->count; i++) count(w, f, i);
    if (keep) w->d->rows[row].count = w->d->count - before;
}

static bool same_bytes(const work *w, const cf_seg *a, const cf_seg *b)
{
    const cf_half *x = &w->ka->half[a->dir], *y = &w->kb->half[b->dir];
    return a->flags == b->flags && a->len == b->len && a->kind == b->kind && a->win == b->win && a->urg == b->urg &&
           x->wscale == y->wscale && a->tos == b->tos && a->ttl == b->ttl && a->hash == b->hash && a->mark == b->mark &&
           a->opt_len == b->opt_len && memcmp(a->opts, b->opts, a->opt_len) == 0 && a->seq == b->seq &&
           a->ack == b->ack && x->isn == y->isn && x->ts_base == y->ts_base && x->ttl == y->ttl &&
           w->ka->half[!a->dir].ts_base == w->kb->half[!b->dir].ts_base;
}

/* ---------- does the other side say the same elsewhere? ---------- */

enum { MORE_NS = 10 * NS_PER_MS, SOON_NS = 1000 * NS_PER_MS };

/* The time of an instant of one side on the other, counted from the last packet that both have. */
static int64_t across(const work *w, int from, int64_t at_ns)
{
    int64_t mine = from == 0 ? w->last_a : w->last_b, theirs = from == 0 ? w->last_b : w->last_a;
    const cf_conn *k = from == 0 ? w->kb : w->ka;
    return w->started ? at_ns - mine + theirs - k->start_ns : at_ns - w->trail[from].k->start_ns;
}

/* The side whose packet says more of what differs: bytes, FIN, acknowledgment, window. -1: neither. */
static int who_says_more(const cf_step *s, cf_field field)
{
    const cf_unit *a = s->a, *b = s->b;
    cf_offset x = a->end, y = b->end;
    if (x == y && (field == CF_F_LEN || field == CF_F_SEQ)) { /* the one that begins earlier */
        x = -a->s.pos;
        y = -b->s.pos;
    }
    if (field == CF_F_ACK) {
        x = a->ack;
        y = b->ack;
    } else if (field == CF_F_WIN) {
        x = a->s.win;
        y = b->s.win;
    } else if (field == CF_F_FLAGS && x == y) {
        x = !(a->s.flags & CF_PSH);
        y = !(b->s.flags & CF_PSH);
        return x == y ? -1 : x < y ? 0 : 1;
    }
    return x == y ? -1 : x > y ? 0 : 1;
}

static cf_want want_of_field(const work *w, const cf_step *s, const findings *f, cf_field field, int who)
{
    const cf_unit *u = who ? s->b : s->a;
    cf_want want = cf_trail_want(&w->trail[who], u, &f->place[who]);
    bool begins = s->a->end == s->b->end && (field == CF_F_LEN || field == CF_F_SEQ);
    if (begins && want.what == CF_SAYS_SENT) { /* what the other packet begins after */
        want.end = who ? s->a->s.pos : s->b->s.pos;
        want.flags = 0;
    }
    if (field == CF_F_ACK) want.what = CF_SAYS_ACKED;
    else if (field == CF_F_WIN) want.what = CF_SAYS_OPEN;
    else if (want.what == CF_SAYS_AGAIN) want.pos = who ? s->a->end : s->b->end;
    return want;
}

static void look_for_ack(const cf_trail *there, const cf_unit *u, int64_t at_ns, cf_diff_facts *x)
{
    cf_want want = {.what = CF_SAYS_ACKED, .dir = !u->s.dir, .ack = u->end, .at_ns = at_ns};
    x->acked = cf_trail_finds(there, &want, &x->acked_ns);
    x->unacked = !x->acked || x->acked_ns > SOON_NS;
}

/* A timer of a real clock is late by up to an eighth and two ticks, which together are a sixth of short times. Would
 * the other side's still have been running when its run ended? */
static int64_t timer_late(const cf_unit *u, const cf_place *p)
{
    enum { PART = 6, SHORTEST_DELAY_NS = 40 * NS_PER_MS }; /* of an acknowledgment */
    bool bare = u->s.kind == CF_SEG_TCP && !u->s.len && !(u->s.flags & (CF_SYN | CF_FIN | CF_RST));
    return bare ? SHORTEST_DELAY_NS : p->idle_ns / PART;
}

static bool is_ending(const work *w, int who, int64_t late_ns, int64_t at_ns)
{
    const cf_conn *there = who ? w->ka : w->kb;
    int64_t end = w->o->end_ns[!who];
    return end > 0 && at_ns + there->start_ns + late_ns > end;
}

static void look_for(work *w, const cf_step *s, const findings *f, cf_diff_facts *x)
{
    int who = s->a ? 0 : 1;
    cf_want want;
    if (x->kind == CF_D_FIELD) {
        cf_field field = (cf_field)cf_field_find(x->field);
        who = who_says_more(s, field);
        if (who < 0) return;
        want = want_of_field(w, s, f, field, who);
        const cf_unit *less = who ? s->a : s->b;
        int64_t apart;
        cf_want next = {.what = CF_SAYS_SENT, .dir = less->s.dir, .end = less->end + 1};
        next.at_ns = less->s.at_ns - w->trail[!who].k->start_ns;
        x->more = cf_trail_finds(&w->trail[!who], &next, &apart) && apart <= MORE_NS;
    } else if (x->kind == CF_D_MISSING || x->kind == CF_D_EXTRA) {
        want = cf_trail_want(&w->trail[who], who ? s->b : s->a, &f->place[who]);
    } else {
        return;
    }
    const cf_unit *u = who ? s->b : s->a;
    want.at_ns = across(w, who, u->s.at_ns);
    look_for_ack(&w->trail[!who], u, want.at_ns, x);
    x->ending = is_ending(w, who, timer_late(u, &f->place[who]), want.at_ns);
    x->covered = cf_trail_finds(&w->trail[!who], &want, &x->apart_ns);
}

/* ---------- one step ---------- */

static void find_differences(work *w, const cf_step *s, findings *f)
{
    if (s->a && s->b && !s->moved && same_bytes(w, &s->a->s, &s->b->s)) {
        compare_time(w, s, f);
        return;
    }
    if (!s->a || !s->b) {
        find_more(f, s->a ? CF_D_MISSING : CF_D_EXTRA, s);
        return;
    }
    if (s->moved) {
        cf_diff_facts *x = find_more(f, CF_D_MOVED, s);
        x->late_ns = s->b->s.at_ns - w->kb->start_ns - (s->a->s.at_ns - w->ka->start_ns);
    }
    compare_time(w, s, f);
    compare_fields(w, s, f);
}

static void place_them(work *w, const cf_step *s, findings *f)
{
    if (s->a) cf_trail_place(&w->trail[0], s->a, &f->place[0]);
    if (s->b) cf_trail_place(&w->trail[1], s->b, &f->place[1]);
    for (int i = 0; i < f->count; i++) {
        f->facts[i].script = w->o->script;
        look_for(w, s, f, &f->facts[i]);
    }
}

static void tell_step(work *w, const cf_step *s)
{
    findings f;
    f.count = 0;
    int64_t last_a = w->last_a, last_b = w->last_b;
    find_differences(w, s, &f);
    if (f.count) {
        int64_t now_a = w->last_a, now_b = w->last_b;
        w->last_a = last_a; /* a look across starts at the packet before */
        w->last_b = last_b;
        place_them(w, s, &f);
        w->last_a = now_a;
        w->last_b = now_b;
        tell(w, s, &f);
    } else {
        remember(w, s);
    }
    if (s->a) cf_trail_take(&w->trail[0], s->a);
    if (s->b) cf_trail_take(&w->trail[1], s->b);
}

/* ---------- the end of a run that ended early ---------- */

static void tell_tail(work *w, uint32_t most)
{
    for (uint32_t i = 0; i < w->tail_count && i < most; i++)
        tell_step(w, &(cf_step){w->tail_side ? NULL : &w->tail[i], w->tail_side ? &w->tail[i] : NULL, false});
    w->tail_count = 0;
}

static void take_step(void *ctx, const cf_step *s)
{
    work *w = ctx;
    int only = s->a && s->b ? -1 : s->a ? 0 : 1;
    bool may_be_tail = only >= 0 && w->o->ended[!only];
    if (w->tail_count && (!may_be_tail || w->tail_side != only)) tell_tail(w, UINT32_MAX);
    if (!may_be_tail) {
        tell_step(w, s);
        return;
    }
    w->tail = cf_mem_grow(w->tail, w->tail_count, &w->tail_cap, sizeof *w->tail);
    w->tail[w->tail_count++] = only ? *s->b : *s->a;
    w->tail_side = only;
}

/* ---------- connections ---------- */

/* Rules look at its first packet. */
static void one_sided(work *w, cf_capture *c)
{
    const cf_conn *k = w->ka ? w->ka : w->kb;
    if (w->o->until_ns > 0 && (k->start_ns > w->o->until_ns || w->o->ended[w->ka ? 1 : 0])) return;
    const cf_seg *first = cf_conns_seg(&c->conns, k->first);
    findings f = {.count = 1};
    f.facts[0] = (cf_diff_facts){.kind = CF_D_CONNECTION,
                                 .field = "",
                                 .a = w->ka ? first : NULL,
                                 .b = w->ka ? NULL : first,
                                 .absent = {!w->ka, !w->kb},
                                 .script = w->o->script};
    count(w, &f, 0);
}

/* The packets of a connection up to the time at which one of two runs ended. */
typedef struct {
    cf_units units;
    int64_t until_ns;
} bounded;

static bool next_before(void *source, cf_unit *u)
{
    bounded *b = source;
    return cf_units_next(&b->units, u) && (b->until_ns <= 0 || u->s.at_ns <= b->until_ns);
}

static void compare_both(work *w, cf_capture *a, cf_capture *b)
{
    bounded sa = {.until_ns = w->o->until_ns}, sb = sa;
    cf_units_start(&sa.units, &a->conns, w->ka, w->o->bytes_only);
    cf_units_start(&sb.units, &b->conns, w->kb, w->o->bytes_only);
    cf_trail_start(&w->trail[0], &a->conns, w->ka);
    cf_trail_start(&w->trail[1], &b->conns, w->kb);
    cf_align(next_before, &sa, &sb, take_step, w);
    tell_tail(w, w->o->waited ? 1 : 0);
    free(w->tail);
}

static void compare_pair(cf_diff *d, cf_capture *a, cf_capture *b, const cf_pair *p, const cf_diff_opts *o)
{
    work *w = cf_mem_zero(1, sizeof *w);
    w->d = d;
    w->o = o;
    if (p->a != CF_NO_SEG) w->ka = &a->conns.items[p->a];
    if (p->b != CF_NO_SEG) w->kb = &b->conns.items[p->b];
    d->connections++;
    if (w->ka && w->kb) compare_both(w, a, b);
    else one_sided(w, w->ka ? a : b);
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
    d->damaged[0] = a->damage != NULL;
    d->damaged[1] = b->damage != NULL;
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
