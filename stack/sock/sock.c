/* see sock.h: the life of a socket, and what all calls share. */
#include "sock.h"

#include "../base/status.h"
#include "../base/time.h"
#include "../base/addr.h"
#include "../tcp/signing.h"

void rs_socks_init(rs_stack *st, rs_arena *a, const rs_limits *l)
{
    rs_arena_pool(a, &st->socks, sizeof(rs_sock), l->sockets);
    rs_arena_pool(a, &st->drafts, sizeof(rs_tcp_opts), l->sockets);
    rs_fds_init(&st->fds, a, l->sockets);
    rs_waits_init(&st->waits, a, l->parked);
    rs_epolls_init(&st->epolls, a, l->sockets);
}

void rs_socks_parts(const rs_stack *st, rs_parts *p)
{
    rs_parts_add_pool(p, &st->socks);
    rs_parts_add_pool(p, &st->drafts);
    rs_fds_parts(&st->fds, p);
    rs_waits_parts(&st->waits, p);
    rs_epolls_parts(&st->epolls, p);
}

void rs_call_on_sock(rs_call *c, rs_stack *st, rs_time now, uint32_t sock)
{
    *c = (rs_call){.st = st, .env = rs_net_env(&st->net, now), .s = rs_sock_at(st, sock), .sock = sock, .fd = -1};
}

bool rs_call_on(rs_call *c, rs_stack *st, rs_time now, rs_fd fd)
{
    uint32_t sock = rs_fds_sock(&st->fds, fd);
    if (sock == RS_NIL) return false;
    rs_call_on_sock(c, st, now, sock);
    c->fd = fd;
    return true;
}

int rs_sock_missing(const rs_stack *st, rs_fd fd)
{
    return rs_fds_epoll(&st->fds, fd) == RS_NIL ? RS_EBADF : RS_ENOTSOCK;
}

rs_tcp_opts *rs_sock_opts(const rs_stack *st, const rs_sock *s)
{
    if (s->phase == RS_SK_IDLE) return rs_pool_at(&st->drafts, s->draft);
    if (s->phase == RS_SK_LISTENING) return &rs_conns_listener(&st->net.conns, s->listener)->opts;
    return &rs_sock_tcb(st, s)->opts;
}

static uint32_t draft_of(rs_stack *st, const rs_tcp_opts *opts)
{
    uint32_t draft = rs_pool_take(&st->drafts);
    rs_check(draft != RS_NIL); /* there are as many as sockets */
    *(rs_tcp_opts *)rs_pool_at(&st->drafts, draft) = *opts;
    return draft;
}

uint32_t rs_sock_make(rs_stack *st)
{
    uint32_t i = rs_pool_take(&st->socks);
    if (i == RS_NIL) return RS_NIL;
    static const rs_tcp_opts nothing_set;
    uint32_t draft = draft_of(st, &nothing_set);
    *rs_sock_at(st, i) = (rs_sock){.binding = RS_NIL, .draft = draft};
    rs_list_init(&rs_sock_at(st, i)->watchers, offsetof(rs_epoll_item, at_sock));
    return i;
}

void rs_sock_hold(rs_stack *st, uint32_t sock)
{
    rs_sock_at(st, sock)->refs++;
}

void rs_sock_free(rs_stack *st, uint32_t sock)
{
    rs_sock *s = rs_sock_at(st, sock);
    if (s->phase == RS_SK_IDLE) {
        rs_keyring_release(&st->net.blocks, &rs_sock_opts(st, s)->keys);
        rs_pool_give(&st->drafts, s->draft);
    }
    rs_ports_let_go(&st->net.ports, s->binding);
    s->refs = 0;
    rs_pool_give(&st->socks, sock);
}

void rs_sock_detach(rs_stack *st, rs_env *env, rs_sock *s)
{
    uint32_t conn = s->conn;
    s->draft = draft_of(st, &rs_net_tcb(&st->net, conn)->opts);
    rs_keyring_share(&st->net.blocks, rs_net_tcb(&st->net, conn)->opts.keys);
    s->phase = RS_SK_IDLE;
    rs_net_disown(&st->net, env, conn);
    if (s->binding == RS_NIL || !rs_ports_at(&st->net.ports, s->binding)->by_connect) return;
    rs_ports_let_go(&st->net.ports, s->binding);
    s->binding = RS_NIL;
}

int rs_sock_take_error(const rs_stack *st, rs_sock *s)
{
    rs_tcb *t = rs_sock_tcb(st, s);
    int err = t && t->so_error ? t->so_error : s->so_error;
    if (t && t->so_error) t->so_error = 0;
    else s->so_error = 0;
    return err;
}

bool rs_sock_dialed(const rs_call *c)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    return t && t->state != RS_SYN_SENT && (t->state != RS_SYN_RECEIVED || t->fo.child);
}

bool rs_sock_held(const rs_call *c)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    return t && t->fo.held;
}

rs_endpoint rs_sock_show(const rs_sock *s, rs_endpoint e)
{
    if (s->v6) e.addr = rs_addr_map(e.addr);
    return e;
}

rs_status rs_sock_mean(const rs_sock *s, const rs_endpoint *given, rs_endpoint *out)
{
    *out = *given;
    uint8_t family = s->v6 ? RS_IPV6 : RS_IPV4;
    if (given->addr.family == RS_AF_NONE && rs_addr_is_any(&given->addr)) out->addr.family = family;
    if (out->addr.family != family) return rs_fail(RS_EAFNOSUPPORT);
    if (!rs_addr_is_mapped(&out->addr)) return RS_OK;
    if (s->v6only) return rs_fail(RS_ENETUNREACH);
    out->addr = rs_addr_unmap(out->addr);
    return RS_OK;
}

rs_ret rs_sock_park(rs_call *c, const rs_parked *call, rs_dur timeout)
{
    rs_time deadline = timeout.us > 0 ? rs_time_add(c->env.now, timeout) : RS_NEVER;
    uint32_t number = rs_waits_park(&c->st->waits, call, deadline);
    if (number == 0) return rs_refuse(RS_ENOBUFS);
    if (call->sock != RS_NIL) rs_sock_hold(c->st, call->sock);
    return (rs_ret){.parked = number};
}

static uint32_t references(const rs_stack *st, uint32_t sock)
{
    uint32_t n = 0;
    for (rs_fd fd = rs_fds_open_from(&st->fds, 0); fd >= 0; fd = rs_fds_open_from(&st->fds, fd + 1))
        n += rs_fds_sock(&st->fds, fd) == sock;
    for (uint32_t i = st->waits.order.head; i != RS_NIL; i = rs_list_next(&st->waits.order, &st->waits.calls, i))
        n += ((const rs_parked *)rs_pool_at(&st->waits.calls, i))->sock == sock;
    return n;
}

static const char *sock_broken(const rs_stack *st, uint32_t i)
{
    const rs_sock *s = rs_sock_at(st, i);
    rs_tcb room;
    if (rs_sock_has_conn(s) &&
        (s->conn >= st->net.conns.tcbs.numbers.high || rs_tcbs_look(&st->net.conns.tcbs, s->conn, &room)->sock != i))
        return "S1: a connection does not name its socket";
    if (s->phase == RS_SK_LISTENING &&
        (!rs_conns_listening(&st->net.conns, s->listener) || rs_conns_listener(&st->net.conns, s->listener)->sock != i))
        return "S1: a listener does not name its socket";
    return s->refs == references(st, i) ? NULL : "S2: a socket is referred to more or less often than it counts";
}

const char *rs_socks_broken(const rs_stack *st)
{
    const char *why = rs_pool_broken(&st->socks);
    if (!why) why = rs_pool_broken(&st->drafts);
    if (!why) why = rs_fds_broken(&st->fds);
    if (!why) why = rs_waits_broken(&st->waits);
    if (!why) why = rs_epolls_broken(st);
    uint32_t live = 0, idle = 0;
    for (uint32_t i = 0; !why && i < st->socks.high; i++) {
        if (rs_sock_at(st, i)->refs == 0) continue;
        live++;
        idle += rs_sock_at(st, i)->phase == RS_SK_IDLE;
        why = sock_broken(st, i);
    }
    if (why) return why;
    if (live != st->socks.live) return "S2: a socket without references";
    return idle == st->drafts.live ? NULL : "S3: more or fewer drafts than sockets in IDLE";
}
