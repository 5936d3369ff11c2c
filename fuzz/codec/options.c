#include "options.h"

#include <string.h>

#include "../../conformance/packet/opts.h"
#include "same.h"

static void take_option(rs_opts *o, const cf_opt_val *v)
{
    switch (v->id) {
    case CF_OPT_MSS: o->has_mss = true, o->mss = v->mss; break;
    case CF_OPT_WSCALE: o->has_wscale = true, o->wscale = v->wscale; break;
    case CF_OPT_SACK_OK: o->sack_ok = true; break;
    case CF_OPT_TS: o->has_ts = true, o->ts_val = v->ts_val, o->ts_ecr = v->ts_ecr; break;
    case CF_OPT_SACK:
        o->sack_count = v->n;
        for (unsigned i = 0; i < v->n && i < RS_SACK_BLOCKS; i++)
            o->sack[i] = (rs_range){{v->sack[2 * i]}, {v->sack[2 * i + 1]}};
        break;
    case CF_OPT_OTHER:
    case CF_OPT_EOL:
    case CF_OPT_NOP:
    case CF_OPT_MD5:
    case CF_OPT_AO:
    case CF_OPT_FO:
    case CF_OPT_FOEXP:
    case CF_OPT_ACCECN0:
    case CF_OPT_ACCECN1: break;
    }
}

/* Two signatures on one segment are no signature (RFC 5925 2.2). */
static void take_signature(rs_opts *o, const cf_tcp_opt *raw)
{
    bool ao = raw->kind == CF_KIND_AO, whole = ao ? raw->len >= 4 : raw->len == 2 + RS_MD5_DIGEST_BYTES;
    if (whole) o->signed_twice |= o->has_ao || o->has_md5;
    if (!ao) return;
    o->malformed |= !whole;
    if (!whole) return;
    o->has_ao = true;
    o->ao_key_id = raw->data[0];
    o->ao_rnext_id = raw->data[1];
    o->ao_mac_len = (uint8_t)(raw->len - 4);
}

/* Signatures have one length (RFC 2385 3); of counters of marks whole ones are taken (RFC 9768 3.2.3). */
static void take_raw_option(rs_opts *o, const cf_tcp_opt *raw)
{
    if (raw->kind == CF_KIND_AO || raw->kind == CF_KIND_MD5) take_signature(o, raw);
    if (raw->kind == CF_KIND_MD5) {
        o->has_md5 |= raw->len == 2 + RS_MD5_DIGEST_BYTES;
        o->malformed |= raw->len != 2 + RS_MD5_DIGEST_BYTES;
        if (raw->len == 2 + RS_MD5_DIGEST_BYTES) memcpy(o->md5, raw->data, RS_MD5_DIGEST_BYTES);
    }
    if (raw->kind != CF_KIND_ACCECN0 && raw->kind != CF_KIND_ACCECN1) return;
    unsigned n = raw->len < 2 ? 0 : (raw->len - 2u) / 3;
    o->has_accecn = true;
    o->accecn_second = raw->kind == CF_KIND_ACCECN1;
    o->accecn_fields = (uint8_t)(n < RS_ACCECN_FIELDS ? n : RS_ACCECN_FIELDS);
    for (unsigned i = 0; i < o->accecn_fields; i++)
        o->accecn[i] = (uint32_t)raw->data[3 * i] << 16 | (uint32_t)raw->data[3 * i + 1] << 8 | raw->data[3 * i + 2];
}

rs_opts fz_judge_opts(const cf_tcp *t)
{
    rs_opts o = {0};
    for (unsigned i = 0; i < t->opt_count; i++) {
        cf_opt_val v;
        cf_tcp_opt_read(&t->opts[i], &v);
        if (t->opts[i].kind == CF_KIND_EOL) return o;
        bool known = v.kind == CF_KIND_MSS || v.kind == CF_KIND_WSCALE || v.kind == CF_KIND_SACK_OK ||
                     v.kind == CF_KIND_SACK || v.kind == CF_KIND_TS;
        if (known && !v.well_formed) o.malformed = true;
        take_option(&o, &v);
        take_raw_option(&o, &t->opts[i]);
    }
    if (t->opts_broken) o.malformed = true;
    return o;
}

void fz_same_opts(const rs_opts *a, const cf_tcp *t)
{
    rs_opts b = fz_judge_opts(t);
    SAME("opts malformed", a->malformed, b.malformed);
    SAME("opt mss", a->has_mss, b.has_mss);
    SAME("opt mss value", a->mss, b.mss);
    SAME("opt wscale", a->has_wscale, b.has_wscale);
    SAME("opt wscale value", a->wscale, b.wscale);
    SAME("opt sack permitted", a->sack_ok, b.sack_ok);
    SAME("opt timestamps", a->has_ts, b.has_ts);
    SAME("opt ts val", a->ts_val, b.ts_val);
    SAME("opt ts ecr", a->ts_ecr, b.ts_ecr);
    SAME("opt sack blocks", a->sack_count, b.sack_count);
    SAME("opt md5", a->has_md5, b.has_md5);
    SAME("opt md5 digest", a->has_md5 ? memcmp(a->md5, b.md5, sizeof a->md5) : 0, 0);
    SAME("opt ao", a->has_ao, b.has_ao);
    SAME("opt ao key", a->ao_key_id, b.ao_key_id);
    SAME("opt ao next key", a->ao_rnext_id, b.ao_rnext_id);
    SAME("opt ao code", a->ao_mac_len, b.ao_mac_len);
    SAME("opt signed twice", a->signed_twice, b.signed_twice);
    SAME("opt accecn", a->has_accecn, b.has_accecn);
    SAME("opt accecn order", a->accecn_second, b.accecn_second);
    SAME("opt accecn counters", a->accecn_fields, b.accecn_fields);
    for (unsigned i = 0; i < a->accecn_fields && i < RS_ACCECN_FIELDS; i++)
        SAME("opt accecn counter", a->accecn[i], b.accecn[i]);
    for (unsigned i = 0; i < a->sack_count && i < RS_SACK_BLOCKS; i++) {
        SAME("opt sack left", a->sack[i].start.raw, b.sack[i].start.raw);
        SAME("opt sack right", a->sack[i].end.raw, b.sack[i].end.raw);
    }
}
