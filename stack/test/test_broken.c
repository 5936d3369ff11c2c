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

TEST(connections_answer_for_themselves_and_for_nothing_that_is_shared)
{
    world *w = world_of(rs_config_rfc(), RS_IPV4);
    pair p = connected(w, 80);
    rs_tcb *t = rs_net_tcb(&w->client.st->net, probe(w, &w->client, p.client).conn);
    CHECK_SOUND(rs_stack_conns_broken(w->client.st));
    t->sndq.una.raw += 5;
    CHECK(rs_stack_conns_broken(w->client.st));
    t->sndq.una.raw -= 5;
    t->at_user.us = 1; /* a deadline that the host does not know */
    CHECK(strncmp(rs_stack_conns_broken(w->client.st), "N6", 2) == 0);
    t->at_user = RS_NEVER;
    CHECK_SOUND(rs_stack_broken(w->client.st));
    rs_ports_hold(&w->client.st->net.ports, 0);
    CHECK_SOUND(rs_stack_conns_broken(w->client.st));
    CHECK(rs_stack_broken(w->client.st));
}
