#include "tcp_opt.h"

#include "../base/bytes.h"

/* Octets on the wire with the padding that keeps 32-bit words together. */
enum { MSS_BYTES = 4, WSCALE_BYTES = 4, SACK_PERMITTED_BYTES = 4, TS_BYTES = 12 };
enum { MD5_BYTES = 20, AO_HEAD_BYTES = 4 };
enum { SACK_HEAD_BYTES = 4, SACK_BLOCK_BYTES = 8, ACCECN_HEAD_BYTES = 2, ACCECN_FIELD_BYTES = 3 };
enum { FO_HEAD_BYTES = 2, FO_EXP_HEAD_BYTES = 4, FO_EXP_MAGIC = 0xf989 };
enum { TS_ALONE = RS_OPT_KIND_NOP << 24 | RS_OPT_KIND_NOP << 16 | RS_OPT_KIND_TIMESTAMPS << 8 | 10 };

_Static_assert(TS_BYTES + SACK_HEAD_BYTES + 3 * SACK_BLOCK_BYTES == RS_OPT_BYTES, "three blocks fit beside timestamps");
_Static_assert(SACK_HEAD_BYTES + RS_SACK_BLOCKS * SACK_BLOCK_BYTES <= RS_OPT_BYTES, "four blocks fit alone");
_Static_assert(MSS_BYTES + TS_BYTES + WSCALE_BYTES <= RS_OPT_BYTES, "all options of a SYN fit");

/* Octet counts of the kinds that are understood; max == 0 for all others. */
static const struct {
    uint8_t min, max;
} lengths[] = {
#define O(name, kind, min, max, where, rfc) [kind] = {min, max},
#include "opt.def"
#undef O
};
enum { KINDS = sizeof lengths / sizeof lengths[0] };

/* --- reading --- */

static void take_timestamps(rs_opts *o, const uint8_t *value)
{
    o->has_ts = true;
    o->ts_val = rs_load32(value);
    o->ts_ecr = rs_load32(value + 4);
}

static void take_sack(rs_opts *o, const uint8_t *value, size_t len)
{
    if (len % SACK_BLOCK_BYTES != 0) {
        o->malformed = true;
        return;
    }
    o->sack_count = (uint8_t)(len / SACK_BLOCK_BYTES);
    for (uint8_t i = 0; i < o->sack_count; i++, value += SACK_BLOCK_BYTES)
        o->sack[i] = (rs_range){rs_seq_of(rs_load32(value)), rs_seq_of(rs_load32(value + 4))};
}

/* A cookie has 4 to 16 octets, an even number of them; none at all asks for one. Anything else is as good as no option
 * (RFC 7413 4.1.1). */
static void take_fast_open(rs_opts *o, const uint8_t *cookie, size_t len, bool exp)
{
    if (len % 2 || len > RS_FO_COOKIE_BYTES || (len && len < RS_FO_COOKIE_LEAST)) return;
    o->has_fo = true;
    o->fo_exp = exp;
    o->fo_len = (uint8_t)len;
    for (size_t i = 0; i < len; i++) o->fo[i] = cookie[i];
}

/* Of an unknown length whole counters are taken and the rest is ignored (RFC 9768 3.2.3). */
static void take_accecn(rs_opts *o, const uint8_t *value, size_t len, bool second)
{
    size_t n = len / ACCECN_FIELD_BYTES;
    o->has_accecn = true;
    o->accecn_second = second;
    o->accecn_fields = (uint8_t)(n < RS_ACCECN_FIELDS ? n : RS_ACCECN_FIELDS);
    for (uint8_t i = 0; i < o->accecn_fields; i++, value += ACCECN_FIELD_BYTES)
        o->accecn[i] = (uint32_t)value[0] << 16 | (uint32_t)rs_load16(value + 1);
}

static void take_ao(rs_opts *o, const uint8_t *opt, uint8_t n)
{
    o->signed_twice |= o->has_md5 || o->has_ao;
    o->has_ao = true;
    o->ao_key_id = opt[2];
    o->ao_rnext_id = opt[3];
    o->ao_mac_len = (uint8_t)(n - AO_HEAD_BYTES);
}

/* One option of n octets, all of which are there. */
static void take_option(rs_opts *o, const uint8_t *opt, uint8_t n)
{
    uint8_t kind = opt[0];
    if (kind >= KINDS || lengths[kind].max == 0) return;
    if (n < lengths[kind].min || n > lengths[kind].max) {
        o->malformed = true;
        return;
    }
    switch (kind) {
    case RS_OPT_KIND_MSS:
        o->has_mss = true;
        o->mss = rs_load16(opt + 2);
        break;
    case RS_OPT_KIND_WSCALE:
        o->has_wscale = true;
        o->wscale = opt[2];
        break;
    case RS_OPT_KIND_SACK_PERMITTED: o->sack_ok = true; break;
    case RS_OPT_KIND_SACK: take_sack(o, opt + 2, n - 2u); break;
    case RS_OPT_KIND_TIMESTAMPS: take_timestamps(o, opt + 2); break;
    case RS_OPT_KIND_FAST_OPEN: take_fast_open(o, opt + FO_HEAD_BYTES, n - FO_HEAD_BYTES, false); break;
    case RS_OPT_KIND_AO: take_ao(o, opt, n); break;
    case RS_OPT_KIND_MD5:
        o->signed_twice |= o->has_md5 || o->has_ao;
        o->has_md5 = true;
        for (unsigned i = 0; i < RS_MD5_DIGEST_BYTES; i++) o->md5[i] = opt[2 + i];
        break;
    case RS_OPT_KIND_ACCECN0:
    case RS_OPT_KIND_ACCECN1:
        take_accecn(o, opt + ACCECN_HEAD_BYTES, n - ACCECN_HEAD_BYTES, kind == RS_OPT_KIND_ACCECN1);
        break;
    case RS_OPT_KIND_EXPERIMENT:
        if (n >= FO_EXP_HEAD_BYTES && rs_load16(opt + 2) == FO_EXP_MAGIC)
            take_fast_open(o, opt + FO_EXP_HEAD_BYTES, n - FO_EXP_HEAD_BYTES, true);
        break;
    default: break;
    }
}

void rs_opts_parse(rs_opts *out, const uint8_t *area, size_t len)
{
    if (len > RS_OPT_BYTES) len = RS_OPT_BYTES;
    *out = (rs_opts){.wire_len = (uint8_t)len};
    if (len == TS_BYTES && rs_load32(area) == TS_ALONE) { /* what nearly every segment of a connection carries */
        take_timestamps(out, area + 4);
        return;
    }
    for (size_t at = 0; at < len;) {
        if (area[at] == RS_OPT_KIND_EOL) return;
        if (area[at] == RS_OPT_KIND_NOP) {
            at++;
            continue;
        }
        uint8_t n = len - at >= 2 ? area[at + 1] : 0;
        if (n < 2 || n > len - at) {
            out->malformed = true;
            return;
        }
        take_option(out, area + at, n);
        if (area[at] == RS_OPT_KIND_AO) out->ao_at = (uint8_t)at;
        at += n;
    }
}

/* --- writing --- */

static unsigned ao_bytes(const rs_opts *o)
{
    return o->has_ao ? (AO_HEAD_BYTES + (unsigned)o->ao_mac_len + 3) & ~3u : 0;
}

static unsigned fixed_bytes(const rs_opts *o)
{
    return (o->has_ts ? (unsigned)TS_BYTES : 0) + (o->has_md5 ? (unsigned)MD5_BYTES : 0) + ao_bytes(o);
}

static unsigned accecn_bytes(const rs_opts *o)
{
    return o->has_accecn ? ACCECN_HEAD_BYTES + ACCECN_FIELD_BYTES * (unsigned)o->accecn_fields : 0;
}

/* What SACK takes behind so many octets that are not padded: its own padding may stand between the two. */
static unsigned sack_end(unsigned used, unsigned blocks)
{
    unsigned n = used + (blocks ? SACK_HEAD_BYTES - 2 + SACK_BLOCK_BYTES * blocks : 0);
    return (n + 3) & ~3u;
}

uint8_t rs_opts_sack_room(const rs_opts *o)
{
    unsigned used = fixed_bytes(o);
    uint8_t n = RS_SACK_BLOCKS;
    while (n && used + sack_end(accecn_bytes(o), n) > RS_OPT_BYTES) n--;
    return n;
}

static uint8_t sack_blocks(const rs_opts *o)
{
    uint8_t room = rs_opts_sack_room(o);
    return o->sack_count < room ? o->sack_count : room;
}

/* What the Fast Open option takes with its padding. */
static unsigned fast_open_bytes(const rs_opts *o)
{
    unsigned n = o->fo_len + (unsigned)(o->fo_exp ? FO_EXP_HEAD_BYTES : FO_HEAD_BYTES);
    return (n + 3) & ~3u;
}

/* Last of the options of a SYN, and only where there is room for it. */
static unsigned fast_open_room(const rs_opts *o, unsigned used)
{
    if (!o->has_fo || used + fast_open_bytes(o) > RS_OPT_BYTES) return 0;
    return fast_open_bytes(o);
}

uint8_t rs_opts_len(const rs_opts *o, bool syn)
{
    unsigned n = fixed_bytes(o);
    if (syn) {
        n += o->has_mss ? MSS_BYTES : 0;
        n += o->has_wscale ? WSCALE_BYTES : 0;
        n += o->sack_ok && !o->has_ts ? SACK_PERMITTED_BYTES : 0; /* else it takes the place of the padding */
        n += (accecn_bytes(o) + 3) & ~3u;
        n += fast_open_room(o, n);
    } else {
        n += sack_end(accecn_bytes(o), sack_blocks(o));
    }
    return (uint8_t)n;
}

/* Four octets: two of padding or of another option, then kind and length. */
static uint8_t *put_head(uint8_t *p, uint8_t a, uint8_t b, uint8_t kind, uint8_t len)
{
    p[0] = a;
    p[1] = b;
    p[2] = kind;
    p[3] = len;
    return p + 4;
}

static uint8_t *put_timestamps(uint8_t *p, const rs_opts *o, bool with_sack_permitted)
{
    if (with_sack_permitted) p = put_head(p, RS_OPT_KIND_SACK_PERMITTED, 2, RS_OPT_KIND_TIMESTAMPS, 10);
    else p = put_head(p, RS_OPT_KIND_NOP, RS_OPT_KIND_NOP, RS_OPT_KIND_TIMESTAMPS, 10);
    rs_store32(p, o->ts_val);
    rs_store32(p + 4, o->ts_ecr);
    return p + 8;
}

static uint8_t *put_accecn(uint8_t *p, const rs_opts *o)
{
    *p++ = o->accecn_second ? RS_OPT_KIND_ACCECN1 : RS_OPT_KIND_ACCECN0;
    *p++ = (uint8_t)accecn_bytes(o);
    for (uint8_t i = 0; i < o->accecn_fields; i++, p += ACCECN_FIELD_BYTES) {
        p[0] = (uint8_t)(o->accecn[i] >> 16);
        rs_store16(p + 1, (uint16_t)o->accecn[i]);
    }
    return p;
}

/* Padding until `more` octets end a 32-bit word. */
static uint8_t *pad(uint8_t *p, const uint8_t *start, unsigned more)
{
    while (((unsigned)(p - start) + more) & 3) *p++ = RS_OPT_KIND_NOP;
    return p;
}

static uint8_t *put_md5(uint8_t *p, const rs_opts *o)
{
    p = put_head(p, RS_OPT_KIND_NOP, RS_OPT_KIND_NOP, RS_OPT_KIND_MD5, 2 + RS_MD5_DIGEST_BYTES);
    for (unsigned i = 0; i < RS_MD5_DIGEST_BYTES; i++) *p++ = o->md5[i];
    return p;
}

/* Room for the code, which is zero until the packet is whole (RFC 5925 5.1). */
static uint8_t *put_ao(uint8_t *p, const rs_opts *o)
{
    uint8_t *end = p + ao_bytes(o);
    p = put_head(p, RS_OPT_KIND_AO, (uint8_t)(AO_HEAD_BYTES + o->ao_mac_len), o->ao_key_id, o->ao_rnext_id);
    for (uint8_t i = 0; i < o->ao_mac_len; i++) *p++ = 0;
    while (p < end) *p++ = RS_OPT_KIND_NOP;
    return end;
}

static uint8_t *put_syn_options(uint8_t *p, const rs_opts *o)
{
    const uint8_t *start = p;
    if (o->has_mss) p = put_head(p, RS_OPT_KIND_MSS, 4, (uint8_t)(o->mss >> 8), (uint8_t)o->mss);
    if (o->has_ts) p = put_timestamps(p, o, o->sack_ok);
    if (o->has_accecn) p = pad(put_accecn(p, o), start, 0);
    if (o->sack_ok && !o->has_ts) p = put_head(p, RS_OPT_KIND_NOP, RS_OPT_KIND_NOP, RS_OPT_KIND_SACK_PERMITTED, 2);
    if (o->has_wscale) p = put_head(p, RS_OPT_KIND_NOP, RS_OPT_KIND_WSCALE, 3, o->wscale);
    return p;
}

static uint8_t *put_fast_open(uint8_t *p, const rs_opts *o)
{
    uint8_t *end = p + fast_open_bytes(o);
    uint8_t head = o->fo_exp ? FO_EXP_HEAD_BYTES : FO_HEAD_BYTES;
    p[0] = o->fo_exp ? RS_OPT_KIND_EXPERIMENT : RS_OPT_KIND_FAST_OPEN;
    p[1] = (uint8_t)(head + o->fo_len);
    if (o->fo_exp) rs_store16(p + 2, FO_EXP_MAGIC);
    p += head;
    for (uint8_t i = 0; i < o->fo_len; i++) *p++ = o->fo[i];
    while (p < end) *p++ = RS_OPT_KIND_NOP;
    return end;
}

/* Its first block at the beginning of a word. */
static uint8_t *put_sack(uint8_t *p, const uint8_t *start, const rs_opts *o)
{
    uint8_t n = sack_blocks(o);
    p = pad(p, start, n ? 2 : 0);
    if (!n) return p;
    *p++ = RS_OPT_KIND_SACK;
    *p++ = (uint8_t)(2 + SACK_BLOCK_BYTES * n);
    for (uint8_t i = 0; i < n; i++, p += SACK_BLOCK_BYTES) {
        rs_store32(p, o->sack[i].start.raw);
        rs_store32(p + 4, o->sack[i].end.raw);
    }
    return p;
}

uint8_t rs_opts_build(uint8_t out[RS_OPT_BYTES], const rs_opts *o, bool syn)
{
    uint8_t *p = out;
    if (o->has_md5) p = put_md5(p, o);
    if (o->has_ao) p = put_ao(p, o);
    if (syn) {
        p = put_syn_options(p, o);
        if (fast_open_room(o, (unsigned)(p - out))) p = put_fast_open(p, o);
    } else {
        if (o->has_ts) p = put_timestamps(p, o, false);
        if (o->has_accecn) p = put_accecn(p, o);
        p = put_sack(p, out, o);
    }
    return (uint8_t)(p - out);
}
