/* ref_info.c — TCP_INFO of the reference stack: the names scripts use, filled from the probe. */
#include <string.h>

#include "info.h"
#include "ref.h"

/* Linux state numbers (include/net/tcp_states.h of the kernel's user interface: TCP_ESTABLISHED is 1, ...). */
static const uint8_t linux_state[RS_STATES] = {
    [RS_CLOSED] = 7,      [RS_LISTEN] = 10,    [RS_SYN_SENT] = 2,   [RS_SYN_RECEIVED] = 3,
    [RS_ESTABLISHED] = 1, [RS_FIN_WAIT_1] = 4, [RS_FIN_WAIT_2] = 5, [RS_CLOSE_WAIT] = 8,
    [RS_CLOSING] = 11,    [RS_LAST_ACK] = 9,   [RS_TIME_WAIT] = 7, /* the descriptor has none any more */
};

enum {
    OPT_TIMESTAMPS = 1,
    OPT_SACK = 2,
    OPT_WSCALE = 4,
    OPT_ECN = 8,
    OPT_ECN_SEEN = 16,
    OPT_SYN_DATA = 32,
    OPT_FASTOPEN_CHILD = 128,
    LINUX_CLOSED = 7,
    TS_BYTES = 12
};

typedef struct {
    const char **names;
    int64_t *values;
    int cap, count;
} list;

static void put(list *l, const char *name, int64_t value)
{
    if (l->count >= l->cap) return;
    l->names[l->count] = name;
    l->values[l->count++] = value;
}

static int64_t ms(rs_dur d)
{
    return d.us / 1000;
}

static int options(const rs_probe *p)
{
    return (p->ts_on ? OPT_TIMESTAMPS : 0) | (p->sack_on ? OPT_SACK : 0) | (p->wscale_on ? OPT_WSCALE : 0) |
           (p->ecn_on ? OPT_ECN : 0) | (p->ecn_seen ? OPT_ECN_SEEN : 0) | (p->syn_data ? OPT_SYN_DATA : 0) |
           (p->passive_fastopen ? OPT_FASTOPEN_CHILD : 0);
}

static void put_state(list *l, const rs_probe *p)
{
    put(l, "state", (unsigned)p->state < RS_STATES ? linux_state[p->state] : LINUX_CLOSED);
    put(l, "ca_state", p->ca_state);
    put(l, "retransmits", p->retransmits);
    put(l, "probes", p->probes);
    put(l, "backoff", p->backoff);
    put(l, "options", options(p));
    put(l, "fastopen_client_fail", p->fo_fail);
    put(l, "snd_wscale", p->wscale_on ? p->snd_wscale : 0);
    put(l, "rcv_wscale", p->wscale_on ? p->rcv_wscale : 0);
}

/* Before the first sample Linux shows where its estimator starts: a quarter of the first timeout, and no smallest
 * time. */
static int64_t variance(const rs_probe *p)
{
    bool none = p->srtt.us == 0 && p->state != RS_CLOSED;
    return none ? (p->rto.us >> (p->backoff < 32 ? p->backoff : 0)) / 4 : p->rttvar.us;
}

static int64_t smallest_rtt(const rs_probe *p)
{
    bool none = p->srtt.us == 0 && p->state != RS_CLOSED;
    return none ? UINT32_MAX : p->min_rtt.us;
}

static void put_times(list *l, const rs_probe *p)
{
    put(l, "rto", p->rto.us);
    put(l, "ato", p->ato.us);
    put(l, "rtt", p->srtt.us);
    put(l, "rttvar", variance(p));
    put(l, "min_rtt", smallest_rtt(p));
    put(l, "last_data_sent", ms(p->since_data_sent));
    put(l, "last_ack_sent", ms(p->since_ack_sent));
    put(l, "last_data_recv", ms(p->since_data_recv));
    put(l, "last_ack_recv", ms(p->since_ack_recv));
    put(l, "busy_time", p->busy.us);
    put(l, "rwnd_limited", p->rwnd_limited.us);
    put(l, "sndbuf_limited", p->sndbuf_limited.us);
    put(l, "rcv_rtt", p->rcv_rtt.us);
    put(l, "total_rto_time", ms(p->total_rto_time));
}

static void put_window(list *l, const rs_probe *p)
{
    put(l, "snd_mss", p->snd_mss);
    put(l, "rcv_mss", p->rcv_mss);
    put(l, "advmss", p->adv_mss - (p->ts_on ? TS_BYTES : 0)); /* what is left of it for text */
    put(l, "pmtu", p->pmtu);
    put(l, "rcv_ssthresh", p->rcv_ssthresh);
    put(l, "snd_ssthresh", p->ssthresh_segs);
    put(l, "snd_cwnd", p->cwnd_segs);
    put(l, "snd_wnd", p->snd_wnd);
    put(l, "rcv_wnd", p->rcv_wnd);
    put(l, "notsent_bytes", p->notsent_bytes);
    put(l, "rcv_space", p->rcv_space);
}

static void put_loss(list *l, const rs_probe *p)
{
    put(l, "unacked", p->unacked_segs);
    put(l, "sacked", p->sacked_segs);
    put(l, "lost", p->lost_segs);
    put(l, "retrans", p->retrans_segs);
    put(l, "fackets", 0);
    put(l, "reordering", p->reordering_segs);
    put(l, "total_retrans", p->total_retrans);
    put(l, "dsack_dups", p->dsack_dups);
    put(l, "rcv_ooopack", p->rcv_ooopack);
    put(l, "reord_seen", p->reord_seen);
    put(l, "rehash", p->rehash);
    put(l, "total_rto", p->total_rto);
    put(l, "total_rto_recoveries", p->total_rto_recoveries);
}

static void put_marks(list *l, const rs_probe *p)
{
    put(l, "ecn_mode", p->ecn_mode);
    put(l, "received_ce", p->received_ce);
    put(l, "received_e1_bytes", p->received_e1_bytes);
    put(l, "received_e0_bytes", p->received_e0_bytes);
    put(l, "received_ce_bytes", p->received_ce_bytes);
    put(l, "delivered_e1_bytes", p->delivered_e1_bytes);
    put(l, "delivered_e0_bytes", p->delivered_e0_bytes);
    put(l, "delivered_ce_bytes", p->delivered_ce_bytes);
    put(l, "accecn_opt_seen", p->accecn_opt_seen);
    put(l, "accecn_fail_mode", p->accecn_fail_mode);
}

static void put_counts(list *l, const rs_probe *p)
{
    bool syn = !p->passive_open && p->state != RS_SYN_SENT && p->state != RS_SYN_RECEIVED && p->state != RS_CLOSED;
    put(l, "bytes_acked", (int64_t)p->bytes_acked + syn + p->fin_acked); /* Linux counts what the numbers count */
    put(l, "bytes_received", (int64_t)p->bytes_received + p->fin_received);
    put(l, "bytes_sent", (int64_t)p->bytes_sent);
    put(l, "bytes_retrans", (int64_t)p->bytes_retrans);
    put(l, "segs_out", p->segs_out);
    put(l, "segs_in", p->segs_in);
    put(l, "data_segs_out", p->data_segs_out);
    put(l, "data_segs_in", p->data_segs_in);
    put(l, "delivered", p->delivered);
    put(l, "delivered_ce", p->delivered_ce);
    put_marks(l, p);
    put(l, "delivery_rate_app_limited", p->app_limited);
    put(l, "pacing_rate", (int64_t)p->pacing_rate);
    put(l, "max_pacing_rate", (int64_t)p->max_pacing_rate);
    put(l, "delivery_rate", (int64_t)p->delivery_rate);
}

/* What Linux books for a segment in a queue besides its text. */
enum { SEGMENT_OVERHEAD = 832 };

static void put_memory(list *l, const rs_probe *p)
{
    int64_t unsent = p->notsent_bytes ? SEGMENT_OVERHEAD : 0, out = (int64_t)p->unacked_segs * SEGMENT_OVERHEAD;
    put(l, "SK_MEMINFO_RMEM_ALLOC", p->rcv_mem);
    put(l, "SK_MEMINFO_RCVBUF", p->rcvbuf);
    put(l, "SK_MEMINFO_WMEM_ALLOC", 0);
    put(l, "SK_MEMINFO_SNDBUF", p->sndbuf);
    put(l, "SK_MEMINFO_FWD_ALLOC", 0);
    put(l, "SK_MEMINFO_WMEM_QUEUED", p->sndq_bytes ? p->sndq_bytes + unsent + out : 0);
    put(l, "SK_MEMINFO_OPTMEM", 0);
    put(l, "SK_MEMINFO_BACKLOG", 0);
    put(l, "SK_MEMINFO_DROPS", 0);
}

static void put_all(list *l, const rs_probe *p)
{
    put_state(l, p);
    put_times(l, p);
    put_window(l, p);
    put_loss(l, p);
    put_counts(l, p);
    put_memory(l, p);
}

/* What the congestion control tells; returns how many names there are now. */
static int put_cc(cf_ref *r, int fd, const list *l)
{
    enum { LEVEL_TCP = 6, CC_BYTES = 20 };
    uint8_t bytes[CC_BYTES];
    uint32_t len = sizeof bytes;
    cf_info_list more = {l->names, l->values, l->cap, l->count};
    if (rs_getsockopt(r->st, r->now, fd, LEVEL_TCP, CF_INFO_CC_OPTION, bytes, &len).value >= 0)
        cf_info_read_cc(&more, bytes, len);
    return more.count;
}

int cf_ref_info(cf_target *t, int fd, const char **names, int64_t *values, int cap)
{
    cf_ref *r = cf_ref_of(t);
    list l = {names, values, cap, 0};
    rs_probe p = {.state = RS_CLOSED};
    if (rs_fcntl(r->st, r->now, fd, RS_F_GETFD, 0).value < 0) return -1;
    if (!rs_probe_fd(r->st, r->now, fd, &p)) p = (rs_probe){.state = RS_CLOSED};
    put_all(&l, &p);
    return put_cc(r, fd, &l);
}

int cf_ref_inner(cf_target *t, uint16_t local_port, uint16_t remote_port, const char **names, int64_t *values, int cap)
{
    cf_ref *r = cf_ref_of(t);
    list l = {names, values, cap, 0};
    static const rs_probe nobody;
    rs_probe found = nobody, next, *p = &found;
    uint32_t iter = 0, conns = 0, half_open = 0, waiting = 0;
    while (rs_probe_next(r->st, r->now, &iter, &next)) {
        conns += !next.listens;
        half_open += next.listens ? next.syn_queue_len : 0;
        waiting += next.listens ? next.accept_queue_len : 0;
        if (!next.listens && next.local.port == local_port && next.remote.port == remote_port) found = next;
    }
    put(&l, "refstack_conns", conns);
    put(&l, "refstack_half_open", half_open);
    put(&l, "refstack_waiting", waiting);
#define N(name, value) put(&l, "refstack_" #name, (int64_t)(value));
#include "inner.def"
#undef N
    return l.count;
}

static cf_addr shown(const rs_addr *a)
{
    cf_addr out = {.family = a->family};
    memcpy(out.b, a->bytes, sizeof out.b);
    return out;
}

bool cf_ref_socket_view(cf_target *t, uint32_t *iter, cf_socket_view *out)
{
    static const char *const timers[] = {NULL, "on", "keepalive", "timewait", "persist"};
    cf_ref *r = cf_ref_of(t);
    rs_probe p;
    *out = (cf_socket_view){0};
    if (!rs_probe_next(r->st, r->now, iter, &p)) return false;
    bool keeps = p.timer == RS_SHOW_KEEPALIVE || p.timer == RS_SHOW_PERSIST;
    out->state = rs_state_name(p.state);
    out->local = shown(&p.local.addr);
    out->remote = shown(&p.remote.addr);
    out->local_port = p.local.port;
    out->remote_port = p.remote.port;
    out->recv_q = p.listens ? p.accept_queue_len : p.rcvq_bytes;
    out->send_q = p.listens ? p.backlog : p.sndq_bytes;
    out->timer = timers[p.timer];
    if (out->timer) out->timer_us = p.timer_at.us - r->now.us;
    out->timer_tries = keeps ? p.probes : p.retransmits;
    list l = {out->name, out->value, CF_INFO_MAX, 0};
    if (!p.listens && p.state != RS_TIME_WAIT) put_all(&l, &p);
    out->names = l.count;
    return true;
}
