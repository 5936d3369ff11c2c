/* see rcvbuf.h */
#include "rcvbuf.h"

#include "../base/time.h"

enum { IP4_HEADER = 20, IP6_HEADER = 40, TCP_HEADER = 20, FIRST_FLIGHT_SEGS = 10 };

static uint32_t packet_len(const rs_tcb *t, const rs_seg *s)
{
    uint32_t ip = t->family == RS_IPV6 ? IP6_HEADER : IP4_HEADER;
    return ip + TCP_HEADER + s->opts.wire_len + (uint32_t)s->text.len;
}

static uint32_t in_use(const rs_tcb *t)
{
    return t->wnd.linux_form ? t->rmem.used : rs_rcvq_held(&t->rcvq);
}

rs_rcvwnd_now rs_rcvbuf_now(const rs_tcb *t)
{
    uint32_t mss = t->rcv.mss ? t->rcv.mss : t->rcv.adv_mss; /* text may come before the connection is open */
    return (rs_rcvwnd_now){.nxt = t->rcvq.nxt, .held = in_use(t), .mss = mss};
}

void rs_rcvbuf_open(const rs_env *env, rs_tcb *t)
{
    uint32_t mss = t->rcv.adv_mss - (t->ts.on ? RS_TSTAMP_OPTION_BYTES : 0u);
    rs_rcvwnd_established(&t->wnd, &(rs_rcvwnd_open){(uint16_t)mss, env->cfg->knobs.app_win});
    uint32_t space = FIRST_FLIGHT_SEGS * mss;
    if (t->wnd.ssthresh < space) space = t->wnd.ssthresh;
    if (t->wnd.wnd < space) space = t->wnd.wnd;
    rs_drs_open(&t->drs, &(rs_drs_start){env->now, t->rcvq.read, space});
}

static bool may_grow(const rs_env *env, const rs_tcb *t)
{
    return t->wnd.linux_form && !t->opts.rcvbuf_locked && (int64_t)t->wnd.buf < env->cfg->knobs.rmem[2];
}

static void set_size(rs_tcb *t, uint32_t buf)
{
    t->opts.rcvbuf = buf;
    t->wnd.buf = buf;
}

/* What is in use is counted, not what comes: one packet may lie beyond the buffer. */
static bool fits(const rs_tcb *t)
{
    return t->rmem.used <= t->wnd.buf;
}

/* Is there something to gain? Not where segments take what their share allows them; the one that comes stands for all.
 */
static bool wasteful(const rs_tcb *t, const rs_seg *s)
{
    return (uint64_t)rs_rmem_of_packet(packet_len(t, s)) * t->wnd.share256 >> 8 > s->text.len;
}

/* The buffer is full: it may grow to what is in use, and text is copied together. The last resort is to throw away what
 * lies beyond gaps (RFC 2018 8). */
static bool make_room(rs_env *env, rs_tcb *t, const rs_seg *s)
{
    int64_t most = env->cfg->knobs.rmem[2];
    if (may_grow(env, t) && t->rmem.used > t->wnd.buf) set_size(t, t->rmem.used < most ? t->rmem.used : (uint32_t)most);
    if (t->rmem.used > t->wnd.buf) rs_rcvwnd_slow_down(&t->wnd, 2 * (uint32_t)t->rcv.adv_mss);
    if (fits(t)) return true;
    if (wasteful(t, s)) rs_rmem_collapse(&t->rmem, rs_rcvq_held(&t->rcvq));
    if (fits(t) || !t->rcvq.ooo_bytes) return fits(t);
    rs_rmem_read(&t->rmem, &(rs_rmem_part){t->rcvq.ooo_bytes, rs_rcvq_held(&t->rcvq)});
    rs_rcvq_drop_islands(env->blocks, env->records, &t->rcvq);
    return fits(t);
}

bool rs_rcvbuf_admits(rs_env *env, rs_tcb *t, const rs_seg *s, rs_seq text_at)
{
    uint32_t len = (uint32_t)s->text.len;
    bool ahead = rs_seq_after(text_at, t->rcvq.nxt);
    if (!t->wnd.linux_form || !len || fits(t) || make_room(env, t, s)) return true;
    if (ahead) return false;
    t->rcv.ack_now = true;
    if (rs_rcvq_ready(&t->rcvq) == 0) return true; /* or nothing would ever move */
    t->rcv.no_room = true;
    return false;
}

void rs_rcvbuf_hear_echo(const rs_env *env, rs_tcb *t, const rs_seg *s)
{
    rs_dur rtt = {0};
    if (!t->wnd.linux_form || !t->ts.on || !s->opts.has_ts || s->opts.ts_ecr == t->drs.last_echo) return;
    bool full = s->text.len >= t->rcv.mss && rs_tstamp_rtt(&t->ts, &(rs_echo_in){env->now, s->opts.ts_ecr}, &rtt);
    rs_drs_on_echo(&t->drs, &(rs_drs_echo){s->opts.ts_ecr, full ? rtt : (rs_dur){0}, rs_rcvq_ready(&t->rcvq) > 0});
}

void rs_rcvbuf_new_mss(rs_tcb *t, const rs_seg *s)
{
    uint32_t cost = rs_rmem_of_packet(packet_len(t, s));
    if (!rs_rcvwnd_learn_share(&t->wnd, (uint32_t)s->text.len, cost)) return;
    if (t->wnd.clamp < t->drs.space) t->drs.space = t->wnd.clamp;
}

/* How far beyond RCV.NXT text has come. */
static uint32_t beyond_gap(const rs_env *env, const rs_tcb *t)
{
    return rs_seq_dist(t->rcvq.nxt, rs_rcvq_last_edge(env->records, &t->rcvq));
}

static void autosize(const rs_env *env, rs_tcb *t, uint32_t taken)
{
    rs_drs_need need = {taken, t->drs.space, beyond_gap(env, t)};
    t->drs.space = taken;
    if (!env->cfg->knobs.moderate_rcvbuf || !may_grow(env, t)) return;
    uint64_t buf = rs_rcvwnd_buf_for(&t->wnd, rs_drs_window(&need));
    if (buf > (uint64_t)env->cfg->knobs.rmem[2]) buf = (uint64_t)env->cfg->knobs.rmem[2];
    if (buf <= t->wnd.buf) return;
    t->opts.rcvbuf = (uint32_t)buf;
    rs_rcvwnd_autosize(&t->wnd, (uint32_t)buf);
}

bool rs_rcvbuf_took(rs_env *env, rs_tcb *t, const rs_seg *s, const rs_rcvq_took *took)
{
    uint32_t len = (uint32_t)s->text.len, size = packet_len(t, s);
    bool kept = took->new_bytes || took->ooo_bytes;
    if (took->dropped_bytes)
        rs_rmem_read(&t->rmem, &(rs_rmem_part){took->dropped_bytes, rs_rcvq_held(&t->rcvq) + took->dropped_bytes});
    if (!t->wnd.linux_form || !len || !kept) return false;
    rs_rmem_take(&t->rmem, &(rs_rmem_text){size, len, !took->beyond_gap});
    if (took->new_bytes) rs_drs_on_text(&t->drs, &(rs_drs_text){env->now, t->rcvq.nxt, t->wnd.wnd});
    bool grew = (took->new_bytes || t->sack_on) &&
                rs_rcvwnd_grow(&t->wnd, &(rs_rcvwnd_seg){.len = len,
                                                         .cost = rs_rmem_of_packet(size),
                                                         .adv_mss = t->rcv.adv_mss,
                                                         .mss = t->rcv.mss,
                                                         .held = t->rmem.used,
                                                         .largest_buf = (uint32_t)env->cfg->knobs.rmem[2]});
    if (took->beyond_gap && t->user && t->listener == RS_NIL) autosize(env, t, t->drs.space);
    return grew;
}

void rs_rcvbuf_read(rs_env *env, rs_tcb *t, uint32_t n)
{
    uint32_t held = rs_rcvq_held(&t->rcvq) + n, first = n < t->rcv.mss ? n : t->rcv.mss, taken;
    if (!t->wnd.linux_form || !n) return;
    rs_rmem_read(&t->rmem, &(rs_rmem_part){n, held});
    if (!t->was_open) return; /* the estimate begins with the connection */
    /* Linux looks each time it has copied a packet: once per round trip the first look decides. */
    rs_seq read = rs_seq_sub(t->rcvq.read, n - first);
    if (rs_drs_on_read(&t->drs, &(rs_drs_read){env->now, read, t->rcvq.nxt}, &taken)) autosize(env, t, taken);
}

void rs_rcvbuf_low_water(const rs_env *env, rs_tcb *t)
{
    uint32_t low = t->opts.rcvlowat;
    if (!t->wnd.linux_form || t->opts.rcvbuf_locked || !low) return;
    uint64_t buf = rs_rcvwnd_buf_for(&t->wnd, low);
    if (buf <= t->wnd.buf || buf > (uint64_t)env->cfg->knobs.rmem[2]) return;
    set_size(t, (uint32_t)buf);
    if (t->wnd.clamp < low) t->wnd.clamp = low;
}
