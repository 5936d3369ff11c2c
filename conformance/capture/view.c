#include "view.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../packet/print.h"

enum { KIND_AO = 29 }; /* RFC 5925 2.2 */

static const char *kind_name(uint8_t kind)
{
    switch (kind) {
    case CF_KIND_EOL: return "eol";
    case CF_KIND_NOP: return "nop";
    case CF_KIND_MSS: return "mss";
    case CF_KIND_WSCALE: return "wscale";
    case CF_KIND_SACK_OK: return "sackOK";
    case CF_KIND_SACK: return "sack";
    case CF_KIND_TS: return "TS";
    case CF_KIND_MD5: return "md5";
    case CF_KIND_AO: return "ao";
    case CF_KIND_FO: return "FO";
    case CF_KIND_EXP: return "exp";
    case CF_KIND_ACCECN0: return "ECN e0b";
    case CF_KIND_ACCECN1: return "ECN e1b";
    default: return NULL;
    }
}

static void add_name(cf_view *v, uint8_t kind)
{
    size_t n = strlen(v->order);
    const char *name = kind_name(kind), *comma = n ? "," : "";
    if (name) snprintf(v->order + n, sizeof v->order - n, "%s%s", comma, name);
    else snprintf(v->order + n, sizeof v->order - n, "%s%u", comma, kind);
}

static uint32_t word(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void take_sack(cf_view *v, const cf_half *peer, const uint8_t *o)
{
    for (int at = 2; at + 8 <= o[1] && v->sacks < CF_VIEW_SACKS; at += 8, v->sacks++) {
        v->sack[2 * v->sacks] = cf_unroll(v->ack, word(o + at) - peer->isn);
        v->sack[2 * v->sacks + 1] = cf_unroll(v->ack, word(o + at + 4) - peer->isn);
    }
}

static void take_ts(cf_view *v, const cf_half *me, const cf_half *peer, const uint8_t *o)
{
    v->has_ts = true;
    v->ts_val = (int32_t)(word(o + 2) - me->ts_base);
    uint32_t ecr = word(o + 6);
    v->ts_ecr = ecr && peer->ts ? (int64_t)(int32_t)(ecr - peer->ts_base) + 1 : 0; /* 1: the echo of the peer's first */
}

/* What is in front of the digest is an option like others: kind, length, and the ids of RFC 5925. */
static void take_digest(cf_view *v, const uint8_t *o)
{
    unsigned front = o[0] == CF_KIND_MD5 ? 2 : 4;
    if (front > o[1]) front = o[1];
    v->has_digest = true;
    v->digest = cf_hash(o + front, o[1] - front);
    v->other = v->other * 31 + cf_hash(o, front);
}

/* One option, whole. */
static void take_option(cf_view *v, const cf_half *me, const cf_half *peer, const uint8_t *o)
{
    if (o[0] == CF_KIND_MSS && o[1] == 4) v->mss = (uint16_t)(o[2] << 8 | o[3]);
    else if (o[0] == CF_KIND_WSCALE && o[1] == 3) v->wscale = o[2];
    else if (o[0] == CF_KIND_SACK) take_sack(v, peer, o);
    else if (o[0] == CF_KIND_TS && o[1] == 10) take_ts(v, me, peer, o);
    else if (o[0] == CF_KIND_MD5 || o[0] == KIND_AO) take_digest(v, o);
    else v->other = v->other * 31 + cf_hash(o, o[1]);
}

static void take_options(cf_view *v, const cf_half *me, const cf_half *peer)
{
    const cf_seg *s = v->s;
    for (uint32_t i = 0; i < s->opt_len;) {
        const uint8_t *o = s->opts + i;
        add_name(v, o[0]);
        if (o[0] == CF_KIND_EOL) return;
        if (o[0] == CF_KIND_NOP) {
            i++;
            continue;
        }
        if (i + 2 > s->opt_len || o[1] < 2 || i + o[1] > s->opt_len) {
            v->other = v->other * 31 + cf_hash(o, s->opt_len - i);
            return;
        }
        take_option(v, me, peer, o);
        i += o[1];
    }
}

void cf_view_of(cf_view *v, const cf_conn *k, const cf_seg *s)
{
    const cf_half *me = &k->half[s->dir], *peer = &k->half[!s->dir];
    memset(v, 0, sizeof *v);
    v->s = s;
    v->wscale = -1;
    v->ack = s->ack_pos;
    v->win = s->win;
    if (s->kind == CF_SEG_ICMP) return;
    bool syn = s->flags & CF_SYN;
    v->pos = s->pos;
    v->end = s->pos + (cf_offset)s->len + (syn ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
    if (!(s->flags & CF_ACK)) v->ack = 0;
    if (!syn && me->scaled && peer->scaled) v->win = (int64_t)s->win << me->wscale;
    v->ttl = (int)s->ttl - me->ttl;
    take_options(v, me, peer);
}

/* ---------- words ---------- */

typedef struct {
    char *out;
    size_t cap, len;
} text;

__attribute__((format(printf, 2, 3))) static void put(text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(t->len < t->cap ? t->out + t->len : NULL, t->len < t->cap ? t->cap - t->len : 0, fmt, ap);
    va_end(ap);
    if (n > 0) t->len += (size_t)n;
}

static void put_options(text *t, const cf_view *v)
{
    char order[sizeof v->order];
    snprintf(order, sizeof order, "%s", v->order);
    put(t, " <");
    for (char *at = order, *comma; at; at = comma) {
        comma = strchr(at, ',');
        if (comma) *comma++ = '\0';
        put(t, "%s%s", at == order ? "" : ",", at);
        if (strcmp(at, "mss") == 0) put(t, " %u", v->mss);
        if (strcmp(at, "wscale") == 0) put(t, " %d", v->wscale);
        if (strcmp(at, "TS") == 0 && v->has_ts) put(t, " +%lld %lld", (long long)v->ts_val, (long long)v->ts_ecr);
        if (strcmp(at, "sack") == 0)
            for (int i = 0; i < v->sacks; i++)
                put(t, " %lld:%lld", (long long)v->sack[2 * i], (long long)v->sack[2 * i + 1]);
    }
    put(t, ">");
}

size_t cf_view_print(const cf_view *v, char *out, size_t cap)
{
    const cf_seg *s = v->s;
    text t = {out, cap, 0};
    if (s->kind == CF_SEG_ICMP) {
        put(&t, "icmp type %u code %u mtu %u about %lld", s->urg >> 8, s->urg & 255, s->win, (long long)v->ack);
        return t.len;
    }
    char flags[16];
    cf_print_flags(s->flags, -1, flags, sizeof flags);
    put(&t, "%s %lld:%lld(%u)", flags, (long long)v->pos, (long long)(v->pos + (cf_offset)s->len), s->len);
    if (s->flags & CF_ACK) put(&t, " ack %lld", (long long)v->ack);
    put(&t, " win %lld", (long long)v->win);
    if (s->flags & CF_URG) put(&t, " urg %u", s->urg);
    if (s->opt_len) put_options(&t, v);
    return t.len;
}
