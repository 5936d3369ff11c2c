/* rs_stack_broken: every structure of the stack by its own account, and what only the whole can know. */
#include "../sock/sock.h"

/* N7: a binding is held by the socket that made it and by every connection that uses it. */
static const char *bindings_broken(const rs_stack *st)
{
    const rs_ports *ports = &st->net.ports;
    uint64_t held = 0, named = 0;
    for (uint32_t i = 0; i < st->net.conns.tcbs.numbers.high; i++) {
        const rs_conn *c = rs_conns_at(&st->net.conns, i);
        named += c->live && c->binding != RS_NIL;
    }
    for (uint32_t i = 0; i < st->socks.high; i++)
        named += rs_sock_at(st, i)->refs > 0 && rs_sock_at(st, i)->binding != RS_NIL;
    for (uint32_t i = 0; i < ports->bindings.high; i++) held += rs_ports_holders(ports, i);
    return held == named ? NULL : "N7: ports are held more or less often than sockets and connections name them";
}

const char *rs_stack_broken(const rs_stack *st)
{
    const char *why = rs_net_broken(&st->net);
    if (!why) why = rs_socks_broken(st);
    return why ? why : bindings_broken(st);
}

const char *rs_stack_conns_broken(const rs_stack *st)
{
    return rs_net_conns_broken(&st->net);
}
