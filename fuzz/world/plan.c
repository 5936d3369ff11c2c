#include "plan.h"

#include <string.h>

#include "../../stack/base/rng.h"

/* No fault lasts so long that a host may give up meanwhile: the SYN queue keeps an embryo for a minute. */
enum { ROUGH_LEAST_MS = 2000, ROUGH_MOST_MS = 30000, MILLION = 1000000, QUEUE_LEAST = 30000 };

static bool one_in(rs_rng *r, uint32_t n)
{
    return rs_rng_below(r, n) == 0;
}

static rs_dur between_us(rs_rng *r, uint32_t low, uint32_t high)
{
    return (rs_dur){rs_rng_between(r, low, high)};
}

/* Small and large numbers are equally likely: a random number of bits. */
static uint32_t any_size(rs_rng *r, uint32_t bits)
{
    return rs_rng_below(r, UINT32_C(1) << (1 + rs_rng_below(r, bits)));
}

/* ---------- hosts ---------- */

static void knob(fz_host_plan *h, const char *name, const char *value)
{
    if (h->knobs == FZ_KNOBS_MAX) return;
    h->knob[h->knobs].name = name;
    h->knob[h->knobs++].value = value;
}

static void plan_host(fz_host_plan *h, rs_rng *r)
{
    /* Where less than two segments may be offered a Linux host can stay at a window of one byte for ever (measured). */
    static const char *const rmem[] = {"4096 8192 6291456",  "4096 10000 6291456", "4096 16384 6291456",
                                       "4096 65535 6291456", "4096 65537 6291456", "4096 300000 6291456"};
    static const char *const cc[] = {"reno", "cubic", "dctcp", "bbr"};
    h->linux_preset = one_in(r, 2);
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_timestamps", "0");
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_sack", "0");
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_window_scaling", "0");
    if (one_in(r, 2)) knob(h, "net.ipv4.tcp_rmem", rmem[rs_rng_below(r, sizeof rmem / sizeof rmem[0])]);
    if (one_in(r, 2)) knob(h, "net.ipv4.tcp_wmem", rmem[rs_rng_below(r, sizeof rmem / sizeof rmem[0])]);
    if (one_in(r, 2)) knob(h, "net.ipv4.tcp_congestion_control", cc[rs_rng_below(r, sizeof cc / sizeof cc[0])]);
    if (one_in(r, 3)) knob(h, "net.ipv4.tcp_ecn", "1");
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_early_retrans", "0");
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_frto", "0");
    if (one_in(r, 4)) knob(h, "net.ipv4.tcp_slow_start_after_idle", "0");
}

/* ---------- paths ---------- */

static void plan_faults(fz_path_plan *p, rs_rng *r)
{
    rs_link_faults *f = &p->rough;
    static const uint32_t chances[] = {1000, 10000, 50000, 200000};
    if (one_in(r, 2)) f->lose = chances[rs_rng_below(r, 4)];
    if (one_in(r, 3)) f->repeat = chances[rs_rng_below(r, 4)];
    if (one_in(r, 3)) f->corrupt = chances[rs_rng_below(r, 3)];
    if (one_in(r, 3)) {
        f->overtake = chances[rs_rng_below(r, 4)];
        f->overtake_by = between_us(r, 1, (uint32_t)f->delay.us + 1);
        if (f->overtake_by.us > f->delay.us) f->overtake_by = f->delay;
    }
    if (one_in(r, 8)) f->mtu = rs_rng_between(r, 600, FZ_WORLD_MTU);
    if (one_in(r, 4)) {
        p->to_bad = chances[rs_rng_below(r, 3)];
        p->to_good = chances[1 + rs_rng_below(r, 3)];
        p->lose_when_bad = rs_rng_between(r, 300000, MILLION);
    }
}

static void plan_cuts(fz_path_plan *there, fz_path_plan *back, rs_dur rough, rs_rng *r)
{
    for (unsigned i = 0; i < FZ_CUTS; i++) {
        if (!one_in(r, 3)) continue;
        uint32_t from = rs_rng_below(r, (uint32_t)rough.us), to = rs_rng_between(r, from, (uint32_t)rough.us);
        bool both = one_in(r, 2);
        there->cut[i].from.us = from;
        there->cut[i].to.us = to;
        if (both) back->cut[i] = there->cut[i];
    }
}

static void plan_path(fz_path_plan *there, fz_path_plan *back, rs_dur rough, rs_rng *r)
{
    rs_dur delay = {1 + any_size(r, 18)}; /* up to a quarter of a second one way */
    uint64_t rate = one_in(r, 2) ? 0 : UINT64_C(4000) << rs_rng_below(r, 14);
    uint32_t queue = rate ? (uint32_t)(QUEUE_LEAST + rate / 2) : 0;
    rs_link_faults calm = {.delay = delay, .mtu = FZ_WORLD_MTU};
    there->calm = there->rough = back->calm = back->rough = calm;
    /* A full queue loses packets: that is a fault too, which may make an orphan give up. */
    there->rough.bytes_per_sec = back->rough.bytes_per_sec = rate;
    there->rough.queue_bytes = back->rough.queue_bytes = queue;
    if (rate && one_in(r, 2)) there->rough.queue_bytes = back->rough.queue_bytes = 2 * FZ_WORLD_MTU + any_size(r, 18);
    if (one_in(r, 2)) there->rough.jitter = (rs_dur){any_size(r, 17)};
    plan_faults(there, r);
    if (one_in(r, 3)) plan_faults(back, r);
    if (one_in(r, 2)) plan_cuts(there, back, rough, r);
    if (!one_in(r, 2)) return;
    fz_path_plan swap = *there; /* the worse direction is that of the answers as often */
    *there = *back;
    *back = swap;
}

/* ---------- conversations ---------- */

static fz_script plan_user(rs_rng *r)
{
    fz_script s = {.piece = 1 + any_size(r, 15), .read_piece = 1 + any_size(r, 15)};
    s.start.us = any_size(r, 21);
    s.bytes = one_in(r, 3) ? 0 : any_size(r, 20);
    if (one_in(r, 3)) s.piece_gap.us = any_size(r, 20);
    if (one_in(r, 4)) s.read_gap.us = any_size(r, 20);
    if (one_in(r, 8)) s.late_reader = true;
    if (one_in(r, 3)) s.no_delay = true;
    if (one_in(r, 6)) s.mss = (int)rs_rng_between(r, 88, 1460);
    if (one_in(r, 6)) s.rcvbuf = (int)rs_rng_between(r, 2304, 100000);
    if (s.rcvbuf && s.rcvbuf < FZ_LEAST_RCVBUF) s.rcvbuf = FZ_LEAST_RCVBUF;
    if (one_in(r, 6)) s.sndbuf = (int)rs_rng_between(r, 4608, 100000);
    return s;
}

/* A long stream is neither said nor heard in single bytes: a world would spend its time with calls, not with segments.
 */
static void few_calls(fz_talk_plan *t)
{
    enum { MOST_CALLS = 250 };
    for (unsigned i = 0; i < 2; i++) {
        fz_script *s = &t->user[i], *peer = &t->user[!i];
        if (s->piece < s->bytes / MOST_CALLS) s->piece = (uint32_t)(s->bytes / MOST_CALLS);
        if (peer->read_piece < s->bytes / MOST_CALLS) peer->read_piece = (uint32_t)(s->bytes / MOST_CALLS);
    }
}

static void plan_questions(fz_talk_plan *t, rs_rng *r)
{
    uint32_t ask = 1 + any_size(r, 11), answer = 1 + any_size(r, 14), rounds = 1 + any_size(r, 5);
    t->user[0].bytes = (uint64_t)ask * rounds;
    t->user[1].bytes = (uint64_t)answer * rounds;
    t->user[0].first = t->user[0].more = t->user[1].each = ask;
    t->user[1].more = t->user[0].each = answer;
    t->user[0].late_reader = t->user[1].late_reader = false;
}

/* Long silences: timestamps and sequence clocks wrap while nothing is said. */
static void plan_patience(fz_talk_plan *t, rs_rng *r)
{
    enum { MOST_DAYS = 40, MOST_PIECES = 8 };
    for (unsigned i = 0; i < 2; i++) {
        fz_script *s = &t->user[i];
        s->piece_gap.us = INT64_C(3600000000) * rs_rng_between(r, 1, 24 * MOST_DAYS);
        if (s->piece < s->bytes / MOST_PIECES) s->piece = (uint32_t)(s->bytes / MOST_PIECES) + 1;
    }
}

static void plan_talk(fz_plan *p, fz_talk_plan *t, unsigned number, rs_rng *r)
{
    t->host[0] = (uint8_t)(number % p->hosts);
    t->host[1] = (uint8_t)((t->host[0] + 1 + rs_rng_below(r, p->hosts - 1)) % p->hosts);
    t->user[0] = plan_user(r);
    t->user[1] = plan_user(r);
    if (one_in(r, 4)) plan_questions(t, r);
    few_calls(t);
    for (unsigned i = 0; i < 2; i++) {
        if (!one_in(r, 12)) continue;
        t->user[i].leaves.us = 1 + rs_rng_below(r, (uint32_t)p->rough.us);
        t->user[i].leaves_hard = one_in(r, 2);
    }
    if (one_in(r, 8)) plan_patience(t, r);
}

/* Clocks that wrap in the middle: of timestamps (2^32 ms) and of signed ones (2^31 ms). */
static rs_time plan_origin(rs_rng *r)
{
    static const int64_t wraps_ms[] = {INT64_C(1) << 31, INT64_C(1) << 32};
    int64_t back = rs_rng_below(r, 20000);
    switch (rs_rng_below(r, 4)) {
    case 0: return (rs_time){1000000};
    case 1: return (rs_time){(wraps_ms[0] - back) * 1000};
    case 2: return (rs_time){(wraps_ms[1] - back) * 1000};
    default: return (rs_time){(int64_t)(rs_rng_u64(r) >> 20)};
    }
}

void fz_plan_of(fz_plan *p, uint64_t seed, unsigned hosts)
{
    rs_rng r = rs_rng_of(seed);
    memset(p, 0, sizeof *p);
    p->seed = seed;
    p->origin = plan_origin(&r);
    p->rough.us = INT64_C(1000) * rs_rng_between(&r, ROUGH_LEAST_MS, ROUGH_MOST_MS);
    p->ipv6 = one_in(&r, 4);
    p->iss_wraps = one_in(&r, 2);
    p->iss_before = any_size(&r, 18);
    p->close_look = one_in(&r, 4);
    p->hosts = one_in(&r, 4) ? rs_rng_between(&r, 2, FZ_HOSTS_MAX) : 2;
    if (hosts) p->hosts = hosts;
    p->talks = p->hosts == 2 ? rs_rng_between(&r, 1, 4) : rs_rng_between(&r, p->hosts, FZ_TALKS_MAX);
    for (unsigned i = 0; i < p->hosts; i++) plan_host(&p->host[i], &r);
    for (unsigned i = 0; i < p->hosts; i++)
        for (unsigned k = 0; k < i; k++) plan_path(&p->path[i][k], &p->path[k][i], p->rough, &r);
    for (unsigned i = 0; i < p->talks; i++) plan_talk(p, &p->talk[i], i, &r);
}
