#include "verdict.h"

#include <stddef.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/offset.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"

enum { HALF_CIRCLE = 0x7fffff00 };

static const char o47[] = "O47 verdict", o48[] = "O48 attack", o11[] = "O11 scoreboard", o43[] = "O43 keepalive";

void fz_reply_add(fz_reply *r, const cf_tcp *t)
{
    bool rst = t->flags & CF_RST, syn = t->flags & CF_SYN, ack = t->flags & CF_ACK;
    r->segments++;
    if (syn && !rst) r->syns++;
    if (ack && !rst && !syn) r->acks++;
    if (ack) r->ack = t->ack;
    if (!rst) return;
    r->resets++;
    r->reset_seq = t->seq;
    r->reset_ack = t->ack;
    r->reset_acks = ack;
}

/* ---------- the segment as this connection sees it ---------- */

typedef struct sight {
    const fz_verdict *v;
    const rs_probe *was, *is;
    bool rst, syn, fin, ack;
    cf_offset seq, end, wnd, edge; /* from RCV.NXT on; the window offered, and the furthest edge ever offered */
    cf_offset acked, out, oldest;  /* from SND.UNA on: its acknowledgment, SND.MAX, the oldest that is believed */
    cf_offset before_last_ack;     /* from what was acknowledged last to its end */
    bool has_ts;
    uint32_t ts_val;
} sight;

static sight look(const fz_verdict *v)
{
    const rs_probe *p = &v->before;
    uint16_t f = v->in->flags;
    sight s = {
        .v = v, .was = p, .is = &v->after, .rst = f & CF_RST, .syn = f & CF_SYN, .fin = f & CF_FIN, .ack = f & CF_ACK};
    s.seq = cf_distance(p->rcv_nxt, v->in->seq);
    s.end = s.seq + (cf_offset)v->text + (s.syn ? 1 : 0) + (s.fin ? 1 : 0);
    s.wnd = (cf_offset)p->rcv_wnd;
    s.edge = cf_distance(p->rcv_nxt, p->rcv_adv);
    if (s.edge < s.wnd) s.edge = s.wnd;
    s.acked = cf_distance(p->snd_una, v->in->ack);
    s.out = cf_distance(p->snd_una, p->snd_max);
    s.oldest = -(cf_offset)p->max_snd_wnd;
    s.before_last_ack = s.end - cf_distance(p->rcv_nxt, p->last_ack_sent);
    cf_opt_val ts;
    s.has_ts = cf_tcp_opt_find(v->in, CF_OPT_TS, &ts);
    s.ts_val = s.has_ts ? ts.ts_val : 0;
    return s;
}

/* ---------- what is asked of the reaction ---------- */

#define SAY(oracle, s, what)                                                                                           \
    fz_fail(oracle, "%s: %s (flags 0x%02x, seq RCV.NXT%+lld, %u bytes, ack SND.UNA%+lld; window %lld, out %lld)",      \
            rs_state_name((s)->was->state), what, (s)->v->in->flags, (long long)(s)->seq, (s)->v->text,                \
            (long long)(s)->acked, (long long)(s)->wnd, (long long)(s)->out)

static void stays(const sight *s, const char *oracle, const char *why)
{
    const rs_probe *a = s->was, *b = s->is;
    if (!s->v->alive_after) SAY(oracle, s, why);
    else if (a->state != b->state) SAY(oracle, s, why);
    else if (a->rcv_nxt != b->rcv_nxt) SAY(oracle, s, why);
    else if (a->snd_una != b->snd_una || a->snd_wnd != b->snd_wnd) SAY(oracle, s, why);
}

static void no_reset(const sight *s, const char *oracle, const char *why)
{
    if (s->v->reply.resets) SAY(oracle, s, why);
}

/* Linux limits how often it answers what is out of order (tcp_invalid_ratelimit); the host has a budget in both. */
static void answered(const sight *s, const char *oracle, const char *why)
{
    if (s->v->unheard) return;
    if (!s->v->linux_preset && !s->v->limited && s->v->reply.acks == 0) SAY(oracle, s, why);
}

/* The one reset that an acknowledgment of something else draws (3.10.7.3 first, 3.10.7.4 fifth). */
static void reset_is_sent(const sight *s, const char *why)
{
    if (s->v->unheard) return;
    if (s->v->reply.resets != 1 || s->v->reply.reset_seq != s->v->in->ack) SAY(o47, s, why);
}

static void silent(const sight *s, const char *oracle, const char *why)
{
    if (s->v->reply.segments) SAY(oracle, s, why);
}

/* ---------- SYN-SENT (3.10.7.3) ---------- */

static unsigned in_syn_sent(const sight *s)
{
    cf_offset over_iss = cf_distance(s->was->iss, s->v->in->ack);
    bool ack_bad = s->ack && (over_iss <= 0 || over_iss > cf_distance(s->was->iss, s->was->snd_max));
    const fz_reply *r = &s->v->reply;
    if (ack_bad) {
        stays(s, o47, "a wrong ACK changes something");
        if (s->rst && r->segments) SAY(o47, s, "a reset is answered");
        if (!s->rst) reset_is_sent(s, "a wrong ACK draws no reset with SEQ=SEG.ACK");
        return 1;
    }
    if (s->rst && s->ack && s->v->alive_after && s->is->state == RS_SYN_SENT)
        SAY(o47, s, "a reset of our SYN is not taken");
    if (s->rst && !s->ack) stays(s, o47, "a reset without ACK is taken");
    if (!s->rst && !s->syn) stays(s, o47, "a segment without SYN changes something");
    if (!s->rst && s->syn && !s->ack && (!s->v->alive_after || s->is->state != RS_SYN_RECEIVED))
        SAY(o47, s, "a SYN does not lead to SYN-RECEIVED");
    return 2;
}

/* ---------- from SYN-RECEIVED on (3.10.7.4) ---------- */

/* The acceptability test of 3.10.7.4; preset linux asks a little otherwise at the borders. */
typedef enum { IN_WINDOW, OUTSIDE, BORDER } place;
static place placed(const sight *s)
{
    cf_offset len = s->end - s->seq;
    bool first = s->seq >= 0 && s->seq < s->wnd, last = len > 0 && s->end > 0 && s->end <= s->wnd;
    if (s->v->linux_preset) {
        if (s->seq == 0 && s->end <= s->wnd) return IN_WINDOW;
        if (s->seq > s->edge || (s->before_last_ack < 0 && s->end < 0)) return OUTSIDE;
        return BORDER;
    }
    /* Text is cut off, the rest counts (MUST-66); a bare ACK may come from behind the byte of a window probe (A.2). */
    if (s->wnd == 0 && s->seq == 1 && len == 0 && !s->rst) return BORDER;
    if (s->wnd == 0) return s->seq == 0 ? IN_WINDOW : OUTSIDE;
    if (first || last) return IN_WINDOW;
    return s->seq < 0 && s->end > s->wnd ? BORDER : OUTSIDE;
}

/* PAWS (RFC 7323 5.3): signed distance of timestamps. */
static bool stale(const sight *s)
{
    return s->was->ts_on && s->has_ts && !s->rst &&
           cf_distance(s->was->ts_recent, s->ts_val) < (s->v->linux_preset ? -1 : 0);
}

/* A SYN of the same number that asks for the other kind of ECN feedback than was agreed: that may be answered with a
 * reset (RFC 9768 3.1.5). */
static bool asks_otherwise(const sight *s)
{
    unsigned asked = s->v->in->flags & (CF_ECE | CF_CWR | CF_AE);
    if (s->was->ecn_mode == RS_ECN_ACCURATE) return asked == (CF_ECE | CF_CWR);
    return s->was->ecn_mode == RS_ECN_CLASSIC && asked == (CF_ECE | CF_CWR | CF_AE);
}

static unsigned refused(const sight *s, const char *why)
{
    if (s->was->state == RS_TIME_WAIT && s->syn) return 3; /* may begin anew (MAY-2) */
    if (s->rst) {
        if (s->was->fin_received && s->seq == -1) return 3; /* it used the number of its FIN again */
        stays(s, o48, why);
        silent(s, o47, "a reset is answered");
        return 4;
    }
    if (s->was->state == RS_SYN_RECEIVED) {
        if (s->v->in->seq == s->was->irs && s->syn) { /* the SYN that opened it, or its SYN-ACK */
            if (!s->ack && !asks_otherwise(s))
                no_reset(s, o47, "the SYN that opened it, once more, is answered with a reset");
            return 5;
        }
        if (s->v->linux_preset && s->ack) return 5; /* embryos look at the ACK first */
    }
    stays(s, o47, why);
    no_reset(s, o47, "a segment outside the window is answered with a reset");
    answered(s, o47, "a segment outside the window is not acknowledged");
    return 6;
}

static unsigned reset(const sight *s)
{
    if (s->was->state == RS_TIME_WAIT) return 7; /* RFC 1337 */
    if (s->seq == 0) {
        if (s->v->alive_after && s->is->state == s->was->state) SAY(o47, s, "a reset at RCV.NXT is not taken");
        return 8;
    }
    bool sack_edge = s->v->linux_preset && s->was->ooo_bytes > 0;
    if (sack_edge || (s->was->fin_received && s->seq == -1)) return 9;
    stays(s, o48, "a reset in the window, but not at RCV.NXT, is taken (RFC 5961 3.2)");
    answered(s, o48, "a reset in the window draws no challenge (RFC 5961 3.2)");
    return 10;
}

static unsigned syn_in_window(const sight *s)
{
    if (s->was->state == RS_SYN_RECEIVED || s->was->state == RS_TIME_WAIT) return 11;
    stays(s, o48, "a SYN changes a synchronized connection (RFC 5961 4.2)");
    no_reset(s, o48, "a SYN is answered with a reset (RFC 5961 4.2)");
    answered(s, o48, "a SYN draws no challenge (RFC 5961 4.2)");
    return 12;
}

/* The window that the segment tells, if it is newer than what is known (3.10.7.4, fifth). */
static void window(const sight *s)
{
    if (!s->v->alive_after || s->is->state < RS_ESTABLISHED || s->is->state == RS_TIME_WAIT || s->syn) return;
    if (s->was->state == RS_TIME_WAIT) return;
    uint32_t told = (uint32_t)s->v->in->win << s->was->snd_wscale;
    cf_offset by_seq = cf_distance(s->was->snd_wl1, s->v->in->seq),
              by_ack = cf_distance(s->was->snd_wl2, s->v->in->ack);
    bool newer = s->acked >= 0 && (by_seq > 0 || (by_seq == 0 && by_ack >= 0));
    if (s->was->state == RS_SYN_RECEIVED) newer = true;
    if (s->v->linux_preset) {
        bool older = s->acked < 0 || (s->acked == 0 && by_seq < 0);
        if (older && s->is->snd_wnd != s->was->snd_wnd) SAY(o47, s, "an old segment tells a window");
        if (s->acked > 0 && s->is->snd_wnd != told) SAY(o47, s, "the window of a new acknowledgment is not taken");
        return;
    }
    if (newer && s->is->snd_wnd != told) SAY(o47, s, "a window that is newer is not taken");
    if (newer && s->is->snd_wl1 != s->v->in->seq) SAY(o47, s, "SND.WL1 does not follow the window");
    if (!newer && s->is->snd_wnd != s->was->snd_wnd) SAY(o47, s, "an old segment tells a window");
}

/* FIN-WAIT-1, CLOSING and LAST-ACK go on when the FIN is acknowledged, and not before. */
static void closing(const sight *s)
{
    rs_state was = s->was->state;
    if (was != RS_FIN_WAIT_1 && was != RS_CLOSING && was != RS_LAST_ACK) return;
    bool fin_acked = s->was->fin_sent && s->acked == s->out && s->out > 0;
    bool still = s->v->alive_after && s->is->state == was;
    if (fin_acked && still) SAY(o47, s, "an acknowledgment of the FIN leads nowhere");
    bool fin_comes = s->fin || s->v->contradicts; /* moves FIN-WAIT-1 on by itself */
    if (!fin_acked && !still && !(fin_comes && was == RS_FIN_WAIT_1)) {
        if (s->v->alive_after || was != RS_FIN_WAIT_1) SAY(o47, s, "it goes on, and the FIN is not acknowledged");
    }
}

/* Text that a user is there for. */
static bool wants_text(const sight *s)
{
    rs_state st = s->is->state;
    return !s->was->orphan && s->v->alive_after && !s->v->memory_short && !s->v->contradicts && !s->was->fin_received &&
           (st == RS_ESTABLISHED || st == RS_FIN_WAIT_1 || st == RS_FIN_WAIT_2 || st >= RS_CLOSE_WAIT);
}

static void text(const sight *s)
{
    rs_state was = s->was->state;
    bool takes = was == RS_ESTABLISHED || was == RS_FIN_WAIT_1 || was == RS_FIN_WAIT_2 || was == RS_SYN_RECEIVED;
    if (!takes || !wants_text(s) || s->v->text == 0 || s->syn) return;
    cf_offset last = s->seq + (cf_offset)s->v->text, most = last < s->wnd ? last : s->wnd;
    cf_offset moved = cf_distance(s->was->rcv_nxt, s->is->rcv_nxt);
    if (s->seq <= 0 && most > 0 && moved < most) SAY(o47, s, "text in order, in the window, is not taken");
    if (s->seq > 0 && moved > 0) SAY(o47, s, "RCV.NXT passes a gap");
    bool new_island = s->seq > 0 && s->seq < s->wnd && s->was->ooo_bytes == 0 && last <= s->wnd;
    if (new_island && s->is->ooo_bytes == 0 && !s->v->linux_preset)
        SAY(o47, s, "text behind a gap is thrown away (SHLD-31)");
    if (s->seq > 0 && s->seq < s->wnd && s->v->reply.acks == 0 && !s->v->linux_preset && !s->v->unheard)
        SAY(o47, s, "text behind a gap is not acknowledged at once (RFC 5681 4.2)");
}

static void fin(const sight *s)
{
    rs_state was = s->was->state;
    bool now = s->fin && s->seq <= 0 && s->end > 0 && s->end <= s->wnd && !s->syn;
    if (!now || !s->v->alive_after || s->v->memory_short || s->was->fin_received || s->was->orphan) return;
    if (s->was->ooo_bytes > 0 || s->v->contradicts) return;
    rs_state is = s->is->state;
    if ((was == RS_ESTABLISHED || was == RS_SYN_RECEIVED) && is == was) SAY(o47, s, "a FIN in order leads nowhere");
    if (was == RS_FIN_WAIT_1 && is != RS_CLOSING && is != RS_TIME_WAIT) SAY(o47, s, "a FIN in order leads nowhere");
    if (was == RS_FIN_WAIT_2 && is != RS_TIME_WAIT) SAY(o47, s, "a FIN in order leads nowhere");
    if (is != was && cf_distance(s->was->rcv_nxt, s->is->rcv_nxt) < s->end)
        SAY(o47, s, "RCV.NXT does not count the FIN");
}

/* RFC 7323 4.3: TS.Recent is that of the segment that fills the left edge of what was acknowledged last. */
static void stamp(const sight *s)
{
    if (!s->was->ts_on || !s->has_ts || !s->v->alive_after || s->v->stamps_old || s->is->state == RS_SYN_RECEIVED)
        return;
    if (s->is->state == RS_TIME_WAIT || s->was->state == RS_TIME_WAIT) return;
    cf_offset ahead = cf_distance(s->was->ts_recent, s->ts_val);
    bool newer = ahead >= 0;
    if (ahead > HALF_CIRCLE || ahead < -HALF_CIRCLE) return; /* which is newer is a matter of taste */
    bool at_edge = cf_distance(s->was->last_ack_sent, s->v->in->seq) <= 0;
    uint32_t want = newer && at_edge ? s->ts_val : s->was->ts_recent;
    if (s->is->ts_recent != want) SAY(o47, s, "TS.Recent is not that of RFC 7323 4.3");
}

static unsigned syn_received(const sight *s)
{
    if (s->acked <= 0 || s->acked > s->out) {
        if (s->v->alive_after && s->is->state != RS_SYN_RECEIVED)
            SAY(o47, s, "an ACK of something else opens the connection");
        reset_is_sent(s, "an ACK of something else draws no reset with SEQ=SEG.ACK");
        return 13;
    }
    if (!s->v->alive_after || s->is->state == RS_SYN_RECEIVED) return 14; /* accept queue full, deferred, refused */
    if (s->is->snd_una != s->v->in->ack) SAY(o47, s, "an acknowledgment is not taken");
    window(s);
    text(s);
    fin(s);
    return 15;
}

/* RFC 2018 5: a block of what is out, long enough to hold a whole segment, is kept in mind. Two of the longest do;
 * segments that go again may be put together, up to the size of now. */
static void scoreboard(const sight *s)
{
    enum { PERSIST = 2 };
    cf_offset longest = s->v->longest > s->was->snd_mss ? s->v->longest : s->was->snd_mss;
    cf_opt_val b;
    if (!s->v->alive_after) return;
    if (s->acked >= 0 && s->was->probes && s->is->probes && s->was->deadline[PERSIST].us == INT64_MAX &&
        s->is->deadline[PERSIST].us == INT64_MAX)
        SAY(o43, s, "the peer answers, and its silence still counts (RFC 9293 3.8.4)");
    if (!s->was->sack_on || !cf_tcp_opt_find(s->v->in, CF_OPT_SACK, &b)) return;
    for (unsigned i = 0; i < b.n; i++) {
        cf_offset left = cf_distance(s->was->snd_una, b.sack[2 * i]);
        cf_offset right = cf_distance(s->was->snd_una, b.sack[2 * i + 1]);
        bool of_out = left > 0 && left > s->acked && right <= s->out && right - left >= 2 * longest;
        if (of_out && s->is->sacked_segs == 0) SAY(o11, s, "a SACK block of what is out is not believed (RFC 2018 5)");
    }
}

static unsigned acknowledgment(const sight *s)
{
    if (s->was->state == RS_SYN_RECEIVED) return syn_received(s);
    if (s->acked > s->out) {
        stays(s, o47, "an acknowledgment of what was not sent changes something");
        answered(s, o47, "an acknowledgment of what was not sent draws no ACK");
        return 16;
    }
    if (s->acked < s->oldest) {
        stays(s, o48, "an acknowledgment of any age is believed (RFC 5961 5.2)");
        return 17;
    }
    /* Linux believes in nothing older than what it has seen acknowledged. */
    if (s->v->linux_preset && s->acked < 0 && (uint64_t)-s->acked > s->was->bytes_acked) return 17;
    if (s->was->state == RS_TIME_WAIT) return 18;
    if (s->v->alive_after && s->is->state != RS_TIME_WAIT) {
        uint32_t una = s->acked > 0 ? s->v->in->ack : s->was->snd_una;
        if (s->is->snd_una != una) SAY(o47, s, "SND.UNA does not follow the acknowledgment");
    }
    window(s);
    scoreboard(s);
    closing(s);
    stamp(s);
    text(s);
    fin(s);
    return s->v->text ? 19 : s->fin ? 20 : 21;
}

/* RFC 7323 5.5: after 24 days TS.Recent says nothing, and text that is in order is taken whatever its timestamp. */
static bool after_long_silence(const sight *s)
{
    bool plain = s->ack && !s->rst && !s->syn && s->has_ts && s->acked == 0 && s->was->state == RS_ESTABLISHED;
    if (!s->v->stamps_outdated || !s->was->ts_on || !plain || s->seq != 0 || s->end > s->wnd) return false;
    text(s);
    return true;
}

static unsigned synchronized(const sight *s)
{
    if (after_long_silence(s)) return 23;
    if (s->v->stamps_old && s->was->ts_on && s->has_ts && !s->rst) return 0;
    if (s->was->ts_on && !s->has_ts && !s->rst) return 0; /* RFC 7323 3.2: a SHOULD */
    cf_offset age = cf_distance(s->was->ts_recent, s->ts_val);
    if (s->was->ts_on && s->has_ts && (age > HALF_CIRCLE || age < -HALF_CIRCLE)) return 0;
    if (stale(s)) return refused(s, "a segment that PAWS refuses changes something");
    if (s->was->ts_on && s->v->linux_preset && s->has_ts && cf_distance(s->was->ts_recent, s->ts_val) < 0) return 0;
    place p = placed(s);
    if (p == BORDER) return 0;
    if (p == OUTSIDE) return refused(s, "a segment outside the window changes something");
    if (s->rst) return reset(s);
    if (s->syn) return syn_in_window(s);
    if (!s->ack) {
        stays(s, o47, "a segment without ACK changes something");
        bool linux_tw = s->v->linux_preset && s->was->state == RS_TIME_WAIT; /* there text and FIN draw an ACK */
        if (!linux_tw) silent(s, o47, "a segment without ACK is answered");
        return 22;
    }
    return acknowledgment(s);
}

/* ---------- no connection (3.10.7.1, 3.10.7.2) ---------- */

static unsigned listening(const fz_verdict *v)
{
    uint16_t f = v->in->flags;
    if (v->linux_preset && (f & CF_SYN) && (f & CF_FIN) && v->alive_after && !(f & (CF_RST | CF_ACK)))
        fz_fail(o48, "LISTEN: a SYN with FIN opens a connection");
    if ((f & CF_RST) && v->alive_after) fz_fail(o47, "LISTEN: a reset opens a connection");
    if (v->alive_after && (f & CF_SYN) && !(f & CF_ACK) && v->after.irs != v->in->seq)
        fz_fail(o47, "LISTEN: IRS is not the number of the SYN");
    return 23;
}

void fz_verdict_begin(fz_verdict *v, const cf_tcp *in, uint32_t text)
{
    _Static_assert(offsetof(fz_verdict, after) + sizeof v->after == sizeof *v, "the looks, which are large, are last");
    memset(v, 0, offsetof(fz_verdict, before));
    v->in = in;
    v->text = text;
}

unsigned fz_check_verdict(const fz_verdict *v)
{
    if (!v->alive) return v->listening ? listening(v) : 0;
    sight s = look(v);
    if (v->before.state == RS_SYN_SENT) return in_syn_sent(&s);
    return v->before.state >= RS_SYN_RECEIVED ? synchronized(&s) : 0;
}
