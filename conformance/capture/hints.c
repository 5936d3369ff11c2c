/* see hints.h */
#include "hints.h"

#include <string.h>

#include "../packet/encode.h"
#include "../packet/opts.h"

enum { ANSWER_NS = 1000000, USUAL_WSCALE = 10 /* of a Linux with 32 MB in tcp_rmem */ };
#define NS_PER_S 1000000000ll
#define TIME_WAIT_NS (60 * NS_PER_S)

/* ---------- packets ---------- */

static bool mine(const cf_recording *r, const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->dir == r->side;
}

static bool theirs(const cf_recording *r, const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->dir != r->side;
}

static bool flags_are(const cf_seg *s, uint16_t mask, uint16_t value)
{
    return (s->flags & mask) == value;
}

/* The stack's packet that answers the i-th at once; NULL: none does. */
static const cf_seg *answer(const cf_recording *r, uint32_t i)
{
    const cf_seg *s = &r->segs[i], *next = s + 1;
    return i + 1 < r->count && mine(r, next) && next->at_ns - s->at_ns < ANSWER_NS ? next : NULL;
}

static bool draws_reset(const cf_recording *r, uint32_t i)
{
    const cf_seg *a = answer(r, i);
    return a && a->flags & CF_RST;
}

static bool has_option(const cf_seg *s, uint8_t kind)
{
    for (uint32_t k = 0; k < s->opt_len;) {
        if (s->opts[k] == kind) return true;
        bool single = s->opts[k] <= CF_KIND_NOP || k + 1 >= s->opt_len || s->opts[k + 1] < 2;
        k += single ? 1 : s->opts[k + 1];
    }
    return false;
}

/* The first SYN of a side; NULL: none is there. */
static const cf_seg *syn_of(const cf_recording *r, int dir)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->segs[i].kind == CF_SEG_TCP && r->segs[i].dir == dir && r->segs[i].flags & CF_SYN) return &r->segs[i];
    return NULL;
}

static bool offers(const cf_recording *r, int dir, uint8_t kind)
{
    const cf_seg *s = syn_of(r, dir);
    return s && has_option(s, kind);
}

static bool syn_has(const cf_recording *r, int dir, uint16_t flags)
{
    const cf_seg *s = syn_of(r, dir);
    return s && flags_are(s, flags, flags);
}

/* ---------- the opening ---------- */

bool cf_hints_delays_first_ack(const cf_recording *r)
{
    bool open = false;
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        const cf_seg *s = &r->segs[i], *next = s + 1;
        open = open || (mine(r, s) && s->flags & CF_ACK);
        if (!open || !theirs(r, s) || !s->len || !flags_are(s, CF_SYN | CF_ACK | CF_FIN, CF_ACK)) continue;
        bool at_once = next->dir == r->side && next->at_ns - s->at_ns <= ANSWER_NS;
        return s->pos == 1 && !(at_once && !next->len && !(next->flags & CF_FIN)); /* else the ACK waited for company */
    }
    return false;
}

/* The last bare ACK of the handshake came to nothing, and the SYN+ACK was sent again later. Linux doubles from one
 * second until the time is up: 1, 3, 7 ... */
int cf_hints_defer_accept(const cf_recording *r)
{
    const cf_seg *first = NULL, *acked = NULL;
    for (uint32_t i = 0; i < r->count && r->side == CF_SERVER; i++) {
        const cf_seg *s = &r->segs[i];
        bool synack = mine(r, s) && flags_are(s, CF_SYN | CF_ACK, CF_SYN | CF_ACK);
        if (synack && acked) return (int)((s->at_ns - first->at_ns) / NS_PER_S);
        if (synack && !first) first = s;
        else if (mine(r, s) && !synack) return 0;
        if (first && theirs(r, s) && !s->len && s->ack_pos == 1 &&
            flags_are(s, CF_SYN | CF_RST | CF_FIN | CF_ACK, CF_ACK))
            acked = s;
    }
    return 0;
}

/* Linux repeats a SYN every second at first; doubling from the start is a setting. */
static bool doubles_syns(const cf_recording *r)
{
    int64_t at[3];
    int n = 0;
    for (uint32_t i = 0; i < r->count && n < 3; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s) && flags_are(s, CF_SYN | CF_ACK, CF_SYN)) at[n++] = s->at_ns;
    }
    return n == 3 && (at[2] - at[1]) * 2 > (at[1] - at[0]) * 3;
}

int cf_hints_receive_buffer(const cf_recording *r)
{
    enum { SMALL = 8192 };
    const cf_seg *s = syn_of(r, r->side);
    return s && s->win && s->win < SMALL ? s->win : 0;
}

int cf_hints_maxseg(const cf_recording *r)
{
    enum { LEAST_MTU6 = 1280, HEADERS6 = 60 };
    uint16_t mss = r->conn->half[r->side].mss;
    return r->conn->family == 6 && mss && mss + HEADERS6 < LEAST_MTU6 ? mss : 0;
}

static void put_ecn(cf_buf *out, const cf_recording *r)
{
    bool asked = syn_has(r, CF_CLIENT, CF_ECE | CF_CWR);
    if (!asked) return;
    if (r->side == CF_CLIENT)
        cf_buf_puts(out, syn_has(r, CF_CLIENT, CF_AE) ? " net.ipv4.tcp_ecn=3" : " net.ipv4.tcp_ecn=1");
    else if (!syn_has(r, CF_SERVER, CF_ECE)) cf_buf_puts(out, " net.ipv4.tcp_ecn=0");
}

/* A server's silence about an option says something only if the client offered it. */
static void put_offers(cf_buf *out, const cf_recording *r)
{
    static const struct {
        uint8_t kind;
        const char *name;
    } options[] = {
        {CF_KIND_TS, "tcp_timestamps"}, {CF_KIND_SACK_OK, "tcp_sack"}, {CF_KIND_WSCALE, "tcp_window_scaling"}};
    const cf_half *me = &r->conn->half[r->side];
    for (int i = 0; i < 3 && me->syn; i++) {
        bool asked = r->side == CF_CLIENT || offers(r, CF_CLIENT, options[i].kind);
        if (asked && !offers(r, r->side, options[i].kind)) cf_buf_printf(out, " net.ipv4.%s=0", options[i].name);
    }
    put_ecn(out, r);
    if (me->scaled && me->wscale != USUAL_WSCALE)
        cf_buf_printf(out, " net.ipv4.tcp_rmem=\"4096 131072 %u\"", 49152u << me->wscale);
    if (doubles_syns(r)) cf_buf_puts(out, " net.ipv4.tcp_syn_linear_timeouts=0");
}

/* ---------- acknowledging ---------- */

/* Linux answers nonsense at most once in half a second, unless told otherwise. */
static bool answers_all_nonsense(const cf_recording *r)
{
    int64_t last_ns = INT64_MIN;
    cf_offset last_ack = -1;
    for (uint32_t i = 1; i < r->count; i++) {
        const cf_seg *s = &r->segs[i], *before = s - 1;
        bool nonsense = before->dir != r->side && before->flags & (CF_SYN | CF_RST) && before->pos != 0;
        if (s->dir != r->side || !nonsense || s->len || s->flags & (CF_SYN | CF_FIN | CF_RST)) continue;
        if (s->ack_pos == last_ack && s->at_ns - last_ns < NS_PER_S / 2) return true;
        last_ns = s->at_ns;
        last_ack = s->ack_pos;
    }
    return false;
}

/* Does the stack tell of duplicates (RFC 2883)? Only a duplicate that draws an answer without SACK says no. */
static bool hides_duplicates(const cf_recording *r)
{
    cf_offset got = 0;
    if (!offers(r, CF_CLIENT, CF_KIND_SACK_OK) || !offers(r, CF_SERVER, CF_KIND_SACK_OK)) return false;
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        const cf_seg *s = &r->segs[i], *next = s + 1;
        if (!theirs(r, s) || !s->len || s->flags & (CF_SYN | CF_RST)) continue;
        cf_offset end = s->pos + (cf_offset)s->len;
        bool answered = next->dir == r->side && !next->len && next->ack_pos == got && next->flags & CF_ACK;
        if (s->pos >= 1 && end <= got && answered) return !has_option(next, CF_KIND_SACK);
        if (end > got && s->pos <= (got ? got : 1)) got = end;
    }
    return false;
}

bool cf_hints_application_reads(const cf_recording *r)
{
    const cf_half *me = &r->conn->half[r->side];
    cf_offset first = 0, last = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (s->kind != CF_SEG_TCP || s->dir != r->side || !(s->flags & CF_ACK) || s->flags & (CF_SYN | CF_RST))
            continue;
        uint8_t scale = me->scaled && r->conn->half[!r->side].scaled ? me->wscale : 0;
        last = s->ack_pos + ((cf_offset)s->win << scale);
        if (!first) first = last;
    }
    return last > first + (cf_offset)r->conn->half[!r->side].largest;
}

/* ---------- sending ---------- */

/* Segments of one decision: how they were cut. Linux hands the card at least two at once, and gives the last of them
 * PSH; single ones without it were cut by a stack that was told not to, or by the card (then only the last of two has
 * none). A row of many in no time was not paced, as BBR would do. */
typedef struct {
    bool single, long_row;
} cuts;

static cuts cuts_of(const cf_recording *r)
{
    enum { ROW = 4, LEAST = 88 /* nobody cuts into smaller pieces, whatever the peer says */ };
    cuts c = {false, false};
    const cf_half *me = &r->conn->half[r->side], *peer = &r->conn->half[!r->side];
    uint32_t most = peer->mss > LEAST ? peer->mss : me->largest, row = 0;
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        const cf_seg *s = &r->segs[i], *next = s + 1;
        bool follows = mine(r, s) && mine(r, next) && s->len && next->len && !(s->mark & CF_M_AGAIN) &&
                       next->pos == s->pos + (cf_offset)s->len && next->at_ns - s->at_ns < ANSWER_NS;
        row = follows ? row + (s->len + most - 1) / most : 0;
        if (follows && s->len <= most && s->len == me->largest && !(s->flags & CF_PSH)) c.single = true;
        if (row > ROW) c.long_row = true;
    }
    return c;
}

/* From the stack's SYN or SYN+ACK to what acknowledges it; 0: not to be seen. */
static int64_t round_trip(const cf_recording *r)
{
    int64_t sent_ns = 0;
    bool sent = false;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s) && s->flags & CF_SYN) {
            sent = true;
            sent_ns = s->at_ns;
        }
        if (sent && theirs(r, s) && s->flags & CF_ACK && s->ack_pos >= 1) return s->at_ns - sent_ns;
    }
    return 0;
}

/* At first ten segments go in half a round trip. */
bool cf_hints_cut_by_card(const cf_recording *r)
{
    enum { FIRST = 10, AT_ONCE = 2 };
    int64_t rtt = round_trip(r);
    return cuts_of(r).single && rtt > 0 && rtt < NS_PER_S / 1000 * 2 * FIRST / AT_ONCE;
}

static void put_cuts(cf_buf *out, const cf_recording *r, const char *cc)
{
    cuts c = cuts_of(r);
    if (c.single || c.long_row) cf_buf_printf(out, " net.ipv4.tcp_congestion_control=%s", cc);
    if (c.single && !cf_hints_cut_by_card(r)) cf_buf_puts(out, " net.ipv4.tcp_min_tso_segs=1");
}

/* Much was sent without waiting: there was room for it, and for what was written before it could be sent. */
static void put_send_buffer(cf_buf *out, const cf_recording *r)
{
    enum { MUCH = 16384, ROOM = 8, LEAST = 1 << 20 };
    cf_offset acked = 1, flight = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (theirs(r, s) && s->flags & CF_ACK && s->ack_pos > acked) acked = s->ack_pos;
        if (mine(r, s) && s->pos + (cf_offset)s->len - acked > flight) flight = s->pos + (cf_offset)s->len - acked;
    }
    if (flight <= MUCH || flight > INT32_MAX / ROOM) return;
    cf_offset room = LEAST;
    while (room < flight * ROOM && room < INT32_MAX / 2) room *= 2;
    cf_buf_printf(out, " net.ipv4.tcp_wmem=\"4096 %lld %lld\"", (long long)room, (long long)room);
}

/* ---------- giving up ---------- */

/* A row of one packet sent again and again. */
typedef struct {
    cf_offset pos;
    int again;       /* repetitions */
    int64_t last_ns; /* of the last one */
    int64_t wait_ns; /* before the last one */
    bool fin;
} repeats;

static void repeat(repeats *x, const cf_seg *s)
{
    bool same = x->last_ns && s->pos == x->pos && s->mark & CF_M_AGAIN;
    *x = (repeats){.pos = s->pos,
                   .again = same ? x->again + 1 : 0,
                   .wait_ns = same ? s->at_ns - x->last_ns : 0,
                   .last_ns = s->at_ns,
                   .fin = s->flags & CF_FIN};
}

/* The first flight is sent again much later than the round trip of the handshake explains: no timeout may be shorter.
 */
static void put_floor(cf_buf *out, const cf_recording *r)
{
    int64_t syn_ns = 0, rtt_ns = 0;
    repeats x = {.last_ns = 0};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s) && s->flags & CF_SYN && syn_ns) return; /* repeated: nothing was measured */
        if (mine(r, s) && s->flags & CF_SYN) syn_ns = s->at_ns;
        if (theirs(r, s) && s->flags & CF_ACK && !rtt_ns) rtt_ns = s->at_ns - syn_ns;
        if (theirs(r, s) && s->ack_pos > 1) return;
        if (!mine(r, s) || !(s->len || s->flags & CF_FIN) || s->flags & (CF_SYN | CF_RST)) continue;
        repeat(&x, s);
        if (x.again == 1 && rtt_ns > 0 && x.wait_ns > 6 * rtt_ns + NS_PER_S / 5 * 2)
            cf_buf_printf(out, " net.ipv4.tcp_rto_min_us=%lld", (long long)((x.wait_ns - rtt_ns) / 100000000 * 100000));
        if (x.again) return;
    }
}

/* Timeouts double, up to a ceiling. */
static void put_ceiling(cf_buf *out, const cf_recording *r)
{
    enum { SAME_PERCENT = 115 };
    repeats x = {.last_ns = 0};
    int64_t before = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (!mine(r, s) || !(s->len || s->flags & CF_FIN) || s->flags & (CF_SYN | CF_RST)) continue;
        repeat(&x, s);
        bool same = x.again >= 2 && x.wait_ns * 100 < before * SAME_PERCENT && before * 100 < x.wait_ns * SAME_PERCENT;
        if (same && x.wait_ns >= NS_PER_S) { /* a kernel's timer is late, never early */
            int64_t least = x.wait_ns < before ? x.wait_ns : before;
            cf_buf_printf(out, " net.ipv4.tcp_rto_max_ms=%lld", (long long)(least / 100000000 * 100));
            return;
        }
        before = x.wait_ns;
    }
}

/* Late news for a connection that should have tried again before, and is gone: it had given up. */
static void put_give_up(cf_buf *out, const cf_recording *r)
{
    repeats x = {.last_ns = 0};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s) && (s->len || s->flags & CF_FIN) && !(s->flags & (CF_SYN | CF_RST))) repeat(&x, s);
        if (!theirs(r, s)) continue;
        if (x.again && s->at_ns - x.last_ns > 2 * x.wait_ns && draws_reset(r, i)) {
            cf_buf_printf(out, " net.ipv4.tcp_%s=%d", x.fin ? "orphan_retries" : "retries2", x.again);
            return;
        }
        x.last_ns = 0;
    }
}

int cf_hints_keepalive_count(const cf_recording *r)
{
    cf_offset sent = 0;
    int probes = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (theirs(r, s)) probes = 0;
        if (!mine(r, s)) continue;
        if (s->flags & CF_RST) return probes;
        bool probe = sent >= 1 && s->pos == sent - 1 && s->len <= 1 && flags_are(s, CF_SYN | CF_FIN | CF_ACK, CF_ACK);
        probes = probe ? probes + 1 : 0;
        cf_offset end = s->pos + (cf_offset)s->len + (s->flags & (CF_SYN | CF_FIN) ? 1 : 0);
        if (end > sent) sent = end;
    }
    return 0;
}

/* ---------- after the end ---------- */

/* How both ends closed, as far as the packets before tell. */
typedef struct {
    cf_offset sent, got; /* FIN included */
    bool fin, acked, their_fin;
    bool active; /* the stack sent its FIN first */
    int64_t half_ns, both_ns;
    bool reset; /* a reset came in TIME-WAIT */
} ending;

static void end_mine(ending *e, const cf_seg *s)
{
    if (!(s->flags & CF_FIN)) return;
    e->active = !e->their_fin;
    e->fin = true;
    e->sent = s->pos + (cf_offset)s->len + 1;
}

static void end_theirs(ending *e, const cf_seg *s)
{
    if (e->fin && !e->acked && s->flags & CF_ACK && s->ack_pos >= e->sent) {
        e->acked = true;
        e->half_ns = s->at_ns;
    }
    if (s->flags & CF_FIN && !e->their_fin) {
        e->their_fin = true;
        e->got = s->pos + (cf_offset)s->len + 1;
    }
    if (e->acked && e->their_fin && !e->both_ns) e->both_ns = s->at_ns;
}

/* True: something was said, and there is no more to be found. */
static bool put_time_wait(cf_buf *out, const cf_recording *r, const ending *e, uint32_t i)
{
    const cf_seg *s = &r->segs[i];
    if (!e->active || !e->both_ns || s->at_ns - e->both_ns > TIME_WAIT_NS || s->flags & (CF_RST | CF_SYN)) return false;
    bool reset = draws_reset(r, i);
    if (reset && !e->reset) cf_buf_puts(out, " net.ipv4.tcp_max_tw_buckets=0");
    else if (e->reset && !reset && answer(r, i)) cf_buf_puts(out, " net.ipv4.tcp_rfc1337=1");
    else return false;
    return true;
}

/* A FIN for a half-closed connection that is there no more. */
static bool put_fin_wait(cf_buf *out, const cf_recording *r, const ending *e, uint32_t i)
{
    const cf_seg *s = &r->segs[i];
    int64_t waited = s->at_ns - e->half_ns;
    if (!e->acked || e->their_fin || s->len || waited < 2 * NS_PER_S || !draws_reset(r, i)) return false;
    if (waited < TIME_WAIT_NS) cf_buf_printf(out, " net.ipv4.tcp_fin_timeout=%lld", (long long)(waited / 2 / NS_PER_S));
    return true;
}

static void put_forgetting(cf_buf *out, const cf_recording *r)
{
    ending e = {.sent = 0};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s)) end_mine(&e, s);
        if (!theirs(r, s)) continue;
        if (put_time_wait(out, r, &e, i) || put_fin_wait(out, r, &e, i)) return;
        if (e.both_ns && s->flags & CF_RST) e.reset = true;
        end_theirs(&e, s);
    }
}

bool cf_hints_keeps_no_time_wait(const cf_recording *r)
{
    cf_buf words = {0};
    put_forgetting(&words, r);
    bool found = strstr(cf_buf_str(&words), "tcp_max_tw_buckets") != NULL;
    cf_buf_free(&words);
    return found;
}

bool cf_hints_listener_gone(const cf_recording *r)
{
    ending e = {.sent = 0};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (mine(r, s)) end_mine(&e, s);
        if (!theirs(r, s)) continue;
        const cf_seg *a = answer(r, i);
        if (e.active && e.both_ns && s->pos > e.got && flags_are(s, CF_SYN | CF_ACK, CF_SYN) && a)
            return flags_are(a, CF_SYN | CF_RST, 0);
        end_theirs(&e, s);
    }
    return false;
}

void cf_hints_sysctls(cf_buf *out, const cf_recording *r, const char *cc)
{
    put_offers(out, r);
    if (answers_all_nonsense(r)) cf_buf_puts(out, " net.ipv4.tcp_invalid_ratelimit=0");
    if (hides_duplicates(r)) cf_buf_puts(out, " net.ipv4.tcp_dsack=0");
    put_cuts(out, r, cc);
    put_send_buffer(out, r);
    put_give_up(out, r);
    put_floor(out, r);
    put_ceiling(out, r);
    put_forgetting(out, r);
}
