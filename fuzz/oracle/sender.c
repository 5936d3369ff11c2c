#include "sender.h"

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"

enum { CWR = 2, RECOVERY = 3, LOSS = 4 /* ca_state */, DUP_THRESH = 3, PROBE = 1 };
/* Of net.ipv4.tcp_min_snd_mss (48), when 40 bytes of it are options. */
enum { LEAST_TEXT = 8 };

static bool synchronized(rs_state s)
{
    return s >= RS_ESTABLISHED && s <= RS_LAST_ACK;
}

void fz_sender_begins(fz_sender *s)
{
    *s = (fz_sender){
        .linux_preset = s->linux_preset, .unheard = s->unheard, .other_loss = s->other_loss, .urges = s->urges};
}

void fz_sender_sent(fz_sender *s, const cf_tcp *t, uint32_t text)
{
    if (t->flags & CF_RST) return;
    uint32_t end = t->seq + text + ((t->flags & CF_FIN) ? 1 : 0) + ((t->flags & CF_SYN) ? 1 : 0);
    bool older = s->spoke && cf_distance(s->end, t->seq) < 0;
    if (text || older || (t->flags & (CF_SYN | CF_FIN))) s->probed = true;
    if (text && !(t->flags & CF_URG)) {
        if (!s->bare || cf_distance(s->bare_from, t->seq) < 0) s->bare_from = t->seq;
        s->bare = true;
    }
    if ((t->flags & CF_URG) && t->urp != UINT16_MAX) {
        s->pointed = true;
        s->points_to = t->seq + t->urp;
    }
    if (older && end != t->seq) {
        if (!s->old || cf_distance(s->old_from, t->seq) < 0) s->old_from = t->seq;
        s->old = true;
    }
    if (text && !older && !(t->flags & CF_SYN)) {
        s->fresh = true;
        s->fresh_end = t->seq + text;
    }
    if (!s->spoke || cf_distance(s->end, end) > 0) s->end = end;
    s->spoke = true;
}

/* ---------- between two segments of the peer ---------- */

/* RFC 9293 3.8.6: new text ends where the window does, but for the byte of a probe. What the device refused is new only
 * to those who watch the wire. */
static void window(const fz_sender *s, const rs_probe *now)
{
    if (s->unheard) return;
    cf_offset over = s->fresh ? cf_distance(now->snd_una + now->snd_wnd, s->fresh_end) : 0;
    if (over > PROBE)
        fz_fail("O23 window", "new text ends %lld bytes behind the window of %u", (long long)over, now->snd_wnd);
}

static void timers(const fz_sender *s, const rs_probe *now)
{
    if (s->unheard) return;
    bool timed_out = now->retransmits > s->retransmits && now->ca_state == LOSS && now->snd_wnd > 0;
    if (timed_out && !s->linux_preset && !(s->old && s->old_from == now->snd_una))
        fz_fail("O39 timeout", "%u timeouts, and nothing went again from SND.UNA on (RFC 6298 5.4)", now->retransmits);
    if (now->probes > s->probes && !s->probed)
        fz_fail("O42 probe", "%u probes, and nothing was sent that the peer has to answer", now->probes);
}

/* RFC 9293 3.8.5, RFC 6093 3: from the call on until it is acknowledged, what begins before the urgent pointer carries
 * it, if it is near enough to be written. */
static void urgent(const fz_sender *s, const rs_probe *now)
{
    cf_offset ahead = s->bare && s->up_known ? cf_distance(s->bare_from, s->up) : 0;
    if (s->urges && synchronized(now->state) && ahead > 0 && ahead <= UINT16_MAX)
        fz_fail("O45 urgent", "text %lld bytes before the urgent pointer goes without it", (long long)ahead);
    if (s->pointed && s->up_known && s->up == now->snd_up && s->points_to != s->up)
        fz_fail("O45 urgent", "the pointer says %u, and urgent text ends at %u (RFC 6093 3)", s->points_to, s->up);
}

static void check_quiet(const fz_sender *s, const rs_probe *now)
{
    if (!synchronized(now->state)) return;
    window(s, now);
    timers(s, now);
    if (now->snd_mss < LEAST_TEXT) fz_fail("O25 size", "segments of %u bytes", now->snd_mss);
}

static void new_look(fz_sender *s, const rs_probe *now)
{
    s->fresh = s->old = s->probed = s->bare = s->pointed = false;
    s->up = now->snd_up;
    s->up_known = now->snd_una != now->iss && cf_distance(now->snd_una, now->snd_up) > 0;
    s->retransmits = now->retransmits;
    s->probes = now->probes;
    if (s->spoke || !synchronized(now->state)) return;
    s->spoke = true; /* with a cookie it has begun before it was there */
    s->end = now->snd_max;
}

/* ---------- a segment of the peer ---------- */

static void hear_sack(fz_sender *s, const rs_probe *before, const cf_tcp *t)
{
    cf_opt_val v;
    s->longest_block = 0;
    if (!cf_tcp_opt_find(t, CF_OPT_SACK, &v)) return;
    for (unsigned i = 0; i < v.n; i++) {
        if (cf_distance(before->snd_una, v.sack[2 * i]) <= 0) continue;
        s->sack_heard = true;
        cf_offset len = cf_distance(v.sack[2 * i], v.sack[2 * i + 1]);
        bool of_out = len > 0 && cf_distance(v.sack[2 * i + 1], before->snd_max) >= 0;
        if (of_out && len > s->longest_block) s->longest_block = (uint32_t)len;
    }
}

/* RFC 5681 2: the same acknowledgment and window, no text, something out; in order, so that nothing refuses it. */
static bool plain_duplicate(const rs_probe *before, const cf_tcp *t, uint32_t text)
{
    bool same = t->ack == before->snd_una && (uint32_t)t->win << before->snd_wscale == before->snd_wnd;
    return same && text == 0 && (t->flags & ~CF_PSH) == CF_ACK && t->seq == before->rcv_nxt && before->snd_wnd &&
           before->snd_una != before->snd_max && synchronized(before->state);
}

void fz_sender_arrives(fz_sender *s, const rs_probe *before, const cf_tcp *t, uint32_t text)
{
    s->have_before = before != NULL;
    s->longest_block = 0;
    if (!before) return;
    check_quiet(s, before);
    urgent(s, before);
    new_look(s, before);
    s->before = *before;
    if (!t || !(t->flags & CF_ACK)) return;
    hear_sack(s, before, t);
    s->plain_dups = s->sure && plain_duplicate(before, t, text) ? s->plain_dups + 1 : 0;
    if (t->ack == before->snd_una && text == 0 && !(t->flags & (CF_SYN | CF_FIN | CF_RST))) s->dups++;
}

/* RFC 5681 3.2, RFC 6582 3.2: without SACK and timestamps nothing but acknowledgments tells. */
static void recovery(fz_sender *s, const rs_probe *was, const rs_probe *now)
{
    bool by_acks_alone = !now->sack_on && !now->ts_on && !s->linux_preset;
    bool entered = was->ca_state < RECOVERY && now->ca_state == RECOVERY;
    if (entered && !now->sack_on && !s->linux_preset && s->dups < DUP_THRESH)
        fz_fail("O40 duplicates", "a fast retransmit after %u duplicate acknowledgments", s->dups);
    if (entered) {
        s->recover = was->snd_max;
        s->resent = was->total_retrans;
    }
    bool left = s->recovering && was->ca_state == RECOVERY && now->ca_state < RECOVERY;
    /* Where the device refused every copy, an advance proves that the original came: it may be undone. */
    bool undone = s->unheard || now->total_retrans == s->resent;
    if (left && by_acks_alone && !undone && cf_distance(now->snd_una, s->recover) > 0)
        fz_fail("O17 recovery", "it ends at %u, and %u was out when it began (RFC 6582 3.2)", now->snd_una, s->recover);
    s->recovering = now->ca_state == RECOVERY && (s->recovering || entered);
}

/* RFC 5681 3.2 and RFC 6675 5, RFC 8985 7.2: the third duplicate, or three whole segments beyond a hole in one piece,
 * mean loss. Only where nothing has gone again yet: later there are other reasons to wait. */
static void loss(const fz_sender *s, const rs_probe *was, const rs_probe *now)
{
    bool first = !was->total_retrans && !now->total_retrans && was->ca_state < CWR && now->ca_state < RECOVERY &&
                 now->snd_una == was->snd_una && !now->reord_seen && !now->lost_segs;
    if (!s->sure || s->linux_preset || !first) return;
    if (!now->sack_on && !now->ts_on && s->plain_dups >= DUP_THRESH)
        fz_fail("O40 duplicates", "%u duplicate acknowledgments, and no fast retransmit", s->plain_dups);
    if (now->sack_on && now->sacked_segs >= DUP_THRESH && s->longest_block >= DUP_THRESH * (uint32_t)now->snd_mss)
        fz_fail("O40 duplicates", "%u segments beyond a hole are SACKed, and nothing counts as lost", now->sacked_segs);
}

static void check_answer(fz_sender *s, const rs_probe *was, const rs_probe *now)
{
    if (!synchronized(was->state) || !synchronized(now->state)) return;
    if (!s->other_loss) recovery(s, was, now);
    if (!s->other_loss) loss(s, was, now);
    if (now->sack_on && now->sacked_segs && !s->sack_heard)
        fz_fail("O11 scoreboard", "%u segments count as SACKed, and no block above SND.UNA has come", now->sacked_segs);
}

void fz_sender_look(fz_sender *s, const rs_probe *now, bool answered)
{
    bool same = answered && now && s->have_before && now->conn == s->before.conn;
    if (now && synchronized(now->state)) {
        if (same) {
            check_answer(s, &s->before, now);
            window(s, now);
            if (now->snd_una != s->before.snd_una) s->dups = 0;
        } else if (!answered) {
            check_quiet(s, now);
            if (now->ca_state != RECOVERY) s->recovering = false;
        }
    }
    if (now) urgent(s, now);
    if (now) new_look(s, now);
    if (answered) s->have_before = false;
}
