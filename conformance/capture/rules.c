#include "rules.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/encode.h"
#include "../text/mem.h"

static const char *const kind_names[CF_D_KINDS] = {"missing",    "extra", "moved", "field",  "time",
                                                   "connection", "call",  "info",  "outcome"};
static const char *const class_names[CF_DC_COUNT] = {"choice", "should", "must", "unexplained"};

const char *cf_diff_kind_name(cf_diff_kind k)
{
    return kind_names[k];
}

const char *cf_diff_class_name(cf_diff_class c)
{
    return class_names[c];
}

/* ---------- conditions ---------- */

static const cf_seg *any(const cf_diff_facts *f)
{
    return f->a ? f->a : f->b;
}

static bool tcp_flag(const cf_diff_facts *f, uint16_t mask, uint16_t value)
{
    const cf_seg *s = any(f);
    return s && s->kind == CF_SEG_TCP && (s->flags & mask) == value;
}

static bool is_syn(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_SYN | CF_ACK, CF_SYN);
}
static bool is_synack(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_SYN | CF_ACK, CF_SYN | CF_ACK);
}
static bool is_rst(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_RST, CF_RST);
}
static bool is_fin(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_FIN | CF_RST, CF_FIN);
}
static bool is_data(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_RST, 0) && any(f)->len;
}
static bool is_ack(const cf_diff_facts *f)
{
    return tcp_flag(f, CF_SYN | CF_FIN | CF_RST | CF_ACK, CF_ACK) && any(f)->len == 0;
}
static bool is_icmp(const cf_diff_facts *f)
{
    return any(f) && any(f)->kind == CF_SEG_ICMP;
}
static bool by_client(const cf_diff_facts *f)
{
    return any(f) && any(f)->dir == CF_CLIENT;
}
static bool by_server(const cf_diff_facts *f)
{
    return any(f) && any(f)->dir == CF_SERVER;
}
static bool is_again(const cf_diff_facts *f)
{
    return (f->a && f->a->mark & CF_M_AGAIN) || (f->b && f->b->mark & CF_M_AGAIN);
}

#define PLACES(name, what)                                                                                             \
    static bool name(const cf_diff_facts *f)                                                                           \
    {                                                                                                                  \
        const cf_place *p = f->pa, *q = f->pb;                                                                         \
        return (p && p->what) || (q && q->what);                                                                       \
    }
/* What both sides do alike is no part of the difference. */
#define ONE_PLACE(name, what)                                                                                          \
    static bool name(const cf_diff_facts *f)                                                                           \
    {                                                                                                                  \
        return (f->pa && f->pa->what) != (f->pb && f->pb->what);                                                       \
    }
PLACES(is_fresh, fresh)
PLACES(advances, advances)
PLACES(opens, opens)
PLACES(is_probe, probe)
PLACES(is_first, first)
PLACES(to_syn, to == CF_TO_SYN)
PLACES(to_open, to == CF_TO_OPEN)
PLACES(to_rst, to == CF_TO_RST)
PLACES(to_old, to == CF_TO_OLD)
PLACES(to_beyond, to == CF_TO_BEYOND)
PLACES(to_gap, to == CF_TO_GAP)
PLACES(to_data, to == CF_TO_DATA)
PLACES(to_fin, to == CF_TO_FIN)
PLACES(to_unsent, to == CF_TO_UNSENT)
PLACES(to_ack, to == CF_TO_ACK)
PLACES(is_second, second)
ONE_PLACE(overruns, overruns)
ONE_PLACE(acks_unseen, acks_unseen)
ONE_PLACE(shrinks, shrinks)
ONE_PLACE(regresses, regresses)
static bool a_oversize(const cf_diff_facts *f)
{
    return f->pa && f->pa->oversize;
}

static bool only_flags(const cf_diff_facts *f, uint16_t mask)
{
    return f->a && f->b && !((f->a->flags ^ f->b->flags) & (uint16_t)~mask);
}
static bool only_psh(const cf_diff_facts *f)
{
    return only_flags(f, CF_PSH);
}
static bool only_ecn(const cf_diff_facts *f)
{
    return only_flags(f, CF_ECE | CF_CWR | CF_AE);
}
static bool only_cwr(const cf_diff_facts *f)
{
    return only_flags(f, CF_CWR);
}
static bool only_fin(const cf_diff_facts *f)
{
    return only_flags(f, CF_FIN | CF_PSH);
}
static bool same_end(const cf_diff_facts *f)
{
    return f->va && f->vb && f->va->end == f->vb->end;
}
/* The same options, whatever their order and padding. */
static bool same_names(const cf_diff_facts *f)
{
    return f->va && f->vb && f->va->has_ts == f->vb->has_ts && !f->va->sacks == !f->vb->sacks &&
           !f->va->mss == !f->vb->mss && (f->va->wscale < 0) == (f->vb->wscale < 0) && f->va->other == f->vb->other;
}
static bool same_first(const cf_diff_facts *f)
{
    return f->va && f->vb && f->va->sacks && f->vb->sacks && f->va->sack[0] == f->vb->sack[0] &&
           f->va->sack[1] == f->vb->sack[1];
}
static bool a_more(const cf_diff_facts *f)
{
    return f->x > f->y;
}
static bool b_more(const cf_diff_facts *f)
{
    return f->x < f->y;
}
static bool a_none(const cf_diff_facts *f)
{
    return f->absent[0] || f->x <= 0;
}
static bool b_none(const cf_diff_facts *f)
{
    return f->absent[1] || f->y <= 0;
}
static bool a_late(const cf_diff_facts *f)
{
    return f->late_ns < 0;
}
static bool b_late(const cf_diff_facts *f)
{
    return f->late_ns > 0;
}
static bool is_covered(const cf_diff_facts *f)
{
    return f->covered;
}
static bool more_follows(const cf_diff_facts *f)
{
    return f->more;
}
static bool stays_unacked(const cf_diff_facts *f)
{
    return f->unacked;
}
static bool is_ending(const cf_diff_facts *f)
{
    return f->ending;
}
static bool is_told(const cf_diff_facts *f)
{
    return f->told;
}
static bool is_signed(const cf_diff_facts *f)
{
    return f->with_digests;
}
static bool is_near(const cf_diff_facts *f)
{
    return f->near;
}
static bool a_fallback(const cf_diff_facts *f)
{
    enum { FALLBACK_US = 3000000 };
    return f->x == FALLBACK_US;
}

/* The length of the option of this kind with what it carries in at; -1: not there. */
static int find_option(const cf_seg *s, uint8_t kind, const uint8_t **at)
{
    enum { EOL, NOP };
    for (uint32_t i = 0; i < s->opt_len && s->opts[i] != EOL;) {
        uint8_t len = s->opts[i] == NOP ? 1 : i + 1 < s->opt_len ? s->opts[i + 1] : 0;
        if (!len || i + len > s->opt_len) return -1;
        *at = s->opts + i + 2;
        if (s->opts[i] == kind && len >= 2) return len - 2;
        i += len;
    }
    return -1;
}
static bool zero_cookie(const cf_diff_facts *f)
{
    enum { FAST_OPEN = 34 };
    const uint8_t *x = NULL, *y = NULL;
    if (!is_syn(f) || !f->a || !f->b) return false;
    int n = find_option(f->a, FAST_OPEN, &x), m = find_option(f->b, FAST_OPEN, &y);
    if (n < 0 || m < 0 || !n == !m) return false;
    for (int i = 0; i < n + m; i++)
        if (n ? x[i] : y[i]) return false;
    return true;
}
static bool is_script(const cf_diff_facts *f)
{
    return f->script;
}

/* ---------- conditions with a limit ---------- */

static int64_t size(int64_t x)
{
    return x < 0 ? -x : x;
}

static bool within(int64_t value, int64_t whole, const cf_rule_test *t)
{
    if (!t->percent) return size(value) <= t->limit;
    return (double)size(value) * 100 <= (double)size(whole) * (double)t->limit;
}

static bool by(const cf_diff_facts *f, const cf_rule_test *t)
{
    return within(f->x - f->y, size(f->x) > size(f->y) ? f->x : f->y, t);
}
/* A part of the shorter of the two pauses: since the packet before, or since its own end sent the one before, from when
 * its timer ran. */
static bool late(const cf_diff_facts *f, const cf_rule_test *t)
{
    int64_t a = f->pause_ns - f->late_ns, b = f->pause_ns;
    if (f->pa && f->pa->idle_ns > a) a = f->pa->idle_ns;
    if (f->pb && f->pb->idle_ns > b) b = f->pb->idle_ns;
    return within(f->late_ns, a < b ? a : b, t);
}
/* Both. */
static bool pause(const cf_diff_facts *f, const cf_rule_test *t)
{
    return f->pause_ns <= t->limit && f->pause_ns - f->late_ns <= t->limit;
}
static bool wait_for(const cf_diff_facts *f, const cf_rule_test *t)
{
    return (!f->pa || f->pa->wait_ns <= t->limit) && (!f->pb || f->pb->wait_ns <= t->limit);
}
static bool covered_within(const cf_diff_facts *f, const cf_rule_test *t)
{
    return f->covered && within(f->apart_ns, f->pause_ns, t);
}

static bool acked_within(const cf_diff_facts *f, const cf_rule_test *t)
{
    return f->acked && within(f->acked_ns, f->pause_ns, t);
}

typedef enum { PLAIN, COUNT, TIME } unit;
static const struct {
    const char *word;
    unit unit;
    bool (*holds)(const cf_diff_facts *f);
    bool (*within)(const cf_diff_facts *f, const cf_rule_test *t);
} tests[] = {
#define WORD(word, fn) {word, PLAIN, fn, NULL},
#define LIMIT(word, fn, unit) {word, unit, NULL, fn},
#include "condition.def"
#undef WORD
#undef LIMIT
};
enum { TESTS = sizeof tests / sizeof tests[0] };
_Static_assert(TESTS <= UINT8_MAX, "cf_rule_test.which is a byte");

static int find_test(const char *word, size_t len, bool limited)
{
    for (int i = 0; i < TESTS; i++)
        if (strlen(tests[i].word) == len && memcmp(tests[i].word, word, len) == 0 &&
            (tests[i].unit != PLAIN) == limited)
            return i;
    return -1;
}

/* "500ms", "13%", "1"; the unit has to fit the word. */
static bool read_limit(cf_rule_test *t, const char *at, size_t len)
{
    static const struct {
        const char *name;
        int64_t ns;
    } units[] = {{"ns", 1}, {"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
    char *end;
    t->limit = strtoll(at, &end, 10);
    size_t digits = (size_t)(end - at), rest = len - digits;
    if (digits == 0 || digits > len) return false;
    t->percent = rest == 1 && *end == '%';
    if (t->percent || (tests[t->which].unit == COUNT && rest == 0)) return true;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (tests[t->which].unit != TIME || strlen(units[i].name) != rest || memcmp(units[i].name, end, rest) != 0)
            continue;
        t->limit *= units[i].ns;
        return true;
    }
    return false;
}

static bool read_test(cf_rule *r, const char *at, size_t len)
{
    if (r->tests == CF_RULE_TESTS) return false;
    cf_rule_test *t = &r->test[r->tests++];
    *t = (cf_rule_test){.turned = *at == '!'};
    at += t->turned;
    len -= t->turned;
    const char *sign = memchr(at, '<', len);
    size_t word = sign ? (size_t)(sign - at) : len;
    int i = find_test(at, word, sign != NULL);
    if (i < 0) return false;
    t->which = (uint8_t)i;
    return !sign || (word + 2 < len && sign[1] == '=' && read_limit(t, sign + 2, len - word - 2));
}

/* NULL, or the word that is no condition. */
static const char *read_condition(cf_rule *r)
{
    const char *at = r->condition;
    if (strcmp(at, "*") == 0) return NULL;
    for (;;) {
        at += strspn(at, " ");
        if (!*at) return NULL;
        size_t len = strcspn(at, " ");
        if (!read_test(r, at, len)) return at;
        at += len;
    }
}

static bool holds(const cf_rule *r, const cf_diff_facts *f)
{
    for (uint32_t i = 0; i < r->tests; i++) {
        const cf_rule_test *t = &r->test[i];
        bool yes = tests[t->which].holds ? tests[t->which].holds(f) : tests[t->which].within(f, t);
        if (yes == t->turned) return false;
    }
    return true;
}

/* ---------- the table ---------- */

static int find_name(const char *const *list, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(list[i], name) == 0) return i;
    return -1;
}

static bool wrong(const cf_rules *t, const cf_rule *r, const char *what, const char *word, char *why, size_t why_cap)
{
    snprintf(why, why_cap, "%s:%u: %s: \"%s\"", t->table.src.path, r->line, what, word);
    return false;
}

/* The names of TCP_INFO are the target's, those of what a run failed by the runner's, and no business of this folder:
 * any word. */
static bool field_exists(int kind, const char *field)
{
    static const char *const calls[] = {"result", "errno", "output", "time", "count"};
    if (kind == CF_D_FIELD) return cf_field_find(field) >= 0;
    if (kind == CF_D_CALL) return find_name(calls, sizeof calls / sizeof *calls, field) >= 0;
    return kind == CF_D_INFO || kind == CF_D_OUTCOME;
}

static bool read_row(cf_rules *t, uint32_t i, char *why, size_t why_cap)
{
    cf_rule *r = &t->items[i];
    const char *kind = cf_tsv_cell(&t->table, i, "kind"), *field = cf_tsv_cell(&t->table, i, "field");
    const char *class = cf_tsv_cell(&t->table, i, "class");
    r->line = i + 2;
    r->kind = strcmp(kind, "*") == 0 ? -1 : find_name(kind_names, CF_D_KINDS, kind);
    r->field = strcmp(field, "*") == 0 ? NULL : field;
    r->condition = cf_tsv_cell(&t->table, i, "condition");
    r->cite = cf_tsv_cell(&t->table, i, "cite");
    r->reason = cf_tsv_cell(&t->table, i, "reason");
    int c = find_name(class_names, CF_DC_UNEXPLAINED, class);
    if (r->kind < 0 && strcmp(kind, "*") != 0) return wrong(t, r, "no kind of difference", kind, why, why_cap);
    if (r->field && !field_exists(r->kind, field)) return wrong(t, r, "no field", field, why, why_cap);
    if (c < 0) return wrong(t, r, "the class is choice, should or must, not", class, why, why_cap);
    if (!*r->cite || !*r->reason)
        return wrong(t, r, "a rule needs a cite and a reason; condition", r->condition, why, why_cap);
    r->class = (cf_diff_class)c;
    const char *word = read_condition(r);
    return !word || wrong(t, r, "no condition begins", word, why, why_cap);
}

bool cf_rules_load(cf_rules *t, const char *path, char *why, size_t why_cap)
{
    memset(t, 0, sizeof *t);
    if (!cf_tsv_read(&t->table, path, why, why_cap)) return false;
    t->count = t->table.rows;
    t->items = cf_mem_zero(t->count, sizeof *t->items);
    for (uint32_t i = 0; i < t->count; i++) {
        if (read_row(t, i, why, why_cap)) continue;
        cf_rules_free(t);
        return false;
    }
    return true;
}

void cf_rules_free(cf_rules *t)
{
    if (t->items) cf_tsv_free(&t->table);
    free(t->items);
    memset(t, 0, sizeof *t);
}

const cf_rule *cf_rules_find(const cf_rules *t, const cf_diff_facts *f)
{
    for (uint32_t i = 0; t && i < t->count; i++) {
        const cf_rule *r = &t->items[i];
        bool fits =
            (r->kind < 0 || r->kind == (int)f->kind) && (!r->field || strcmp(r->field, f->field ? f->field : "") == 0);
        if (fits && holds(r, f)) return r;
    }
    return NULL;
}
