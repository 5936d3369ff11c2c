#include "later.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "classes.h"
#include "segment.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---------- options ---------- */

/* RFC 9768 3.2.3: so many of the three counters, in the order of the kind. */
static void put_accecn(cf_opt_row *row, bool order1, uint8_t counters, uint8_t raw)
{
    cf_opt_val v = {.id = order1 ? CF_OPT_ACCECN1 : CF_OPT_ACCECN0, .n = counters};
    for (unsigned i = 0; i < 3 && raw < 255; i++) v.ecn[i] = (i == 1 ? 0u : 1u) + raw * (i + 1) * 100u;
    cf_opt_put(row, &v);
}

static void put_cookie(cf_opt_row *row, bool experimental, const uint8_t *cookie, uint8_t len)
{
    cf_opt_put(row, &(cf_opt_val){.id = experimental ? CF_OPT_FOEXP : CF_OPT_FO, .n = len, .blob = cookie});
}

static void put_fast_open(const fz_host *h, cf_opt_row *row, uint8_t class, uint8_t raw)
{
    static const uint8_t strange[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    static const uint8_t lengths[] = {0, 4, 8, 16, 6, 3};
    uint8_t len = lengths[raw % COUNT(lengths)];
    switch (class % 4) {
    case 0: put_cookie(row, false, strange, 0); break;
    case 1: put_cookie(row, false, h->cookie, h->cookie_len); break;
    case 2: put_cookie(row, false, strange, len); break;
    default: put_cookie(row, true, h->cookie_len ? h->cookie : strange, h->cookie_len ? h->cookie_len : len); break;
    }
}

static void put_sack(cf_opt_row *row, uint8_t blocks, const uint32_t *edges)
{
    cf_opt_val v = {.id = CF_OPT_SACK, .n = blocks};
    memcpy(v.sack, edges, blocks * 2u * sizeof edges[0]);
    cf_opt_put(row, &v);
}

/* Blocks at both ends of what is out, and duplicates (RFC 2883 4). */
static void put_blocks(cf_opt_row *row, const rs_probe *p, uint8_t class, uint8_t raw)
{
    uint32_t mss = p->snd_mss ? p->snd_mss : 536, una = p->snd_una, max = p->snd_max, at = una + (raw % 16) * mss;
    switch (class % 6) {
    case 0: put_sack(row, 1, (uint32_t[]){una + mss, max}); break;
    case 1: put_sack(row, 1, (uint32_t[]){max - mss, max}); break;
    case 2: put_sack(row, 1, (uint32_t[]){at, at + mss}); break;
    case 3: put_sack(row, 2, (uint32_t[]){at + 2 * mss, at + 3 * mss, at, at + mss}); break;
    case 4: put_sack(row, 2, (uint32_t[]){una - mss, una, at + mss, at + 2 * mss}); break;
    default: put_sack(row, 2, (uint32_t[]){at + mss, at + 2 * mss, una + mss, max}); break;
    }
}

static void put_syn(cf_opt_row *row, fz_host *h, const fz_tuple *t, bool stamps)
{
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_MSS, .mss = 1460});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_SACK_OK});
    if (stamps) fz_put_ts(h, t, row);
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_WSCALE, .wscale = 7});
}

static cf_opt_row options_of(fz_host *h, const fz_tuple *t, uint8_t class, uint8_t raw, bool syn)
{
    cf_opt_row row = {0};
    if (syn) put_syn(&row, h, t, class & 1);
    else if (t->last.ts_on) fz_put_ts(h, t, &row);
    switch (class % 16) {
    case 4: put_accecn(&row, false, 3, raw); break;
    case 5: put_accecn(&row, true, 3, raw); break;
    case 6: put_accecn(&row, raw & 1, raw % 3, raw); break;
    case 7: put_accecn(&row, raw & 1, 0, raw); break;
    case 8:
    case 9:
    case 10: put_fast_open(h, &row, class / 16, raw); break;
    case 11:
    case 12:
    case 13:
    case 14: put_blocks(&row, &t->last, class / 16, raw); break;
    default: break;
    }
    return row;
}

/* ---------- the segment ---------- */

static uint16_t flags_of(uint8_t b)
{
    static const uint16_t usual[] = {CF_ACK, CF_ACK,          CF_ACK,          CF_ACK | CF_PSH,
                                     CF_SYN, CF_SYN | CF_ACK, CF_FIN | CF_ACK, CF_ACK};
    return usual[b % COUNT(usual)];
}

/* Bits 0 to 2: the three flags of ECN; 3 and 4: the field of the IP header. */
static uint16_t ecn_flags(uint8_t bits)
{
    return (uint16_t)((bits & 1 ? CF_ECE : 0) | (bits & 2 ? CF_CWR : 0) | (bits & 4 ? CF_AE : 0));
}

/* Bit 5: not as the peer signs; 6 and 7 say how. A peer that signs can be told not to, or to do it in both ways. */
static fz_sign sign_of(const fz_host *h, uint8_t bits)
{
    static const fz_sign others[] = {FZ_SIGNED_WRONG, FZ_SIGNED, FZ_UNSIGNED, FZ_SIGNED_TWICE};
    if (!(bits & 0x20)) return FZ_NOT_SIGNED;
    if (h->signer.how) return others[bits >> 6];
    return bits & 0xc0 ? FZ_SIGNED : FZ_SIGNED_WRONG;
}

void fz_later(fz_host *h, fz_tuple *t, const fz_step *s)
{
    const uint8_t *a = s->arg;
    fz_look(h, t);
    uint8_t raw = a[9];
    uint16_t flags = flags_of(a[0]);
    if (t->ts_at.us == 0) t->ts_at = h->now;
    fz_segment seg = {
        .flags = (uint16_t)(flags | ecn_flags(a[1])),
        .tos = a[1] >> 3 & 3,
        .sign = sign_of(h, a[1]),
        .seq = fz_seq(t, a[2], a[3], raw),
        .ack = fz_ack(t, a[4], a[5], raw),
        .win = fz_window(t, a[6], raw),
        .len = fz_length(t, a[7], raw),
        .opts = options_of(h, t, a[8], raw, flags & CF_SYN),
    };
    if ((flags & CF_SYN) && !t->alive) seg.seq = h->header->irs + raw * 65536u;
    fz_send(h, t, &seg);
}
