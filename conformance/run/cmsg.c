#include "cmsg.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "call_marshal.h"

/* Linux numbers. */
enum {
    LEVEL_SOCKET = 1,
    LEVEL_IP = 0,
    TYPE_STAMPS = 37,
    TYPE_STATS = 54,
    ERROR_BYTES = 16,
    OFFENDER_V4 = 16,
    OFFENDER_V6 = 28,
    STAMPS = 3,
    ATTR_HEADER = 4,
    NLA_BUSY = 1,
    NLA_SNDBUF_LIMITED = 3,
    NLA_PAD = 0,
    DATA_MAX = 1024
};

typedef struct builder {
    uint8_t bytes[DATA_MAX];
    size_t len;
    char *why;
    size_t why_cap;
    cf_span *at;
} builder;

static bool wrong(builder *b, const cf_expr *x, const char *what)
{
    snprintf(b->why, b->why_cap, "%s", what);
    *b->at = x->span;
    return false;
}

static bool put(builder *b, const void *bytes, size_t len)
{
    if (len > sizeof b->bytes - b->len) return false;
    memcpy(b->bytes + b->len, bytes, len);
    b->len += len;
    return true;
}

/* ---------- values ---------- */

static bool put_int(builder *b, const cf_expr *x, size_t bytes)
{
    int64_t v;
    if (!cf_marshal_int(x, &v)) return wrong(b, x, "expected an integer");
    return put(b, &v, bytes) || wrong(b, x, "too much ancillary data");
}

static bool put_error(builder *b, const cf_expr *x, int level)
{
    static const uint8_t sizes[] = {4, 1, 1,
                                    1, 4, 4}; /* errno origin type code info data; a byte of padding before info */
    static const uint8_t nobody[OFFENDER_V6] = {0};
    for (uint32_t i = 0; i < 6; i++) {
        if (i == 4 && !put(b, nobody, 1)) return false;
        if (!put_int(b, x->kid[i], sizes[i])) return false;
    }
    return put(b, nobody, level == LEVEL_IP ? OFFENDER_V4 : OFFENDER_V6);
}

/* The first of three stamps. */
static bool put_stamp(builder *b, const cf_expr *x)
{
    int64_t stamps[2 * STAMPS] = {x->kid[0]->num, x->kid[1]->num};
    return put(b, stamps, sizeof stamps);
}

/* Attributes of TCP's statistics: those of eight bytes by number, the others have four or one. */
static size_t attribute_size(int64_t type)
{
    static const uint8_t sizes[] = {0, 8, 8, 8, 8, 8, 8, 8, 4, 4, 4, 1, 1, 4, 1, 4, 4, 4, 8, 8, 4, 4, 4, 2, 4, 8, 1};
    return type > 0 && type < (int64_t)sizeof sizes ? sizes[type] : 4;
}

static bool put_attribute(builder *b, const cf_expr *x)
{
    static const uint8_t pad[ATTR_HEADER] = {0};
    uint16_t size = (uint16_t)attribute_size(x->num), head[2] = {(uint16_t)(ATTR_HEADER + size), (uint16_t)x->num};
    uint64_t zero = 0;
    if (!put(b, head, sizeof head)) return wrong(b, x, "too much ancillary data");
    bool any = x->kid[0]->kind == CF_X_ELLIPSIS;
    if (any ? !put(b, &zero, size) : !put_int(b, x->kid[0], size)) return false;
    return put(b, pad, (size_t)(-size & (ATTR_HEADER - 1)));
}

static bool put_list(builder *b, const cf_expr *x)
{
    for (uint32_t i = 0; i < x->count; i++) {
        const cf_expr *v = x->kid[i];
        if (v->kind == CF_X_PAIR ? !put_attribute(b, v) : !put_int(b, v, sizeof(int32_t))) return false;
    }
    return true;
}

static bool put_string(builder *b, const cf_expr *x)
{
    uint8_t *text;
    size_t len;
    char bad;
    cf_arena *mem = cf_arena_new();
    bool ok = cf_marshal_string(x, mem, &text, &len, &bad) && put(b, text, len);
    cf_arena_free(mem);
    return ok || wrong(b, x, "a text that cannot be taken");
}

static bool put_data(builder *b, const cf_expr *x, int level)
{
    if (x->kind == CF_X_EXTERR) return put_error(b, x, level);
    if (x->kind == CF_X_TSTAMP) return put_stamp(b, x);
    if (x->kind == CF_X_LIST || x->kind == CF_X_SET) return put_list(b, x);
    if (x->kind == CF_X_STRING) return put_string(b, x);
    return put_int(b, x, sizeof(int32_t));
}

static bool build_one(const cf_expr *x, cf_arena *mem, cf_cmsg *out, builder *b)
{
    int64_t level, type;
    b->len = 0;
    if (x->kind != CF_X_CMSG) return wrong(b, x, "expected {cmsg_level=, cmsg_type=, cmsg_data=}");
    if (!cf_marshal_int(x->kid[0], &level)) return wrong(b, x->kid[0], "cmsg_level is no number");
    if (!cf_marshal_int(x->kid[1], &type)) return wrong(b, x->kid[1], "cmsg_type is no number");
    if (!put_data(b, x->kid[2], (int)level)) return false;
    uint8_t *data = cf_arena_alloc(mem, b->len + 1);
    memcpy(data, b->bytes, b->len);
    *out = (cf_cmsg){(int)level, (int)type, (uint32_t)b->len, data};
    return true;
}

bool cf_cmsg_build(const cf_expr *list, cf_arena *mem, cf_cmsg **out, uint32_t *count, char *why, size_t why_cap,
                   cf_span *at)
{
    builder b = {.why = why, .why_cap = why_cap, .at = at};
    *out = cf_arena_alloc(mem, (list->count + 1) * sizeof **out);
    *count = 0;
    if (list->count > CF_CMSGS_MAX) return wrong(&b, list, "too many pieces of ancillary data");
    for (; *count < list->count; ++*count)
        if (!build_one(list->kid[*count], mem, &(*out)[*count], &b)) return false;
    return true;
}

/* ---------- expected and received ---------- */

typedef struct judge {
    const cf_cmsg_rule *rule;
    uint32_t number;
    char *why;
    size_t cap;
} judge;

static bool differ(const judge *j, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static bool differ(const judge *j, const char *fmt, ...)
{
    va_list ap;
    int n = snprintf(j->why, j->cap, "Bad ancillary data %u: ", j->number);
    va_start(ap, fmt);
    if (n > 0 && (size_t)n < j->cap) vsnprintf(j->why + n, j->cap - (size_t)n, fmt, ap);
    va_end(ap);
    return false;
}

static bool same_error(const judge *j, const cf_cmsg *want, const cf_cmsg *got)
{
    static const struct {
        const char *name;
        uint8_t at, bytes;
    } rows[] = {{"ee_errno", 0, 4}, {"ee_origin", 4, 1}, {"ee_type", 5, 1},
                {"ee_code", 6, 1},  {"ee_info", 8, 4},   {"ee_data", 12, 4}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t w = 0, g = 0;
        memcpy(&w, want->data + rows[i].at, rows[i].bytes);
        memcpy(&g, got->data + rows[i].at, rows[i].bytes);
        if (w != g) return differ(j, "expected %s %u but got %u", rows[i].name, w, g);
    }
    return true;
}

static bool same_stamps(const judge *j, const cf_cmsg *want, const cf_cmsg *got)
{
    for (unsigned i = 0; i < STAMPS; i++) {
        int64_t w[2], g[2];
        memcpy(w, want->data + i * sizeof w, sizeof w);
        memcpy(g, got->data + i * sizeof g, sizeof g);
        if (!w[0] && !w[1]) continue;
        int64_t due = w[0] * 1000000 + w[1] / 1000, was = g[0] * 1000000 + g[1] / 1000 - j->rule->live_start_us;
        if (llabs(due - was) <= j->rule->tolerance_us) continue;
        return differ(j, "expected stamp %u at %.6f sec but it says %.6f sec; tolerance %.6f sec", i, (double)due / 1e6,
                      (double)was / 1e6, (double)j->rule->tolerance_us / 1e6);
    }
    return true;
}

static bool same_attribute(const judge *j, const cf_expr *x, const uint8_t *w, const uint8_t *g, size_t bytes)
{
    uint64_t a = 0, b = 0;
    if (x->kid[0]->kind == CF_X_ELLIPSIS || bytes > sizeof a) return true;
    memcpy(&a, w, bytes);
    memcpy(&b, g, bytes);
    bool loose = x->num >= NLA_BUSY && x->num <= NLA_SNDBUF_LIMITED && a;
    if (loose ? llabs((long long)(a - b)) <= j->rule->tolerance_us : a == b) return true;
    return differ(j, "expected %s %llu but got %llu", x->word, (unsigned long long)a, (unsigned long long)b);
}

static bool same_statistics(const judge *j, const cf_expr *list, const cf_cmsg *want, const cf_cmsg *got)
{
    size_t at = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint16_t w[2], g[2];
        memcpy(w, want->data + at, sizeof w);
        memcpy(g, got->data + at, sizeof g);
        if (w[0] != g[0] || w[1] != g[1])
            return differ(j, "expected attribute %u of %u bytes but got %u of %u", w[1], w[0], g[1], g[0]);
        if (!same_attribute(j, list->kid[i], want->data + at + 4, got->data + at + 4, w[0] - 4u)) return false;
        at += (w[0] + 3u) & ~3u;
    }
    return true;
}

static bool same_one(const judge *j, const cf_expr *x, const cf_cmsg *want, const cf_cmsg *got)
{
    const cf_expr *data = x->kid[2];
    if (want->level != got->level) return differ(j, "expected level %d but got %d", want->level, got->level);
    if (want->type != got->type) return differ(j, "expected type %d but got %d", want->type, got->type);
    if (want->len != got->len) return differ(j, "expected %u bytes but got %u", want->len, got->len);
    if (data->kind == CF_X_EXTERR) return same_error(j, want, got);
    if (want->level == LEVEL_SOCKET && want->type == TYPE_STAMPS) return same_stamps(j, want, got);
    if (want->level == LEVEL_SOCKET && want->type == TYPE_STATS) return same_statistics(j, data, want, got);
    return memcmp(want->data, got->data, want->len) == 0 ||
           differ(j, "the %u bytes are not the expected ones", want->len);
}

bool cf_cmsg_check(const cf_expr *list, const cf_cmsg *got, uint32_t count, const cf_cmsg_rule *rule, char *why,
                   size_t why_cap)
{
    cf_arena *mem = cf_arena_new();
    cf_cmsg *want;
    uint32_t wanted;
    cf_span at;
    bool ok = cf_cmsg_build(list, mem, &want, &wanted, why, why_cap, &at);
    if (ok && wanted != count) {
        snprintf(why, why_cap, "Expected %u pieces of ancillary data but got %u", wanted, count);
        ok = false;
    }
    for (uint32_t i = 0; ok && i < wanted; i++) {
        judge j = {rule, i + 1, why, why_cap};
        ok = same_one(&j, list->kid[i], &want[i], &got[i]);
    }
    cf_arena_free(mem);
    return ok;
}
