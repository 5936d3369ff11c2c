#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/view.h"
#include "capture_fix.h"

static cf_capture c;

static cf_view view(uint32_t n)
{
    static cf_seg s;
    cf_view v;
    uint32_t i = c.conns.items[0].first;
    while (n--) i = cf_conns_seg(&c.conns, i)->next;
    s = *cf_conns_seg(&c.conns, i);
    cf_view_of(&v, &c.conns.items[0], &s);
    return v;
}

TEST(windows_are_in_bytes_when_both_offered_a_scale)
{
    story(&c, &(shape){0}, whole, 10);
    CHECK_EQ(view(0).win, 64240);
    CHECK_EQ(view(2).win, 502 << 7);
    CHECK_EQ(view(0).wscale, 7);
    CHECK_EQ(view(2).wscale, -1);
    cf_capture_free(&c);
}

TEST(timestamps_count_from_the_first_and_an_echo_of_the_first_is_1)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 1, "\1\1\x08\x0a\0\0\x10\0\0\0\0\0", 12, 0},
                             {1, '<', "S.", 0, 0, 1, 1, "\1\1\x08\x0a\0\0\x20\0\0\0\x10\0", 12, 0},
                             {2, '>', ".", 1, 0, 1, 1, "\1\1\x08\x0a\0\0\x10\x05\0\0\x20\0", 12, 0}};
    story(&c, &(shape){0}, b, 3);
    CHECK_EQ(view(0).ts_val, 0);
    CHECK_EQ(view(0).ts_ecr, 0);
    CHECK_EQ(view(1).ts_ecr, 1);
    CHECK_EQ(view(2).ts_val, 5);
    CHECK_STR(view(2).order, "nop,nop,TS");
    cf_capture_free(&c);
}

TEST(sack_edges_are_positions_of_the_side_that_is_told)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 1, NULL, 0, 0},
                             {1, '<', "S.", 0, 0, 1, 1, NULL, 0, 0},
                             {2, '<', ".", 1, 0, 1, 1, "\1\1\5\x0a\0\0\x07\xd1\0\0\x0b\xb9", 12, 0}};
    story(&c, &(shape){.isn = {1000, 77}}, b, 3);
    cf_view v = view(2);
    CHECK_EQ(v.sacks, 1);
    CHECK_EQ(v.sack[0], 1001);
    CHECK_EQ(v.sack[1], 2001);
    cf_capture_free(&c);
}

TEST(a_view_prints_like_a_script)
{
    char text[200];
    story(&c, &(shape){.isn = {999, 1}}, whole, 10);
    cf_view v = view(3);
    cf_view_print(&v, text, sizeof text);
    CHECK_STR(text, "P. 1:101(100) ack 1 win 64256");
    v = view(0);
    cf_view_print(&v, text, sizeof text);
    CHECK_STR(text, "S 0:0(0) win 64240 <mss 1460,nop,wscale 7>");
    CHECK_EQ(cf_view_print(&v, text, 5), 42);
    CHECK_STR(text, "S 0:");
    cf_capture_free(&c);
}

TEST(every_option_is_named_however_many_there_are)
{
    cf_view v;
    uint8_t pads[40], odd[40];
    memset(pads, 1, sizeof pads);
    for (int i = 0; i < 40; i += 2) {
        odd[i] = 174; /* the kind with the longest name in the fewest bytes */
        odd[i + 1] = 2;
    }
    const beat b[] = {{0, '>', "S", 0, 0, 0, 1, (const char *)pads, 40, 0},
                      {1, '>', "S", 0, 0, 0, 1, (const char *)odd, 40, 0}};
    story(&c, &(shape){0}, b, 2);
    cf_seg *first = cf_conns_seg(&c.conns, c.conns.items[0].first);
    cf_view_of(&v, &c.conns.items[0], first);
    CHECK_EQ(strlen(v.order), 40 * 4 - 1);
    cf_view_of(&v, &c.conns.items[0], cf_conns_seg(&c.conns, first->next));
    CHECK_EQ(strlen(v.order), 20 * 8 - 1);
    cf_capture_free(&c);
}
