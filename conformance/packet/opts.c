#include "opts.h"

#include <string.h>

#include "bytes.h"

enum { OPT_BYTES = 40, SACK_BLOCKS_MAX = 10 };

/* One row for each option with a size of its own, the most frequent first; var: len is the smallest, in steps. */
static const struct {
    uint8_t kind;
    cf_opt_id id;
    uint8_t len, step, most;
    const char *name;
} rows[] = {
    {CF_KIND_NOP, CF_OPT_NOP, 1, 0, 1, "nop"},
    {CF_KIND_TS, CF_OPT_TS, 10, 0, 10, "TS"},
    {CF_KIND_SACK, CF_OPT_SACK, 10, 8, 34, "sack"},
    {CF_KIND_EOL, CF_OPT_EOL, 1, 0, 1, "eol"},
    {CF_KIND_MSS, CF_OPT_MSS, 4, 0, 4, "mss"},
    {CF_KIND_WSCALE, CF_OPT_WSCALE, 3, 0, 3, "wscale"},
    {CF_KIND_SACK_OK, CF_OPT_SACK_OK, 2, 0, 2, "sackOK"},
    {CF_KIND_MD5, CF_OPT_MD5, 2, 1, 18, "md5"},
    {CF_KIND_AO, CF_OPT_AO, 4, 1, 40, "ao"},
    {CF_KIND_FO, CF_OPT_FO, 2, 1, 40, "FO"},
    {CF_KIND_EXP, CF_OPT_FOEXP, 4, 1, 40, "FOEXP"},
    {CF_KIND_ACCECN0, CF_OPT_ACCECN0, 2, 3, 11, "ECN"},
    {CF_KIND_ACCECN1, CF_OPT_ACCECN1, 2, 3, 11, "ECN"},
};
enum { ROWS = sizeof rows / sizeof rows[0] };

const char *cf_opt_name(cf_opt_id id)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].id == id) return rows[i].name;
    return "opt";
}

static void read_numbers(const cf_tcp_opt *o, cf_opt_val *v)
{
    const uint8_t *d = o->data;
    if (v->id == CF_OPT_MSS) v->mss = cf_get16(d);
    if (v->id == CF_OPT_WSCALE) v->wscale = d[0];
    if (v->id == CF_OPT_TS) {
        v->ts_val = cf_get32(d);
        v->ts_ecr = cf_get32(d + 4);
    }
    if (v->id == CF_OPT_SACK) {
        v->n = (uint8_t)((o->len - 2) / 8);
        for (unsigned i = 0; i < v->n * 2u; i++) v->sack[i] = cf_get32(d + 4 * i);
    }
    if (v->id == CF_OPT_ACCECN0 || v->id == CF_OPT_ACCECN1) {
        v->n = (uint8_t)((o->len - 2) / 3);
        for (unsigned i = 0; i < v->n; i++) v->ecn[i] = (uint32_t)d[3 * i] * 65536 + cf_get16(d + 3 * i + 1);
    }
}

static void set_blob(cf_opt_val *v, const uint8_t *data, int len)
{
    v->blob = data;
    v->n = (uint8_t)len;
}

static void read_ao(const cf_tcp_opt *o, cf_opt_val *v)
{
    v->key_id = o->data[0];
    v->rnext_id = o->data[1];
    set_blob(v, o->data + 2, o->len - 4);
}

void cf_tcp_opt_read(const cf_tcp_opt *o, cf_opt_val *v)
{
    memset(v, 0, offsetof(cf_opt_val, sack));
    v->kind = o->kind;
    v->len = o->len;
    v->well_formed = true;
    size_t i = 0;
    while (i < ROWS && rows[i].kind != o->kind) i++;
    bool experiment = o->kind == CF_KIND_EXP;
    if (i == ROWS || (experiment && (o->len < 4 || cf_get16(o->data) != CF_EXID_FO))) {
        set_blob(v, o->data, o->len > 2 ? o->len - 2 : 0);
        return;
    }
    bool stepped =
        rows[i].step && o->len >= rows[i].len && (o->len - rows[i].len) % rows[i].step == 0 && o->len <= rows[i].most;
    v->well_formed = rows[i].step ? stepped : o->len == rows[i].len;
    if (!v->well_formed) {
        set_blob(v, o->data, o->len > 2 ? o->len - 2 : 0);
        return;
    }
    v->id = rows[i].id;
    if (v->id == CF_OPT_MD5 || v->id == CF_OPT_FO) set_blob(v, o->data, o->len - 2);
    else if (v->id == CF_OPT_AO) read_ao(o, v);
    else if (v->id == CF_OPT_FOEXP) set_blob(v, o->data + 2, o->len - 4);
    else read_numbers(o, v);
}

bool cf_tcp_opt_find(const cf_tcp *t, cf_opt_id id, cf_opt_val *v)
{
    size_t row = 0;
    while (row < ROWS && rows[row].id != id) row++;
    for (unsigned i = 0; i < t->opt_count; i++) {
        if (t->opts[i].kind == CF_KIND_EOL && id != CF_OPT_EOL) return false;
        if (row < ROWS && t->opts[i].kind != rows[row].kind) continue; /* CF_OPT_OTHER is what no row explains */
        cf_tcp_opt_read(&t->opts[i], v);
        if (v->id == id) return true;
    }
    return false;
}

/* ---------- writing ---------- */

void cf_opt_put_raw(cf_opt_row *r, uint8_t kind, uint8_t len, const uint8_t *data, uint8_t data_len)
{
    unsigned size = (kind > 1 ? 2u : 1u) + data_len;
    if (r->len + size > OPT_BYTES) {
        r->overflow = true;
        return;
    }
    uint8_t *at = r->bytes + r->len;
    at[0] = kind;
    if (kind > 1) at[1] = len;
    if (data_len) memcpy(at + size - data_len, data, data_len);
    r->len = (uint8_t)(r->len + size);
}

void cf_opt_put_bytes(cf_opt_row *r, const uint8_t *bytes, uint8_t n)
{
    if (r->len + n > OPT_BYTES) {
        r->overflow = true;
        return;
    }
    if (n) memcpy(r->bytes + r->len, bytes, n);
    r->len = (uint8_t)(r->len + n);
}

static unsigned data_of(const cf_opt_val *v, uint8_t *d)
{
    unsigned n = v->n;
    switch (v->id) {
    case CF_OPT_EOL:
    case CF_OPT_NOP:
    case CF_OPT_SACK_OK: return 0;
    case CF_OPT_MSS: cf_set16(d, v->mss); return 2;
    case CF_OPT_WSCALE: d[0] = v->wscale; return 1;
    case CF_OPT_TS:
        cf_set32(d, v->ts_val);
        cf_set32(d + 4, v->ts_ecr);
        return 8;
    case CF_OPT_SACK:
        if (n > SACK_BLOCKS_MAX) n = SACK_BLOCKS_MAX;
        for (unsigned i = 0; i < 2 * n; i++) cf_set32(d + 4 * i, v->sack[i]);
        return 8 * n;
    case CF_OPT_ACCECN0:
    case CF_OPT_ACCECN1:
        if (n > 3) n = 3;
        for (unsigned i = 0; i < n; i++) {
            d[3 * i] = (uint8_t)(v->ecn[i] >> 16 & 255);
            cf_set16(d + 3 * i + 1, v->ecn[i] & 0xFFFF);
        }
        return 3 * n;
    case CF_OPT_FOEXP:
        cf_set16(d, CF_EXID_FO);
        if (n) memcpy(d + 2, v->blob, n);
        return n + 2;
    case CF_OPT_AO:
        d[0] = v->key_id;
        d[1] = v->rnext_id;
        if (n) memcpy(d + 2, v->blob, n);
        return n + 2;
    case CF_OPT_MD5:
    case CF_OPT_FO:
    case CF_OPT_OTHER:
        if (n) memcpy(d, v->blob, n);
        return n;
    }
    return 0;
}

static uint8_t kind_of(const cf_opt_val *v)
{
    for (size_t i = 0; i < ROWS; i++)
        if (rows[i].id == v->id) return rows[i].kind;
    return v->kind;
}

void cf_opt_put(cf_opt_row *r, const cf_opt_val *v)
{
    uint8_t data[260]; /* a length byte cannot ask for more */
    unsigned n = data_of(v, data);
    if (n > OPT_BYTES) {
        r->overflow = true;
        return;
    }
    cf_opt_put_raw(r, kind_of(v), (uint8_t)(n + 2), data, (uint8_t)n);
}

bool cf_opt_rewrite(uint8_t *at, const cf_opt_val *v)
{
    uint8_t data[260];
    unsigned n = data_of(v, data);
    if (n == 0) return at[0] == kind_of(v);
    if (at[0] != kind_of(v) || at[1] != n + 2) return false;
    memcpy(at + 2, data, n);
    return true;
}
