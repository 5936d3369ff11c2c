/* see mtu.h */
#include "mtu.h"

#include "../base/time.h"
#include "../mech/mss.h"
#include "recovery.h"
#include "tcp.h"

enum { PROBE_CWND_LEAST = 11, ON_BLACK_HOLE = 1, FROM_THE_START = 2 };

bool rs_mtu_shrink(const rs_env *env, rs_tcb *t, uint32_t mtu)
{
    if (mtu >= t->snd.pmtu) return false;
    t->snd.pmtu = mtu;
    rs_mtup_bound(&t->mtup, mtu);
    rs_tcb_set_mss(env, t);
    return true;
}

void rs_mtu_hear(const rs_env *env, rs_tcb *t)
{
    const rs_pmtu *known = &env->host->pmtu;
    if (t->snd.path_heard == known->version || env->cfg->knobs.route.mtu_lock) return;
    t->snd.path_heard = known->version;
    rs_pmtu_found f = rs_pmtu_of(known, &t->remote.addr, env->now, t->snd.pmtu);
    t->snd.path_fragments |= f.fragments;
    rs_mtu_shrink(env, t, f.mtu);
}

/* Headers of a segment of this connection, with the options that all of them carry. */
static uint32_t headers(const rs_env *env, const rs_tcb *t)
{
    return rs_mss_ip_header((rs_family)t->family) + RS_TCP_HEADER_BYTES + rs_tcb_option_bytes(env, t);
}

/* The biggest packet that the peer and the device take. */
static uint32_t biggest(const rs_env *env, const rs_tcb *t)
{
    uint32_t peer = t->snd.peer_mss + rs_mss_ip_header((rs_family)t->family) + RS_TCP_HEADER_BYTES;
    return peer < env->cfg->mtu ? peer : env->cfg->mtu;
}

static rs_mtup_range range(const rs_env *env, const rs_tcb *t)
{
    return (rs_mtup_range){(uint32_t)env->cfg->knobs.base_mss + headers(env, t), biggest(env, t), env->now};
}

void rs_mtu_open(const rs_env *env, rs_tcb *t)
{
    rs_mtup_range r = range(env, t);
    if (env->cfg->knobs.mtu_probing != FROM_THE_START) return;
    rs_mtup_begin(&t->mtup, &r);
    if (env->cfg->quirks.base_mss_binds_late) return;
    t->mtup.binds = true;
    rs_tcb_set_mss(env, t);
}

void rs_mtu_follow_route(const rs_env *env, rs_tcb *t)
{
    const rs_route_metrics *m = &env->cfg->knobs.route;
    if (m->mtu_lock && m->mtu) t->snd.pmtu = (uint32_t)m->mtu < env->cfg->mtu ? (uint32_t)m->mtu : env->cfg->mtu;
}

/* Enough behind the probe to notice when it alone is lost (RFC 4821 7.4). */
static uint32_t needed(const rs_env *env, uint32_t len, uint32_t mss)
{
    return len + ((uint32_t)env->cfg->knobs.reordering + 1) * mss;
}

/* SACK blocks would make the probe bigger than what it asks for. */
static bool reports(const rs_tcb *t)
{
    return t->sack_on && (t->rcvq.island_count || t->rcvq.has_dup);
}

uint32_t rs_mtu_probe_len(const rs_env *env, rs_tcb *t, uint32_t mss)
{
    const rs_knobs *k = &env->cfg->knobs;
    if (!t->mtup.on || t->mtup.size || t->loss.ca_state != RS_CA_OPEN) return 0;
    if (t->cc.cwnd_segs < PROBE_CWND_LEAST || reports(t)) return 0;
    uint32_t size = rs_mtup_next(&t->mtup, (uint32_t)k->probe_threshold);
    if (!size) {
        rs_mtup_range r = range(env, t);
        rs_mtup_reopen(&t->mtup, &r, k->probe_interval);
        return 0;
    }
    if (size <= headers(env, t) + mss) return 0;
    uint32_t len = size - headers(env, t), most = needed(env, len, mss);
    rs_seq edge = rs_tcb_send_edge(t);
    if (rs_sndq_unsent(&t->sndq) < most || rs_seq_after(rs_seq_add(t->sndq.nxt, most), edge)) return 0;
    if (rs_sndq_inflight(&t->sndq) + 2 > t->cc.cwnd_segs) return 0;
    rs_sndq_chunk c = rs_sndq_next(env->records, &t->sndq, len);
    return c.len == len && !c.eor ? len : 0;
}

void rs_mtu_probe_sent(const rs_env *env, rs_tcb *t, rs_seq start, uint32_t len)
{
    rs_mtup_sent_probe(&t->mtup, &(rs_mtup_sent){len + headers(env, t), start, rs_seq_add(start, len)});
    t->cc.cwnd_segs--; /* it is worth two */
}

/* The window counts segments, and they are bigger now. */
void rs_mtu_on_ack(const rs_env *env, rs_tcb *t)
{
    uint32_t before = t->snd.mss + headers(env, t);
    if (!rs_mtup_on_ack(&t->mtup, t->sndq.una)) return;
    uint64_t segs = (uint64_t)t->cc.cwnd_segs * before / t->mtup.low;
    t->cc.cwnd_segs = segs ? (uint32_t)segs : 1;
    t->mtup.binds = true;
    rs_tcb_set_mss(env, t);
}

bool rs_mtu_on_loss(rs_env *env, rs_tcb *t)
{
    if (t->loss.ca_state >= RS_CA_CWR || !rs_mtup_on_loss(&t->mtup, t->sndq.una)) return false;
    t->cc.cwnd_segs++;
    rs_recovery_on_too_big(env, t);
    return true;
}

/* R1 has passed (RFC 9293 3.8.3): the path may have become narrower without telling. */
static bool looks_black(const rs_env *env, const rs_tcb *t)
{
    rs_dur r1 = rs_rto_text_gives_up_after(&t->rto, env->cfg->knobs.retries1);
    rs_time since = rs_sndq_rec(env->records, rs_sndq_first(&t->sndq))->first_sent;
    return t->loss.timeouts > 0 && !rs_dur_less(rs_time_diff(env->now, since), r1);
}

/* Half of what was believed in, not above the base, not below the floors. */
static uint32_t smaller(const rs_env *env, const rs_tcb *t)
{
    const rs_knobs *k = &env->cfg->knobs;
    uint32_t mss = (t->mtup.low > headers(env, t) ? t->mtup.low - headers(env, t) : 1) / 2;
    if (mss > (uint32_t)k->base_mss) mss = (uint32_t)k->base_mss;
    if (mss < (uint32_t)k->mtu_probe_floor) mss = (uint32_t)k->mtu_probe_floor;
    if (mss < (uint32_t)k->min_snd_mss) mss = (uint32_t)k->min_snd_mss;
    return mss;
}

void rs_mtu_on_timeout(const rs_env *env, rs_tcb *t)
{
    if (env->cfg->knobs.mtu_probing < ON_BLACK_HOLE || !t->was_open || !looks_black(env, t)) return;
    rs_mtup_range r = range(env, t);
    if (!t->mtup.on) rs_mtup_begin(&t->mtup, &r);
    else rs_mtup_black_hole(&t->mtup, smaller(env, t) + headers(env, t));
    t->mtup.binds = true;
    rs_tcb_set_mss(env, t);
}
