#define CHECK_MAIN
#include "../net/ports.h"
#include "../base/addr.h"
#include "check.h"

enum { CAP = 2000 };
static struct {
    rs_ports p;
    char mem[1 << 20];
} m;
static rs_knobs knobs;

static void fresh(uint16_t first, uint16_t last)
{
    uint8_t key[16] = {1, 2, 3};
    rs_arena a = {m.mem, 0};
    memset(&m, 0, sizeof m);
    a.base = (char *)&m;
    a.at = sizeof m.p;
    rs_ports_init(&m.p, &a, CAP, key);
    knobs = (rs_knobs){.port_first = first, .port_last = last};
}

static rs_binding any4(uint16_t port)
{
    return (rs_binding){.addr = {.family = RS_IPV4}, .port = port};
}

static rs_binding on4(uint8_t last, uint16_t port)
{
    return (rs_binding){.addr = rs_addr_v4(192, 0, 2, last), .port = port};
}

static bool conflicts(rs_binding there, rs_binding want)
{
    fresh(1, 2);
    CHECK(rs_ports_claim(&m.p, &there) != RS_NIL);
    return rs_ports_conflict(&m.p, &want, RS_NIL);
}

TEST(one_port_is_taken_once_for_each_address)
{
    CHECK(conflicts(any4(80), any4(80)));
    CHECK(conflicts(any4(80), on4(1, 80)));
    CHECK(conflicts(on4(1, 80), any4(80)));
    CHECK(conflicts(on4(1, 80), on4(1, 80)));
    CHECK(!conflicts(on4(1, 80), on4(2, 80)));
    CHECK(!conflicts(any4(80), any4(81)));
}

TEST(an_ipv6_any_takes_ipv4_too_unless_it_says_otherwise)
{
    rs_binding any6 = {.addr = {.family = RS_IPV6}, .port = 80}, only6 = any6, one6 = any6;
    only6.v6only = true;
    one6.addr.bytes[0] = 0x20;
    CHECK(conflicts(any6, any4(80)));
    CHECK(conflicts(any4(80), any6));
    CHECK(conflicts(on4(1, 80), any6));
    CHECK(!conflicts(only6, any4(80)));
    CHECK(!conflicts(one6, any4(80)));
    CHECK(conflicts(any6, one6));
}

TEST(so_reuseaddr_shares_with_everything_but_a_listener)
{
    rs_binding a = any4(80), b = any4(80);
    a.reuse_addr = true;
    CHECK(conflicts(a, b));
    b.reuse_addr = true;
    CHECK(!conflicts(a, b));
    a.listening = true;
    CHECK(conflicts(a, b));
}

TEST(so_reuseport_shares_even_with_a_listener_if_both_have_it)
{
    rs_binding a = any4(80), b = any4(80);
    a.reuse_port = a.listening = true;
    CHECK(conflicts(a, b));
    b.reuse_port = true;
    CHECK(!conflicts(a, b));
}

TEST(a_port_is_free_when_its_last_holder_has_gone)
{
    fresh(1, 2);
    rs_binding want = any4(80);
    uint32_t b = rs_ports_claim(&m.p, &want);
    rs_ports_hold(&m.p, b);
    rs_ports_let_go(&m.p, b);
    CHECK(rs_ports_conflict(&m.p, &want, RS_NIL));
    CHECK(!rs_ports_conflict(&m.p, &want, b));
    rs_ports_let_go(&m.p, b);
    CHECK(!rs_ports_conflict(&m.p, &want, RS_NIL));
    rs_ports_let_go(&m.p, RS_NIL);
    CHECK_SOUND(rs_ports_broken(&m.p));
}

static void visits_all(bool connect, uint16_t first, uint16_t last)
{
    fresh(first, last);
    rs_endpoint local = {rs_addr_v4(192, 0, 2, 1), 0}, remote = {rs_addr_v4(192, 0, 2, 2), 80};
    rs_port_walk w = rs_ports_walk(&m.p, &knobs, &local, connect ? &remote : NULL);
    static bool seen[65536];
    memset(seen, 0, sizeof seen);
    uint16_t port;
    uint32_t n = 0;
    while (rs_port_walk_next(&w, &port)) {
        CHECK(port >= first && port <= last && !seen[port]);
        seen[port] = true;
        n++;
        /* The half that the walk prefers comes first. */
        if (n == 1 && last > first) CHECK_EQ((port - first) % 2, !connect);
    }
    CHECK_EQ(n, last - first + 1);
}

TEST(a_walk_visits_every_port_once_and_its_own_half_first)
{
    for (int connect = 0; connect < 2; connect++) {
        visits_all(connect, 32768, 60999);
        visits_all(connect, 1000, 1000);
        visits_all(connect, 1000, 1001);
        visits_all(connect, 1, 65535);
    }
}

TEST(successive_ports_differ_and_the_start_depends_on_key_and_peer)
{
    fresh(32768, 60999);
    rs_endpoint local = {rs_addr_v4(192, 0, 2, 1), 0}, remote = {rs_addr_v4(192, 0, 2, 2), 80};
    rs_port_walk w = rs_ports_walk(&m.p, &knobs, &local, &remote);
    uint16_t first, second, other, keyed;
    rs_port_walk_next(&w, &first);
    rs_ports_walked(&m.p, &w);
    w = rs_ports_walk(&m.p, &knobs, &local, &remote);
    rs_port_walk_next(&w, &second);
    CHECK(first != second);
    remote.port = 81;
    w = rs_ports_walk(&m.p, &knobs, &local, &remote);
    rs_port_walk_next(&w, &other);
    CHECK(other != first && other != second);
    fresh(32768, 60999);
    m.p.key[5] = 77;
    remote.port = 80;
    w = rs_ports_walk(&m.p, &knobs, &local, &remote);
    rs_port_walk_next(&w, &keyed);
    CHECK(keyed != first);
}

TEST(choosing_skips_what_is_taken_until_nothing_is_left)
{
    fresh(1000, 1009);
    for (int i = 0; i < 10; i++) {
        rs_binding want = any4(0);
        CHECK(rs_ports_choose(&m.p, &knobs, &want));
        CHECK(want.port >= 1000 && want.port <= 1009);
        CHECK(rs_ports_claim(&m.p, &want) != RS_NIL);
    }
    rs_binding want = any4(0);
    CHECK(!rs_ports_choose(&m.p, &knobs, &want));
}

TEST(a_port_of_connect_is_not_reserved)
{
    fresh(1, 2);
    rs_binding want = any4(80);
    want.by_connect = true;
    rs_ports_claim(&m.p, &want);
    CHECK(!rs_ports_reserved(&m.p, 80));
    want.by_connect = false;
    rs_ports_claim(&m.p, &want);
    CHECK(rs_ports_reserved(&m.p, 80));
}
