#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/print.h"
#include "../../conformance/packet/sum.h"
#include "../prog/fail.h"
#include "../prog/hash.h"
#include "../prog/trace.h"
#include "make.h"

enum {
    MILLION = 1000000,
    LOOK_EVERY = 512,      /* moments between two looks at all invariants */
    STEPS_AT_ONCE = 50000, /* more work at one moment is a loop without delay */
    WAR_PACKETS = 20000    /* so many while no user reads or writes ... */
};

/* ... in this time: two hosts answer each other for nothing. */
static const int64_t war_us = 200000000;

/* ---------- a look at a connection ---------- */

bool fz_world_look(const fz_world *w, const fz_talk *t, unsigned side, rs_probe *out)
{
    unsigned own = t->plan->host[side];
    rs_endpoint ends[2] = {{w->addr[t->plan->host[0]], (uint16_t)(FZ_CLIENT_PORT + t->number)},
                           {w->addr[t->plan->host[1]], (uint16_t)(FZ_SERVER_PORT + t->number)}};
    return rs_probe_tuple(w->st[own], w->now, &ends[side], &ends[!side], out);
}

/* ---------- packets ---------- */

/* The checksum stands for the text: O20 has seen that it is right, O24 sees what the text is. */
static void fold(fz_world *w, const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    size_t headers = t && t->sum_ok && !p->broken ? (size_t)(p->text - p->bytes) : p->len;
    w->hash = fz_fold(w->hash ^ (uint64_t)w->now.us ^ (uint64_t)p->len << 48, p->bytes, headers);
    fz_hash_number((int64_t)w->hash);
}

static void tell(const fz_world *w, const char *what, unsigned host, const cf_packet *p)
{
    if (w->loud_from.us && w->now.us >= w->loud_from.us) fz_trace_on();
    if (!fz_tracing()) return;
    char line[400];
    cf_print_packet(p, true, line, sizeof line);
    fz_trace(w->now.us, "host %u %s %s", host, what, line);
}

/* The conversation a segment belongs to, and which side sent it; NULL: none. */
static fz_talk *talk_of(fz_world *w, const cf_packet *p, unsigned *from_side)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || p->layers != 2) return NULL;
    for (unsigned side = 0; side < 2; side++) {
        unsigned number = (side ? t->sport : t->dport) - FZ_SERVER_PORT;
        unsigned client = (side ? t->dport : t->sport) - FZ_CLIENT_PORT;
        *from_side = side;
        if (number == client && number < w->plan->talks) return &w->talk[number];
    }
    return NULL;
}

/* The host with this address, or the number of hosts. */
static unsigned host_at(const fz_world *w, const cf_addr *a)
{
    unsigned i = 0;
    while (i < w->plan->hosts && memcmp(w->addr[i].bytes, a->b, sizeof a->b) != 0) i++;
    return i;
}

static bool is_cut(const fz_world *w, const fz_path_plan *p)
{
    for (unsigned i = 0; i < FZ_CUTS; i++) {
        int64_t from = w->origin.us + p->cut[i].from.us, to = w->origin.us + p->cut[i].to.us;
        if (w->now.us >= from && w->now.us < to) return true;
    }
    return false;
}

static rs_link_faults faults_now(fz_world *w, unsigned from, unsigned to)
{
    const fz_path_plan *p = &w->plan->path[from][to];
    if (w->fair) return p->calm;
    rs_link_faults f = p->rough;
    bool *bad = &w->bad[from][to];
    if (p->to_bad && rs_rng_below(&w->rng, MILLION) < (*bad ? p->to_good : p->to_bad)) *bad = !*bad;
    if (*bad && p->lose_when_bad > f.lose) f.lose = p->lose_when_bad;
    if (is_cut(w, p)) f.lose = MILLION;
    return f;
}

/* Congestion was experienced (RFC 3168 5), if the sender said that it understands: a copy that says so. */
static rs_bytes mark(const cf_packet *p, uint8_t *out)
{
    enum { TRAFFIC_AT = 1, V4_CE = 0x03, V6_CE = 0x30, SUM_AT = 10 };
    memcpy(out, p->bytes, p->len);
    const cf_ip *ip = cf_packet_ip(p);
    bool v4 = ip && ip->src.family == 4;
    uint8_t ce = v4 ? V4_CE : V6_CE;
    if (!ip || !(out[TRAFFIC_AT] & ce)) return (rs_bytes){out, p->len};
    out[TRAFFIC_AT] |= ce;
    if (!v4) return (rs_bytes){out, p->len};
    out[SUM_AT] = out[SUM_AT + 1] = 0;
    uint16_t sum = cf_sum_finish(cf_sum_bytes(0, out, ip->header_len));
    out[SUM_AT] = (uint8_t)(sum >> 8);
    out[SUM_AT + 1] = (uint8_t)sum;
    return (rs_bytes){out, p->len};
}

static bool is_sound(const cf_packet *p)
{
    const cf_tcp *t = cf_packet_tcp(p);
    return t && t->sum_ok && cf_packet_ip(p)->sum_ok;
}

static void leaves_host(fz_world *w, unsigned from, rs_bytes pkt)
{
    static cf_packet p; /* large: on the stack sanitizers would paint it for each packet */
    unsigned side;
    cf_packet_decode(&p, pkt.data, pkt.len);
    tell(w, ">", from, &p);
    fold(w, &p);
    w->packets++;
    if (++w->idle_packets == WAR_PACKETS) {
        if (w->now.us - w->idle_since.us < war_us)
            fz_fail("O36 war", "%d packets in %lld us, and no user has read or written meanwhile", WAR_PACKETS,
                    (long long)(w->now.us - w->idle_since.us));
        w->idle_packets = 0;
        w->idle_since = w->now;
    }
    w->bytes += pkt.len;
    fz_check_packet(&p);
    fz_check_bare_syn(&p);
    fz_answer_sent(&w->answer, &p);
    fz_talk *t = talk_of(w, &p, &side);
    if (t) fz_judge_sent(&w->judge[t->number], side, w->now, &p);
    if (t) w->moved |= fz_user_bit(t->number, side);
    if (t && w->plan->close_look)
        fz_pace_sent(&w->judge[t->number].side[side].pace, w->now, cf_packet_tcp(&p), p.text_len);
    unsigned to = cf_packet_ip(&p) ? host_at(w, &cf_packet_ip(&p)->dst) : w->plan->hosts;
    if (to >= w->plan->hosts || w->path_of[from][to] == FZ_NO_PATH) {
        fz_fail("O20 form", "host %u sends a packet to nobody", from);
        return;
    }
    rs_link_faults f = faults_now(w, from, to);
    uint8_t marked[FZ_WORLD_MTU];
    if (w->fate && !w->fair && w->fate->decide(w->fate->ctx, from, &p, &f) && pkt.len <= sizeof marked)
        pkt = mark(&p, marked);
    fz_path *path = &w->path[w->path_of[from][to]];
    if (f.corrupt || !is_sound(&p)) path->unsound = true;
    rs_link_change(path->link, &f);
    rs_link_send(path->link, w->now, pkt);
    path->next = rs_link_next(path->link);
    if (path->next.us <= w->now.us) w->due = true;
}

static void stir(fz_world *w, uint32_t users)
{
    w->stirred |= users;
    w->moved |= users;
    w->unchecked |= users;
    w->unchecked_whole |= users;
    w->news |= users;
}

void fz_world_stir(fz_world *w)
{
    for (unsigned i = 0; i < w->plan->hosts; i++) stir(w, w->on_host[i]);
}

static void drain(fz_world *w, unsigned host)
{
    rs_bytes pkt;
    while (rs_stack_output(w->st[host], w->now, &pkt)) leaves_host(w, host, pkt);
    if (rs_stack_next_deadline(w->st[host]).us <= w->now.us) w->due = true;
}

/* The connection of a user; NULL: there is none. By its descriptor where the user has one, which is sooner found. */
static const rs_probe *seen(fz_world *w, unsigned user)
{
    fz_talk *t = &w->talk[user / 2];
    rs_probe *p = &w->seen[user];
    const fz_end *e = &t->end[user % 2];
    bool there = e->fd >= 0 && e->phase == FZ_OPEN
                     ? rs_probe_fd(w->st[t->plan->host[user % 2]], w->now, e->fd, p) && p->state != RS_CLOSED
                     : fz_world_look(w, t, user % 2, p);
    if (!there) w->there &= ~(1u << user);
    else w->there |= 1u << user;
    return there ? p : NULL;
}

/* ... as it was at the last look, if nothing has happened to it since. */
static const rs_probe *seen_before(fz_world *w, unsigned user)
{
    if (w->moved >> user & 1) return seen(w, user);
    return w->there >> user & 1 ? &w->seen[user] : NULL;
}

/* The pace of a user's connection. */
static void look(fz_world *w, unsigned user, bool answered)
{
    fz_pace *pace = &w->judge[user / 2].side[user % 2].pace;
    const rs_probe *p = seen(w, user);
    if (!p) fz_conn_gone(&w->judge[user / 2].side[user % 2].conn);
    fz_pace_look(pace, w->now, p, answered);
    w->moved &= ~(1u << user);
    if (pace->ack_due.us && pace->ack_due.us < w->pace_due) w->pace_due = pace->ack_due.us;
}

static void reaches_host(fz_world *w, unsigned host, rs_bytes pkt, bool sound)
{
    static cf_packet p; /* as in leaves_host */
    unsigned side;
    if (sound) cf_packet_decode_sound(&p, pkt.data, pkt.len);
    else cf_packet_decode(&p, pkt.data, pkt.len);
    w->happened.packets++;
    tell(w, "<", host, &p);
    fz_talk *t = talk_of(w, &p, &side);
    if (t) fz_judge_arrives(&w->judge[t->number], !side, &p);
    fz_pace *pace = t && w->plan->close_look ? &w->judge[t->number].side[!side].pace : NULL;
    if (pace) fz_pace_arrives(pace, seen_before(w, 2 * t->number + !side), w->now);
    stir(w, t ? fz_user_bit(t->number, !side) : w->on_host[host]);
    fz_answer_begin(&w->answer, &p, false);
    rs_stack_input(w->st[host], w->now, pkt);
    drain(w, host);
    fz_answer_end(&w->answer);
    if (pace) look(w, 2 * t->number + !side, true);
}

void fz_world_inject(fz_world *w, unsigned host, rs_bytes pkt)
{
    reaches_host(w, host, pkt, false);
}

/* ---------- one moment ---------- */

static bool arrivals(fz_world *w)
{
    bool any = false;
    rs_bytes pkt;
    for (fz_path *p = w->path; p < w->path + w->paths; p++) {
        if (p->next.us > w->now.us) continue;
        while (rs_link_receive(p->link, w->now, &pkt)) {
            bool brought = w->fate && w->fate->deliver && w->fate->deliver(w->fate->ctx, p->to, pkt);
            if (!brought) reaches_host(w, p->to, pkt, !p->unsound);
            any = true;
        }
        p->next = rs_link_next(p->link);
    }
    return any;
}

static bool timers(fz_world *w)
{
    bool any = false;
    for (unsigned i = 0; i < w->plan->hosts; i++) {
        if (rs_stack_next_deadline(w->st[i]).us > w->now.us) continue;
        rs_stack_advance(w->st[i], w->now);
        w->happened.timers++;
        stir(w, w->on_host[i]);
        drain(w, i);
        any = true;
    }
    return any;
}

static fz_ground ground_of(const fz_world *w, const fz_talk *t)
{
    fz_ground g = {.origin = w->origin};
    for (unsigned i = 0; i < 2; i++) {
        g.st[i] = w->st[t->plan->host[i]];
        g.addr[i] = w->addr[t->plan->host[i]];
        g.linux_preset[i] = w->plan->host[t->plan->host[i]].linux_preset;
    }
    return g;
}

/* What a conversation stands on now. */
static const fz_ground *ground(fz_world *w, const fz_talk *t)
{
    fz_ground *g = &w->ground[t->number];
    g->now = w->now;
    g->fair = w->fair;
    return g;
}

static bool users(fz_world *w)
{
    bool any = false;
    for (uint32_t set = w->stirred; set;) {
        unsigned user = fz_user_take(&set), side = user % 2;
        fz_talk *t = &w->talk[user / 2];
        w->stirred &= ~(1u << user);
        if (w->news >> user & 1) t->end[side].full = false;
        w->news &= ~(1u << user);
        if (t->end[side].phase != FZ_GONE && fz_talk_step(t, side, ground(w, t))) {
            w->stirred |= 1u << user;
            w->unchecked |= 1u << user;
            w->unchecked_whole |= 1u << user;
            drain(w, t->plan->host[side]);
            any = true;
            w->happened.calls++;
            w->idle_packets = 0;
            w->idle_since = w->now;
        }
        w->wake[user] = fz_talk_wakes(t, side, w->now, w->origin).us;
    }
    return any;
}

/* What connections say of themselves may be wrong for a moment only; what is wrong with what they share stays so. */
void fz_world_check(fz_world *w, bool whole)
{
    uint32_t *set = whole ? &w->unchecked_whole : &w->unchecked;
    for (unsigned i = 0; i < w->plan->hosts; i++) {
        if (!(*set & w->on_host[i])) continue;
        const char *broken = whole ? rs_stack_broken(w->st[i]) : rs_stack_conns_broken(w->st[i]);
        if (broken) fz_fail("O01 invariants", "host %u: %s", i, broken);
    }
    *set = 0;
    if (whole) w->unchecked = 0;
}

/* Only what something happened to, or what has waited for too long, can be otherwise than at the last look. */
static void pace(fz_world *w)
{
    uint32_t set = w->moved;
    w->moved = 0;
    if (w->now.us > w->pace_due) {
        w->pace_due = INT64_MAX;
        for (unsigned i = 0; i < w->plan->hosts; i++) set |= w->on_host[i];
    }
    while (set) look(w, fz_user_take(&set), false);
}

static void settle(fz_world *w)
{
    w->due = true;
    for (unsigned n = 0;; n++) {
        if (n == STEPS_AT_ONCE) {
            fz_fail("O54 quiescence", "still busy at one moment after %u steps", n);
            return;
        }
        bool came = w->due && arrivals(w), fired = w->due && timers(w);
        if (!came && !fired) w->due = false; /* what happens next says when there is something again */
        if (!users(w) && !w->due) break;
    }
    if (w->plan->close_look) pace(w);
    if (++w->moments % LOOK_EVERY == 0) fz_world_check(w, true);
}

/* ---------- time ---------- */

static void earlier(rs_time *at, rs_time other)
{
    if (other.us < at->us) *at = other;
}

static rs_time next_moment(fz_world *w)
{
    rs_time at = RS_NEVER;
    for (unsigned i = 0; i < w->plan->hosts; i++) earlier(&at, rs_stack_next_deadline(w->st[i]));
    for (unsigned i = 0; i < w->paths; i++) earlier(&at, w->path[i].next);
    for (unsigned i = 0; i < 2 * w->plan->talks; i++) earlier(&at, (rs_time){w->wake[i]});
    return at;
}

/* Who has something to do by the clock looks too. */
static void wake_users(fz_world *w, rs_time at)
{
    for (unsigned i = 0; i < 2 * w->plan->talks; i++)
        if (w->wake[i] <= at.us) stir(w, 1u << i);
}

static bool all_gone(const fz_world *w)
{
    for (unsigned i = 0; i < w->plan->talks; i++)
        if (w->talk[i].end[0].phase != FZ_GONE || w->talk[i].end[1].phase != FZ_GONE) return false;
    return true;
}

/* Memory that one connection has left may be what another waits for: before nothing happens any more, all users look.
 */
static bool last_look(fz_world *w)
{
    uint64_t before = w->packets;
    fz_world_stir(w);
    settle(w);
    return w->packets != before;
}

/* Moves time to the next thing that happens by `end`; false: there is none. */
static bool move(fz_world *w, rs_time end)
{
    rs_time at = next_moment(w);
    if (at.us > end.us) return last_look(w);
    wake_users(w, at);
    if (at.us > w->now.us) w->now = at;
    settle(w);
    return true;
}

void fz_world_run(fz_world *w, rs_time end)
{
    settle(w);
    while (move(w, end)) {}
    if (end.us > w->now.us) w->now = end;
}

/* ---------- the course of a world ---------- */

void fz_world_open(fz_world *w, const fz_plan *plan, const fz_fate *fate)
{
    rs_time loud_from = w->loud_from;
    memset(w, 0, offsetof(fz_world, answer));
    w->answer.open = false;
    w->plan = plan;
    w->fate = fate;
    w->loud_from = loud_from;
    w->rng = rs_rng_of(plan->seed + 1);
    w->hash = UINT64_C(0xcbf29ce484222325);
    fz_world_make(w);
    w->now = w->origin;
    for (unsigned i = 0; i < plan->talks; i++) {
        const fz_talk_plan *t = &plan->talk[i];
        const fz_host_plan *const hosts[2] = {&plan->host[t->host[0]], &plan->host[t->host[1]]};
        fz_talk_begin(&w->talk[i], t, i, w->origin);
        w->ground[i] = ground_of(w, &w->talk[i]);
        for (unsigned side = 0; side < 2; side++) w->on_host[t->host[side]] |= fz_user_bit(i, side);
        fz_judge_begin(&w->judge[i], &w->talk[i], hosts);
    }
    w->pace_due = INT64_MAX;
    fz_world_stir(w);
}

void fz_world_reboot(fz_world *w, unsigned host)
{
    fz_trace(w->now.us, "host %u restarts and knows nothing", host);
    fz_world_make_again(w, host);
    for (unsigned i = 0; i < w->plan->talks; i++)
        for (unsigned side = 0; side < 2; side++)
            if (w->talk[i].plan->host[side] == host) fz_talk_restart(&w->talk[i], side);
    fz_world_stir(w);
}

/* O57: who has something to say to a host that has restarted is told that there is no connection (RFC 9293 3.5.1). Who
 * has nothing to say need not find out. */
static void check_found_out(fz_world *w, const fz_talk *t)
{
    rs_probe p;
    for (unsigned side = 0; side < 2; side++) {
        bool waits = t->end[!side].restarted && t->end[side].phase != FZ_GONE;
        if (!waits || !fz_world_look(w, t, side, &p)) continue;
        if (p.state != RS_CLOSED && p.state != RS_TIME_WAIT && (p.snd_una != p.snd_max || p.notsent_bytes))
            fz_fail("O57 reboot", "conversation %u: the peer's host has restarted, and the %s still waits for it",
                    t->number, side ? "server" : "client");
    }
}

enum { RTO_MAX_US = 120000000, LEAST_TEXT = 64, ACK_WAIT_US = 500000, SPARE_SEGMENTS = 16, SLACK = 4 };

/* Every byte that is left goes in the smallest segment, each waits for a delayed acknowledgment, at the rate of the
 * path and at the pace of the users, after the longest timeouts on either side. */
rs_dur fz_world_bound(const fz_world *w)
{
    rs_dur sum = {4 * (int64_t)RTO_MAX_US};
    for (unsigned i = 0; i < w->plan->talks; i++)
        for (unsigned side = 0; side < 2; side++) {
            const fz_talk *t = &w->talk[i];
            const fz_script *s = &t->plan->user[side], *peer = &t->plan->user[!side];
            const rs_link_faults *f = &w->plan->path[t->plan->host[side]][t->plan->host[!side]].calm;
            int64_t left = (int64_t)(s->bytes - t->end[!side].got);
            sum.us += (left / LEAST_TEXT + SPARE_SEGMENTS) * (2 * f->delay.us + ACK_WAIT_US);
            sum.us += (left / s->piece + 1) * s->piece_gap.us + (left / peer->read_piece + 1) * peer->read_gap.us;
            sum.us += s->start.us;
        }
    sum.us *= SLACK;
    return sum;
}

void fz_world_fair(fz_world *w)
{
    fz_trace(w->now.us, "fair from here on");
    w->fair = true;
    fz_world_stir(w);
    rs_time end = {w->now.us + fz_world_bound(w).us};
    settle(w);
    while (!all_gone(w) && move(w, end)) {}
    w->unchecked_whole = UINT32_MAX;
    fz_world_check(w, true);
    for (unsigned i = 0; i < w->plan->talks; i++) {
        fz_check_served(&w->talk[i]);
        check_found_out(w, &w->talk[i]);
    }
    for (unsigned i = 0; i < w->plan->talks; i++) {
        for (unsigned side = 0; side < 2; side++) {
            fz_talk_abandon(&w->talk[i], side, ground(w, &w->talk[i]));
            drain(w, w->talk[i].plan->host[side]);
        }
    }
}

static bool breaks_any(const fz_world *w)
{
    for (unsigned i = 0; i < w->plan->talks; i++)
        if (fz_talk_may_break(&w->talk[i])) return true;
    return false;
}

void fz_world_close(fz_world *w)
{
    const int64_t week_us = INT64_C(7) * 86400 * 1000000;
    rs_time end = {w->now.us + week_us};
    settle(w);
    while (move(w, end)) {}
    w->unchecked_whole = UINT32_MAX;
    fz_world_check(w, true);
    for (unsigned i = 0; i < w->plan->hosts; i++) {
        bool may_wait = breaks_any(w) && !w->plan->host[i].linux_preset;
        fz_check_left_over(w->st[i], w->now, may_wait);
        if (rs_stack_next_deadline(w->st[i]).us != INT64_MAX && !may_wait)
            fz_fail("O54 quiescence", "host %u still waits for something without users and connections", i);
    }
}

void fz_world_play(fz_world *w, const fz_plan *plan)
{
    fz_world_open(w, plan, NULL);
    fz_world_run(w, (rs_time){w->origin.us + plan->rough.us});
    fz_world_fair(w);
    fz_world_close(w);
}
