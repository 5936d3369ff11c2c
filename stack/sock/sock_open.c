/* socket, bind, listen, getsockname, getpeername. */
#include "../base/status.h"
#include "../net/route.h"
#include "../base/addr.h"
#include "sock.h"

enum { TYPE_MASK = 0xf, TYPES_KNOWN = 11, PROTOCOLS_KNOWN = 263 /* as many as Linux has */ };

static int check_socket(int domain, int type, int protocol)
{
    if (type & ~(TYPE_MASK | RS_SOCK_NONBLOCK | RS_SOCK_CLOEXEC)) return RS_EINVAL;
    if (domain != RS_PF_INET && domain != RS_PF_INET6) return RS_EAFNOSUPPORT;
    if ((type & TYPE_MASK) == 0 || (type & TYPE_MASK) >= TYPES_KNOWN) return RS_EINVAL;
    if (protocol < 0 || protocol >= PROTOCOLS_KNOWN) return RS_EINVAL;
    if ((type & TYPE_MASK) != RS_SOCK_STREAM) return RS_ESOCKTNOSUPPORT;
    return protocol == 0 || protocol == RS_IPPROTO_TCP ? 0 : RS_EPROTONOSUPPORT;
}

/* The host wants none: IPv4 packets go without DF. An IPv6 socket is asked about IPv6, where nothing changes. */
static void no_path_mtu_discovery(const rs_stack *st, rs_sock *s)
{
    enum { DONT = 0 }; /* IP_PMTUDISC_DONT */
    rs_tcp_opts *o = rs_sock_opts(st, s);
    if (!s->v6) o->pmtu_mode = DONT + 1;
    o->df_off = true;
}

rs_ret rs_socket(rs_stack *st, rs_time now, int domain, int type, int protocol)
{
    rs_env env = rs_net_env(&st->net, now);
    (void)env;
    int err = check_socket(domain, type, protocol);
    if (err) return rs_refuse(err);
    uint32_t sock = rs_sock_make(st);
    if (sock == RS_NIL) return rs_refuse(RS_ENOBUFS);
    rs_fd fd = rs_fds_take(&st->fds, 0, sock);
    if (fd < 0) {
        rs_sock_free(st, sock);
        return rs_refuse(RS_EMFILE);
    }
    rs_sock *s = rs_sock_at(st, sock);
    s->refs = 1;
    s->v6 = domain == RS_PF_INET6;
    s->nonblock = type & RS_SOCK_NONBLOCK;
    rs_fds_set_cloexec(&st->fds, fd, type & RS_SOCK_CLOEXEC);
    if (st->net.cfg.knobs.no_pmtu_disc) no_path_mtu_discovery(st, s);
    return rs_done(fd);
}

static rs_binding wanted(const rs_sock *s, const rs_endpoint *local)
{
    return (rs_binding){.addr = local->addr,
                        .port = local->port,
                        .v6only = s->v6only,
                        .reuse_addr = s->reuse_addr,
                        .reuse_port = s->reuse_port};
}

static rs_status claim(rs_stack *st, rs_sock *s, const rs_endpoint *local)
{
    rs_ports *ports = &st->net.ports;
    rs_binding want = wanted(s, local);
    if (want.port == 0) {
        if (!rs_ports_choose(ports, &st->net.cfg.knobs, &want)) return rs_fail(RS_EADDRINUSE);
    } else if (rs_ports_conflict(ports, &want, RS_NIL)) {
        return rs_fail(RS_EADDRINUSE);
    }
    s->binding = rs_ports_claim(ports, &want);
    return s->binding == RS_NIL ? rs_fail(RS_ENOBUFS) : RS_OK;
}

rs_status rs_sock_autobind(rs_stack *st, rs_sock *s)
{
    if (s->binding != RS_NIL) return RS_OK;
    rs_endpoint any = {{.family = s->v6 ? RS_IPV6 : RS_IPV4}, 0};
    return claim(st, s, &any);
}

rs_ret rs_bind(rs_stack *st, rs_time now, rs_fd fd, const rs_endpoint *local)
{
    rs_call c;
    rs_endpoint at;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    rs_status ok = rs_sock_mean(c.s, local, &at);
    if (ok.code == RS_ENETUNREACH) return rs_refuse(RS_EINVAL);
    if (rs_failed(ok)) return rs_refuse(ok.code);
    if (c.s->phase != RS_SK_IDLE || c.s->binding != RS_NIL) return rs_refuse(RS_EINVAL);
    if (!rs_addr_is_any(&at.addr) && !c.s->freebind && !rs_route_is_local(c.env.cfg, &at.addr))
        return rs_refuse(RS_EADDRNOTAVAIL);
    ok = claim(st, c.s, &at);
    return rs_failed(ok) ? rs_refuse(ok.code) : rs_done(0);
}

static uint32_t capped_backlog(const rs_config *cfg, int backlog)
{
    uint32_t limit = (uint32_t)cfg->knobs.somaxconn;
    return (uint32_t)backlog > limit ? limit : (uint32_t)backlog;
}

/* Fast Open for a listener: as TCP_FASTOPEN said, or for all where the host wants that. */
static void allow_fast(const rs_call *c, rs_listener *l)
{
    int all = RS_FO_SERVER | RS_FO_EVERY_LISTENER;
    if (l->fo_max == 0 && (c->env.cfg->knobs.fastopen & all) == all) l->fo_max = l->backlog;
}

static rs_status start_listening(rs_call *c, int backlog)
{
    rs_sock *s = c->s;
    RS_TRY(rs_sock_autobind(c->st, s));
    rs_binding *b = rs_ports_at(&c->st->net.ports, s->binding);
    if (rs_ports_conflict(&c->st->net.ports, b, s->binding)) return rs_fail(RS_EADDRINUSE);
    rs_endpoint local = {b->addr, b->port};
    uint32_t i = rs_conns_listen(&c->st->net.conns, &local, b->v6only, capped_backlog(c->env.cfg, backlog));
    if (i == RS_NIL) return rs_fail(RS_ENOBUFS);
    rs_listener *l = rs_conns_listener(&c->st->net.conns, i);
    l->sock = c->sock;
    l->binding = s->binding;
    l->opts = *rs_sock_opts(c->st, s);
    l->fo_max = s->fo_max;
    l->fo_keys = s->fo_keys;
    allow_fast(c, l);
    b->listening = true;
    rs_pool_give(&c->st->drafts, s->draft);
    s->listener = i;
    s->phase = RS_SK_LISTENING;
    return RS_OK;
}

rs_ret rs_listen(rs_stack *st, rs_time now, rs_fd fd, int backlog)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (c.s->phase == RS_SK_LISTENING) {
        rs_listener *l = rs_conns_listener(&st->net.conns, c.s->listener);
        l->backlog = capped_backlog(c.env.cfg, backlog);
        allow_fast(&c, l);
        return rs_done(0);
    }
    if (c.s->phase != RS_SK_IDLE) return rs_refuse(RS_EINVAL);
    rs_status ok = start_listening(&c, backlog);
    return rs_failed(ok) ? rs_refuse(ok.code) : rs_done(0);
}

rs_ret rs_getsockname(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *out)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    const rs_tcb *t = rs_sock_tcb(st, c.s);
    *out = (rs_endpoint){{.family = c.s->v6 ? RS_IPV6 : RS_IPV4}, 0};
    if (t) *out = t->local;
    else if (c.s->binding != RS_NIL) {
        const rs_binding *b = rs_ports_at(&st->net.ports, c.s->binding);
        *out = (rs_endpoint){b->addr, b->port};
    }
    *out = rs_sock_show(c.s, *out);
    return rs_done(0);
}

rs_ret rs_getpeername(rs_stack *st, rs_time now, rs_fd fd, rs_endpoint *out)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    const rs_tcb *t = rs_sock_tcb(st, c.s);
    if (!t || t->state == RS_CLOSED || t->state == RS_SYN_SENT) return rs_refuse(RS_ENOTCONN);
    *out = rs_sock_show(c.s, t->remote);
    return rs_done(0);
}
