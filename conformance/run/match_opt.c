/* match_opt.c — TCP options: order, kinds, lengths and values, NOPs and EOLs included. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/md5sig.h"
#include "../packet/opts.h"
#include "../script/fmt.h"
#include "ao_keys.h"
#include "match.h"

static const struct {
    const char *row;
    uint8_t wire_kind;
} kinds[] = {
    [CF_O_EOL] = {"opt.eol", CF_KIND_EOL},
    [CF_O_NOP] = {"opt.nop", CF_KIND_NOP},
    [CF_O_MSS] = {"opt.mss", CF_KIND_MSS},
    [CF_O_WSCALE] = {"opt.wscale", CF_KIND_WSCALE},
    [CF_O_SACKOK] = {"opt.sackOK", CF_KIND_SACK_OK},
    [CF_O_SACK] = {"opt.sack", CF_KIND_SACK},
    [CF_O_TS] = {"opt.ts", CF_KIND_TS},
    [CF_O_MD5] = {"opt.md5", CF_KIND_MD5},
    [CF_O_AO] = {"opt.ao", CF_KIND_AO},
    [CF_O_FO] = {"opt.fo", CF_KIND_FO},
    [CF_O_FOEXP] = {"opt.foexp", CF_KIND_EXP},
    [CF_O_ACCECN0] = {"opt.ecn", CF_KIND_ACCECN0},
    [CF_O_ACCECN1] = {"opt.ecn", CF_KIND_ACCECN1},
    [CF_O_RAW] = {"opt.raw", CF_KIND_EOL},
};

static uint32_t opt_len(const cf_opt_spec *o)
{
    switch (o->kind) {
    case CF_O_EOL:
    case CF_O_NOP: return 1;
    case CF_O_SACKOK: return 2;
    case CF_O_WSCALE: return 3;
    case CF_O_MSS: return 4;
    case CF_O_TS: return 10;
    case CF_O_SACK: return 2 + 8u * o->n;
    case CF_O_MD5:
    case CF_O_FO: return 2u + o->n;
    case CF_O_AO:
    case CF_O_FOEXP: return 4u + o->n;
    case CF_O_ACCECN0:
    case CF_O_ACCECN1: return 2 + 3u * o->n;
    case CF_O_RAW: return o->n;
    }
    return 0;
}

uint32_t cf_match_opt_bytes(const cf_match_in *in)
{
    const cf_tcp *t = cf_packet_tcp(&in->seen->p);
    uint32_t sum = 0;
    if (t && (in->want->opts_any || (in->free & CF_FREE_OPTION_ORDER))) return t->opt_len;
    for (uint32_t i = 0; i < in->want->opts; i++) sum += opt_len(&in->want->opt[i]);
    return sum;
}

static void opt_text(const cf_opt_spec *o, char *out, size_t cap)
{
    cf_buf b = {0};
    if (o) cf_fmt_opt(&b, o);
    snprintf(out, cap, "%s", o ? cf_buf_str(&b) : "absent");
    cf_buf_free(&b);
}

static bool same_values(const cf_opt_spec *a, const cf_opt_spec *b)
{
    switch (a->kind) {
    case CF_O_EOL:
    case CF_O_NOP:
    case CF_O_SACKOK:
    case CF_O_TS: return true; /* TS has its own rules */
    case CF_O_WSCALE:
    case CF_O_MSS: return a->a == b->a;
    case CF_O_SACK: return memcmp(a->sack, b->sack, 8u * a->n) == 0;
    case CF_O_AO: return a->a == b->a && a->b == b->b && memcmp(a->blob, b->blob, a->n) == 0;
    case CF_O_MD5:
    case CF_O_FO:
    case CF_O_FOEXP: return memcmp(a->blob, b->blob, a->n) == 0;
    case CF_O_ACCECN0:
    case CF_O_ACCECN1: return a->a == b->a && (a->n < 2 || a->b == b->b) && (a->n < 3 || a->c == b->c);
    case CF_O_RAW: return false; /* never expected */
    }
    return false;
}

/* ---------- timestamps ---------- */

static bool live_ts(const cf_match_in *in, uint32_t *val)
{
    cf_opt_val v;
    const cf_tcp *t = cf_packet_tcp(&in->seen->p);
    if (!t || !cf_tcp_opt_find(t, CF_OPT_TS, &v)) return false;
    *val = v.ts_val;
    return true;
}

/* packetdrill never looks at an outgoing echo; --tcp_ts_ecr_checked does. */
static void match_ts_echo(const cf_match_in *in, cf_match *m, const cf_opt_spec *want, const cf_opt_spec *got)
{
    if (!in->set->ts_ecr_checked) return;
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "opt.ts.ecr", .same = got->b == want->b},
                                    "bad outbound TCP timestamp echo: expected: %u vs actual: %u", want->b, got->b);
    snprintf(d->script, sizeof d->script, "%u", want->b);
    snprintf(d->wire, sizeof d->wire, "%u", got->b);
}

/* The value is checked only when a tick was given. */
static void match_ts(const cf_match_in *in, cf_match *m, const cf_opt_spec *want, const cf_opt_spec *got)
{
    uint32_t live;
    if (in->record && live_ts(in, &live)) cf_map_ts_record(in->sock, want->a, live);
    if (!in->set->ts_tick_us) return;
    int64_t elapsed = in->seen->at_us - in->live_start_us;
    int64_t slack = cf_clock_tolerance(in->set->tolerance_us, in->set->tolerance_percent, elapsed);
    uint32_t now = in->sock->ts_count ? got->a : want->a;
    if (in->record && in->sock->ts_count == 1) now = want->a;
    int64_t off = (int64_t)(int32_t)(now - want->a) * in->set->ts_tick_us;
    bool ok = llabs(off) <= slack;
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "opt.ts.val", .same = ok},
                                    "bad outbound TCP timestamp value: expected: %u vs actual: %u", want->a, now);
    snprintf(d->script, sizeof d->script, "%u", want->a);
    snprintf(d->wire, sizeof d->wire, "%u", now);
    if (!ok)
        snprintf(d->remark, sizeof d->remark, "%.3f ms off, at one tick for %u us", (double)off / 1e3,
                 in->set->ts_tick_us);
}

/* ---------- the list ---------- */

/* "md5 valid": the digest that the secret makes of this very packet. */
static bool same_digest(const cf_match_in *in, const cf_opt_spec *got)
{
    uint8_t digest[CF_MD5_BYTES];
    if (!in->set->md5_secret || !cf_md5_digest(&in->seen->p, in->set->md5_secret, digest)) return false;
    return memcmp(digest, got->blob, sizeof digest) == 0;
}

/* "ao 61 84 valid": these numbers, and the code that the key makes. */
static bool same_code(const cf_match_in *in, const cf_opt_spec *want, const cf_opt_spec *got)
{
    uint8_t code[RS_MAC_BYTES_MAX];
    cf_ao_packet p = {in->sock, &in->seen->p, false};
    if (want->a != got->a || want->b != got->b || !cf_ao_keys_code(in->set->ao_keys, &p, code)) return false;
    return memcmp(code, got->blob, got->n) == 0;
}

static bool same_signature(const cf_match_in *in, const cf_opt_spec *want, const cf_opt_spec *got)
{
    return want->kind == CF_O_AO ? same_code(in, want, got) : same_digest(in, got);
}

static void match_pair(const cf_match_in *in, cf_match *m, const cf_opt_spec *want, const cf_opt_spec *got)
{
    char script[120], wire[120];
    opt_text(want, script, sizeof script);
    opt_text(got, wire, sizeof wire);
    bool same_len = opt_len(want) == opt_len(got);
    bool same = same_len && (want->valid ? same_signature(in, want, got) : same_values(want, got));
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = kinds[want->kind].row, .same = same},
                                    "bad outbound TCP options: bad %s in option of kind %u: expected: %s vs actual: %s",
                                    same_len ? "value" : "length", kinds[want->kind].wire_kind, script, wire);
    memcpy(d->script, script, sizeof d->script);
    memcpy(d->wire, wire, sizeof d->wire);
    if (want->kind != CF_O_TS) return;
    match_ts(in, m, want, got);
    match_ts_echo(in, m, want, got);
}

static void match_unpaired(cf_match *m, const cf_opt_spec *want, const cf_opt_spec *got)
{
    const cf_opt_spec *any = want ? want : got;
    cf_field_diff *d =
        cf_match_row(m, (cf_row){.field = kinds[any->kind].row, .same = false}, "bad outbound TCP options");
    opt_text(want, d->script, sizeof d->script);
    opt_text(got, d->wire, sizeof d->wire);
}

static bool is_padding(const cf_opt_spec *o)
{
    return o->kind == CF_O_NOP || o->kind == CF_O_EOL;
}

static bool same_order(const cf_pkt *want, const cf_match *m)
{
    if (want->opts != m->actual.opts || m->odd_opts) return false;
    for (uint32_t i = 0; i < want->opts; i++)
        if (want->opt[i].kind != m->opts[i].kind) return false;
    return true;
}

/* Where the lists differ in kind or order, options are compared by kind: for the reader, the verdict is already no; or
 * because order and padding are free. */
static void match_shuffled(const cf_match_in *in, cf_match *m)
{
    bool used[CF_TCP_OPTS_MAX] = {false}, padding_counts = !(in->free & CF_FREE_OPTION_ORDER);
    for (uint32_t i = 0; i < in->want->opts; i++) {
        const cf_opt_spec *want = &in->want->opt[i], *got = NULL;
        for (uint32_t k = 0; k < m->actual.opts && !got; k++) {
            if (used[k] || m->opts[k].kind != want->kind) continue;
            used[k] = true;
            got = &m->opts[k];
        }
        if (got && !is_padding(want)) match_pair(in, m, want, got);
        else if (!got && (padding_counts || !is_padding(want))) match_unpaired(m, want, NULL);
    }
    for (uint32_t k = 0; k < m->actual.opts; k++)
        if (!used[k] && (padding_counts || !is_padding(&m->opts[k]))) match_unpaired(m, NULL, &m->opts[k]);
}

static void match_order(const cf_match_in *in, cf_match *m)
{
    cf_buf want = {0}, got = {0};
    for (uint32_t i = 0; i < in->want->opts; i++) {
        if (i) cf_buf_putc(&want, ',');
        cf_fmt_opt(&want, &in->want->opt[i]);
    }
    for (uint32_t i = 0; i < m->actual.opts; i++) {
        if (i) cf_buf_putc(&got, ',');
        cf_fmt_opt(&got, &m->opts[i]);
    }
    cf_field_diff *d = cf_match_row(m, (cf_row){.field = "options", .same = false}, "bad outbound TCP options");
    snprintf(d->script, sizeof d->script, "<%s>", cf_buf_str(&want));
    snprintf(d->wire, sizeof d->wire, "<%s>", cf_buf_str(&got));
    if (m->odd_opts) snprintf(d->remark, sizeof d->remark, "and %u options no script can say", m->odd_opts);
    else snprintf(d->remark, sizeof d->remark, "kind, number or order differs");
    cf_buf_free(&want);
    cf_buf_free(&got);
}

void cf_match_options(const cf_match_in *in, cf_match *m)
{
    if (in->want->opts_any || !cf_packet_tcp(&in->seen->p)) return;
    if (!same_order(in->want, m)) {
        if (m->odd_opts || !(in->free & CF_FREE_OPTION_ORDER)) match_order(in, m);
        match_shuffled(in, m);
        return;
    }
    for (uint32_t i = 0; i < in->want->opts; i++) match_pair(in, m, &in->want->opt[i], &m->opts[i]);
}
