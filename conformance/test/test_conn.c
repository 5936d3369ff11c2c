#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <time.h>

#include "../capture/conn.h"
#include "../packet/encode.h"
#include "capture_fix.h"

static cf_capture c;

static cf_seg seg_of(uint32_t conn, uint32_t n)
{
    uint32_t i = c.conns.items[conn].first;
    while (n--) i = cf_conns_seg(&c.conns, i)->next;
    return *cf_conns_seg(&c.conns, i);
}

TEST(numbers_become_positions_from_the_SYN_across_the_end_of_the_circle)
{
    shape sh = {.isn = {0xFFFFFFC0u, 7}};
    story(&c, &sh, whole, 10);
    CHECK_EQ(c.conns.count, 1);
    CHECK_EQ(c.conns.items[0].count, 10);
    CHECK_EQ(c.conns.items[0].port[CF_CLIENT], 4000);
    for (uint32_t i = 0; i < 10; i++) {
        CHECK_EQ(seg_of(0, i).pos, whole[i].seq);
        CHECK_EQ(seg_of(0, i).ack_pos, whole[i].ack);
        CHECK_EQ(seg_of(0, i).dir, whole[i].dir == '<');
    }
    CHECK_EQ(cf_half_bytes(&c.conns.items[0].half[CF_CLIENT]), 100);
    CHECK_EQ(c.conns.items[0].half[CF_SERVER].mss, 1460);
    CHECK_EQ(c.conns.items[0].half[CF_SERVER].wscale, 7);
    cf_capture_free(&c);
}

TEST(more_than_four_gigabytes_go_on_being_counted)
{
    shape sh = {0};
    story(&c, &sh, whole, 3);
    for (uint32_t i = 0; i < 12; i++)
        story_more(&c, &sh, &(beat){10, '>', ".", 1 + i * 0x20000000u, 1, 1, 1, NULL, 0, 0}, 1);
    CHECK_EQ(seg_of(0, 14).pos, 1 + 11 * 0x20000000ll);
    cf_capture_free(&c);
}

TEST(the_same_addresses_with_a_new_SYN_are_a_new_connection)
{
    shape sh = {.isn = {100, 200}}, again = {.isn = {5000, 9000}};
    story(&c, &sh, whole, 10);
    story_more(&c, &again, whole, 10);
    CHECK_EQ(c.conns.count, 2);
    CHECK_EQ(c.conns.items[0].count, 10);
    CHECK_EQ(c.conns.items[1].count, 10);
    CHECK_EQ(seg_of(1, 3).pos, 1);
    cf_capture_free(&c);
}

TEST(who_closed_first_and_connects_again_begins_a_connection_before_any_answer)
{
    beat b[11];
    memcpy(b, whole, sizeof whole);
    b[10] = (beat){900, '>', "S", 70000, 0, 0, 9999, NULL, 0, 0}; /* `whole` is closed by the client */
    story(&c, &(shape){0}, b, 11);
    CHECK_EQ(c.conns.count, 2);
    CHECK_EQ(c.conns.items[0].count, 10);
    cf_capture_free(&c);
    b[10].dir = '<'; /* the other end may be forging, or be answered with an ACK */
    story(&c, &(shape){0}, b, 11);
    CHECK_EQ(c.conns.count, 1);
    cf_capture_free(&c);
}

TEST(a_SYN_that_draws_only_an_ACK_starts_nothing)
{
    story(&c, &(shape){0}, whole, 4);
    const beat attack[] = {{10, '>', "S", 500, 0, 0, 1, NULL, 0, 0},
                           {10, '<', ".", 1, 0, 101, 1, NULL, 0, 0},
                           {11, '>', "P.", 101, 10, 1, 1, NULL, 0, 0}};
    story_more(&c, &(shape){0}, attack, 3);
    CHECK_EQ(c.conns.count, 1);
    CHECK_EQ(c.conns.items[0].count, 7);
    CHECK_EQ(seg_of(0, 6).mark & CF_M_AGAIN, 0);
    cf_capture_free(&c);
}

TEST(a_forged_RST_does_not_end_a_connection_but_an_exact_one_does)
{
    const beat forged = {10, '>', "R", 700, 0, 0, 0, NULL, 0, 0}, exact = {11, '>', "R", 101, 0, 0, 0, NULL, 0, 0};
    story(&c, &(shape){0}, whole, 4);
    story_more(&c, &(shape){0}, &forged, 1);
    CHECK(!c.conns.items[0].half[CF_CLIENT].rst);
    story_more(&c, &(shape){0}, &exact, 1);
    CHECK(c.conns.items[0].half[CF_CLIENT].rst);
    cf_capture_free(&c);
}

TEST(what_was_sent_before_is_marked)
{
    story(&c, &(shape){0}, whole, 4);
    story_more(&c, &(shape){0}, &whole[3], 1);
    CHECK_EQ(seg_of(0, 3).mark & CF_M_AGAIN, 0);
    CHECK(seg_of(0, 4).mark & CF_M_AGAIN);
    CHECK_EQ(c.conns.items[0].half[CF_CLIENT].again, 1);
    cf_capture_free(&c);
}

TEST(without_a_SYN_the_first_number_seen_is_1_and_the_well_known_port_serves)
{
    story(&c, &(shape){.isn = {777, 888}}, &whole[5], 5);
    CHECK(c.conns.items[0].no_syn);
    CHECK_EQ(c.conns.items[0].port[CF_SERVER], 80);
    CHECK_EQ(seg_of(0, 0).pos, 1);
    CHECK_EQ(seg_of(0, 0).ack_pos, 1);
    cf_capture_free(&c);
}

TEST(a_connection_is_named_by_its_ends)
{
    char name[120];
    story(&c, &(shape){0}, whole, 1);
    cf_conn_name(&c.conns.items[0], name, sizeof name);
    CHECK_STR(name, "192.0.2.1:4000 > 192.168.0.1:80");
    cf_capture_free(&c);
    story(&c, &(shape){.six = true}, whole, 1);
    cf_conn_name(&c.conns.items[0], name, sizeof name);
    CHECK_STR(name, "[fd00::1]:4000 > [fd00::2]:80");
    cf_capture_free(&c);
}

TEST(ten_thousand_connections_are_kept_apart)
{
    cf_capture_start(&c, "many", false);
    for (int round = 0; round < 3; round++)
        for (uint16_t p = 0; p < 10000; p++)
            story_more(&c, &(shape){.port = {(uint16_t)(20000 + p), 80}}, &whole[round], 1);
    CHECK_EQ(c.conns.count, 10000);
    for (uint32_t i = 0; i < 10000; i++) CHECK_EQ(c.conns.items[i].count, 3);
    cf_capture_free(&c);
}

/* Client and server share out the bits of one number: the sum and the difference of their addresses are all alike. */
TEST(a_flood_of_related_addresses_finds_no_long_chain)
{
    enum { FLOOD = 100000 };
    char why[100];
    clock_t start = clock();
    cf_capture_start(&c, "flood", false);
    for (uint32_t i = 0; i < FLOOD; i++) {
        cf_ends e = {.family = 4, .sport = 9, .dport = 9};
        uint32_t other = ~i;
        memcpy(e.src, &i, 4);
        memcpy(e.dst, &other, 4);
        CHECK(cf_conns_take(&c.conns, &(cf_seg){.flags = CF_SYN}, &e, why, sizeof why));
    }
    CHECK_EQ(c.conns.count, FLOOD);
    CHECK((clock() - start) / CLOCKS_PER_SEC < 8); /* one chain would be walked 5 000 000 000 steps */
    cf_capture_free(&c);
}
