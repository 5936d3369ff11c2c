#include "pair.h"

#include <string.h>

#include "../prog/settings.h"

/* ---------- small choices ---------- */

static int64_t of_i64(const int64_t *list, unsigned count, uint8_t choice)
{
    return list[choice % count];
}
#define OF(list, choice) of_i64(list, sizeof(list) / sizeof((list)[0]), choice)

static const int64_t delays_us[] = {10000, 1, 100, 1000, 50000, 200000, 600000, 20000};
static const int64_t rates[] = {0, 0, 0, 100000, 1000000, 20000, 10000000, 0};
static const int64_t totals[] = {3000, 0, 1, 1460, 10000, 40000, 100000, 65536};
static const int64_t pieces[] = {8192, 1, 100, 1448, 1460, 3000, 4096, 536};
static const int64_t sizes[] = {0, 0, 2304, 4608, 8192, 20000, 65536, 0};
static const int64_t mss[] = {0, 0, 0, 88, 536, 1000, 1460, 0};

static void add_knob(fz_host_plan *h, const char *name, const char *value)
{
    if (h->knobs == FZ_KNOBS_MAX) return;
    h->knob[h->knobs].name = name;
    h->knob[h->knobs++].value = value;
}

/* What a SYN cookie forgets of a SYN, the oracles of a world do not; who lets nothing out cannot be served; a window
 * that may be taken back would be no window to judge by; and who bears no orphan resets what its user has closed. */
static bool is_no_fair_setting(const char *knob)
{
    static const char *const names[] = {"net.ipv4.tcp_syncookies", "refstack.device_drops",
                                        "net.ipv4.tcp_shrink_window", "net.ipv4.tcp_max_orphans"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(knob, names[i]) == 0) return true;
    return false;
}

/* Three bytes of the header make one host. */
static void decode_host(fz_host_plan *h, const uint8_t *b)
{
    static const char *const cc[] = {NULL, NULL, NULL, NULL, "reno", "cubic", "dctcp", "bbr"};
    static const char *const bits[8][2] = {
        {"net.ipv4.tcp_timestamps", "0"},     {"net.ipv4.tcp_sack", "0"},
        {"net.ipv4.tcp_window_scaling", "0"}, {"net.ipv4.tcp_ecn", "1"},
        {"net.ipv4.tcp_early_retrans", "0"},  {"net.ipv4.tcp_frto", "0"},
        {"net.ipv4.tcp_recovery", "0"},       {"net.ipv4.tcp_slow_start_after_idle", "0"}};
    h->linux_preset = b[0] & 1;
    for (unsigned i = 0; i < 8; i++)
        if (b[1] >> i & 1) add_knob(h, bits[i][0], bits[i][1]);
    const char *value, *setting = fz_setting_knob(b[0] >> 1, &value);
    if (setting && !is_no_fair_setting(setting)) add_knob(h, setting, value);
    if (cc[b[2] % 8]) add_knob(h, "net.ipv4.tcp_congestion_control", cc[b[2] % 8]);
}

/* Six bytes make one user. Writing waits for the program: `first` grows (pair_play.c). */
static void decode_user(fz_script *s, const uint8_t *b, bool linux_preset)
{
    s->bytes = (uint64_t)OF(totals, b[0]);
    s->piece = (uint32_t)OF(pieces, b[1]);
    s->read_piece = (uint32_t)OF(pieces, b[1] >> 4);
    s->each = UINT32_MAX;
    s->first = b[5] & 1 ? 0 : (uint32_t)s->bytes; /* all at once, or as the program says */
    s->late_reader = b[5] & 2;
    s->no_delay = b[5] & 4;
    s->sees_off = true;
    s->rcvbuf = (int)OF(sizes, b[2]);
    s->sndbuf = (int)OF(sizes, b[3]);
    s->mss = (int)OF(mss, b[4]);
    if (linux_preset && s->rcvbuf && s->rcvbuf < FZ_LEAST_RCVBUF) s->rcvbuf = FZ_LEAST_RCVBUF;
    if (s->piece < s->bytes / 500) s->piece = (uint32_t)(s->bytes / 500);
    if (s->read_piece < FZ_LEAST_PIECE) s->read_piece = FZ_LEAST_PIECE;
}

static void decode_header(fz_plan *p, const uint8_t *b)
{
    static const int64_t origins_us[] = {1000000, INT64_C(2147483648) * 1000 - 500000,
                                         INT64_C(4294967296) * 1000 - 500000, INT64_C(77777777777777)};
    p->seed = (uint64_t)b[36] | (uint64_t)b[37] << 8;
    p->origin.us = OF(origins_us, b[1]);
    p->ipv6 = b[0] & 1;
    p->iss_wraps = b[0] & 2;
    p->iss_before = (uint32_t)b[2] * 64;
    p->close_look = true;
    p->hosts = 2;
    p->talks = 1;
    p->talk[0].host[1] = 1;
    for (unsigned i = 0; i < 2; i++) {
        rs_link_faults f = {.delay = {OF(delays_us, b[3])}, .bytes_per_sec = (uint64_t)OF(rates, b[4])};
        f.mtu = FZ_WORLD_MTU;
        f.queue_bytes = f.bytes_per_sec ? 30000 : 0;
        p->path[i][!i].rough = f;
        p->path[i][!i].calm = (rs_link_faults){.delay = f.delay, .mtu = f.mtu};
        decode_host(&p->host[i], b + 8 + 3 * i);
        decode_user(&p->talk[0].user[i], b + 16 + 6 * i, p->host[i].linux_preset);
    }
}

void fz_pair_decode(fz_pair_program *out, const uint8_t *data, size_t len)
{
    uint8_t head[FZ_PAIR_HEADER] = {0};
    memset(out, 0, sizeof *out);
    if (len) memcpy(head, data, len < sizeof head ? len : sizeof head);
    decode_header(&out->plan, head);
    for (size_t at = FZ_PAIR_HEADER; at + FZ_STEP_BYTES <= len && out->count < FZ_PAIR_STEPS; at += FZ_STEP_BYTES) {
        unsigned i = out->count++;
        out->step[i].kind = (fz_pair_kind)(data[at] % FZ_PAIR_KINDS);
        out->step[i].side = data[at + 1] & 1;
        memcpy(out->step[i].arg, data + at + 2, FZ_ARGS);
    }
}
