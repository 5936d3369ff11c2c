#include "../../conformance/packet/encode.h"
#include "../../conformance/packet/opts.h"
#include "../prog/fail.h"
#include "oracle.h"

/* What lies further ahead is in nobody's window (RFC 7323 2.3), and may as well lie behind. */
#define FARTHEST_WINDOW (1u << 30)
enum { DEFAULT_MSS = 1220, MSS_FLOOR = 88, PROBE = 1, FIN_ROOM = 1, RANGE_MOST = 1 << 30 };

/* Half the circle of a timestamp clock of 1 ms: after a longer silence "back" has no meaning (RFC 7323 5.5). */
static const int64_t half_circle_us = 24ll * 86400 * 1000000;

/* ---------- what the peer sent ---------- */

/* Of several options of a kind any may count: the checks take the one that allows most. */
static void take_syn(fz_conn *c, const cf_tcp *t)
{
    bool has_mss = false, first = c->syns++ == 0, scales = false;
    for (unsigned i = 0; i < t->opt_count; i++) {
        cf_opt_val v;
        cf_tcp_opt_read(&t->opts[i], &v);
        uint8_t shift = v.wscale > 14 ? 14 : v.wscale;
        if (v.id == CF_OPT_WSCALE && shift > c->max_wscale) c->max_wscale = shift;
        if (v.id == CF_OPT_WSCALE) scales = true;
        if (v.id == CF_OPT_TS) c->peer_ts = true;
        if (v.id == CF_OPT_SACK_OK) c->peer_sack = true;
        if (v.id != CF_OPT_MSS || v.mss == 0) continue; /* 0 says nothing: it may be taken as no option */
        has_mss = true;
        if (v.mss > c->max_mss) c->max_mss = v.mss;
    }
    if (!has_mss) c->defaulted_mss = true;
    if (!first && scales != c->peer_wscale) c->scale_unsure = true;
    if (scales) c->peer_wscale = true;
    if (t->win > c->syn_win) c->syn_win = t->win;
}

/* An acknowledgment of what the host has sent offers a window; others are refused by every TCP. Edges are kept as the
 * largest ever, so an old segment can only make the check weaker. RFC 9293 3.10.7.4 counts SND.WND from SND.UNA and
 * lets a segment move SND.UNA without its window counting, when its SEQ is older than SND.WL1. */
static void take_edge(fz_conn *c, const cf_tcp *t)
{
    if (!c->syn_seen || !(t->flags & CF_ACK) || (t->flags & CF_RST)) return;
    cf_offset ack = cf_unroll(c->end, t->ack);
    if (ack > c->end) return;
    if (c->peer_acked > (cf_offset)c->iss && t->seq != c->newest_seq && t->seq - c->newest_seq > FARTHEST_WINDOW)
        c->disorder = true;
    else c->newest_seq = t->seq;
    /* Who offers again in a simultaneous open also reads the window of the SYN-ACK with the scale. */
    bool unscaled = (t->flags & CF_SYN) && !(c->offers_again && c->opens);
    cf_offset win = (cf_offset)t->win << (unscaled ? 0 : c->max_wscale);
    if (ack > c->peer_acked) c->peer_acked = ack;
    if (win > c->widest) c->widest = win;
    if (ack + win > c->edge) c->edge = ack + win;
    if (c->disorder && c->peer_acked + c->widest > c->edge) c->edge = c->peer_acked + c->widest;
}

/* Of several options of the kind any may count. */
static void take_stamps(fz_conn *c, const cf_tcp *t)
{
    for (unsigned i = 0; i < t->opt_count; i++) {
        cf_opt_val v;
        cf_tcp_opt_read(&t->opts[i], &v);
        bool known = c->stamps && c->stamp[(c->stamps - 1) % FZ_STAMPS] == v.ts_val;
        if (v.id == CF_OPT_TS && !known) c->stamp[c->stamps++ % FZ_STAMPS] = v.ts_val;
    }
}

static bool sent_stamp(const fz_conn *c, uint32_t stamp)
{
    for (unsigned i = 0; i < c->stamps && i < FZ_STAMPS; i++)
        if (c->stamp[i] == stamp) return true;
    return c->stamps > FZ_STAMPS;
}

static bool opens_by_cookie(const fz_conn *c, uint32_t ack)
{
    for (unsigned i = 0; i < c->cookies && i < FZ_COOKIES; i++)
        if (c->cookie[i].iss == ack - 1) return true;
    return false;
}

/* Text and FIN of a RST, of a segment without ACK and without SYN, and of one that acknowledges what the host has not
 * sent yet are never taken (RFC 9293 3.10.7.4 second, fifth). Of a SYN-ACK with a cookie every number is good. */
static bool may_be_taken(const fz_conn *c, const cf_tcp *t)
{
    if (t->flags & CF_RST) return false;
    if (!(t->flags & CF_ACK)) return t->flags & CF_SYN;
    return !c->syn_seen || cf_unroll(c->end, t->ack) <= c->end || opens_by_cookie(c, t->ack);
}

/* A range that goes on where one ends, or lies in one, makes that longer: from every place both reach as far as before.
 * A SYN begins its own, for it may begin another stream (learn_irs). */
static bool joins(fz_conn *c, uint32_t seq, uint32_t len, bool dropped)
{
    for (unsigned i = c->ranges; i-- > 0;) {
        uint32_t into = seq - c->range[i].seq;
        if (c->range[i].dropped != dropped || into > c->range[i].len) continue;
        if (into + len > RANGE_MOST) return false;
        if (into + len > c->range[i].len) c->range[i].len = into + len;
        return true;
    }
    return false;
}

static void take_range(fz_conn *c, uint32_t seq, uint32_t len, bool dropped, bool syn)
{
    if (!syn && joins(c, seq, len, dropped)) return;
    if (c->ranges == FZ_RANGES_MAX) {
        c->forgot = true;
        return;
    }
    c->range[c->ranges].seq = seq;
    c->range[c->ranges].dropped = dropped;
    c->range[c->ranges++].len = len;
}

void fz_conn_arrives(fz_conn *c, const cf_packet *p, fz_stream_fn *right)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || !t->sum_ok || p->broken) return;
    if (t->flags & CF_SYN) take_syn(c, t);
    if (t->flags & CF_URG) c->urgent = true;
    if (t->win > c->any_win) c->any_win = t->win;
    take_edge(c, t);
    take_stamps(c, t);
    uint32_t first = t->seq + ((t->flags & CF_SYN) != 0);
    if (right && !c->lied) c->lied = fz_first_wrong(p->text, p->text_len, first, right) < p->text_len;
    uint32_t len = p->text_len + ((t->flags & CF_SYN) != 0) + ((t->flags & CF_FIN) != 0);
    if (len) take_range(c, t->seq, len, !may_be_taken(c, t), t->flags & CF_SYN);
}

/* The end of the contiguous stream from `from`, over everything the peer ever sent; dropped: also what is never taken.
 */
static cf_offset reach_over(const fz_conn *c, cf_offset from, bool dropped)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (unsigned i = 0; i < c->ranges; i++) {
            cf_offset start = cf_unroll(from, c->range[i].seq), end = start + c->range[i].len;
            if (start <= from && end > from && (dropped || !c->range[i].dropped)) {
                from = end;
                moved = true;
            }
        }
    }
    return from;
}

static cf_offset reach(const fz_conn *c, cf_offset from)
{
    return reach_over(c, from, false);
}

/* ---------- what the host sends ---------- */

void fz_conn_begins(fz_conn *c)
{
    c->syn_seen = c->gone = c->astray = false;
}

void fz_conn_gone(fz_conn *c)
{
    c->gone = true;
}

static void remember(fz_conn *c, const cf_tcp *t)
{
    fz_cookie k = {.iss = t->seq, .irs = t->ack - 1, .win = t->win, .wscale = c->wscale, .host_ts = c->host_ts};
    for (unsigned i = 0; i < c->cookies && i < FZ_COOKIES; i++) {
        const fz_cookie *have = &c->cookie[i]; /* a SYN with other options may get the same number */
        if (have->iss == k.iss && have->irs == k.irs && have->wscale == k.wscale && have->host_ts == k.host_ts) return;
    }
    c->cookie[c->cookies++ % FZ_COOKIES] = k;
}

/* The window, the FIN and the clock start again. */
static void begin(fz_conn *c, uint32_t iss)
{
    c->syn_seen = true;
    c->iss = iss;
    c->end = (cf_offset)iss + 1;
    c->edge = c->end + c->syn_win;
    c->widest = c->syn_win;
    c->peer_acked = c->end - 1;
    c->disorder = false;
    c->fin_seen = c->ts_seen = c->irs_known = c->host_ts = false;
    c->opens = c->crossed = false;
    c->wscale = 0;
    c->host_edge = c->cookie_edge = INT64_MIN;
}

static void hear_stream(fz_conn *c, uint32_t irs)
{
    c->irs_known = true;
    c->irs = irs;
    c->covered = (cf_offset)irs + 1;
    c->acked = irs + 1;
}

/* What was agreed with a cookie comes back in the clock that the ACK echoes, and that may be the clock of another
 * SYN-ACK of the same names. */
static void agree_by_any_cookie(fz_conn *c)
{
    for (unsigned i = 0; i < c->cookies && i < FZ_COOKIES; i++) {
        if (c->cookie[i].host_ts) c->host_ts = true;
        if (c->cookie[i].wscale != c->wscale) c->scale_unsure = true;
        if (c->cookie[i].wscale > c->wscale) c->wscale = c->cookie[i].wscale; /* the widest */
    }
}

/* A SYN cookie: the SYN-ACK went out before there was a connection, perhaps before others, and is good for more than
 * one beginning. Which window came with the ACK that opened it nobody has kept, nor what the host had offered. */
static void begin_by_cookie(fz_conn *c, const cf_tcp *t)
{
    unsigned i = c->cookies < FZ_COOKIES ? c->cookies : FZ_COOKIES;
    /* The first segment is new text, or a probe with the number before it. */
    while (i > 0 && c->cookie[i - 1].iss + 1 != t->seq && c->cookie[i - 1].iss != t->seq) i--;
    if (i == 0) return;
    const fz_cookie *k = &c->cookie[i - 1];
    bool sent_before = c->end > (cf_offset)c->iss + 1; /* by an earlier incarnation of the same number */
    if (k->iss != c->iss || sent_before) {
        begin(c, k->iss);
        c->wscale = k->wscale;
        c->host_ts = k->host_ts;
    }
    cf_offset widest = (cf_offset)c->any_win << c->max_wscale;
    if (widest > c->widest) c->widest = widest;
    if (c->end + c->widest > c->edge) c->edge = c->end + c->widest;
    agree_by_any_cookie(c);
    if (c->wscale) c->scale_unsure = true; /* an ACK without the clock brings nothing of it back */
    hear_stream(c, k->irs);
    c->syn_seen = true;
    c->disorder = true; /* which sequence number came with a window, neither */
    c->host_edge = INT64_MIN;
    c->cookie_edge = c->covered + k->win;
}

/* A SYN-ACK that goes again may acknowledge text that came in the meantime: that is no new stream of the peer. */
static bool goes_on(const fz_conn *c, uint32_t ack_seq)
{
    cf_offset first = cf_unroll(c->covered, c->irs) + 1, ack = cf_unroll(c->covered, ack_seq);
    return ack >= first && ack <= reach(c, c->covered);
}

/* A SYN with another number begins a new incarnation. */
static void take_host_syn(fz_conn *c, const cf_tcp *t)
{
    cf_opt_val v;
    if (!c->syn_seen || c->iss != t->seq) begin(c, t->seq);
    if (!(t->flags & CF_ACK)) c->opens = true;
    else if (c->opens) c->crossed = true; /* of one that the device refused the connection is astray */
    if (c->crossed && c->offers_again) c->scale_unsure = true;
    if (cf_tcp_opt_find(t, CF_OPT_TS, &v)) c->host_ts = true;
    if (cf_tcp_opt_find(t, CF_OPT_WSCALE, &v)) c->wscale = v.wscale;
    if (!(t->flags & CF_ACK)) return;
    if (!c->irs_known || !goes_on(c, t->ack)) hear_stream(c, t->ack - 1);
    remember(c, t);
}

/* The first acknowledgment of an active opener: the peer's SYN is one of those that were sent, just before it. */
static void learn_irs(fz_conn *c, const cf_tcp *t)
{
    for (unsigned i = c->ranges; i-- > 0 && !c->irs_known;) {
        uint32_t first = c->range[i].seq;
        if (t->ack - first - 1 > 0x7fffffffu) continue;
        if (reach(c, first) >= cf_unroll(first, t->ack)) {
            c->irs_known = true;
            c->irs = first;
            c->covered = first;
            c->acked = t->ack;
        }
    }
}

static void check_ack(fz_conn *c, const cf_tcp *t)
{
    if (!(t->flags & CF_ACK) || c->forgot) return;
    if (!c->irs_known) learn_irs(c, t);
    if (!c->irs_known) {
        fz_fail("O22 ack", "acknowledges %u: the peer never sent a stream that ends there", t->ack);
        return;
    }
    cf_offset ack = cf_unroll(c->covered, t->ack);
    if (ack > c->covered) c->covered = reach(c, c->covered);
    if (ack > c->covered)
        fz_fail("O22 ack", "acknowledges %lld bytes more than the peer sent", (long long)(ack - c->covered));
    if ((int32_t)(t->ack - c->acked) < 0 && !(t->flags & CF_SYN))
        fz_fail("O22 ack", "the acknowledgment goes back from %u to %u", c->acked, t->ack);
    c->acked = t->ack;
}

/* What lies beyond the largest window ever offered is not taken, so it is not acknowledged either (RFC 9293 3.10.7.4
 * first). The edge does not move back (SHLD-14), but for less than the field can express (RFC 7323 2.4). */
static void check_edge(fz_conn *c, const cf_tcp *t)
{
    if (!(t->flags & CF_ACK) || !c->irs_known) return;
    cf_offset ack = cf_unroll(c->covered, t->ack);
    bool scaled = !(t->flags & CF_SYN) && c->peer_wscale;
    if (!c->takes_beyond && !c->unheard && c->host_edge != INT64_MIN && ack > c->host_edge && ack > c->cookie_edge)
        fz_fail("O06 edge", "acknowledges %lld bytes beyond the window it offered", (long long)(ack - c->host_edge));
    cf_offset unit = (cf_offset)1 << (scaled ? c->wscale : 0), edge = ack + t->win * unit;
    bool sure = !(t->flags & CF_SYN) && !c->scale_unsure && !c->takes_back && c->host_edge != INT64_MIN;
    bool emptied = c->closes_when_full && t->win == 0;
    if (sure && !emptied && edge + unit <= c->host_edge)
        fz_fail("O07 edge", "the window takes back %lld bytes it had offered", (long long)(c->host_edge - edge));
    if (edge > c->host_edge || emptied) c->host_edge = edge;
}

static void check_window(fz_conn *c, const cf_packet *p, const cf_tcp *t, cf_offset end)
{
    if (p->text_len == 0) return;
    if (end > c->edge + PROBE)
        fz_fail("O23 window", "%u bytes end %lld behind the largest window the peer offered", p->text_len,
                (long long)(end - c->edge));
    uint32_t most = c->max_mss > MSS_FLOOR ? c->max_mss : MSS_FLOOR;
    if (c->defaulted_mss && most < DEFAULT_MSS) most = DEFAULT_MSS;
    if (p->text_len > most)
        fz_fail("O25 size", "%u bytes for a peer that takes %u (flags %#x)", p->text_len, most, t->flags);
}

/* A keepalive may carry any byte, of a number that was acknowledged (RFC 9293 MAY-6). */
static bool is_garbage(const fz_conn *c, const cf_packet *p, cf_offset start)
{
    return p->text_len == 1 && start < c->peer_acked;
}

static void check_text(const fz_conn *c, const cf_packet *p, cf_offset start, fz_stream_fn *right)
{
    cf_offset first = start - (cf_offset)c->iss - 1;
    if (p->text_len == 0) return;
    if (is_garbage(c, p, start)) return;
    /* A probe from before the stream (SND.UNA-1 after the handshake) carries no user byte. */
    uint32_t before = first < 0 ? (uint32_t)-first : 0;
    if (before >= p->text_len) return;
    size_t wrong = before + fz_first_wrong(p->text + before, p->text_len - before, (uint64_t)(first + before), right);
    if (wrong >= p->text_len) return;
    uint8_t wrote;
    right((uint64_t)first + wrong, &wrote, 1);
    fz_fail("O24 stream", "byte %lld of the stream is %#x, the user wrote %#x", (long long)first + (long long)wrong,
            p->text[wrong], wrote);
}

static void check_fin(fz_conn *c, const cf_packet *p, const cf_tcp *t, cf_offset start)
{
    cf_offset text_end = start + p->text_len;
    if (is_garbage(c, p, start)) return;
    if (c->fin_seen && p->text_len && text_end > c->fin_at) fz_fail("O33 fin", "data behind the FIN");
    if (!(t->flags & CF_FIN)) return;
    if (c->fin_seen && c->fin_at != text_end)
        fz_fail("O33 fin", "the FIN moves by %lld", (long long)(text_end - c->fin_at));
    if (!c->fin_seen && text_end < c->end) fz_fail("O33 fin", "a FIN before the end of what was sent");
    c->fin_seen = true;
    c->fin_at = text_end;
}

static void check_sack(const fz_conn *c, const cf_tcp *t, const cf_opt_val *v)
{
    if (!c->peer_sack) fz_fail("O28 options", "SACK blocks, but the peer never offered SACK");
    if (c->forgot) return;
    for (unsigned i = 0; i < v->n; i++) {
        cf_offset left = cf_unroll(t->ack, v->sack[2 * i]), right = cf_unroll(left, v->sack[2 * i + 1]);
        bool may_repeat = i == 0; /* D-SACK (RFC 2883): below the acknowledgment, or once more */
        if (!may_repeat && left < (cf_offset)t->ack) fz_fail("O30 sack", "block %u lies below the acknowledgment", i);
        if (reach_over(c, left, may_repeat) < right)
            fz_fail("O30 sack", "block %u tells of bytes the peer never sent", i);
    }
}

static void check_options(fz_conn *c, rs_time at, const cf_tcp *t)
{
    cf_opt_val v;
    if (cf_tcp_opt_find(t, CF_OPT_SACK, &v)) check_sack(c, t, &v);
    bool answer = (t->flags & CF_SYN) && (t->flags & CF_ACK) && !(c->crossed && c->offers_again);
    if (answer && !c->peer_wscale && cf_tcp_opt_find(t, CF_OPT_WSCALE, &v))
        fz_fail("O28 options", "a window scale on a SYN-ACK that the peer did not ask for (RFC 7323 2.2)");
    if (!cf_tcp_opt_find(t, CF_OPT_TS, &v)) return;
    if (!(t->flags & CF_SYN) && !(c->peer_ts && (c->host_ts || c->offers_change)))
        fz_fail("O28 options", "timestamps that were not agreed on");
    if (answer && !c->peer_ts)
        fz_fail("O28 options", "timestamps on a SYN-ACK that the peer did not ask for (RFC 7323 3.2)");
    if (c->ts_seen && at.us - c->ts_at.us < half_circle_us && (int32_t)(v.ts_val - c->ts_val) < 0)
        fz_fail("O31 clock", "the timestamp goes back from %u to %u", c->ts_val, v.ts_val);
    bool asks = !(t->flags & CF_ACK) || (c->crossed && c->offers_again); /* and need not have heard anything */
    bool no_echo = (t->flags & CF_SYN) && asks && v.ts_ecr == 0;
    if (!no_echo && !sent_stamp(c, v.ts_ecr))
        fz_fail("O31 clock", "the timestamp %u is echoed, and the peer never sent it (RFC 7323 3.2)", v.ts_ecr);
    c->ts_seen = true;
    c->ts_val = v.ts_val;
    c->ts_at = at;
}

void fz_conn_sent(fz_conn *c, rs_time at, const cf_packet *p, fz_stream_fn *right)
{
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || (t->flags & CF_RST)) return;
    if (t->flags & CF_SYN) c->gone = false; /* it begins, or is a cookie's, which is of no connection */
    if (c->gone) fz_fail("O34 silence", "a segment of a connection that has ended");
    if (!c->syn_seen && c->unheard) c->astray = true;
    if (c->astray) return;
    if (t->flags & CF_SYN) take_host_syn(c, t);
    if (!c->syn_seen) begin_by_cookie(c, t);
    if (!c->syn_seen) {
        fz_fail("O35 syn", "a segment of a connection whose SYN was never sent");
        return;
    }
    check_ack(c, t);
    check_edge(c, t);
    cf_offset start = cf_unroll(c->end, t->seq) + ((t->flags & CF_SYN) ? 1 : 0), text_end = start + p->text_len;
    if (start > c->end) fz_fail("O23 window", "a hole of %lld in what the host sends", (long long)(start - c->end));
    check_window(c, p, t, text_end);
    check_text(c, p, start, right);
    check_fin(c, p, t, start);
    check_options(c, at, t);
    cf_offset end = text_end + ((t->flags & CF_FIN) ? FIN_ROOM : 0);
    if (end > c->end) c->end = end;
}

void fz_conn_reads(const fz_conn *c, uint32_t irs, uint64_t offset, const uint8_t *bytes, size_t len,
                   fz_stream_fn *right)
{
    if (c->urgent || c->forgot) return; /* the urgent byte may have been taken out of the stream */
    cf_offset start = (cf_offset)irs + 1 + (cf_offset)offset, end = start + (cf_offset)len;
    if (reach(c, start) < end) {
        fz_fail("O50 delivery", "the user reads bytes that the peer never sent");
        return;
    }
    if (c->lied) return;
    size_t wrong = fz_first_wrong(bytes, len, (uint64_t)start, right);
    if (wrong < len) fz_fail("O50 delivery", "byte %llu of the stream is wrong", (unsigned long long)(offset + wrong));
}
