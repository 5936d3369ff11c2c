#include "fields.h"

#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/print.h"

static const char *const names[CF_FIELDS] = {"flags", "seq",    "len",  "ack",      "win",    "urg", "options",
                                             "mss",   "wscale", "sack", "ts.val",   "ts.ecr", "opt", "digest",
                                             "tos",   "ttl",    "df",   "checksum", "text",   "mtu"};

const char *cf_field_name(cf_field f)
{
    return names[f];
}

int cf_field_find(const char *name)
{
    for (int i = 0; i < CF_FIELDS; i++)
        if (strcmp(names[i], name) == 0) return i;
    return -1;
}

typedef struct {
    const cf_view *a, *b;
    int64_t ticks;
    cf_field_change *out;
    int count;
} work;

static cf_field_change *add(work *w, cf_field f)
{
    cf_field_change *c = &w->out[w->count++];
    memset(c, 0, sizeof *c);
    c->field = f;
    return c;
}

static void number(work *w, cf_field f, int64_t x, int64_t y)
{
    if (x == y) return;
    cf_field_change *c = add(w, f);
    c->x = x;
    c->y = y;
    snprintf(c->a, sizeof c->a, "%lld", (long long)x);
    snprintf(c->b, sizeof c->b, "%lld", (long long)y);
}

/* A value that need not be there: below 0 (MSS: 0) it is not. */
static void optional(work *w, cf_field f, int64_t x, int64_t y, int64_t none)
{
    int before = w->count;
    number(w, f, x, y);
    if (w->count == before) return;
    if (x == none) snprintf(w->out[before].a, sizeof w->out[before].a, "absent");
    if (y == none) snprintf(w->out[before].b, sizeof w->out[before].b, "absent");
}

static void words(work *w, cf_field f, const char *a, const char *b)
{
    cf_field_change *c = add(w, f);
    snprintf(c->a, sizeof c->a, "%s", a);
    snprintf(c->b, sizeof c->b, "%s", b);
}

static void compare_flags(work *w, uint16_t mask)
{
    uint16_t x = w->a->s->flags & mask, y = w->b->s->flags & mask;
    if (x == y) return;
    char a[16], b[16];
    cf_print_flags(x, -1, a, sizeof a);
    cf_print_flags(y, -1, b, sizeof b);
    words(w, CF_F_FLAGS, a, b);
    w->out[w->count - 1].x = x;
    w->out[w->count - 1].y = y;
}

static void print_sack(const cf_view *v, char *out, size_t cap)
{
    size_t n = 0;
    snprintf(out, cap, "absent");
    for (int i = 0; i < v->sacks && n < cap; i++) {
        int len = snprintf(out + n, cap - n, "%s%lld:%lld", i ? " " : "", (long long)v->sack[2 * i],
                           (long long)v->sack[2 * i + 1]);
        if (len > 0) n += (size_t)len;
    }
}

static void compare_sack(work *w)
{
    char a[100], b[100];
    const cf_view *x = w->a, *y = w->b;
    if (x->sacks == y->sacks && memcmp(x->sack, y->sack, 2u * x->sacks * sizeof *x->sack) == 0) return;
    print_sack(x, a, sizeof a);
    print_sack(y, b, sizeof b);
    words(w, CF_F_SACK, a, b);
    w->out[w->count - 1].x = x->sacks;
    w->out[w->count - 1].y = y->sacks;
}

static bool far(int64_t x, int64_t y, int64_t ticks)
{
    return x - y > ticks || y - x > ticks;
}

static void compare_timestamps(work *w)
{
    const cf_view *a = w->a, *b = w->b;
    if (!a->has_ts || !b->has_ts) return; /* `options` tells */
    if (far(a->ts_val, b->ts_val, w->ticks)) number(w, CF_F_TS_VAL, a->ts_val, b->ts_val);
    if (!a->ts_ecr != !b->ts_ecr || far(a->ts_ecr, b->ts_ecr, w->ticks)) number(w, CF_F_TS_ECR, a->ts_ecr, b->ts_ecr);
}

static void compare_options(work *w)
{
    const cf_view *a = w->a, *b = w->b;
    if (a->s->opt_len == 0 && b->s->opt_len == 0) return;
    if (strcmp(a->order, b->order) != 0)
        words(w, CF_F_OPTIONS, a->order[0] ? a->order : "none", b->order[0] ? b->order : "none");
    optional(w, CF_F_MSS, a->mss, b->mss, 0);
    optional(w, CF_F_WSCALE, a->wscale, b->wscale, -1);
    compare_sack(w);
    compare_timestamps(w);
    if (a->other != b->other && strcmp(a->order, b->order) == 0) words(w, CF_F_OPT, "other bytes", "other bytes");
    if (a->digest != b->digest && a->has_digest && b->has_digest) words(w, CF_F_DIGEST, "another one", "another one");
}

/* Payload captured in part says nothing. */
static void compare_text(work *w)
{
    const cf_seg *a = w->a->s, *b = w->b->s;
    if (a->len == 0 || a->len != b->len || (a->mark | b->mark) & CF_M_CUT || a->hash == b->hash) return;
    char x[40], y[40];
    snprintf(x, sizeof x, "content %08llx", (unsigned long long)(a->hash >> 32));
    snprintf(y, sizeof y, "content %08llx", (unsigned long long)(b->hash >> 32));
    words(w, CF_F_TEXT, x, y);
}

static const char *sum_word(const cf_seg *s)
{
    return s->mark & CF_M_BAD_SUM ? "wrong" : "right";
}

static void compare_ip(work *w)
{
    const cf_seg *a = w->a->s, *b = w->b->s;
    number(w, CF_F_TOS, a->tos, b->tos);
    number(w, CF_F_TTL, w->a->ttl, w->b->ttl);
    if ((a->mark ^ b->mark) & CF_M_DF) number(w, CF_F_DF, !!(a->mark & CF_M_DF), !!(b->mark & CF_M_DF));
}

int cf_fields_compare(const cf_view *a, const cf_view *b, int64_t ticks, bool bytes_only,
                      cf_field_change out[CF_FIELDS])
{
    work w = {a, b, ticks, out, 0};
    const cf_seg *x = a->s, *y = b->s;
    if (x->kind == CF_SEG_ICMP) {
        number(&w, CF_F_ACK, a->ack, b->ack);
        number(&w, CF_F_MTU, x->win, y->win);
        return w.count;
    }
    compare_flags(&w, bytes_only ? CF_SYN | CF_FIN | CF_RST : 0xFFFF);
    number(&w, CF_F_SEQ, a->pos, b->pos);
    number(&w, CF_F_LEN, x->len, y->len);
    if (!bytes_only) number(&w, CF_F_ACK, a->ack, b->ack);
    if (!bytes_only) number(&w, CF_F_WIN, a->win, b->win);
    if (x->flags & y->flags & CF_URG && !bytes_only) number(&w, CF_F_URG, x->urg, y->urg);
    if (!bytes_only || x->flags & CF_SYN) compare_options(&w);
    if (!bytes_only) compare_ip(&w);
    if (!bytes_only && !((x->mark | y->mark) & CF_M_NO_SUM) && (x->mark ^ y->mark) & CF_M_BAD_SUM)
        words(&w, CF_F_CHECKSUM, sum_word(x), sum_word(y));
    compare_text(&w);
    return w.count;
}
