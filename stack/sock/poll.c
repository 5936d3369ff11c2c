/* poll: what a descriptor is ready for, from the present state of its socket; as Linux reckons it for TCP. */
#include "../base/time.h"
#include "sock.h"

enum {
    ALWAYS = RS_POLLERR | RS_POLLHUP | RS_POLLNVAL,
    IN = RS_POLLIN | RS_POLLRDNORM,
    OUT = RS_POLLOUT | RS_POLLWRNORM
};

static int of_connection(const rs_env *env, rs_tcb *t)
{
    uint32_t events = rs_tcb_events(env, t);
    bool opening = t->state == RS_SYN_SENT || (t->state == RS_SYN_RECEIVED && !t->fo.child);
    int ready = 0;
    if (events & RS_TCB_EV_HUP) ready |= RS_POLLHUP;
    if (events & RS_TCB_EV_RDHUP) ready |= IN | RS_POLLRDHUP;
    if (events & (RS_TCB_EV_ERROR | RS_TCB_EV_NOTES)) ready |= RS_POLLERR;
    if (t->fo.held) return ready | OUT; /* text would go with the SYN */
    if (opening) return ready;
    if (events & RS_TCB_EV_READABLE) ready |= IN;
    if ((events & RS_TCB_EV_WRITABLE) || !rs_tcb_may_send(t)) ready |= OUT;
    else t->snd.nospace = true;
    if (events & RS_TCB_EV_URGENT) ready |= RS_POLLPRI;
    return ready;
}

static int of_socket(const rs_stack *st, const rs_env *env, const rs_sock *s)
{
    if (s->phase == RS_SK_IDLE) return RS_POLLHUP | OUT | (s->so_error ? RS_POLLERR : 0);
    if (s->phase != RS_SK_LISTENING) return of_connection(env, rs_sock_tcb(st, s));
    return rs_conns_listener(&st->net.conns, s->listener)->accept_len ? IN : 0;
}

int rs_sock_poll(const rs_stack *st, const rs_env *env, uint32_t sock)
{
    return of_socket(st, env, rs_sock_at(st, sock));
}

rs_sock_wakes rs_sock_last_wakes(const rs_stack *st, uint32_t sock)
{
    const rs_sock *s = rs_sock_at(st, sock);
    rs_sock_wakes w = {{0}};
    const rs_tcb *t = rs_sock_tcb(st, s);
    for (unsigned i = 0; t && i < RS_WAKES; i++) w.last[i] = t->wake[i];
    if (s->phase == RS_SK_LISTENING) w.last[RS_WAKE_IN] = rs_conns_listener(&st->net.conns, s->listener)->wake;
    return w;
}

static int16_t revents(const rs_stack *st, const rs_env *env, rs_fd fd, int16_t wanted)
{
    uint32_t sock = rs_fds_sock(&st->fds, fd), set = rs_fds_epoll(&st->fds, fd);
    if (set != RS_NIL) return (int16_t)(rs_epoll_has_event(st, env, set) ? IN & wanted : 0);
    if (sock == RS_NIL) return RS_POLLNVAL;
    return (int16_t)(of_socket(st, env, rs_sock_at(st, sock)) & (wanted | ALWAYS));
}

static uint32_t look_at_all(const rs_stack *st, const rs_env *env, rs_pollfd *fds, uint32_t n)
{
    uint32_t ready = 0;
    for (uint32_t i = 0; i < n; i++) {
        fds[i].revents = fds[i].fd < 0 ? 0 : revents(st, env, fds[i].fd, fds[i].events);
        ready += fds[i].revents != 0;
    }
    return ready;
}

rs_ret rs_poll(rs_stack *st, rs_time now, rs_pollfd *fds, uint32_t n, int timeout_ms)
{
    rs_call c = {.st = st, .env = rs_net_env(&st->net, now), .sock = RS_NIL, .fd = -1};
    if (n > st->net.cfg.limits.sockets) return rs_refuse(RS_EINVAL);
    if (n > 0 && !fds) return rs_refuse(RS_EFAULT);
    uint32_t ready = look_at_all(st, &c.env, fds, n);
    if (ready || timeout_ms == 0) return rs_done(ready);
    if (n > RS_POLL_WAITS_MAX) return rs_refuse(RS_ENOMEM);
    rs_parked p = {.kind = RS_CALL_POLL, .sock = RS_NIL, .polls = n};
    for (uint32_t i = 0; i < n; i++) {
        p.poll[i].fd = fds[i].fd;
        p.poll[i].events = fds[i].events;
    }
    return rs_sock_park(&c, &p, timeout_ms > 0 ? RS_MS(timeout_ms) : RS_MS(0));
}

bool rs_poll_ready(const rs_call *c, const rs_parked *p)
{
    for (uint32_t i = 0; i < p->polls; i++)
        if (p->poll[i].fd >= 0 && revents(c->st, &c->env, p->poll[i].fd, p->poll[i].events)) return true;
    return false;
}

rs_ret rs_poll_go_on(rs_call *c, rs_parked *p, void *buf)
{
    if (p->polls > 0 && !buf) return rs_refuse(RS_EFAULT);
    uint32_t ready = look_at_all(c->st, &c->env, buf, p->polls);
    return ready || p->late ? rs_done(ready) : rs_still_waiting();
}

rs_ret rs_poll_give_up(rs_call *c, rs_parked *p)
{
    (void)c, (void)p;
    return rs_refuse(RS_EINTR);
}
