/* see guess.h */
#include "guess.h"

const cf_guess cf_guesses[CF_GUESSES] = {
    {0},
    {.nagle = true},
    {.bursts = true},
    {.bursts = true, .nagle = true},
    {.cubic = true},
    {.arrivals = true},
    {.arrivals = true, .nagle = true},
    {.arrivals = true, .bursts = true},
    {.rows = true},
    {.bursts = true, .rows = true},
    {.arrivals = true, .rows = true},
    {.arrivals = true, .bursts = true, .rows = true},
    {.arrivals = true, .late = true},
    {.arrivals = true, .late = true, .bursts = true},
    {.arrivals = true, .late = true, .rows = true},
    {.arrivals = true, .late = true, .bursts = true, .rows = true},
    {.any_options = true},
    {.loose = true},
    {.loose = true, .nagle = true},
    {.bursts = true, .loose = true},
    {.bursts = true, .rows = true, .loose = true},
    {.arrivals = true, .bursts = true, .rows = true, .loose = true},
    {.any_options = true, .loose = true},
    {.bursts = true, .rows = true, .any_options = true, .loose = true},
};

const char *const cf_guess_settings[CF_SETTINGS] = {
    "net.ipv4.tcp_congestion_control=cubic",
    "net.ipv4.tcp_congestion_control=reno",
    "net.ipv4.tcp_early_retrans=0",
    "net.ipv4.tcp_recovery=0",
    "net.ipv4.tcp_frto=0",
    "net.ipv4.tcp_syncookies=2",
    "net.ipv4.tcp_mtu_probing=1",
    "net.ipv4.tcp_mtu_probing=2",
    "net.ipv4.ip_no_pmtu_disc=1",
    "net.ipv4.tcp_ecn=0",
    "net.ipv4.tcp_ecn=1",
    "net.ipv4.tcp_ecn=2",
    "net.ipv4.tcp_ecn=3",
    "net.ipv4.tcp_slow_start_after_idle=0",
    "net.ipv4.tcp_min_tso_segs=1",
    "net.ipv4.tcp_min_tso_segs=20",
    "net.ipv4.tcp_invalid_ratelimit=0",
    "net.ipv4.tcp_comp_sack_nr=0",
    "net.ipv4.tcp_autocorking=0",
    "net.ipv4.tcp_reordering=10",
    "net.ipv4.tcp_dsack=0",
    "net.ipv4.tcp_shrink_window=1",
    "net.ipv4.tcp_abort_on_overflow=1",
    "net.ipv4.tcp_thin_linear_timeouts=1",
    "net.ipv4.tcp_rfc1337=1",
    "net.ipv4.tcp_stdurg=1",
};

bool cf_guess_fixed(const cf_guess *g, uint32_t packet, cf_fix_kind kind)
{
    for (uint32_t i = 0; i < g->fixes; i++)
        if (g->fix[i].packet == packet && g->fix[i].kind == kind) return true;
    return false;
}

static uint32_t count(const cf_guess *g, cf_fix_kind kind)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->fixes; i++) n += g->fix[i].kind == kind;
    return n;
}

void cf_guess_text(const cf_guess *g, cf_buf *out)
{
    static const char *const words[] = {"sizes of segments not compared", "its options not compared",
                                        "timers within 20 ms or 20 %"};
    const bool on[] = {g->rows, g->any_options, g->loose};
    for (int i = 0; i < 3; i++)
        if (on[i]) cf_buf_printf(out, "%s%s", out->len ? ", " : "", words[i]);
    uint32_t times = count(g, CF_FIX_LOOSE), options = count(g, CF_FIX_ANY_OPTIONS);
    if (times) cf_buf_printf(out, "%stimes of %u packets not compared", out->len ? ", " : "", times);
    if (options) cf_buf_printf(out, "%soptions of %u packets not compared", out->len ? ", " : "", options);
}
