/* Finding connections and listeners. */
#define CHECK_MAIN
#include "../net/conns.h"
#include "../base/addr.h"
#include "check.h"

static struct {
    rs_conns c;
    char mem[1 << 21];
} m;

static void fresh(void)
{
    uint8_t key[16] = {7};
    rs_limits limits = {.conns = 300, .listeners = 8};
    memset(&m, 0, sizeof m);
    rs_arena a = {(char *)&m, sizeof m.c};
    rs_conns_init(&m.c, &a, &limits, key);
    CHECK(a.at <= sizeof m);
}

static rs_endpoint v4(uint8_t last, uint16_t port)
{
    return (rs_endpoint){rs_addr_v4(192, 0, 2, last), port};
}

static uint32_t enter(rs_endpoint local, rs_endpoint remote)
{
    uint32_t i = rs_conns_take(&m.c);
    CHECK(i != RS_NIL);
    memset(rs_conns_tcb(&m.c, i), 0, sizeof(rs_tcb));
    rs_conns_tcb(&m.c, i)->local = local;
    rs_conns_tcb(&m.c, i)->remote = remote;
    rs_conns_enter(&m.c, i);
    return i;
}

TEST(a_connection_is_found_by_its_four_numbers_and_only_by_all_of_them)
{
    fresh();
    rs_endpoint a = v4(1, 80), b = v4(2, 1000), x;
    uint32_t i = enter(a, b);
    CHECK_EQ(rs_conns_find(&m.c, &a, &b), i);
    CHECK_EQ(rs_conns_find(&m.c, &b, &a), RS_NIL);
    x = v4(1, 81);
    CHECK_EQ(rs_conns_find(&m.c, &x, &b), RS_NIL);
    x = v4(3, 1000);
    CHECK_EQ(rs_conns_find(&m.c, &a, &x), RS_NIL);
    x = v4(2, 1001);
    CHECK_EQ(rs_conns_find(&m.c, &a, &x), RS_NIL);
    rs_conns_leave(&m.c, i);
    CHECK_EQ(rs_conns_find(&m.c, &a, &b), RS_NIL);
    rs_conns_leave(&m.c, i);
    rs_conns_give(&m.c, i);
    CHECK_EQ(m.c.tcbs.numbers.live, 0);
}

static uint32_t find_again(const rs_endpoint *local, const rs_endpoint *remote)
{
    if (rs_conns_is_last(&m.c, local, remote)) return m.c.last;
    return rs_conns_find_hashed(&m.c, rs_conns_expect(&m.c, local, remote), local, remote);
}

TEST(the_last_one_found_is_found_again_and_forgotten_when_it_leaves)
{
    fresh();
    rs_endpoint a = v4(1, 80), b = v4(2, 1000), x = v4(3, 1000);
    uint32_t i = enter(a, b), j = enter(a, x);
    for (int n = 0; n < 2; n++) {
        CHECK_EQ(find_again(&a, &b), i);
        CHECK_EQ(m.c.last, i);
    }
    CHECK_EQ(find_again(&a, &x), j);
    rs_conns_leave(&m.c, j);
    CHECK_EQ(m.c.last, RS_NIL);
    CHECK_EQ(find_again(&a, &x), RS_NIL);
    rs_conns_give(&m.c, j);
    j = enter(a, v4(4, 1));
    CHECK_EQ(find_again(&a, &x), RS_NIL);
}

TEST(ipv4_and_ipv6_are_different_worlds)
{
    fresh();
    rs_endpoint a4 = v4(1, 80), b4 = v4(2, 1000), a6 = {rs_addr_map(a4.addr), 80}, b6 = {rs_addr_map(b4.addr), 1000};
    uint32_t i4 = enter(a4, b4), i6 = enter(a6, b6);
    CHECK_EQ(rs_conns_find(&m.c, &a4, &b4), i4);
    CHECK_EQ(rs_conns_find(&m.c, &a6, &b6), i6);
}

TEST(all_slots_can_be_used_and_found)
{
    fresh();
    for (uint16_t i = 0; i < 300; i++) enter(v4(1, 80), v4(2, i));
    CHECK_EQ(rs_conns_take(&m.c), RS_NIL);
    for (uint16_t i = 0; i < 300; i++) {
        rs_endpoint a = v4(1, 80), b = v4(2, i);
        CHECK_EQ(rs_conns_find(&m.c, &a, &b), i);
    }
    CHECK_SOUND(rs_table_broken(&m.c.by_tuple));
}

TEST(a_listener_serves_its_address_before_any_address_and_its_family_before_the_other)
{
    fresh();
    rs_endpoint here = v4(1, 80), other = v4(9, 80), peer = v4(2, 1000), any4 = {{.family = RS_IPV4}, 80},
                any6 = {{.family = RS_IPV6}, 80};
    CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), RS_NIL);
    uint32_t six = rs_conns_listen(&m.c, &any6, false, 5);
    CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), six);
    uint32_t four = rs_conns_listen(&m.c, &any4, false, 5);
    CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), four);
    uint32_t exact = rs_conns_listen(&m.c, &here, false, 5);
    CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), exact);
    CHECK_EQ(rs_conns_find_listener(&m.c, &other, &peer), four);
    rs_conns_hide(&m.c, four);
    rs_conns_unlisten(&m.c, four);
    CHECK_EQ(rs_conns_find_listener(&m.c, &other, &peer), six);
    CHECK(rs_conns_listening(&m.c, exact));
    CHECK(!rs_conns_listening(&m.c, four));
    CHECK(!rs_conns_listening(&m.c, 99));
}

TEST(an_ipv6_listener_for_ipv6_only_does_not_serve_ipv4)
{
    fresh();
    rs_endpoint here = v4(1, 80), peer = v4(2, 1000), any6 = {{.family = RS_IPV6}, 80};
    rs_conns_listen(&m.c, &any6, true, 5);
    CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), RS_NIL);
}

TEST(of_several_listeners_the_tuple_chooses_always_the_same)
{
    fresh();
    rs_endpoint any4 = {{.family = RS_IPV4}, 80}, here = v4(1, 80);
    bool chosen[3] = {false};
    for (int i = 0; i < 3; i++) rs_conns_listen(&m.c, &any4, false, 5);
    for (uint16_t port = 1; port < 100; port++) {
        rs_endpoint peer = v4(2, port);
        uint32_t l = rs_conns_find_listener(&m.c, &here, &peer);
        CHECK(l < 3);
        CHECK_EQ(rs_conns_find_listener(&m.c, &here, &peer), l);
        chosen[l] = true;
    }
    CHECK(chosen[0] && chosen[1] && chosen[2]);
}
