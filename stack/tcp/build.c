/* see build.h */
#include "build.h"

#include <string.h>

#include "../base/time.h"
#include "accurate.h"
#include "output.h"
#include "rcvbuf.h"
#include "reason.h"
#include "signing.h"
#include "state.h"
#include "tell.h"
#include "../wire/tcp_opt.h"

/* SACK blocks for the next segment that is not a SYN: the duplicate report first (RFC 2883), then the islands, as many
 * as fit beside the timestamp. */
static uint8_t sack_blocks(const rs_env *env, const rs_tcb *t, rs_range out[RS_SACK_BLOCKS])
{
    if (!t->sack_on || rs_accurate_bare(env, t)) return 0;
    uint8_t n = (uint8_t)rs_rcvq_sack_blocks(env->records, &t->rcvq,
                                             &(rs_rcvq_sack){.out = out,
                                                             .max = t->ts.on ? RS_SACK_BLOCKS - 1 : RS_SACK_BLOCKS,
                                                             .with_dup = env->cfg->knobs.dsack});
    if (!rs_signing(env, t)) return n;
    rs_opts beside = {.has_ts = t->ts.on};
    rs_signing_options(env, t, &beside);
    uint8_t room = rs_opts_sack_room(&beside);
    return n < room ? n : room;
}

/* With the padding that brings them to a multiple of four. */
static uint32_t sack_bytes(uint8_t blocks)
{
    return blocks ? 4 + 8u * blocks : 0;
}

uint32_t rs_build_option_bytes(const rs_env *env, const rs_tcb *t)
{
    rs_range blocks[RS_SACK_BLOCKS];
    uint8_t n = sack_blocks(env, t, blocks);
    if (t->accecn == RS_NIL) return sack_bytes(n);
    rs_opts o = {.sack_count = n, .has_ts = t->ts.on}, fixed;
    rs_signing_options(env, t, &o);
    fixed = o;
    fixed.sack_count = 0;
    rs_accurate_option(env, t, &o);
    return rs_opts_len(&o, false) - (uint32_t)rs_opts_len(&fixed, false);
}

/* answer: a SYN-ACK, in whatever state it is sent again, takes only what the peer's SYN offered. */
static void syn_options(const rs_env *env, const rs_tcb *t, bool answer, rs_opts *o)
{
    if (!t->passive && !t->snd.answers && env->cfg->quirks.simopen_offers_again) answer = false;
    o->has_mss = true;
    o->mss = t->rcv.adv_mss;
    o->sack_ok = answer ? t->sack_on : env->cfg->knobs.sack;
    o->has_wscale = answer ? t->wscale_on : env->cfg->knobs.window_scaling;
    o->wscale = t->wnd.wscale_offer;
    o->has_ts = answer ? t->ts.on : env->cfg->knobs.timestamps && !rs_signing_md5(env, t);
}

static void options(const rs_env *env, rs_tcb *t, rs_seg *s)
{
    if (s->flags & RS_SYN) syn_options(env, t, s->flags & RS_ACK, &s->opts);
    else s->opts.has_ts = t->ts.on;
    if (s->opts.has_ts) {
        s->opts.ts_val = rs_tstamp_val(&t->ts, env->now);
        s->opts.ts_ecr = s->flags & RS_ACK ? rs_tstamp_ecr(&t->ts) : 0;
    }
    if (s->flags & RS_ACK && s->flags & RS_SYN) rs_accurate_syn_option(env, t, &s->opts);
    if (s->flags & (RS_SYN | RS_RST)) return;
    s->opts.sack_count = sack_blocks(env, t, s->opts.sack);
    if (s->text.len + sack_bytes(s->opts.sack_count) > t->snd.mss) s->opts.sack_count = 0; /* see fit() in resend.c */
    rs_accurate_option(env, t, &s->opts);
    if (s->opts.has_accecn && s->text.len + rs_build_option_bytes(env, t) > t->snd.mss) s->opts.has_accecn = false;
    if (s->opts.sack_count) rs_rcvq_dup_reported(&t->rcvq);
}

static void fast_open(const rs_syn_extra *x, rs_opts *o)
{
    o->has_fo = x->has_fo;
    o->fo_exp = x->fo_exp;
    o->fo_len = x->fo_len;
    memcpy(o->fo, x->fo, sizeof o->fo);
}

static uint16_t window_field(rs_tcb *t, uint16_t flags)
{
    if (flags & RS_SYN) return rs_rcvwnd_offer_syn(&t->wnd, t->rcvq.nxt);
    if (t->state == RS_SYN_RECEIVED && t->wnd.linux_form && t->passive && !t->fo.child)
        return (uint16_t)(t->wnd.wnd >> t->wnd.wscale); /* what the SYN-ACK has offered, rounded down */
    if (t->rcv.no_room) {
        t->rcv.no_room = false;
        rs_rcvwnd_shut(&t->wnd, t->rcvq.nxt);
        return 0;
    }
    rs_rcvwnd_now now = rs_rcvbuf_now(t);
    if (rs_rcvwnd_is_tight(&t->wnd, now.held)) rs_delack_no_haste(&t->delack);
    return rs_rcvwnd_offer(&t->wnd, &now);
}

/* SND.UP as an offset from this segment; one that does not fit is told as the largest there is (RFC 6093 section 3). */
static void urgent(const rs_tcb *t, rs_seg *s)
{
    if (!t->snd.urg || !rs_seq_after(t->snd.up, s->seq)) return;
    uint32_t ahead = rs_seq_dist(s->seq, t->snd.up);
    s->up = ahead > UINT16_MAX ? UINT16_MAX : (uint16_t)ahead;
    s->flags |= RS_URG;
}

/* The ECN bits of both headers. Retransmissions, probes and empty segments are not ECT (RFC 3168 6.1.4 to 6.1.6). */
static void congestion_marks(rs_env *env, rs_tcb *t, const rs_build *b, rs_seg *s)
{
    if (rs_accurate_mark(env, t, b, s)) return;
    bool always = rs_cc_algo_of(&t->cc)->wants_marks;
    if (b->flags & RS_SYN) {
        if (always && (t->ecn.on || t->ecn.asked)) s->tos |= RS_ECT0;
        if (b->flags & RS_ACK) s->flags |= t->ecn.on ? RS_ECE : 0;
        else s->flags |= rs_ecn_syn_flags(&t->ecn, !b->fresh, env->cfg->knobs.ecn_fallback);
        return;
    }
    rs_ecn_mark m = rs_ecn_send(&t->ecn, &(rs_ecn_out){.new_text = b->fresh && b->text_len, .always_ect = always});
    s->flags |= m.flags;
    s->tos |= m.ip_ecn;
}

static uint8_t default_ttl(const rs_env *env)
{
    const rs_knobs *k = &env->cfg->knobs;
    return (uint8_t)(k->route.hoplimit ? k->route.hoplimit : k->default_ttl);
}

static rs_outseg *begin(rs_env *env, const rs_tcb *t, uint32_t conn)
{
    if (env->out->refused) {
        rs_drop(env, conn, NULL, RS_WHY_DEVICE_FULL);
        return NULL;
    }
    rs_outseg *o = rs_outbox_append(env->out);
    if (!o) {
        rs_drop(env, conn, NULL, RS_WHY_OUTBOX_FULL);
        return NULL;
    }
    o->conn = conn;
    o->seg.ttl = t && t->opts.ttl ? t->opts.ttl : default_ttl(env);
    o->seg.tos = t ? t->opts.tos : 0;
    return o;
}

/* As TCP_INFO of Linux counts: from the connection on, and also what the own device refuses. */
static void count(const rs_env *env, rs_tcb *t, const rs_build *b)
{
    if (!t->passive || !(b->flags & RS_SYN)) t->stat.segs_out++;
    if (!b->text_len) return;
    t->stat.data_segs_out++;
    t->stat.bytes_sent += b->text_len;
    t->stat.data_sent = env->now;
}

void rs_build_segment(rs_env *env, rs_tcb *t, const rs_build *b)
{
    rs_outseg *o = begin(env, t, t->self);
    if (o || env->out->refused) count(env, t, b);
    if (!o) return;
    rs_seg *s = &o->seg;
    s->src = t->local;
    s->dst = t->remote;
    s->seq = b->seq;
    o->text_seq = rs_seq_add(b->seq, (b->flags & RS_SYN) != 0);
    s->flags = b->flags;
    s->text.len = b->text_len;
    rs_signing_ask(env, t, o);
    options(env, t, s);
    congestion_marks(env, t, b, s);
    if (b->extra) fast_open(b->extra, &s->opts);
    s->wnd = window_field(t, b->flags);
    if (b->flags & RS_ACK) {
        s->ack = t->rcv.acked = t->rcvq.nxt;
        if (!(b->flags & RS_SYN)) rs_delack_on_ack_sent(&t->delack);
        t->rcv.ack_now = false;
    }
    if (!(b->flags & (RS_SYN | RS_RST))) urgent(t, s);
    if (!b->text_len) return;
    rs_tell_sent(env, t, &(rs_tell_text){b->seq, b->text_len});
    rs_delack_on_data_sent(&t->delack, env->now);
}

/* The number of a segment that carries nothing. A distance that the scale of our windows hides is none for Linux. */
static rs_seq empty_seq(const rs_env *env, const rs_tcb *t)
{
    rs_seq edge = rs_tcb_send_edge(t), nxt = t->sndq.nxt;
    if (!env->cfg->quirks.ack_seq_in_window || !t->was_open || !rs_seq_before(edge, nxt)) return nxt;
    bool hidden = t->wscale_on && rs_seq_dist(edge, nxt) < 1u << t->wnd.wscale;
    return hidden ? nxt : edge;
}

/* Before our SYN has left (it waits for memory) there is no sequence number that the peer could know. */
void rs_send_ack(rs_env *env, rs_tcb *t)
{
    if (t->sndq.syn_unsent) return;
    rs_build_segment(env, t, &(rs_build){.seq = empty_seq(env, t), .flags = RS_ACK});
}

void rs_send_syn(rs_env *env, rs_tcb *t)
{
    rs_build_segment(env, t, &(rs_build){.seq = t->snd.iss, .flags = rs_row(t->state)->flags});
}

void rs_send_reset(rs_env *env, rs_tcb *t)
{
    if (t->sndq.syn_unsent) return;
    uint16_t flags = env->cfg->quirks.rst_with_ack ? RS_RST | RS_ACK : RS_RST;
    rs_build_segment(env, t, &(rs_build){.seq = empty_seq(env, t), .flags = flags});
}

void rs_send_probe_before_una(rs_env *env, rs_tcb *t)
{
    rs_build_segment(env, t, &(rs_build){.seq = rs_seq_sub(t->sndq.una, 1), .flags = RS_ACK});
}

void rs_send_reset_for(rs_env *env, const rs_seg *seg, const rs_signer *by)
{
    if (seg->flags & RS_RST) return;
    rs_outseg *o = begin(env, NULL, RS_NO_CONN);
    if (!o) return;
    o->seg.src = seg->dst;
    o->seg.dst = seg->src;
    if (seg->flags & RS_ACK) {
        o->seg.flags = RS_RST;
        o->seg.seq = seg->ack;
    } else {
        o->seg.flags = RS_RST | RS_ACK;
        o->seg.ack = rs_seg_end(seg);
    }
    rs_signing_ask_reset(env, by, seg, o);
}
