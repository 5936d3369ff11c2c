#include "info.h"

#include <string.h>

enum { WSCALE_AT = 6, APP_LIMITED_AT = 7, ACCECN_AT = 276 };

void cf_info_put(cf_info_list *l, const char *name, int64_t value)
{
    if (l->count >= l->cap) return;
    l->names[l->count] = name;
    l->values[l->count++] = value;
}

int64_t cf_info_number(const uint8_t *b, size_t at, size_t bytes)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    int64_t s64;
    switch (bytes) {
    case 1: memcpy(&u8, b + at, 1); return u8;
    case 2: memcpy(&u16, b + at, 2); return u16;
    case 4: memcpy(&u32, b + at, 4); return u32;
    default: break;
    }
    memcpy(&s64, b + at, sizeof s64);
    return s64;
}

void cf_info_read(cf_info_list *l, const uint8_t *b)
{
    static const struct {
        uint16_t at, bytes;
        const char *name;
    } rows[] = {
#define AT(offset, size, name) {offset, size, name},
#include "tcp_info_layout.def"
#undef AT
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cf_info_put(l, rows[i].name, cf_info_number(b, rows[i].at, rows[i].bytes));
    cf_info_put(l, "snd_wscale", b[WSCALE_AT] & 0xf);
    cf_info_put(l, "rcv_wscale", b[WSCALE_AT] >> 4);
    cf_info_put(l, "delivery_rate_app_limited", b[APP_LIMITED_AT] & 1);
    uint32_t bits = (uint32_t)cf_info_number(b, ACCECN_AT, 4);
    cf_info_put(l, "ecn_mode", bits & 3);
    cf_info_put(l, "accecn_opt_seen", bits >> 2 & 3);
    cf_info_put(l, "accecn_fail_mode", bits >> 4 & 0xf);
    cf_info_put(l, "options2", bits >> 8);
}

/* What the bytes mean depends on the algorithm; only their number tells, so all readings that fit are offered. */
void cf_info_read_cc(cf_info_list *l, const uint8_t *b, size_t len)
{
    if (len >= 20) {
        int64_t low = cf_info_number(b, 0, 4), high = cf_info_number(b, 4, 4);
        cf_info_put(l, "bbr_bw_lo", low);
        cf_info_put(l, "bbr_bw_hi", high);
        cf_info_put(l, "bbr_bw", high << 32 | low);
        cf_info_put(l, "bbr_min_rtt", cf_info_number(b, 8, 4));
        cf_info_put(l, "bbr_pacing_gain", cf_info_number(b, 12, 4));
        cf_info_put(l, "bbr_cwnd_gain", cf_info_number(b, 16, 4));
    }
    if (len < 16) return;
    cf_info_put(l, "dctcp_enabled", cf_info_number(b, 0, 2));
    cf_info_put(l, "dctcp_ce_state", cf_info_number(b, 2, 2));
    cf_info_put(l, "dctcp_alpha", cf_info_number(b, 4, 4));
    cf_info_put(l, "dctcp_ab_ecn", cf_info_number(b, 8, 4));
    cf_info_put(l, "dctcp_ab_tot", cf_info_number(b, 12, 4));
    cf_info_put(l, "tcpv_enabled", cf_info_number(b, 0, 4));
    cf_info_put(l, "tcpv_rttcnt", cf_info_number(b, 4, 4));
    cf_info_put(l, "tcp_rtt", cf_info_number(b, 8, 4));
    cf_info_put(l, "tcp_minrtt", cf_info_number(b, 12, 4));
}
