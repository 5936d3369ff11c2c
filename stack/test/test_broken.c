/* The whole stack's own account of itself. */
#define CHECK_MAIN
#include "../sock/sock.h"
#include "world.h"

TEST(a_port_held_by_nobody_is_noticed)
{
    world *w = world_of(rs_config_rfc(), RS_IPV4);
    connected(w, 80);
    CHECK_SOUND(rs_stack_broken(w->client.st));
    rs_ports *ports = &w->client.st->net.ports;
    rs_ports_hold(ports, 0);
    CHECK(strncmp(rs_stack_broken(w->client.st), "N7", 2) == 0);
}

TEST(damage_of_any_floor_is_noticed)
{
    world *w = world_of(rs_config_rfc(), RS_IPV4);
    pair p = connected(w, 80);
    rs_tcb *t = rs_net_tcb(&w->client.st->net, probe(w, &w->client, p.client).conn);
    t->sndq.una.raw += 5;
    CHECK(rs_stack_broken(w->client.st));
    t->sndq.una.raw -= 5;
    CHECK_SOUND(rs_stack_broken(w->client.st));
    w->client.st->waits.order.len++;
    CHECK(rs_stack_broken(w->client.st));
}
