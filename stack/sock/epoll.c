/* see epoll.h */
#include "epoll.h"

#include "../base/time.h"
#include "sock.h"

enum { IN_KEY = 0x1 | 0x2 | 0x40 | 0x80, OUT_KEY = 0x4 | 0x100 | 0x200, ALWAYS = RS_POLLERR | RS_POLLHUP };
#define BITS_OF_SET (RS_EPOLLET | RS_EPOLLONESHOT | RS_EPOLLEXCLUSIVE | RS_EPOLLWAKEUP)

void rs_epolls_init(rs_epolls *e, rs_arena *a, uint32_t cap)
{
    rs_arena_pool(a, &e->sets, sizeof(rs_epoll_set), cap);
    rs_arena_pool(a, &e->items, sizeof(rs_epoll_item), cap);
}

void rs_epolls_parts(const rs_epolls *e, rs_parts *p)
{
    rs_parts_add_pool(p, &e->sets);
    rs_parts_add_pool(p, &e->items);
}

static rs_epoll_set *set_at(const rs_stack *st, uint32_t i)
{
    return rs_pool_at(&st->epolls.sets, i);
}

static rs_epoll_item *item_at(const rs_stack *st, uint32_t i)
{
    return rs_pool_at(&st->epolls.items, i);
}

/* --- life of sets and items */

static void remove_item(rs_stack *st, uint32_t i)
{
    rs_epoll_item *it = item_at(st, i);
    rs_list_remove(&set_at(st, it->set)->items, &st->epolls.items, i);
    rs_list_remove(&rs_sock_at(st, it->sock)->watchers, &st->epolls.items, i);
    rs_pool_give(&st->epolls.items, i);
}

void rs_epoll_forget(rs_stack *st, uint32_t sock)
{
    while (rs_sock_at(st, sock)->watchers.head != RS_NIL) remove_item(st, rs_sock_at(st, sock)->watchers.head);
}

void rs_epoll_let_go(rs_stack *st, uint32_t set)
{
    rs_epoll_set *s = set_at(st, set);
    rs_check(s->refs > 0);
    if (--s->refs) return;
    while (s->items.head != RS_NIL) remove_item(st, s->items.head);
    rs_pool_give(&st->epolls.sets, set);
}

rs_ret rs_epoll_create(rs_stack *st, rs_time now, int flags)
{
    (void)now;
    if (flags & ~RS_EPOLL_CLOEXEC) return rs_refuse(RS_EINVAL);
    uint32_t set = rs_pool_take(&st->epolls.sets);
    if (set == RS_NIL) return rs_refuse(RS_ENOMEM);
    rs_fd fd = rs_fds_take(&st->fds, 0, set | RS_FD_EPOLL);
    if (fd < 0) {
        rs_pool_give(&st->epolls.sets, set);
        return rs_refuse(RS_EMFILE);
    }
    *set_at(st, set) = (rs_epoll_set){.refs = 1};
    rs_list_init(&set_at(st, set)->items, offsetof(rs_epoll_item, in_set));
    rs_fds_set_cloexec(&st->fds, fd, flags & RS_EPOLL_CLOEXEC);
    return rs_done(fd);
}

rs_ret rs_epoll_close(rs_stack *st, rs_fd fd)
{
    uint32_t set = rs_fds_epoll(&st->fds, fd);
    rs_fds_give(&st->fds, fd);
    rs_epoll_let_go(st, set);
    return rs_done(0);
}

rs_ret rs_epoll_dup(rs_stack *st, rs_fd fd, int from)
{
    uint32_t set = rs_fds_epoll(&st->fds, fd);
    if (from < 0) return rs_refuse(RS_EINVAL);
    rs_fd copy = rs_fds_take(&st->fds, from, set | RS_FD_EPOLL);
    if (copy < 0) return rs_refuse(RS_EMFILE);
    set_at(st, set)->refs++;
    return rs_done(copy);
}

rs_ret rs_epoll_fcntl(rs_stack *st, rs_fd fd, int cmd, int arg)
{
    switch (cmd) {
    case RS_F_DUPFD: return rs_epoll_dup(st, fd, arg);
    case RS_F_GETFD: return rs_done(rs_fds_cloexec(&st->fds, fd));
    case RS_F_SETFD: rs_fds_set_cloexec(&st->fds, fd, arg & 1); return rs_done(0);
    case RS_F_GETFL: return rs_done(RS_O_RDWR);
    case RS_F_SETFL: return rs_done(0);
    default: return rs_refuse(RS_EINVAL);
    }
}

/* --- what is ready */

static uint32_t ready_now(const rs_stack *st, const rs_env *env, const rs_epoll_item *it)
{
    uint32_t wanted = it->events & ~BITS_OF_SET;
    return wanted ? (uint32_t)rs_sock_poll(st, env, it->sock) & (wanted | ALWAYS) : 0;
}

/* Was it woken for something it wants, after what it has seen? *when: the number of that wake-up. */
static bool woken(const rs_stack *st, const rs_epoll_item *it, uint32_t *when)
{
    static const uint32_t keys[RS_WAKES] = {
        [RS_WAKE_IN] = IN_KEY, [RS_WAKE_OUT] = OUT_KEY, [RS_WAKE_ERROR] = UINT32_MAX, [RS_WAKE_ANY] = UINT32_MAX};
    rs_sock_wakes w = rs_sock_last_wakes(st, it->sock);
    if (!(it->events & ~BITS_OF_SET)) return false;
    for (unsigned k = 0; k < RS_WAKES; k++)
        if (w.last[k] != it->seen[k] && (it->events & keys[k])) {
            *when = w.last[k];
            return true;
        }
    return false;
}

static void see(rs_stack *st, rs_epoll_item *it)
{
    uint32_t when;
    if (!it->ready && woken(st, it, &when)) {
        it->ready = true;
        it->order = when;
    }
    rs_sock_wakes w = rs_sock_last_wakes(st, it->sock);
    for (unsigned k = 0; k < RS_WAKES; k++) it->seen[k] = w.last[k];
}

/* The item is new or was changed: what is ready already counts as news. */
static void arm(rs_call *c, rs_epoll_item *it)
{
    see(c->st, it);
    it->ready = ready_now(c->st, &c->env, it) != 0;
    it->order = ++c->env.host->wakes;
}

static bool reportable(const rs_stack *st, const rs_env *env, const rs_epoll_item *it)
{
    uint32_t when;
    bool level = !(it->events & RS_EPOLLET);
    return (level || it->ready || woken(st, it, &when)) && ready_now(st, env, it);
}

bool rs_epoll_has_event(const rs_stack *st, const rs_env *env, uint32_t set)
{
    const rs_list *l = &set_at(st, set)->items;
    for (uint32_t i = l->head; i != RS_NIL; i = rs_list_next(l, &st->epolls.items, i))
        if (reportable(st, env, item_at(st, i))) return true;
    return false;
}

/* The reportable item that became ready first, of those in the list before `round` began. */
static uint32_t next_item(rs_call *c, uint32_t set, uint32_t round)
{
    const rs_list *l = &set_at(c->st, set)->items;
    uint32_t best = RS_NIL, oldest = 0;
    for (uint32_t i = l->head; i != RS_NIL; i = rs_list_next(l, &c->st->epolls.items, i)) {
        rs_epoll_item *it = item_at(c->st, i);
        uint32_t age = round - it->order, since = it->order - round;
        bool this_round = since > 0 && since <= c->env.host->wakes - round;
        if (!reportable(c->st, &c->env, it) || this_round) continue;
        if (best != RS_NIL && age <= oldest) continue;
        best = i;
        oldest = age;
    }
    return best;
}

static uint32_t report(rs_call *c, uint32_t set, rs_epoll_event *out, uint32_t n)
{
    const rs_list *l = &set_at(c->st, set)->items;
    for (uint32_t i = l->head; i != RS_NIL; i = rs_list_next(l, &c->st->epolls.items, i)) see(c->st, item_at(c->st, i));
    uint32_t count = 0, round = c->env.host->wakes;
    while (count < n) {
        uint32_t i = next_item(c, set, round);
        if (i == RS_NIL) break;
        rs_epoll_item *it = item_at(c->st, i);
        out[count++] = (rs_epoll_event){ready_now(c->st, &c->env, it), it->data};
        it->ready = false;
        it->order = ++c->env.host->wakes;
        if (it->events & RS_EPOLLONESHOT) it->events &= BITS_OF_SET;
    }
    return count;
}

/* --- the calls */

static uint32_t find_item(const rs_stack *st, uint32_t set, rs_fd fd, uint32_t sock)
{
    const rs_list *l = &set_at(st, set)->items;
    for (uint32_t i = l->head; i != RS_NIL; i = rs_list_next(l, &st->epolls.items, i))
        if (item_at(st, i)->fd == fd && item_at(st, i)->sock == sock) return i;
    return RS_NIL;
}

static rs_ret add_item(rs_call *c, uint32_t set, const rs_epoll_event *e)
{
    uint32_t i = rs_pool_take(&c->st->epolls.items);
    if (i == RS_NIL) return rs_refuse(RS_ENOSPC);
    rs_epoll_item *it = item_at(c->st, i);
    *it = (rs_epoll_item){.set = set, .sock = c->sock, .fd = c->fd, .events = e->events, .data = e->data};
    rs_list_push(&set_at(c->st, set)->items, &c->st->epolls.items, i);
    rs_list_push(&c->s->watchers, &c->st->epolls.items, i);
    arm(c, it);
    return rs_done(0);
}

static rs_ret change_item(rs_call *c, uint32_t i, const rs_epoll_event *e)
{
    rs_epoll_item *it = item_at(c->st, i);
    if ((it->events | e->events) & RS_EPOLLEXCLUSIVE) return rs_refuse(RS_EINVAL);
    it->events = e->events;
    it->data = e->data;
    arm(c, it);
    return rs_done(0);
}

static bool odd_exclusive(int op, const rs_epoll_event *e)
{
    if (op == RS_EPOLL_CTL_DEL || !(e->events & RS_EPOLLEXCLUSIVE)) return false;
    uint32_t fine = RS_POLLIN | RS_POLLOUT | RS_POLLERR | RS_POLLHUP | RS_EPOLLWAKEUP | RS_EPOLLET | RS_EPOLLEXCLUSIVE;
    return op == RS_EPOLL_CTL_MOD || (e->events & ~fine);
}

rs_ret rs_epoll_ctl(rs_stack *st, rs_time now, rs_fd epfd, int op, rs_fd fd, const rs_epoll_event *event)
{
    rs_call c, other;
    uint32_t set = rs_fds_epoll(&st->fds, epfd);
    if (op != RS_EPOLL_CTL_DEL && !event) return rs_refuse(RS_EFAULT);
    if (set == RS_NIL && !rs_call_on(&other, st, now, epfd)) return rs_refuse(RS_EBADF);
    if (rs_fds_epoll(&st->fds, fd) != RS_NIL) return rs_refuse(set == RS_NIL || epfd == fd ? RS_EINVAL : RS_EPERM);
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(RS_EBADF);
    if (set == RS_NIL || odd_exclusive(op, event)) return rs_refuse(RS_EINVAL);
    uint32_t i = find_item(st, set, fd, c.sock);
    if (op == RS_EPOLL_CTL_ADD) return i == RS_NIL ? add_item(&c, set, event) : rs_refuse(RS_EEXIST);
    if (op != RS_EPOLL_CTL_DEL && op != RS_EPOLL_CTL_MOD) return rs_refuse(RS_EINVAL);
    if (i == RS_NIL) return rs_refuse(RS_ENOENT);
    if (op == RS_EPOLL_CTL_MOD) return change_item(&c, i, event);
    remove_item(st, i);
    return rs_done(0);
}

rs_ret rs_epoll_wait(rs_stack *st, rs_time now, rs_fd epfd, rs_epoll_event *out, int n, int timeout_ms)
{
    rs_call c = {.st = st, .env = rs_net_env(&st->net, now), .sock = RS_NIL, .fd = -1}, other;
    uint32_t set = rs_fds_epoll(&st->fds, epfd);
    if (n <= 0 || n > INT32_MAX / (int)sizeof *out) return rs_refuse(RS_EINVAL);
    if (set == RS_NIL) return rs_refuse(rs_call_on(&other, st, now, epfd) ? RS_EINVAL : RS_EBADF);
    if (!out) return rs_refuse(RS_EFAULT);
    uint32_t count = report(&c, set, out, (uint32_t)n);
    if (count || timeout_ms == 0) return rs_done(count);
    rs_parked p = {.kind = RS_CALL_EPOLL, .sock = RS_NIL, .set = set, .polls = (uint32_t)n};
    rs_ret r = rs_sock_park(&c, &p, timeout_ms > 0 ? RS_MS(timeout_ms) : RS_MS(0));
    if (r.parked) set_at(st, set)->refs++;
    return r;
}

bool rs_epoll_ready(const rs_call *c, const rs_parked *p)
{
    return rs_epoll_has_event(c->st, &c->env, p->set);
}

rs_ret rs_epoll_go_on(rs_call *c, rs_parked *p, void *buf)
{
    if (!buf) return rs_refuse(RS_EFAULT);
    uint32_t count = report(c, p->set, buf, p->polls);
    return count || p->late ? rs_done(count) : rs_still_waiting();
}

rs_ret rs_epoll_give_up(rs_call *c, rs_parked *p)
{
    (void)c, (void)p;
    return rs_refuse(RS_EINTR);
}

/* --- soundness */

static uint32_t references(const rs_stack *st, uint32_t set)
{
    uint32_t n = 0;
    for (rs_fd fd = rs_fds_open_from(&st->fds, 0); fd >= 0; fd = rs_fds_open_from(&st->fds, fd + 1))
        n += rs_fds_epoll(&st->fds, fd) == set;
    for (uint32_t i = st->waits.order.head; i != RS_NIL; i = rs_list_next(&st->waits.order, &st->waits.calls, i)) {
        const rs_parked *p = rs_pool_at(&st->waits.calls, i);
        n += p->kind == RS_CALL_EPOLL && p->set == set;
    }
    return n;
}

const char *rs_epolls_broken(const rs_stack *st)
{
    const rs_epolls *e = &st->epolls;
    uint32_t in_sets = 0, at_socks = 0;
    const char *why = rs_pool_broken(&e->sets);
    if (!why) why = rs_pool_broken(&e->items);
    for (uint32_t i = 0; !why && i < e->sets.high; i++) {
        const rs_epoll_set *s = set_at(st, i);
        if (s->refs == 0) continue;
        if (s->refs != references(st, i)) return "P2: a set is referred to more or less often than it counts";
        in_sets += s->items.len;
        why = rs_list_broken(&s->items, &e->items);
    }
    for (uint32_t i = 0; !why && i < st->socks.high; i++) {
        const rs_sock *s = rs_sock_at(st, i);
        if (s->refs == 0) continue;
        at_socks += s->watchers.len;
        why = rs_list_broken(&s->watchers, &e->items);
    }
    if (why) return why;
    return in_sets == e->items.live && at_socks == e->items.live ? NULL : "P1: an item is in one list only";
}
