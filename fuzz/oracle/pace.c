#include "pace.h"

#include "../../conformance/packet/encode.h"
#include "../prog/fail.h"

enum {
    ACK_LATEST_US = 500000,
    RTO_LIMIT_US = 120000000 + 1000000, /* and a timer's tick */
    SLACK_SEGS = 2,                     /* limited transmit and a tail loss probe are allowed beyond the window */
    OPEN = 0                            /* ca_state */
};

static bool synchronized(rs_state s)
{
    return s >= RS_ESTABLISHED && s <= RS_LAST_ACK;
}

/* ---------- what the host sends ---------- */

/* RFC 6298 5.5: while nobody answers, each timeout is twice the one before; Linux starts its SYNs evenly, and a tail
 * loss probe comes in front of the first timeout. */
static void go_on(fz_pace *p, rs_time at, const cf_tcp *t)
{
    int64_t gap = at.us - p->chain.at.us;
    bool even = p->linux_preset && (t->flags & CF_SYN);
    if (p->chain.times >= 3 && !even && !p->knobs_change) {
        if (p->chain.gap < RTO_LIMIT_US / 4 && gap < p->chain.gap + p->chain.gap / 2)
            fz_fail("O14 backoff", "sent again after %lld us, the time before after %lld us", (long long)gap,
                    (long long)p->chain.gap);
        if (gap > RTO_LIMIT_US) fz_fail("O14 backoff", "sent again after %lld us only", (long long)gap);
    }
    p->chain.times++;
    p->chain.gap = gap;
    p->chain.at = at;
}

static void resent(fz_pace *p, rs_time at, const cf_tcp *t, uint32_t taken)
{
    if (!p->again) {
        p->again = true;
        p->again_from = t->seq;
        p->again_to = t->seq;
    }
    if (cf_distance(p->again_to, t->seq + taken) > 0) p->again_to = t->seq + taken;
    if (cf_distance(p->again_from, t->seq) < 0) p->again_from = t->seq;
    if (p->answering || p->unheard) {
        p->chain.open = false;
        return;
    }
    p->timer_resent = true;
    if (p->chain.open && p->chain.seq == t->seq) go_on(p, at, t);
    else if (!p->chain.open || cf_distance(p->chain.seq, t->seq) < 0) {
        p->chain.open = true;
        p->chain.seq = t->seq;
        p->chain.times = 1;
        p->chain.at = at;
    }
}

void fz_pace_begins(fz_pace *p)
{
    *p = (fz_pace){.linux_preset = p->linux_preset,
                   .other_cc = p->other_cc,
                   .knobs_change = p->knobs_change,
                   .unheard = p->unheard,
                   .answering = p->answering};
}

void fz_pace_sent(fz_pace *p, rs_time at, const cf_tcp *t, uint32_t text)
{
    if (t->flags & CF_RST) {
        p->chain.open = false;
        p->ack_due = (rs_time){0};
        return;
    }
    if ((t->flags & CF_ACK) && p->ack_due.us && cf_distance(p->ack_of, t->ack) >= 0) p->ack_due = (rs_time){0};
    uint32_t taken = text + ((t->flags & CF_SYN) ? 1 : 0) + ((t->flags & CF_FIN) ? 1 : 0);
    if (taken == 0) return;
    /* A keepalive may carry a byte, of a number that was acknowledged (RFC 9293 MAY-6): nothing goes again. */
    if (taken == 1 && text == 1 && p->una_known && cf_distance(p->una, t->seq) < 0) return;
    bool begins = !p->spoke || ((t->flags & CF_SYN) && t->seq != p->iss);
    if (begins) fz_pace_begins(p);
    if (begins) p->iss = t->seq;
    if (text > p->largest) p->largest = text;
    bool fresh = begins || cf_distance(p->end, t->seq) >= 0;
    if (fresh && text) p->new_text = true;
    if (!fresh && cf_distance(p->end, t->seq + taken) <= 0) resent(p, at, t, taken);
    if (begins || cf_distance(p->end, t->seq + taken) > 0) p->end = t->seq + taken;
    p->spoke = true;
}

/* ---------- what the peer's segments do ---------- */

/* Of a copy, or an acknowledgment, that was refused nobody knows. */
static void lose_track(fz_pace *p)
{
    p->chain.open = false;
    p->ack_due = (rs_time){0};
}

void fz_pace_arrives(fz_pace *p, const rs_probe *before, rs_time at)
{
    if (p->unheard) lose_track(p);
    if (p->ack_due.us && at.us > p->ack_due.us && before && synchronized(before->state))
        fz_fail("O38 delayed ack", "text up to %u waits for its acknowledgment for more than half a second", p->ack_of);
    p->answering = true;
    p->chain.open = false;
    p->have_before = before != NULL;
    if (before) p->before = *before;
}

/* An acknowledgment of what went once gives a round trip, which ends the backing off (RFC 6298 5); one of what went
 * twice gives none, without timestamps (Karn, RFC 6298 3). */
static void rtt(fz_pace *p, const rs_probe *was, const rs_probe *now)
{
    cf_offset acked = cf_distance(was->snd_una, now->snd_una);
    if (acked <= 0 || was->state < RS_ESTABLISHED || now->state < RS_ESTABLISHED || now->state == RS_TIME_WAIT) return;
    bool all_once = !p->again || cf_distance(p->again_to, was->snd_una) >= 0;
    /* Less than all of it may lack the FIN of a segment, which is then no whole one. */
    uint32_t most = was->snd_mss > p->largest ? was->snd_mss : p->largest; /* before the path became narrower */
    bool whole = acked > most || (acked == most && now->snd_una == was->snd_max);
    if (all_once && !p->other_cc && whole && now->backoff && !now->sacked_segs && !was->sacked_segs)
        fz_fail("O14 backoff", "still backed off %u times after an acknowledgment of what went once", now->backoff);
    bool all_twice =
        p->again && cf_distance(p->again_from, was->snd_una) >= 0 && cf_distance(p->again_to, now->snd_una) <= 0;
    if (all_twice && was->snd_una != was->iss && !was->ts_on && !was->sacked_segs && !now->sacked_segs &&
        p->again_from == was->snd_una && (now->srtt.us != was->srtt.us || now->rttvar.us != was->rttvar.us))
        fz_fail("O13 rtt", "a round trip is taken from what went twice (RFC 6298 3)");
}

/* RFC 5681 3.1: in slow start the window grows by what is acknowledged, never by more. */
static void growth(fz_pace *p, const rs_probe *was, const rs_probe *now)
{
    cf_offset acked = cf_distance(was->snd_una, now->snd_una);
    bool plain = was->ca_state == OPEN && now->ca_state == OPEN && !was->sacked_segs && !now->sacked_segs &&
                 synchronized(was->state) && synchronized(now->state) && now->cwnd_segs >= was->cwnd_segs &&
                 now->snd_mss == was->snd_mss && !now->backoff && !was->backoff && !was->retransmits;
    if (!plain || acked < 0) {
        p->growing = false;
        return;
    }
    if (!p->growing || p->base_mss != now->snd_mss) {
        p->growing = true;
        p->base_cwnd = was->cwnd_segs;
        p->base_mss = now->snd_mss;
        p->base_acked = 0;
    }
    p->base_acked += (uint64_t)acked;
    uint64_t most = p->base_cwnd + p->base_acked / (p->base_mss ? p->base_mss : 1) + SLACK_SEGS;
    if (now->cwnd_segs > most && !p->linux_preset && !p->other_cc)
        fz_fail("O41 window", "the congestion window grows from %u to %u for %llu bytes of %u", p->base_cwnd,
                now->cwnd_segs, (unsigned long long)p->base_acked, p->base_mss);
}

/* Text came in order: its acknowledgment is due. */
static void owe_ack(fz_pace *p, rs_time at, const rs_probe *was, const rs_probe *now)
{
    if (p->unheard) return;
    if (!synchronized(now->state) || cf_distance(was->rcv_nxt, now->rcv_nxt) <= 0 || p->ack_due.us) return;
    if (cf_distance(now->rcv_nxt, now->last_ack_sent) >= 0) return;
    p->ack_due = (rs_time){at.us + ACK_LATEST_US};
    p->ack_of = now->rcv_nxt;
}

/* ---------- looks ---------- */

/* By their place in rs_probe.deadline: retransmission, window probe, reordering, tail loss probe; departure. The first
 * four wait no longer than a timeout may. */
static const unsigned sends_again[] = {0, 2, 7, 8, 9};
enum { WITH_LIMIT = 4 };

/* RFC 9293 3.8.1: as long as something is out, something will make it go again. */
static void timer(const rs_probe *now, rs_time at)
{
    bool out = now->snd_una != now->snd_max && now->state >= RS_SYN_SENT && now->state != RS_TIME_WAIT;
    bool runs = false;
    for (unsigned i = 0; i < sizeof sends_again / sizeof sends_again[0]; i++)
        runs |= now->deadline[sends_again[i]].us <= (i < WITH_LIMIT ? at.us + RTO_LIMIT_US : INT64_MAX - 1);
    if (out && !runs)
        fz_fail("O09 timer", "%s: %u is not acknowledged, and no timer runs", rs_state_name(now->state),
                now->snd_max - now->snd_una);
}

/* RFC 6298 5.1: new text starts the timer only when it does not run. A tail loss probe, which needs SACK, looks at the
 * end of what is out. */
static void restart(const fz_pace *p, const rs_probe *now)
{
    bool new_behind_old = p->una_known && p->una == now->snd_una && p->una != p->max && p->new_text &&
                          cf_distance(p->max, now->snd_max) > 0;
    bool plain = !p->linux_preset && !p->other_cc && !p->knobs_change && !p->timer_resent && !now->retransmits &&
                 !now->backoff && !now->sack_on && now->ca_state == OPEN && synchronized(now->state);
    if (new_behind_old && plain && p->rto_at.us != INT64_MAX && now->deadline[0].us > p->rto_at.us)
        fz_fail("O09 timer", "new text puts the retransmission off by %lld us (RFC 6298 5.1)",
                (long long)(now->deadline[0].us - p->rto_at.us));
}

static void window(fz_pace *p, const rs_probe *now)
{
    bool plain = now->ca_state == OPEN && !now->sacked_segs && !now->backoff && !now->retransmits;
    if (p->new_text && plain && !p->other_cc && synchronized(now->state) && now->unacked_segs > p->out + 1 &&
        now->unacked_segs > now->cwnd_segs + SLACK_SEGS) /* a tail loss probe asks for no room */
        fz_fail("O41 window", "%u segments are out, and the congestion window is %u", now->unacked_segs,
                now->cwnd_segs);
    if (p->timer_resent && !p->linux_preset && !p->other_cc && now->retransmits && now->ca_state == 4 && now->snd_wnd &&
        synchronized(now->state) && !now->sacked_segs && now->cwnd_segs > 1)
        fz_fail("O39 timeout", "after a timeout the congestion window is %u (RFC 5681 3.1)", now->cwnd_segs);
}

void fz_pace_look(fz_pace *p, rs_time at, const rs_probe *now, bool answered)
{
    if (p->unheard) lose_track(p);
    if (now) {
        timer(now, at);
        window(p, now);
        if (!answered) restart(p, now);
        if (p->ack_due.us && at.us > p->ack_due.us && synchronized(now->state))
            fz_fail("O38 delayed ack", "text up to %u waits for its acknowledgment for more than half a second",
                    p->ack_of);
    }
    bool same = answered && now && p->have_before && now->conn == p->before.conn;
    if (same) {
        rtt(p, &p->before, now);
        growth(p, &p->before, now);
        owe_ack(p, at, &p->before, now);
    }
    if (!now || !synchronized(now->state)) p->ack_due = (rs_time){0};
    if (now && p->again && cf_distance(p->again_to, now->snd_una) >= 0) p->again = false;
    if (answered) p->answering = false;
    p->out = now ? now->unacked_segs : 0;
    p->una_known = now != NULL;
    p->una = now ? now->snd_una : 0;
    p->max = now ? now->snd_max : 0;
    p->rto_at = now ? now->deadline[0] : (rs_time){INT64_MAX};
    p->new_text = p->timer_resent = false;
}

/* ---------- first sequence numbers ---------- */

void fz_isns_begins(fz_isns *s, uint16_t local, uint16_t remote, rs_time at)
{
    s->local = local;
    s->remote = remote;
    s->began = at;
}

void fz_isns_ends(fz_isns *s, uint16_t local, uint16_t remote)
{
    if (s->local == local && s->remote == remote) s->local = s->remote = 0;
}

void fz_isns_take(fz_isns *s, const cf_tcp *t, rs_time at, int64_t tick_ns)
{
    enum { SOON_US = 1000 };
    if (!(t->flags & CF_SYN)) return;
    for (unsigned i = 0; i < s->count; i++) {
        bool same = s->seen[i].local == t->sport && s->seen[i].remote == t->dport;
        if (!same || s->seen[i].iss != t->seq) continue;
        /* A SYN cookie is no beginning: the connection comes later, if at all. */
        bool begins = s->local == t->sport && s->remote == t->dport && s->began.us == at.us;
        if (begins && s->seen[i].at.us + SOON_US < at.us)
            fz_fail("O44 isn", "a connection begins with the number of one before (RFC 9293 3.4.1)");
        return; /* goes again */
    }
    for (unsigned i = 0; i < s->count; i++) {
        bool same = s->seen[i].local == t->sport && s->seen[i].remote == t->dport;
        int64_t ticks = (at.us - s->seen[i].at.us) * 1000 / tick_ns;
        if (!same && t->seq - s->seen[i].iss == (uint32_t)(uint64_t)ticks)
            fz_fail("O44 isn", "the numbers of two peers differ by the clock alone (RFC 6528)");
    }
    if (s->count == FZ_ISNS_MAX) return;
    s->seen[s->count].local = t->sport;
    s->seen[s->count].remote = t->dport;
    s->seen[s->count].iss = t->seq;
    s->seen[s->count++].at = at;
}

/* ---------- listeners ---------- */

void fz_check_listener(const rs_stack *st, rs_time now, const rs_probe *listener)
{
    rs_probe p;
    uint32_t embryos = 0;
    for (uint32_t iter = 0; rs_probe_next(st, now, &iter, &p);)
        if (p.state == RS_SYN_RECEIVED && p.passive_open && !p.passive_fastopen && p.local.port == listener->local.port)
            embryos++;
    if (embryos != listener->syn_queue_len)
        fz_fail("O10 counts", "the listener counts %u half-open connections, and there are %u", listener->syn_queue_len,
                embryos);
    if (listener->accept_queue_len > listener->backlog + 1)
        fz_fail("O10 counts", "%u connections wait for accept, and the backlog is %u", listener->accept_queue_len,
                listener->backlog);
}
