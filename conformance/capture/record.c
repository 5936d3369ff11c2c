/* record.c — which connections can become scripts, and what of them. */
#include "../packet/encode.h"
#include "../text/mem.h"
#include "infer.h"

enum { NEAR_NS = 2000000, PIECES = 64 };
#define DAY_NS (24 * 3600 * 1000000000ll)

/* How long the stack took for what this packet of it acknowledges first, among the last few that came; INT64_MAX: that
 * does not show. */
static int64_t answered_in(const cf_recording *r, uint32_t i)
{
    enum { BACK = 64 };
    const cf_seg *out = &r->segs[i];
    if (out->kind != CF_SEG_TCP || !(out->flags & CF_ACK) || out->flags & (CF_SYN | CF_RST)) return INT64_MAX;
    for (uint32_t n = 1; n <= BACK && n <= i; n++) {
        const cf_seg *in = &r->segs[i - n];
        if (in->kind != CF_SEG_TCP || in->flags & (CF_SYN | CF_RST)) continue;
        if (in->dir == r->side && in->ack_pos == out->ack_pos) return INT64_MAX; /* acknowledged before */
        cf_offset end = in->pos + (cf_offset)in->len + (in->flags & CF_FIN ? 1 : 0);
        if (in->dir != r->side && end > in->pos && end == out->ack_pos) return out->at_ns - in->at_ns;
    }
    return INT64_MAX;
}

/* How far away the capture was taken: no answer came sooner, neither in the handshake nor to what was sent later. */
static int64_t distance(const cf_recording *r)
{
    int64_t least = INT64_MAX, near = INT64_MAX;
    for (uint32_t i = 1; i < r->count; i++) {
        const cf_seg *a = &r->segs[i - 1], *b = &r->segs[i];
        bool handshake = b->flags & CF_SYN || (a->flags & CF_SYN && !(a->flags & CF_RST));
        if (b->dir == r->side && a->dir != r->side && handshake && b->at_ns - a->at_ns < least)
            least = b->at_ns - a->at_ns;
        int64_t took = b->dir == r->side ? answered_in(r, i) : INT64_MAX;
        if (took < near) near = took;
    }
    if (least == INT64_MAX) return 0;
    if (near < least) least = near;
    return least < NEAR_NS ? 0 : least;
}

/* Counted from the first packet. No script waits for more than a day, and a damaged time may be off by decades. */
static void count_from_first(cf_recording *r, cf_buf *out)
{
    int64_t zero = r->segs[0].at_ns;
    uint32_t wild = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        int64_t at = r->segs[i].at_ns - zero, within = at > DAY_NS ? DAY_NS : at < -DAY_NS ? -DAY_NS : at;
        wild += at != within;
        r->segs[i].at_ns = within;
    }
    if (wild) cf_buf_printf(out, "the times of %u packets: they are more than a day from the first\n", wild);
}

static int by_time(const void *x, const void *y)
{
    const cf_seg *a = x, *b = y;
    if (a->at_ns != b->at_ns) return a->at_ns < b->at_ns ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Seen from far away, the stack's packets come late by the way back and forth. */
static void bring_near(cf_recording *r, cf_buf *out)
{
    int64_t late = distance(r);
    for (uint32_t i = 0; i < r->count && late; i++)
        if (r->segs[i].dir == r->side) r->segs[i].at_ns -= late;
    qsort(r->segs, r->count, sizeof *r->segs, by_time);
    if (late)
        cf_buf_printf(out, "captured %.1f ms away from this end: its packets are taken to be so much earlier\n",
                      (double)late / 1e6);
}

/* What of a stream was captured: all before `end`, and pieces beyond a hole. */
typedef struct {
    cf_offset from, to;
} piece;
typedef struct {
    cf_offset end;
    piece out[PIECES];
    int count;
    uint64_t missing;
} stream;

/* Pieces that now touch the front become part of it. */
static void absorb(stream *x)
{
    for (int i = 0; i < x->count;) {
        if (x->out[i].from > x->end) {
            i++;
            continue;
        }
        if (x->out[i].to > x->end) x->end = x->out[i].to;
        x->out[i] = x->out[--x->count];
        i = 0;
    }
}

static void arrive(stream *x, cf_offset from, cf_offset to)
{
    if (from > x->end && x->count < PIECES) x->out[x->count++] = (piece){from, to};
    if (from <= x->end && to > x->end) x->end = to;
    absorb(x);
}

/* The holes before an acknowledgment were filled behind the capture's back. */
static void acknowledge(stream *x, cf_offset ack)
{
    while (x->end < ack) {
        cf_offset next = ack;
        for (int i = 0; i < x->count; i++)
            if (x->out[i].from < next) next = x->out[i].from;
        x->missing += (uint64_t)(next - x->end);
        x->end = next;
        absorb(x);
    }
}

/* Bytes that were acknowledged but are not in the capture. */
static uint64_t holes(const cf_recording *r, int dir)
{
    stream x = {.end = 1};
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (s->kind != CF_SEG_TCP || s->flags & CF_RST) continue;
        cf_offset from = s->pos + (s->flags & CF_SYN ? 1 : 0);
        if (s->dir == dir) arrive(&x, from, from + (cf_offset)s->len + (s->flags & CF_FIN ? 1 : 0));
        else if (s->flags & CF_ACK && s->ack_pos <= r->conn->half[dir].end) acknowledge(&x, s->ack_pos);
    }
    return x.missing;
}

static void copy(cf_recording *r, cf_capture *c, cf_buf *out)
{
    uint32_t n = r->conn->count < CF_RECORD_MAX ? r->conn->count : CF_RECORD_MAX, odd = 0;
    r->segs = cf_mem_zero(n, sizeof *r->segs);
    for (uint32_t i = r->conn->first; i != CF_NO_SEG && r->count < n;) {
        cf_seg *s = &r->segs[r->count];
        *s = *cf_conns_seg(&c->conns, i);
        if (s->len > CF_LINE_BYTES) {
            cf_buf_printf(out, "all packets from number %llu on: it has more bytes (%u) than a script can say\n",
                          (unsigned long long)s->number, s->len);
            break;
        }
        i = s->next;
        if (s->kind == CF_SEG_ICMP && s->dir == r->side) odd++;
        else r->count++;
    }
    if (odd) cf_buf_printf(out, "%u ICMP messages sent by this end\n", odd);
    if (r->conn->count > n) cf_buf_printf(out, "all packets after the first %u (of %u)\n", n, r->conn->count);
}

/* SYNs before the one that was answered: something outside of this connection, a full queue perhaps, kept the stack
 * silent. */
static void drop_unanswered(cf_recording *r, cf_buf *out)
{
    uint32_t first = 0, n = 0;
    while (first < r->count && r->segs[first].dir != r->side) first++;
    if (first == r->count || !(r->segs[first].flags & CF_SYN) || r->side != CF_SERVER) return;
    for (uint32_t i = 0; i + 1 < first; i++)
        if (r->segs[i].kind == CF_SEG_TCP && r->segs[i].flags & CF_SYN) n = i + 1;
    if (!n) return;
    memmove(r->segs, r->segs + n, (r->count - n) * sizeof *r->segs);
    r->count -= n;
    cf_buf_printf(out, "%u packets before the first SYN that was answered\n", n);
}

/* A packet for nobody, and the reset that it drew. */
static bool only_resets(cf_capture *c, const cf_conn *k, int side)
{
    const cf_seg *s = cf_conns_seg(&c->conns, k->first);
    if (s->dir == side) return false;
    for (uint32_t i = k->first; i != CF_NO_SEG; i = s->next) {
        s = cf_conns_seg(&c->conns, i);
        if (s->dir == side && !(s->flags & CF_RST)) return false;
    }
    return true;
}

static const char *unfit(cf_capture *c, const cf_conn *k, int side)
{
    const cf_half *me = &k->half[side], *peer = &k->half[!side];
    if (!me->seen) return "no packet of this end is in the capture";
    if (!peer->seen) return "only one direction is in the capture";
    if (only_resets(c, k, side)) return NULL;
    if (k->no_syn || !(k->half[CF_CLIENT].syn)) return "the beginning of the connection is not in the capture";
    return NULL;
}

bool cf_record(cf_recording *r, cf_capture *c, uint32_t conn, int side, char *why, size_t why_cap)
{
    cf_buf out = {0};
    memset(r, 0, sizeof *r);
    r->conn = &c->conns.items[conn];
    r->side = side;
    const char *problem = unfit(c, r->conn, side);
    if (problem) {
        snprintf(why, why_cap, "%s", problem);
        return false;
    }
    copy(r, c, &out);
    if (!r->count) {
        snprintf(why, why_cap, "its first packet has more bytes than a script can say");
        cf_recording_free(r);
        cf_buf_free(&out);
        return false;
    }
    count_from_first(r, &out);
    bring_near(r, &out);
    drop_unanswered(r, &out);
    for (int dir = 0; dir < 2; dir++) {
        uint64_t n = holes(r, dir);
        if (n)
            cf_buf_printf(&out, "%llu bytes from the %s that the capture lacks although they were acknowledged\n",
                          (unsigned long long)n, dir == CF_CLIENT ? "client" : "server");
    }
    r->left_out = cf_mem_str(cf_buf_str(&out));
    cf_buf_free(&out);
    return true;
}

void cf_recording_free(cf_recording *r)
{
    free(r->segs);
    free(r->left_out);
    memset(r, 0, sizeof *r);
}
