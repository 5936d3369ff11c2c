#include "rules.h"

#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../text/mem.h"

static const char *const kind_names[CF_D_KINDS] = {"missing", "extra", "moved", "field", "time", "connection"};
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

typedef bool test_fn(const cf_diff_facts *f);

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
static bool a_more(const cf_diff_facts *f)
{
    return f->change && f->change->x > f->change->y;
}
static bool b_more(const cf_diff_facts *f)
{
    return f->change && f->change->x < f->change->y;
}
static bool a_none(const cf_diff_facts *f)
{
    return f->change && f->change->x <= 0;
}
static bool b_none(const cf_diff_facts *f)
{
    return f->change && f->change->y <= 0;
}
static bool a_late(const cf_diff_facts *f)
{
    return f->late_ns < 0;
}
static bool b_late(const cf_diff_facts *f)
{
    return f->late_ns > 0;
}
static bool is_probe(const cf_diff_facts *f)
{
    return is_again(f) && any(f)->len <= 1 && !is_syn(f) && !is_fin(f);
}

static const struct {
    const char *word;
    test_fn *holds;
} tests[] = {
    {"syn", is_syn},        {"synack", is_synack},  {"rst", is_rst},       {"fin", is_fin},       {"data", is_data},
    {"ack", is_ack},        {"icmp", is_icmp},      {"client", by_client}, {"server", by_server}, {"again", is_again},
    {"only-psh", only_psh}, {"only-ecn", only_ecn}, {"a-more", a_more},    {"b-more", b_more},    {"a-none", a_none},
    {"b-none", b_none},     {"a-late", a_late},     {"b-late", b_late},    {"probe", is_probe},
};
enum { TESTS = sizeof tests / sizeof tests[0] };
_Static_assert(TESTS <= 32, "conditions are bits of a uint32_t");

static int find_test(const char *word, size_t len)
{
    for (int i = 0; i < TESTS; i++)
        if (strlen(tests[i].word) == len && memcmp(tests[i].word, word, len) == 0) return i;
    return -1;
}

/* NULL, or the word that is no condition. */
static const char *read_condition(cf_rule *r)
{
    const char *at = r->condition;
    if (strcmp(at, "*") == 0) return NULL;
    for (;;) {
        at += strspn(at, " ");
        if (!*at) return NULL;
        bool turned = *at == '!';
        at += turned;
        size_t len = strcspn(at, " ");
        int i = find_test(at, len);
        if (i < 0) return at;
        *(turned ? &r->no : &r->yes) |= 1u << i;
        at += len;
    }
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

static bool read_row(cf_rules *t, uint32_t i, char *why, size_t why_cap)
{
    cf_rule *r = &t->items[i];
    const char *kind = cf_tsv_cell(&t->table, i, "kind"), *field = cf_tsv_cell(&t->table, i, "field");
    const char *class = cf_tsv_cell(&t->table, i, "class");
    r->line = i + 2;
    r->kind = strcmp(kind, "*") == 0 ? -1 : find_name(kind_names, CF_D_KINDS, kind);
    r->field = strcmp(field, "*") == 0 ? -1 : cf_field_find(field);
    r->condition = cf_tsv_cell(&t->table, i, "condition");
    r->cite = cf_tsv_cell(&t->table, i, "cite");
    r->reason = cf_tsv_cell(&t->table, i, "reason");
    int c = find_name(class_names, CF_DC_UNEXPLAINED, class);
    if (r->kind < 0 && strcmp(kind, "*") != 0) return wrong(t, r, "no kind of difference", kind, why, why_cap);
    if (r->field < 0 && strcmp(field, "*") != 0) return wrong(t, r, "no field", field, why, why_cap);
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
    uint32_t holds = 0;
    for (int i = 0; t && i < TESTS; i++) holds |= tests[i].holds(f) ? 1u << i : 0;
    for (uint32_t i = 0; t && i < t->count; i++) {
        const cf_rule *r = &t->items[i];
        bool fits = (r->kind < 0 || r->kind == (int)f->kind) &&
                    (r->field < 0 || (f->change && r->field == (int)f->change->field));
        if (fits && (holds & r->yes) == r->yes && !(holds & r->no)) return r;
    }
    return NULL;
}
