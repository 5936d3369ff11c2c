#define CHECK_MAIN
#include "../run/map.h"

#include "../../stack/test/check.h"
#include "../packet/addr.h"
#include "../packet/encode.h"

static cf_settings set;
static cf_map map;
static uint8_t bytes[2000];

static void begin(void)
{
    cf_settings_defaults(&set, CF_MODE_IPV4);
    cf_map_init(&map);
}

static cf_pkt segment(cf_dir dir, uint16_t flags, uint32_t seq)
{
    return (cf_pkt){.dir = dir, .proto = CF_P_TCP, .flags = flags, .seq = seq};
}

/* A frame of the stack to the peer's port. */
static cf_packet frame(uint16_t sport, uint16_t dport, uint16_t flags, uint32_t seq)
{
    const char *why;
    cf_packet p;
    cf_build b = {0};
    cf_layer *ip = cf_build_add(&b, CF_L_IPV4), *t = cf_build_add(&b, CF_L_TCP);
    ip->u.ip.src = set.local;
    ip->u.ip.dst = set.remote;
    t->u.tcp.sport = sport;
    t->u.tcp.dport = dport;
    t->u.tcp.flags = flags;
    t->u.tcp.seq = seq;
    cf_packet_decode(&p, bytes, cf_encode(&b, bytes, sizeof bytes, &why));
    return p;
}

TEST(a_packet_to_a_listener_makes_a_child_with_a_fresh_port)
{
    begin();
    cf_pkt syn = segment(CF_IN, CF_SYN, 100);
    cf_sock *l = cf_map_new(&map, CF_P_TCP, 3, 30);
    l->state = CF_SOCK_LISTENING;
    cf_sock *a = cf_map_inbound(&map, &set, &syn);
    CHECK(a != l && a == map.under_test);
    CHECK_EQ(a->state, CF_SOCK_PASSIVE_GOT);
    CHECK_EQ(a->remote_isn, 100);
    CHECK_EQ(a->local_port, 8080);
    CHECK(cf_map_inbound(&map, &set, &syn) == a); /* a further SYN goes to the child */
    cf_sock *again = cf_map_new(&map, CF_P_TCP, 5, 31);
    again->state = CF_SOCK_LISTENING;
    CHECK(cf_map_inbound(&map, &set, &syn)->remote_port != a->remote_port);
    cf_map_free(&map);
}

TEST(a_packet_without_any_socket_makes_a_child_too)
{
    begin();
    cf_pkt ack = segment(CF_IN, CF_ACK, 0);
    cf_sock *s = cf_map_inbound(&map, &set, &ack);
    CHECK(s != NULL);
    CHECK_EQ(s->state, CF_SOCK_PASSIVE_GOT);
    cf_map_free(&map);
}

TEST(an_active_open_learns_its_port_and_number_from_the_syn)
{
    begin();
    cf_sock *s = cf_map_new(&map, CF_P_TCP, 3, 30);
    cf_map_connecting(s, &set);
    CHECK_EQ(s->state, CF_SOCK_CONNECTING);
    cf_pkt syn = segment(CF_OUT, CF_SYN, 0);
    CHECK(cf_map_outbound(&map, &set, &syn) == s);
    CHECK_EQ(s->state, CF_SOCK_SYN_SENT);
    cf_packet other = frame(40000, 81, CF_SYN, 7), f = frame(40000, 8080, CF_SYN, 777);
    CHECK(cf_map_ours(s, &f));
    other = frame(40000, 81, CF_SYN, 7);
    CHECK(!cf_map_ours(s, &other));
    f = frame(40000, 8080, CF_SYN, 777);
    cf_map_learn(s, &syn, &f);
    CHECK_EQ(s->local_port, 40000);
    CHECK_EQ(s->live_isn, 777);
    f = frame(40001, 8080, CF_ACK, 778);
    CHECK(!cf_map_ours(s, &f));
    cf_map_free(&map);
}

TEST(a_syn_that_an_open_older_socket_sends_again_is_not_the_first_of_a_new_one)
{
    begin();
    cf_sock *older = cf_map_new(&map, CF_P_TCP, 3, 30);
    cf_map_connecting(older, &set);
    cf_pkt syn = segment(CF_OUT, CF_SYN, 0);
    cf_packet f = frame(40000, 8080, CF_SYN, 777), fresh = frame(40001, 8080, CF_SYN, 888);
    CHECK(cf_map_takes(&map, older, &f));
    cf_map_learn(older, &syn, &f);
    CHECK(cf_map_takes(&map, older, &f));
    cf_sock *s = cf_map_new(&map, CF_P_TCP, 4, 40);
    cf_map_connecting(s, &set);
    CHECK(!cf_map_takes(&map, s, &f));
    CHECK(cf_map_takes(&map, s, &fresh));
    older->script_fd = -1; /* closed: its port may be another's now */
    CHECK(cf_map_takes(&map, s, &f));
    cf_map_free(&map);
}

TEST(the_peers_syn_ack_gives_the_remote_number_and_a_bare_syn_does_not)
{
    begin();
    cf_sock *s = cf_map_new(&map, CF_P_TCP, 3, 30);
    s->state = CF_SOCK_SYN_SENT;
    cf_pkt syn = segment(CF_IN, CF_SYN, 500), synack = segment(CF_IN, CF_SYN | CF_ACK, 600);
    cf_map_injecting(s, &syn);
    CHECK_EQ(s->remote_isn, 0);
    CHECK_EQ(s->state, CF_SOCK_SYN_SENT);
    cf_map_injecting(s, &synack);
    CHECK_EQ(s->remote_isn, 600);
    CHECK_EQ(s->state, CF_SOCK_SYN_ACKED);
    cf_map_free(&map);
}

TEST(a_passive_open_goes_through_its_states_and_is_accepted_once)
{
    begin();
    cf_pkt syn = segment(CF_IN, CF_SYN, 0), synack = segment(CF_OUT, CF_SYN | CF_ACK, 0),
           ack = segment(CF_IN, CF_ACK, 1);
    cf_sock *s = cf_map_inbound(&map, &set, &syn);
    CHECK(!cf_map_accept(&map, 4, 40, &set.remote, s->remote_port));
    cf_map_matched(s, &synack);
    CHECK_EQ(s->state, CF_SOCK_PASSIVE_ANSWERED);
    cf_map_injecting(s, &ack);
    CHECK_EQ(s->state, CF_SOCK_PASSIVE_ACKED);
    CHECK(!cf_map_accept(&map, 4, 40, &set.remote, (uint16_t)(s->remote_port + 1)));
    CHECK(cf_map_accept(&map, 4, 40, &set.remote, s->remote_port) == s);
    CHECK(!cf_map_accept(&map, 5, 41, &set.remote, s->remote_port));
    CHECK(cf_map_by_fd(&map, 4) == s);
    CHECK_STR(cf_sock_state_name(s->state), "child, acknowledged");
    cf_map_free(&map);
}

TEST(icmp_belongs_to_the_tcp_socket_and_udp_does_not)
{
    begin();
    cf_sock *s = cf_map_new(&map, CF_P_TCP, 3, 30);
    cf_map_connecting(s, &set);
    cf_pkt icmp = {.dir = CF_IN, .proto = CF_P_ICMP}, udp = {.dir = CF_IN, .proto = CF_P_UDP};
    CHECK(cf_map_inbound(&map, &set, &icmp) == s);
    CHECK(cf_map_inbound(&map, &set, &udp) == NULL);
    udp.has_ports = true;
    CHECK(cf_map_inbound(&map, &set, &udp) == s);
    cf_map_free(&map);
}

TEST(a_dissolved_socket_is_new_again)
{
    begin();
    cf_sock *s = cf_map_new(&map, CF_P_TCP, 3, 30);
    cf_map_connecting(s, &set);
    s->local_port = 4000;
    s->isn_known = true;
    cf_map_dissolve(s);
    CHECK_EQ(s->state, CF_SOCK_NEW);
    CHECK_EQ(s->local_port, 4000);
    cf_map_connecting(s, &set);
    CHECK_EQ(s->state, CF_SOCK_CONNECTING);
    CHECK_EQ(s->local_port, 0);
    CHECK(!s->isn_known);
    cf_map_free(&map);
}

TEST(a_packet_with_ports_belongs_to_the_connection_of_these_ports_if_that_is_asked_for)
{
    begin();
    cf_pkt syn = segment(CF_IN, CF_SYN, 100), answer = segment(CF_OUT, CF_SYN | CF_ACK, 0);
    syn.has_ports = answer.has_ports = true;
    syn.sport = answer.dport = 5001;
    syn.dport = answer.sport = 9;
    cf_sock *under_test = cf_map_new(&map, CF_P_TCP, 3, 30);
    CHECK(cf_map_inbound(&map, &set, &syn) == under_test);
    set.by_ports = true;
    CHECK(cf_map_outbound(&map, &set, &answer) == NULL); /* nobody has spoken to it */
    cf_sock *other = cf_map_inbound(&map, &set, &syn);
    CHECK(other && other != under_test && map.under_test == under_test);
    CHECK_EQ(other->local_port, 9);
    CHECK_EQ(other->remote_isn, 100);
    CHECK(cf_map_outbound(&map, &set, &answer) == other);
    cf_packet f = frame(9, 5001, CF_SYN | CF_ACK, 77), g = frame(8080, 5001, CF_ACK, 77);
    CHECK(cf_map_of_ports(&map, &f) == other);
    CHECK(cf_map_of_ports(&map, &g) == NULL);
    cf_map_free(&map);
}

TEST(numbers_of_a_connection_by_ports_are_literal_until_a_syn_was_seen)
{
    begin();
    set.by_ports = true;
    cf_pkt p = segment(CF_IN, CF_ACK, 5);
    p.has_ports = true;
    p.sport = 5001;
    p.dport = 9;
    cf_sock *s = cf_map_inbound(&map, &set, &p);
    CHECK_EQ(s->remote_isn, 0);
    CHECK(map.under_test == NULL);
    p.flags = CF_SYN;
    p.seq = 1000;
    CHECK(cf_map_inbound(&map, &set, &p) == s);
    CHECK_EQ(s->remote_isn, 1000);
    cf_map_free(&map);
}
