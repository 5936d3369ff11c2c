/* Segments of the outbox become IP packets in the ring (RFC 791, RFC 8200): addresses, DF, TTL, type of service. */
#include "../tcp/reason.h"
#include "../tcp/signing.h"
#include "../wire/packet.h"
#include "net.h"
#include "route.h"

typedef struct text_source {
    const rs_env *env;
    const rs_outseg *out;
} text_source;

static rs_sum copy_text(void *ctx, uint8_t *dst, size_t len)
{
    const text_source *s = ctx;
    return rs_tcp_copy_text(s->env, rs_tcbs_at(s->env->conns, s->out->conn), s->out->text_seq, dst, (uint32_t)len);
}

uint8_t *rs_net_packet_space(rs_net *n, rs_env *env, size_t len)
{
    uint8_t *at = rs_outring_space(&n->ring, len);
    if (!at) env->count->outbox_dropped++;
    return at;
}

/* Packets for ourselves never reach the device: they are tagged, and come in again when their turn has come. */
void rs_net_packet_done(rs_net *n, rs_env *env, size_t len, const rs_addr *to)
{
    rs_outring_commit(&n->ring, len, rs_route_is_local(&n->cfg, to));
    env->count->packets_out++;
}

static void tell(const rs_env *env, const rs_outseg *out, size_t len)
{
    if (!env->trace) return;
    rs_event ev = {.at = env->now,
                   .kind = RS_EV_PACKET_OUT,
                   .conn = out->conn,
                   .a = (int64_t)len,
                   .local = out->seg.src,
                   .remote = out->seg.dst};
    env->trace(env->trace_ctx, &ev);
}

/* Not so if the user wants that, where a router refused even the least size that we go down to, and where the route has
 * a fixed MTU; with IP_PMTUDISC_DO the route has no say. */
static bool may_be_fragmented(const rs_net *n, const rs_tcb *t)
{
    enum { AS_HOST = 0, WANT = 2 };
    bool asks_route = t->opts.pmtu_mode == AS_HOST || t->opts.pmtu_mode == WANT;
    return t->opts.df_off || t->snd.path_fragments || (asks_route && n->cfg.knobs.route.mtu_lock);
}

/* A datagram that may not be fragmented needs no identification (RFC 6864 4.1); others count up. */
static rs_packet_how how_to_send(rs_net *n, const rs_outseg *out)
{
    rs_packet_how how = {.df_off = out->conn != RS_NO_CONN && may_be_fragmented(n, rs_net_tcb(n, out->conn))};
    if (out->seg.src.addr.family == RS_IPV4 && how.df_off) how.ip_id = ++n->ip_id;
    return how;
}

void rs_net_send(rs_net *n, rs_env *env, rs_outseg *out)
{
    rs_seg *seg = &out->seg;
    text_source source = {env, out};
    if (seg->ttl == 0) seg->ttl = (uint8_t)env->cfg->knobs.default_ttl;
    rs_packet_how how = how_to_send(n, out);
    how.fill = copy_text;
    rs_signing_keys(env, out, &how);
    how.fill_ctx = &source;
    size_t len = rs_packet_len(seg);
    uint8_t *at = rs_net_packet_space(n, env, len);
    if (!at) {
        rs_drop(env, out->conn, seg, RS_WHY_OUTBOX_FULL);
        return;
    }
    size_t built = rs_packet_build(at, len, seg, &how);
    rs_check(built == len);
    env->count->segs_out++;
    if (seg->flags & RS_RST) env->count->rsts_out++;
    rs_net_packet_done(n, env, len, &seg->dst.addr);
    tell(env, out, len);
}
