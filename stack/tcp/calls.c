/* The user's calls (RFC 9293 3.10.1 to 3.10.6): OPEN SEND RECEIVE CLOSE ABORT, and what sockets add to them. */
#include "../base/check.h"
#include "../base/time.h"
#include "accept.h"
#include "accurate.h"
#include "build.h"
#include "congestion.h"
#include "cookies.h"
#include "end.h"
#include "fastopen.h"
#include "handshake.h"
#include "keep.h"
#include "output.h"
#include "rcvbuf.h"
#include "reason.h"
#include "signing.h"
#include "state.h"
#include "take_ack.h"
#include "tcp.h"
#include "tell.h"

/* --- OPEN -------------------------------------------------------------------------------------------------------- */

void rs_tcp_open_active(rs_env *env, rs_tcb *t, const rs_tcp_open *o)
{
    rs_tcb_init(env, t, o);
    bool signs = rs_signing_begin(env, t, NULL);
    rs_check(signs); /* a ring in which tuples or settings were made is its socket's own, and needs no memory */
    t->user = true;
    bool wants = rs_ecn_may_ask(env->cfg->knobs.ecn) || env->cfg->knobs.route.ecn || rs_cc_algo_of(&t->cc)->wants_marks;
    if (!rs_accurate_ask(env, t) && wants) rs_ecn_ask(&t->ecn);
    t->fo.held = o->hold;
    rs_tcb_move(env, t, RS_ON_OPEN_ACTIVE);
    rs_output(env, t);
}

/* said: what a SYN says of signatures, or the ACK that proves one. */
static void begin_passive(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *syn, const rs_opts *said)
{
    rs_tcb_init(env, t, o);
    t->passive = true;
    bool signs = rs_signing_begin(env, t, said);
    rs_check(signs); /* the listener has looked for memory */
    rs_handshake_take_syn(env, t, syn);
    rs_take_window(env, t, syn);
    rs_tcb_move(env, t, RS_ON_OPEN_PASSIVE);
}

void rs_tcp_open_passive(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *syn)
{
    begin_passive(env, t, o, syn, &syn->opts);
    if (t->opts.save_syn) rs_synsave_keep(env->blocks, &t->saved_syn, rs_seg_headers(syn));
    rs_fo_answer fast = rs_fo_judge_syn(env, rs_listener_of(env, t), syn);
    if (fast.take) rs_fo_take_syn(env, t, syn);
    else rs_accept_embryo(env, t);
    rs_output_syn(env, t, &fast.extra);
}

void rs_tcp_answer_with_cookie(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *syn)
{
    rs_tcp_open cookie = *o;
    cookie.iss = rs_cookies_isn(env, rs_pool_at(env->listeners, o->listener), syn);
    begin_passive(env, t, &cookie, syn, &syn->opts);
    rs_accept_embryo(env, t);
    rs_cookies_limit(env, t);
    rs_output_syn(env, t, &(rs_syn_extra){0});
    rs_end(env, t, RS_ON_LISTEN_AGAIN, 0);
}

void rs_tcp_open_proven(rs_env *env, rs_tcb *t, const rs_tcp_open *o, const rs_seg *ack)
{
    rs_tcp_open known = *o;
    rs_seg syn;
    bool proven = rs_cookies_proves(env, rs_pool_at(env->listeners, o->listener), ack, &syn);
    rs_check(proven);
    known.iss = rs_seq_sub(ack->ack, 1);
    begin_passive(env, t, &known, &syn, &ack->opts);
    rs_rcvwnd_set_first(&t->wnd, syn.opts.mss); /* what our SYN-ACK offered is forgotten: whole segments of that size */
    rs_rcvwnd_anchor(&t->wnd, t->rcvq.nxt);
    rs_accept_embryo(env, t);
    t->proven = true;
    rs_output_syn(env, t, &(rs_syn_extra){.silent = true});
}

/* --- SEND -------------------------------------------------------------------------------------------------------- */

static uint32_t append(rs_env *env, rs_tcb *t, const uint8_t *data, size_t len, uint32_t limit)
{
    uint32_t n = len > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)len;
    return rs_sndq_append(env->blocks, &t->sndq, &(rs_sndq_write){data, n, limit});
}

/* Linux asks for room when it begins another chunk: fewer bytes held than the buffer has, fewer unsent than the
 * mark. */
static bool chunk_allowed(const rs_env *env, const rs_tcb *t)
{
    int64_t mark = t->opts.notsent_lowat ? t->opts.notsent_lowat : env->cfg->knobs.notsent_lowat;
    if (mark > 0 && (int64_t)rs_sndq_unsent(&t->sndq) >= mark) return false;
    return rs_output_held(env, t) < t->opts.sndbuf;
}

/* How much may join the last chunk. The head chunk can be filled up again after a part of it was sent. */
static uint32_t room_in_tail(rs_tcb *t, uint32_t goal)
{
    rs_seq end = t->sndq.end;
    if (!rs_sndq_has_unsent(&t->sndq) || rs_seq_before_eq(end, t->snd.chunk_end)) {
        t->snd.chunk_end = rs_seq_add(t->sndq.nxt, goal);
        return rs_sndq_has_unsent(&t->sndq) && rs_seq_before(end, t->snd.chunk_end) ? rs_seq_dist(end, t->snd.chunk_end)
                                                                                    : 0;
    }
    uint32_t beyond = rs_seq_dist(t->snd.chunk_end, end) % goal;
    return beyond ? goal - beyond : 0;
}

/* Where the last chunk of unsent text begins. */
static rs_seq tail_chunk(const rs_env *env, const rs_tcb *t)
{
    rs_seq nxt = t->sndq.nxt, end = t->sndq.end, at = nxt;
    if (rs_sndq_unsent(&t->sndq) == 0) return end;
    if (rs_seq_after(t->snd.chunk_end, nxt) && rs_seq_before(t->snd.chunk_end, end)) {
        uint32_t goal = rs_output_chunk_goal(env, t), beyond = rs_seq_dist(t->snd.chunk_end, rs_seq_sub(end, 1));
        at = rs_seq_add(t->snd.chunk_end, beyond / goal * goal);
    }
    return rs_seq_max(at, rs_sndq_last_boundary(env->records, &t->sndq));
}

static void push(rs_tcb *t)
{
    rs_sndq_mark_push(&t->sndq);
    t->snd.pushed = t->sndq.end;
}

/* Has more been written since the last push than the peer may be able to keep without handing it on? */
static bool push_overdue(const rs_env *env, const rs_tcb *t)
{
    return env->cfg->quirks.psh_per_half_window &&
           rs_seq_after(t->sndq.end, rs_seq_add(t->snd.pushed, t->snd.max_wnd / 2));
}

/* A chunk is full and more will follow: all that may go does when a push was due, else one burst of the first chunk. */
static void send_some(rs_env *env, rs_tcb *t)
{
    bool due = push_overdue(env, t);
    if (!due && rs_seq_after(t->sndq.end, t->snd.chunk_end)) return;
    if (due) {
        push(t);
        rs_sndq_keep_push(&t->sndq);
    }
    t->snd.more = true;
    t->snd.one_burst = !due;
    rs_output(env, t);
    t->snd.one_burst = false;
}

static size_t send_by_chunk(rs_env *env, rs_tcb *t, const rs_tcp_write *w)
{
    size_t done = 0;
    while (done < w->len) {
        uint32_t goal = rs_output_chunk_goal(env, t), room = room_in_tail(t, goal);
        if (!room && !chunk_allowed(env, t)) break;
        rs_seq before = t->sndq.end;
        bool joins = room > 0;
        if (!room) room = goal;
        size_t want = w->len - done < room ? w->len - done : room;
        uint32_t took = append(env, t, w->data + done, want, UINT32_MAX);
        if (joins) rs_sndq_widen_push(&t->sndq, before);
        done += took;
        if (took < want) break;
        if (done < w->len && t->was_open) send_some(env, t);
    }
    return done;
}

static void mark(rs_env *env, rs_tcb *t, const rs_tcp_write *w)
{
    if (!w->more || push_overdue(env, t)) push(t);
    if ((w->eor || w->boundary) && !rs_sndq_mark_eor(env->records, &t->sndq))
        rs_drop(env, t->self, NULL, RS_WHY_EOR_NO_MEMORY);
    if (!w->oob) return;
    t->snd.urg = true;
    t->snd.up = t->sndq.end;
}

size_t rs_tcp_send(rs_env *env, rs_tcb *t, const rs_tcp_write *w)
{
    rs_congestion_before_write(t);
    rs_check(rs_tcb_may_send(t));
    rs_output_after_idle(env, t);
    rs_tell_place place = {.tail_before = tail_chunk(env, t)};
    size_t done = env->cfg->quirks.sndbuf_by_chunk ? send_by_chunk(env, t, w)
                                                   : append(env, t, w->data, w->len, rs_tcb_send_limit(t));
    t->snd.nospace |= done < w->len; /* until there is room: whoever found none before is still to be told */
    if (done == w->len && done) mark(env, t, w);
    else push(t);
    t->snd.more = w->more && done == w->len;
    place.tail_now = tail_chunk(env, t);
    if (done && (w->zerocopy || (w->stamps && (done == w->len || !w->waits)))) rs_tell_wrote(env, t, w, &place);
    rs_output(env, t);
    t->snd.more = false;
    return done;
}

rs_sum rs_tcp_copy_text(const rs_env *env, rs_tcb *t, rs_seq seq, uint8_t *to, uint32_t len)
{
    return rs_sndq_copy(env->blocks, &t->sndq, &(rs_sndq_span){seq, len, to});
}

/* --- RECEIVE ----------------------------------------------------------------------------------------------------- */

/* A read from `from` on stops in front of the urgent byte. */
static uint32_t until_urgent_byte(const rs_tcb *t, rs_seq from, uint32_t len)
{
    if (!t->rcv.urg || !rs_seq_before(from, rs_seq_sub(t->rcv.up, 1))) return len;
    uint32_t ahead = rs_seq_dist(from, rs_seq_sub(t->rcv.up, 1));
    return len < ahead ? len : ahead;
}

static uint32_t peek(rs_env *env, rs_tcb *t, uint8_t *buf, uint32_t len, uint32_t at)
{
    return rs_rcvq_peek(env->blocks, &t->rcvq, &(rs_chain_span){.to = buf, .at = at, .len = len});
}

/* The user has made room: does the peer have to know? (3.8.6.2.2, MUST-39) Or is it time for the ACK that is owed? */
static void window_update(rs_env *env, rs_tcb *t)
{
    rs_delack_read read = {rs_seq_dist(t->rcv.acked, t->rcvq.nxt), t->rcv.mss, rs_rcvq_ready(&t->rcvq) == 0};
    rs_rcvwnd_now now = rs_rcvbuf_now(t);
    bool due = rs_row(t->state)->takes_text && rs_rcvwnd_update_due(&t->wnd, &now);
    if (due || (t->state != RS_CLOSED && rs_delack_on_read(&t->delack, &read))) rs_send_ack(env, t);
}

size_t rs_tcp_receive(rs_env *env, rs_tcb *t, uint8_t *buf, size_t len, bool look)
{
    uint32_t want = len > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)len;
    bool skip = rs_tcb_urgent_byte_first(t) && rs_rcvq_ready(&t->rcvq) > 0;
    if (skip && look) return peek(env, t, buf, want, 1);
    if (skip) rs_rcvbuf_read(env, t, rs_rcvq_read(env->blocks, &t->rcvq, NULL, 1));
    want = until_urgent_byte(t, t->rcvq.read, want);
    if (look) return peek(env, t, buf, want, 0);
    uint32_t n = rs_rcvq_read(env->blocks, &t->rcvq, buf, want);
    if (t->rcv.urg && !rs_seq_before(t->rcvq.read, t->rcv.up)) t->rcv.urg = false;
    rs_rcvbuf_read(env, t, n);
    if (n) window_update(env, t);
    return n;
}

/* The urgent byte is left out here as it is from a read. */
size_t rs_tcp_peek(rs_env *env, rs_tcb *t, const rs_tcp_look *look)
{
    uint32_t len = look->len > UINT32_MAX / 4 ? UINT32_MAX / 4 : (uint32_t)look->len;
    rs_seq from = rs_seq_add(t->rcvq.read, look->at);
    bool skip = t->rcv.urg && !t->opts.oob_inline && rs_seq_eq(from, rs_seq_sub(t->rcv.up, 1));
    return peek(env, t, look->buf, until_urgent_byte(t, from, len), look->at + skip);
}

int rs_tcp_receive_oob(rs_env *env, rs_tcb *t, uint8_t *byte, bool look)
{
    if (!t->rcv.urg || t->rcv.oob_read || t->opts.oob_inline) return -1;
    rs_seq at = rs_seq_sub(t->rcv.up, 1);
    if (rs_seq_before(at, t->rcvq.read)) return -1;
    if (peek(env, t, byte, 1, rs_seq_dist(t->rcvq.read, at)) != 1) return 0;
    if (!look) t->rcv.oob_read = true;
    return 1;
}

/* --- CLOSE, ABORT ------------------------------------------------------------------------------------------------ */

static void abort_connection(rs_env *env, rs_tcb *t, bool tell)
{
    bool unknown = t->state == RS_SYN_RECEIVED && t->passive && !t->user;
    if (t->state == RS_CLOSED) {
        t->user = false;
        return;
    }
    if (tell && !unknown) rs_send_reset(env, t);
    if (!unknown) t->user = t->state == RS_SYN_RECEIVED && t->user;
    rs_end(env, t, unknown ? RS_ON_LISTEN_AGAIN : RS_ON_ABORT, 0);
    t->user = false;
}

void rs_tcp_abort(rs_env *env, rs_tcb *t)
{
    abort_connection(env, t, rs_row(t->state)->abort_resets);
}

/* Orphans cost memory that a peer can hold at no cost of its own: beyond a number they are reset (Linux). */
static bool is_too_many(const rs_env *env, const rs_tcb *t)
{
    bool lives = t->state != RS_CLOSED && t->state != RS_TIME_WAIT;
    return lives && env->host->orphans > (uint32_t)env->cfg->knobs.max_orphans;
}

void rs_tcp_close(rs_env *env, rs_tcb *t)
{
    const rs_state_row *row = rs_row(t->state);
    bool open = row->synchronized || t->fo.child;
    bool unread = rs_rcvq_ready(&t->rcvq) > 0 && open && t->state != RS_TIME_WAIT;
    if (unread) { /* it is lost, and the peer has to know, whatever the state (SHLD-3; RFC 2525 2.17) */
        abort_connection(env, t, true);
        return;
    }
    if (t->state == RS_CLOSED || t->state == RS_SYN_SENT || (t->opts.linger_on && t->opts.linger_secs == 0)) {
        rs_tcp_abort(env, t);
        return;
    }
    rs_tcb_orphan(env, t);
    if (row->user_may_send && !t->close_waits) rs_end_sending(env, t);
    else rs_end_arm_fin_wait_2(env, t);
    if (is_too_many(env, t)) abort_connection(env, t, true);
}

void rs_tcp_shutdown_send(rs_env *env, rs_tcb *t)
{
    if (!rs_tcb_may_send(t)) return;
    if (t->state == RS_SYN_SENT) rs_end(env, t, RS_ON_ABORT, 0);
    else rs_end_sending(env, t);
}

void rs_tcp_shutdown_receive(rs_env *env, rs_tcb *t)
{
    t->rcv.shut = true;
    if (!env->cfg->quirks.shutdown_rd_keeps_data && t->state != RS_CLOSED)
        rs_rcvbuf_read(env, t, rs_rcvq_read(env->blocks, &t->rcvq, NULL, rs_rcvq_ready(&t->rcvq)));
}

/* --- options ----------------------------------------------------------------------------------------------------- */

static void quickack_changed(rs_env *env, rs_tcb *t)
{
    bool on = t->opts.quickack_on, off = t->opts.quickack_off;
    t->opts.quickack_on = t->opts.quickack_off = false;
    if ((on || off) && rs_delack_set_quick(&t->delack, on)) rs_send_ack(env, t);
}

static void sizes_changed(rs_env *env, rs_tcb *t)
{
    rs_rcvwnd_resize(&t->wnd, &(rs_rcvwnd_size){.buf = t->opts.rcvbuf, .user_clamp = t->opts.window_clamp});
    rs_tcb_set_mss(env, t);
}

static void times_changed(const rs_env *env, rs_tcb *t)
{
    rs_rto_limit(&t->rto, rs_tcb_rto_min(env->cfg, t), rs_tcb_rto_max(env->cfg, t));
    t->delack.p.max = rs_tcb_delack_max(env->cfg, t);
}

void rs_tcp_opts_changed(rs_env *env, rs_tcb *t, unsigned which)
{
    if (t->state == RS_CLOSED) return;
    if (which & RS_OPTS_SIZES) sizes_changed(env, t);
    if (which & RS_OPTS_TIMES) times_changed(env, t);
    if (which & RS_OPTS_LOW_WATER) rs_rcvbuf_low_water(env, t);
    if (t->opts.congestion) rs_cc_choose(&t->cc, t->opts.congestion - 1);
    if (which & RS_OPTS_KEEP) rs_keep_changed(env, t);
    if (which & RS_OPTS_QUICKACK) quickack_changed(env, t);
    if ((which & RS_OPTS_NAGLE) && t->opts.nodelay && t->was_open) rs_output_override(env, t);
    rs_output(env, t);
}
