/* STATUS (RFC 9293 3.10.6): a copy of what a connection knows, for tests, fuzzers and TCP_INFO. */
#include <string.h>

#include "../base/time.h"
#include "accurate.h"
#include "recovery.h"
#include "pacing.h"
#include "rcvbuf.h"
#include "tcp.h"

static void probe_sender(const rs_tcb *t, rs_probe *p)
{
    p->iss = t->snd.iss.raw;
    p->snd_una = t->sndq.una.raw;
    p->snd_nxt = p->snd_max = t->sndq.nxt.raw;
    p->snd_wnd = t->snd.wnd;
    p->snd_wl1 = t->snd.wl1.raw;
    p->snd_wl2 = t->snd.wl2.raw;
    p->snd_up = t->snd.urg ? t->snd.up.raw : t->sndq.una.raw;
    p->max_snd_wnd = t->snd.max_wnd;
    p->snd_wscale = t->snd.wscale;
    p->snd_mss = (uint16_t)(t->snd.mss > UINT16_MAX ? UINT16_MAX : t->snd.mss);
    p->pmtu = (uint16_t)(t->snd.pmtu > UINT16_MAX ? UINT16_MAX : t->snd.pmtu);
    p->fin_sent = t->sndq.fin_sent;
    p->fin_acked = rs_tcb_fin_acked(t);
    p->sndq_bytes = rs_sndq_bytes(&t->sndq);
    p->notsent_bytes = rs_sndq_unsent(&t->sndq);
    p->sndbuf = t->opts.sndbuf;
    p->syn_data = t->fo.taken;
    p->passive_fastopen = t->fo.child;
    p->fo_fail = t->fo.fail;
}

static void probe_receiver(const rs_tcb *t, rs_probe *p)
{
    p->irs = t->rcv.irs.raw;
    p->rcv_nxt = t->rcvq.nxt.raw;
    p->rcv_wnd = rs_rcv_wnd(t);
    p->rcv_up = t->rcv.urg ? t->rcv.up.raw : t->rcvq.nxt.raw;
    p->rcv_adv = rs_rcvwnd_edge(&t->wnd).raw;
    p->rcv_wscale = t->wnd.wscale;
    p->rcv_mss = t->rcv.mss;
    p->adv_mss = t->rcv.adv_mss;
    p->fin_received = t->rcvq.fin_taken;
    p->rcvq_bytes = rs_rcvq_ready(&t->rcvq);
    p->ooo_bytes = t->rcvq.ooo_bytes;
    p->delivered_ce = t->stat.delivered_ce;
    p->pacing_rate = rs_pacing_rate(t);
    p->max_pacing_rate = rs_pacing_most(t);
    p->delivery_rate = rs_rate_bytes_per_sec(&t->rate, t->snd.mss);
    p->app_limited = t->rate.best_slow;
    p->ts_recent = rs_tstamp_ecr(&t->ts);
    p->last_ack_sent = t->rcv.acked.raw;
    p->rcv_ssthresh = t->wnd.ssthresh;
    p->rcvbuf = t->wnd.buf;
    p->rcv_mem = rs_rcvbuf_now(t).held;
    p->rcv_space = t->drs.space;
    p->rcv_rtt = RS_US(t->drs.rtt8_us / 8);
    p->ato = t->delack.ato;
}

static void probe_marks(const rs_env *env, const rs_tcb *t, rs_probe *p)
{
    const rs_accecn *a = rs_accurate(env, t);
    p->ecn_on = t->ecn.on || (a && a->on);
    p->ecn_seen = t->ecn.seen;
    p->ecn_mode = t->ecn.on ? RS_ECN_CLASSIC : t->ecn.asked && !t->was_open ? RS_ECN_PENDING : RS_ECN_OFF;
    if (!a) return;
    p->ecn_mode = a->on ? RS_ECN_ACCURATE : RS_ECN_PENDING;
    p->ecn_seen = a->cep || a->bytes[RS_ECT0 - 1] || a->bytes[RS_ECT1 - 1];
    p->received_ce = a->cep;
    p->received_e1_bytes = a->bytes[RS_ECT1 - 1];
    p->received_e0_bytes = a->bytes[RS_ECT0 - 1];
    p->received_ce_bytes = a->bytes[RS_CE - 1];
    p->delivered_e1_bytes = a->told[RS_ECT1 - 1];
    p->delivered_e0_bytes = a->told[RS_ECT0 - 1];
    p->delivered_ce_bytes = a->told[RS_CE - 1];
    p->accecn_opt_seen = a->seen;
    p->accecn_fail_mode = a->fail;
}

static void probe_recovery(const rs_tcb *t, rs_probe *p)
{
    p->cwnd_segs = t->cc.cwnd_segs;
    p->ssthresh_segs = t->cc.ssthresh_segs;
    p->unacked_segs = t->sndq.segs;
    p->sacked_segs = rs_recovery_arrived(t);
    p->lost_segs = t->sndq.lost_segs;
    p->retrans_segs = t->sndq.retrans_segs;
    p->dup_acks = t->loss.dup_acks;
    p->reordering_segs = t->loss.reorder.segs;
    p->reord_seen = t->loss.reorder.seen;
    p->ca_state = t->loss.ca_state;
    p->retransmits = t->loss.timeouts;
    p->probes = t->state == RS_CLOSED ? t->stat.last_probes
                : t->persist.active   ? t->persist.probes
                                      : t->keepalive.probes;
    p->backoff = t->persist.active ? t->persist.backoff : t->rto.backoff;
    p->srtt = rs_rto_srtt(&t->rto);
    p->rttvar = rs_rto_var(&t->rto);
    p->rto = rs_rto_timeout(&t->rto);
    p->min_rtt = t->rto.min_rtt;
}

static rs_dur chrono(const rs_env *env, const rs_tcb *t, uint8_t kind)
{
    rs_dur d = {t->stat.chrono_us[kind - 1]};
    return t->stat.chrono == kind ? rs_dur_add(d, rs_time_diff(env->now, t->stat.chrono_since)) : d;
}

static void probe_counts(const rs_env *env, const rs_tcb *t, rs_probe *p)
{
    const rs_tcb_stat *s = &t->stat;
    p->bytes_acked = s->bytes_acked;
    p->bytes_received = s->bytes_received;
    p->bytes_sent = s->bytes_sent;
    p->bytes_retrans = s->bytes_retrans;
    p->segs_in = s->segs_in;
    p->segs_out = s->segs_out;
    p->data_segs_in = s->data_segs_in;
    p->data_segs_out = s->data_segs_out;
    p->total_retrans = s->total_retrans;
    p->notes = t->notes.count;
    p->rcv_ooopack = s->ooo_segs;
    p->dsack_dups = s->dsack_dups;
    p->delivered = s->delivered;
    p->total_rto = s->rto_count;
    p->total_rto_recoveries = s->rto_series;
    p->total_rto_time = s->rto_spent;
    p->since_data_sent = rs_time_diff(env->now, s->data_sent);
    p->since_data_recv = rs_time_diff(env->now, s->data_recv);
    p->since_ack_recv = rs_time_diff(env->now, s->ack_recv);
    p->rwnd_limited = chrono(env, t, RS_CHRONO_RWND);
    p->sndbuf_limited = chrono(env, t, RS_CHRONO_SNDBUF);
    p->busy = rs_dur_add(chrono(env, t, RS_CHRONO_BUSY), rs_dur_add(p->rwnd_limited, p->sndbuf_limited));
}

/* The one that is due first, if several run. */
static void probe_timer(rs_probe *p)
{
    static const struct {
        enum rs_timer kind;
        rs_shown_timer shown;
    } rows[] = {{RS_T_RTO, RS_SHOW_RETRANSMISSION},     {RS_T_TLP, RS_SHOW_RETRANSMISSION},
                {RS_T_REORDER, RS_SHOW_RETRANSMISSION}, {RS_T_PERSIST, RS_SHOW_PERSIST},
                {RS_T_2MSL, RS_SHOW_TIME_WAIT},         {RS_T_FW2, RS_SHOW_TIME_WAIT},
                {RS_T_KEEPALIVE, RS_SHOW_KEEPALIVE}};
    p->timer = RS_SHOW_NONE;
    p->timer_at = RS_NEVER;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rs_time at = p->deadline[rows[i].kind];
        if (at.us >= p->timer_at.us) continue;
        p->timer = rows[i].shown;
        p->timer_at = at;
    }
}

void rs_tcp_probe(const rs_env *env, const rs_tcb *t, rs_probe *out)
{
    memset(out, 0, sizeof *out); /* a literal would be made on the stack, which sanitizers paint, and copied */
    out->conn = t->self;
    out->state = t->state;
    out->local = t->local;
    out->remote = t->remote;
    out->ts_on = t->ts.on;
    out->sack_on = t->sack_on;
    out->wscale_on = t->wscale_on;
    out->passive_open = t->passive;
    out->orphan = t->closed;
    out->so_error = t->so_error;
    for (unsigned i = 0; i < sizeof out->deadline / sizeof out->deadline[0]; i++)
        out->deadline[i] = i < RS_TIMERS ? rs_tcb_deadline(t, (enum rs_timer)i) : RS_NEVER;
    probe_timer(out);
    probe_sender(t, out);
    probe_receiver(t, out);
    probe_recovery(t, out);
    probe_marks(env, t, out);
    probe_counts(env, t, out);
}
