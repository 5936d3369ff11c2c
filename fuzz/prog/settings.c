#include "settings.h"

#include <string.h>

#include "fail.h"
#include "keys.h"

static const struct {
    const char *knob, *value;
} rows[] = {
#define S(knob, value) {knob, value},
#include "settings.def"
#undef S
};

enum { ROWS = sizeof rows / sizeof rows[0], FIRST_ROWS = 65 };
_Static_assert(ROWS <= 128, "world/pair.c has seven bits for a row");

/* Numbers beyond the last row mean one of those that were there first. */
static unsigned row_of(uint8_t number)
{
    return number < ROWS ? number : number % FIRST_ROWS;
}

static bool is_peers(unsigned row)
{
    return rows[row].knob && strncmp(rows[row].knob, "peer.", 5) == 0;
}

const char *fz_setting_knob(uint8_t number, const char **value)
{
    unsigned row = row_of(number);
    *value = rows[row].value;
    return is_peers(row) ? NULL : rows[row].knob;
}

bool fz_setting_signs(uint8_t number)
{
    return is_peers(row_of(number));
}

void fz_setting(fz_host *h, uint8_t number)
{
    const char *value, *knob = fz_setting_knob(number, &value);
    if (knob) fz_host_set(h, knob, value);
    else if (fz_setting_signs(number) && !fz_keys_begin(h, value)) fz_fail("setup", "peer.signs = %s", value);
}

/* Of what begins so; the first that fits counts. */
static const struct {
    const char *begins;
    unsigned touches;
} touched[] = {
    {"net.ipv4.tcp_congestion_control", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_ecn", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_slow_start_after_idle", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_tso_", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_min_tso_segs", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_pacing_", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_fastopen", FZ_TOUCH_FAST_OPEN},
    {"net.ipv4.tcp_recovery", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_early_retrans", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_frto", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_reordering", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_max_reordering", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_dsack", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_retrans_collapse", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_mtu_prob", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_probe_", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_base_mss", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_allowed_congestion_control", 0},
    {"net.ipv4.tcp_min_rtt_wlen", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_min_snd_mss", FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_shrink_window", FZ_TOUCH_EDGE},
    {"net.ipv4.tcp_thin_", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_syn_linear_", FZ_TOUCH_TIMES},
    {"net.ipv4.tcp_rto_m", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {"net.ipv4.tcp_timestamps", FZ_TOUCH_AGREED},
    {"net.ipv4.tcp_sack", FZ_TOUCH_AGREED},
    {"net.ipv4.tcp_window_scaling", FZ_TOUCH_AGREED},
    {"net.ipv4.tcp_syncookies", FZ_TOUCH_AGREED},
    {"net.ipv4.tcp_max_syn_backlog", FZ_TOUCH_AGREED},
    {"net.ipv4.tcp_retries", 0},
    {"net.ipv4.tcp_fin_timeout", 0},
    {"net.ipv4.tcp_abort_on_overflow", 0},
    {"net.ipv4.tcp_rfc1337", 0},
    {"net.ipv4.tcp_keepalive_", 0},
    {"net.ipv4.tcp_orphan_retries", 0},
    {"net.ipv4.tcp_syn_retries", 0},
    {"net.ipv4.tcp_synack_retries", 0},
    {"net.ipv4.tcp_tw_reuse", 0},
    {"net.ipv4.tcp_max_tw_buckets", 0},
    {"net.ipv4.tcp_challenge_ack_limit", 0},
    {"net.ipv4.tcp_invalid_ratelimit", 0},
    {"net.ipv4.tcp_comp_sack_", 0},
    {"net.ipv4.tcp_moderate_rcvbuf", 0},
    {"net.ipv4.tcp_pingpong_thresh", 0},
    {"net.ipv4.tcp_notsent_lowat", 0},
    {"net.ipv4.tcp_reflect_tos", 0},
    {"net.ipv4.tcp_stdurg", 0},
    {"net.ipv4.tcp_app_win", 0},
    {"net.ipv4.tcp_rmem", 0},
    {"net.ipv4.tcp_wmem", 0},
    {"net.ipv4.tcp_max_orphans", 0},
    {"net.ipv4.tcp_migrate_req", 0},
    {"net.ipv4.tcp_workaround_signed_windows", 0},
    {"net.ipv4.ip_default_ttl", 0},
    {"net.ipv4.ip_no_pmtu_disc", 0},
    {"net.ipv4.route.min_pmtu", 0},
    {"quirk.close_does_not_push", 0},
    {"quirk.psh_on_burst", 0},
    {"quirk.quickack", 0},
    {"module.", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"refstack.device_drops", FZ_TOUCH_SENT},
    {"refstack.clock_tick_us", FZ_TOUCH_TIMES},
    {"refstack.delack_min_us", 0},
    {"refstack.fq", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {"refstack.hystart_pp", FZ_TOUCH_WINDOW},
    {"refstack.abe", FZ_TOUCH_WINDOW},
    {"refstack.undo", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"refstack.initial_cwnd_segs", FZ_TOUCH_WINDOW},
    {"refstack.route.initcwnd", FZ_TOUCH_WINDOW},
    {"refstack.route.reordering", FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW},
    {"refstack.route.rto_min_us", FZ_TOUCH_TIMES | FZ_TOUCH_WINDOW},
    {"refstack.route.ecn", FZ_TOUCH_WINDOW},
    {"refstack.route.mtu_lock", 0},
    {"refstack.route.mtu", FZ_TOUCH_WINDOW},
    {"refstack.route.advmss", 0},
    {"refstack.route.initrwnd", 0},
    {"refstack.route.window", 0},
    {"refstack.route.hoplimit", 0},
    {"refstack.route.quickack", 0},
};

unsigned fz_knob_touches(const char *knob)
{
    for (size_t i = 0; i < sizeof touched / sizeof touched[0]; i++)
        if (strncmp(knob, touched[i].begins, strlen(touched[i].begins)) == 0) return touched[i].touches;
    return FZ_TOUCH_ANY;
}
