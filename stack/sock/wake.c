/* Parked calls: asking whether they can go on, continuing, giving up (refstack/socket.h). */
#include "sock.h"

typedef struct call_row {
    bool (*ready)(const rs_call *c, const rs_parked *p);
    rs_ret (*go_on)(rs_call *c, rs_parked *p, void *buf);
    rs_ret (*give_up)(rs_call *c, rs_parked *p);
} call_row;

static const call_row rows[RS_CALLS] = {
#define C(NAME, name, waits_for) [RS_CALL_##NAME] = {rs_##name##_ready, rs_##name##_go_on, rs_##name##_give_up},
#include "call.def"
#undef C
};

/* Only looking: the environment of the last entry will do. */
static rs_call look(const rs_stack *st, const rs_parked *p)
{
    rs_stack *same = (rs_stack *)(uintptr_t)st;
    return (rs_call){.st = same,
                     .env = rs_net_look(&st->net),
                     .sock = p->sock,
                     .fd = -1,
                     .s = p->sock == RS_NIL ? NULL : rs_sock_at(st, p->sock)};
}

bool rs_call_ready(const rs_stack *st, uint32_t parked)
{
    const rs_parked *p = rs_waits_at(&st->waits, parked);
    if (!p) return false;
    if (p->late) return true;
    rs_call c = look(st, p);
    return !rs_waits_behind(&st->waits, parked) && rows[p->kind].ready(&c, p);
}

static void begin(rs_call *c, rs_stack *st, rs_time now, const rs_parked *p)
{
    if (p->sock != RS_NIL) rs_call_on_sock(c, st, now, p->sock);
    else *c = (rs_call){.st = st, .env = rs_net_env(&st->net, now), .sock = RS_NIL, .fd = -1};
}

static void end(rs_call *c, uint32_t parked)
{
    const rs_parked *p = rs_waits_at(&c->st->waits, parked);
    bool epoll = p->kind == RS_CALL_EPOLL;
    uint32_t set = p->set;
    rs_waits_end(&c->st->waits, parked);
    if (epoll) rs_epoll_let_go(c->st, set);
    if (c->sock != RS_NIL) rs_sock_let_go(c->st, &c->env, c->sock);
}

rs_ret rs_call_resume(rs_stack *st, rs_time now, uint32_t parked, void *buf, size_t len)
{
    rs_parked *p = rs_waits_at(&st->waits, parked);
    if (!p) return rs_refuse(RS_EINVAL);
    if (p->kind != RS_CALL_POLL && p->len && buf && len != p->len) return rs_refuse(RS_EINVAL);
    if (p->kind == RS_CALL_EPOLL && len < p->polls * sizeof(rs_epoll_event)) return rs_refuse(RS_EINVAL);
    rs_call c;
    begin(&c, st, now, p);
    rs_ret r = rows[p->kind].go_on(&c, p, buf);
    if (r.parked) return (rs_ret){.parked = parked};
    end(&c, parked);
    return r;
}

rs_ret rs_call_cancel(rs_stack *st, rs_time now, uint32_t parked)
{
    rs_parked *p = rs_waits_at(&st->waits, parked);
    if (!p) return rs_refuse(RS_EINVAL);
    rs_call c;
    begin(&c, st, now, p);
    rs_ret r = rows[p->kind].give_up(&c, p);
    end(&c, parked);
    return r;
}
