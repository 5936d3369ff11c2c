#include "play.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "calls.h"
#include "classes.h"
#include "contract.h"
#include "effect.h"
#include "fail.h"
#include "inner.h"
#include "keys.h"
#include "later.h"
#include "rare.h"
#include "segment.h"
#include "settings.h"
#include "start.h"
#include "wide.h"
#include "trace.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { TIMERS_PER_STEP = 64, FAIR_ROUNDS = 400, CLOSED_TUPLE = FZ_TUPLES - 1 };

/* ---------- option rows of injected segments ---------- */

static void put_sack(cf_opt_row *row, uint8_t n, const uint32_t *edges)
{
    cf_opt_val v = {.id = CF_OPT_SACK, .n = n};
    memcpy(v.sack, edges, n * 2u * sizeof edges[0]);
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &v);
}

static void put_ts_raw(cf_opt_row *row, uint32_t val, uint32_t ecr)
{
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_TS, .ts_val = val, .ts_ecr = ecr});
}

static void put_syn(cf_opt_row *row, uint16_t mss, uint8_t wscale, bool sack)
{
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_MSS, .mss = mss});
    if (sack) cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_SACK_OK});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_WSCALE, .wscale = wscale});
}

/* Damaged or strange option areas: lengths 0 and 1, a length behind the end, unknown kinds, all padding. */
static void put_strange(cf_opt_row *row, uint8_t raw)
{
    static const uint8_t bytes[4] = {1, 2, 3, 4};
    switch (raw % 6) {
    case 0: cf_opt_put_raw(row, 2, 0, bytes, 2); break;
    case 1: cf_opt_put_raw(row, 8, 1, bytes, 2); break;
    case 2: cf_opt_put_raw(row, 3, 40, bytes, 1); break;
    case 3: cf_opt_put_raw(row, 253, 6, bytes, 4); break;
    case 4: cf_opt_put_raw(row, 5, 4, bytes, 2); break;
    default:
        for (int i = 0; i < 40; i++) cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_NOP});
    }
}

static cf_opt_row options_of(fz_host *h, const fz_tuple *t, uint8_t class, uint8_t raw)
{
    const rs_probe *p = &t->last;
    uint32_t mss = p->snd_mss ? p->snd_mss : 536, una = p->snd_una, clock = fz_peer_clock(h, t);
    cf_opt_row row = {0};
    if (p->ts_on && class % 20 < 12) fz_put_ts(h, t, &row);
    switch (class % 20) {
    case 4: put_sack(&row, 1, (uint32_t[]){una + mss, una + 2 * mss}); break;
    case 5:
        put_sack(&row, 3,
                 (uint32_t[]){una + 4 * mss, una + 5 * mss, una + 2 * mss, una + 3 * mss, una + mss, una + mss + 1});
        break;
    case 6: put_sack(&row, 1, (uint32_t[]){una - mss, una + raw * 16u}); break; /* one that only begins below */
    case 7: put_sack(&row, 2, (uint32_t[]){una + 2 * mss, una + mss, p->snd_max, p->snd_max + raw + 1}); break;
    case 8: put_sack(&row, 1, (uint32_t[]){una + raw, una + raw * 16u}); break;
    case 9: put_syn(&row, 1460, 7, true); break;
    case 10: put_syn(&row, (uint16_t)(raw * 8u), raw, false); break;
    case 11: put_strange(&row, raw); break;
    case 12: break; /* none although agreed */
    case 13: put_ts_raw(&row, p->ts_recent - 1, t->ts_val); break;
    case 14: put_ts_raw(&row, p->ts_recent + 0x80000000u + (raw & 1), t->ts_val); break;
    case 15: put_ts_raw(&row, clock, t->ts_val + 1 + raw); break;
    case 16: put_ts_raw(&row, clock, 0); break;
    case 17: put_ts_raw(&row, clock + 0x7fffffffu, t->ts_val); break;
    case 18: put_ts_raw(&row, clock, t->ts_val - raw); break;
    case 19: put_strange(&row, raw); break;
    default: break;
    }
    return row;
}

/* ---------- steps ---------- */

static fz_tuple *pick_tuple(fz_host *h, uint8_t actor)
{
    static const uint8_t by_actor[] = {0, 0, 0, 0, 0, 1, 2, CLOSED_TUPLE};
    return &h->tuple[by_actor[actor % COUNT(by_actor)]];
}

/* Flags: the usual ones are likely, every combination is possible. */
static uint16_t flags_of(uint8_t b)
{
    static const uint16_t usual[] = {CF_ACK, CF_ACK,          CF_ACK | CF_PSH, CF_FIN | CF_ACK,
                                     CF_SYN, CF_SYN | CF_ACK, CF_RST,          CF_RST | CF_ACK};
    return b < 128 ? usual[b % COUNT(usual)] : (uint16_t)(b & 0x7f);
}

static void do_segment(fz_host *h, const fz_step *s)
{
    const uint8_t *a = s->arg;
    fz_tuple *t = pick_tuple(h, s->actor);
    fz_look(h, t);
    uint8_t mods = a[1], raw = a[9];
    if (t->ts_at.us == 0) t->ts_at = h->now;
    fz_segment seg = {
        .flags = (uint16_t)(flags_of(a[0]) | (mods & 0x20 ? CF_ECE | CF_CWR : 0) | (mods & 0x10 ? CF_URG : 0)),
        .seq = fz_seq(t, a[2], a[3], raw),
        .ack = fz_ack(t, a[4], a[5], raw),
        .win = fz_window(t, a[6], raw),
        .len = fz_length(t, a[7], raw),
        .urp = mods & 0x10 ? raw : 0,
        .opts = options_of(h, t, a[8], raw),
        .bad_sum = (mods & 0x0f) == 0x0f,
        .other_bytes = (mods & 0x0f) == 0x0e,
        .reserved = mods >> 6 == 3 ? raw & 7 : 0,
        .tos = mods >> 6 == 2 ? 3 : 0,
        .sign = (mods & 0x0f) == 0x0d && h->signer.how ? FZ_SIGNED_WRONG : FZ_NOT_SIGNED,
    };
    if ((flags_of(a[0]) & CF_SYN) && !t->alive) seg.seq = h->header->irs + raw * 65536u;
    fz_send(h, t, &seg);
}

static void do_time(fz_host *h, const fz_step *s)
{
    uint8_t class = s->arg[0];
    rs_time next = rs_stack_next_deadline(h->st), until = {h->now.us + fz_duration(class, s->arg[1])};
    if (class % 23 <= FZ_AFTER_DEADLINE && next.us != INT64_MAX) {
        static const int64_t beside[] = {0, -1, 1};
        until.us = next.us + beside[class % 23];
        if (until.us < h->now.us) until = h->now;
    }
    fz_host_sleep(h, until, TIMERS_PER_STEP);
}

static void do_icmp(fz_host *h, const fz_step *s)
{
    static const uint8_t v4[][2] = {{3, 0},  {3, 1},  {3, 2}, {3, 3}, {3, 4}, {3, 13},
                                    {11, 0}, {12, 0}, {4, 0}, {5, 1}, {8, 0}};
    static const uint8_t v6[][2] = {{1, 0}, {1, 1},   {1, 3}, {1, 4},   {2, 0},  {3, 0},
                                    {4, 1}, {128, 0}, {1, 6}, {200, 0}, {129, 0}};
    static const uint16_t mtus[] = {1400, 0, 68, 576, 1280, 1499, 1500, 9000};
    fz_tuple *t = pick_tuple(h, s->actor);
    bool there = fz_look(h, t);
    rs_probe before = t->last;
    const uint8_t *kind = h->header->ipv6 ? v6[s->arg[0] % COUNT(v6)] : v4[s->arg[0] % COUNT(v4)];
    uint32_t seq = fz_ack(t, s->arg[1], s->arg[2], s->arg[3]);
    fz_send_icmp(h, t, kind[0], kind[1], seq, mtus[s->arg[4] % COUNT(mtus)]);
    if (there) fz_contract_icmp(&before, fz_look(h, t) ? &t->last : NULL, seq);
}

/* A packet of the past: as it was, with a flipped bit, or cut. What the host sent itself comes back as an echo. */
static void do_mangle(fz_host *h, const fz_step *s)
{
    uint8_t pkt[FZ_HISTORY_BYTES];
    unsigned kept = h->seen < FZ_HISTORY ? h->seen : FZ_HISTORY;
    if (kept == 0) return;
    unsigned slot = (h->seen - 1 - s->arg[0] % kept) % FZ_HISTORY;
    size_t len = h->history[slot].len;
    if (len == 0) return;
    memcpy(pkt, h->history[slot].bytes, len);
    unsigned at = s->arg[2] * 256u + s->arg[3];
    switch (s->arg[1] % 4) {
    case 1: pkt[at % len] ^= (uint8_t)(1u << (s->arg[4] & 7)); break;
    case 2: len = at % len; break;
    case 3: pkt[at % 64 % len] = s->arg[4]; break;
    default: break;
    }
    fz_host_input(h, pkt, len);
}

const char *fz_knob_of(const fz_step *s, const char **value)
{
    static const char *const changes[][2] = {
        {"net.ipv4.tcp_timestamps", "0"},     {"net.ipv4.tcp_sack", "0"},
        {"net.ipv4.tcp_window_scaling", "0"}, {"net.ipv4.tcp_retries2", "3"},
        {"net.ipv4.tcp_fin_timeout", "5"},    {"net.ipv4.tcp_abort_on_overflow", "1"},
        {"net.ipv4.tcp_rfc1337", "1"},        {"net.ipv4.tcp_keepalive_time", "10"},
        {"net.ipv4.tcp_timestamps", "1"},     {"net.ipv4.tcp_orphan_retries", "1"},
        {"net.ipv4.tcp_syn_retries", "2"},    {"net.ipv4.tcp_synack_retries", "2"},
    };
    if (s->arg[1] & 0x80) {
        const char *knob = fz_setting_knob(s->arg[0], value);
        return knob ? knob : "";
    }
    const char *const *c = changes[s->arg[0] % COUNT(changes)];
    *value = c[1];
    return c[0];
}

static void do_knob(fz_host *h, const fz_step *s)
{
    const char *value, *knob = fz_knob_of(s, &value);
    if (!(s->arg[1] & 0x80)) {
        fz_host_set(h, knob, value);
        return;
    }
    fz_setting(h, s->arg[0]);
    h->keyed |= fz_setting_signs(s->arg[0]); /* connections that are there know nothing of it */
}

/* ---------- the honest peer ---------- */

static bool synchronized(rs_state s)
{
    return s >= RS_ESTABLISHED && s <= RS_LAST_ACK;
}

/* A bare ACK carries the peer's SND.NXT: behind a hole in what it sent that is not RCV.NXT of the host, and an ACK at
 * RCV.NXT would be older than the last window update (SND.WL1). */
static void honest_ack(fz_host *h, fz_tuple *t)
{
    uint32_t ahead = t->last.snd_wl1 - t->last.rcv_nxt;
    bool behind_hole = ahead != 0 && ahead <= t->last.rcv_wnd;
    fz_segment s = {
        .flags = CF_ACK, .seq = behind_hole ? t->last.snd_wl1 : t->last.rcv_nxt, .ack = cf_roll(t->end), .win = 65535};
    if (t->last.ts_on) fz_put_ts(h, t, &s.opts);
    fz_send(h, t, &s);
}

/* The host has taken back the window (without memory it closes it) that the newest window update of the peer came in:
 * an ACK in the window of now is older than that update. */
static bool overtaken(const fz_tuple *t)
{
    uint32_t ahead = t->last.snd_wl1 - t->last.rcv_nxt;
    return ahead > t->last.rcv_wnd && ahead < 0x80000000u;
}

/* Something the host was given to send has not been sent, or an honest acknowledgment of what was sent is not taken. */
static bool owes(fz_host *h, fz_tuple *t, uint32_t acked)
{
    if (!fz_look(h, t) || !synchronized(t->last.state)) return false;
    return t->last.notsent_bytes > 0 || (int32_t)(t->last.snd_una - acked) < 0;
}

bool fz_fair(fz_host *h, unsigned rounds)
{
    fz_tuple *t = &h->tuple[0];
    bool owing = false;
    uint32_t una = t->last.snd_una;
    for (unsigned i = 0; i < rounds; i++) {
        if (!fz_look(h, t)) return !owing || h->impatient; /* gone: not for want of an answer */
        if (t->last.snd_una != una) i = 0;                 /* small segments at a slow pace take many rounds */
        una = t->last.snd_una;
        if (!synchronized(t->last.state) || !t->syn_seen) return true;
        if (t->last.sndq_bytes == 0 && cf_roll(t->end) == t->last.snd_una) return true;
        /* A peer's clock that was shown too far ahead makes honest timestamps look old: nothing to judge then. */
        if (t->last.ts_on && (int32_t)(fz_peer_clock(h, t) - t->last.ts_recent) < 0) return true;
        if (overtaken(t)) return true;
        cf_offset before = t->end;
        honest_ack(h, t);
        owing = owes(h, t, cf_roll(before));
        if (t->end == before) {
            rs_time next = rs_stack_next_deadline(h->st);
            if (next.us != INT64_MAX) fz_host_sleep(h, next, 1);
        }
    }
    return false;
}

/* A user who is there, room in the window, and nothing said so far that could be at odds with another byte. */
static bool listens(const fz_host *h, const fz_tuple *t)
{
    const rs_probe *p = &t->last;
    bool open = p->state == RS_ESTABLISHED || p->state == RS_FIN_WAIT_1 || p->state == RS_FIN_WAIT_2;
    bool old_clock = p->ts_on && (int32_t)(fz_peer_clock(h, t) - p->ts_recent) < 0;
    return open && !p->orphan && h->conn >= 0 && p->rcv_wnd > 1 && p->rcvq_bytes == 0 && p->ooo_bytes == 0 &&
           !t->peer_fin && !old_clock;
}

bool fz_peer_speaks(fz_host *h)
{
    fz_tuple *t = &h->tuple[0];
    if (!fz_look(h, t) || !t->syn_seen || !listens(h, t)) return true;
    uint32_t nxt = t->last.rcv_nxt, again = nxt - t->last.irs > 1 ? 1 : 0;
    fz_segment s = {.flags = CF_ACK, .seq = nxt - again, .ack = cf_roll(t->end), .win = 65535, .len = 1 + again};
    if (t->last.ts_on) fz_put_ts(h, t, &s.opts);
    unsigned no_memory = fz_drop_reason("TEXT_NO_MEMORY");
    uint64_t before = rs_stack_drops(h->st, no_memory);
    fz_send(h, t, &s);
    if (rs_stack_drops(h->st, no_memory) != before && fz_memory_is_short(h)) return true;
    return !fz_look(h, t) || t->last.rcv_nxt == nxt + 1;
}

static void do_fair(fz_host *h)
{
    if (h->keyed) return; /* the two may not believe each other */
    if (h->mute) fz_host_set(h, "refstack.device_drops", "0");
    if (h->conn >= 0) {
        fz_push(h, h->conn);
        fz_read_all(h, h->conn);
    }
    if (!fz_fair(h, FAIR_ROUNDS)) {
        const rs_probe *p = &h->tuple[0].last;
        if (fz_is_paced(h) || fz_memory_is_short(h)) return;
        fz_fail("O51 progress", "%s: %u bytes are still queued (%u not sent) for an honest peer%s",
                rs_state_name(p->state), p->sndq_bytes, p->notsent_bytes, h->tuple[0].alive ? "" : ", then given up");
    }
    if (!fz_peer_speaks(h))
        fz_fail("O51 progress", "%s: the next byte of an honest peer is not taken",
                rs_state_name(h->tuple[0].last.state));
}

static void run_step(fz_host *h, const fz_step *s)
{
    switch (s->kind) {
    case FZ_SEG: do_segment(h, s); break;
    case FZ_CALL: fz_call(h, s); break;
    case FZ_TIME: do_time(h, s); break;
    case FZ_ICMP: do_icmp(h, s); break;
    case FZ_MANGLE: do_mangle(h, s); break;
    case FZ_KNOB: do_knob(h, s); break;
    case FZ_CLONE: fz_host_clone(h); break;
    case FZ_FAIR: do_fair(h); break;
    case FZ_RARE: fz_rare(h, s); break;
    case FZ_LATER: fz_later(h, pick_tuple(h, s->actor), s); break;
    case FZ_AUTH: fz_keys(h, fz_pick_fd(h, s), s); break;
    case FZ_WIDE: fz_wide(h, s); break;
    case FZ_KINDS: break;
    }
}

void fz_aftermath(fz_program *p, unsigned amount, bool inner)
{
    /* Time goes on to the next timer (FZ_TIME), the peer acknowledges one segment, then all and sends 1000 bytes. */
    static const fz_step steps[] = {
        {.kind = FZ_TIME},
        {.kind = FZ_SEG, .arg = {[4] = 9}},
        {.kind = FZ_TIME},
        {.kind = FZ_SEG, .arg = {[7] = 13}},
        {.kind = FZ_TIME},
        /* All is acknowledged, and a byte sent; the user writes and closes. */
        {.kind = FZ_FAIR},
        {.kind = FZ_CALL, .arg = {0, 6}},
        {.kind = FZ_TIME},
        {.kind = FZ_FAIR},
        {.kind = FZ_CALL, .arg = {7}},
        {.kind = FZ_TIME},
        {.kind = FZ_FAIR},
    };
    static const unsigned counts[] = {0, 5, COUNT(steps)};
    p->told_at = inner ? p->count + 1 : 0;
    for (unsigned i = 0; i < counts[amount % COUNT(counts)] && p->count < FZ_STEPS_MAX; i++)
        p->step[p->count++] = steps[i];
}

void fz_play(fz_host *h, const fz_program *p, const fz_watch *watch, fz_after_fn *after)
{
    fz_host_open(h, &p->header, watch);
    fz_start_at(h);
    after(watch->ctx, h, -1);
    for (unsigned i = 0; i < p->count; i++) {
        if (p->told_at == i + 1) fz_inner_tell(h);
        fz_trace(h->now.us, "step %u: %s", i, fz_kind_name(p->step[i].kind));
        run_step(h, &p->step[i]);
        fz_effect_check_sleepers(h);
        after(watch->ctx, h, (int)i);
    }
    if (p->told_at) fz_inner_tell(h);
}
