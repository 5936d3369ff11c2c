#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/fields.h"
#include "capture_fix.h"

static cf_capture a, b;
static cf_field_change change[CF_FIELDS];

/* Compares the n-th packets of two stories of the usual handshake and one more packet. */
static int compare(const beat *x, const beat *y, const shape *sx, const shape *sy, bool bytes_only)
{
    static cf_seg s, t;
    cf_view v, w;
    story(&a, sx, whole, 3);
    story(&b, sy, whole, 3);
    story_more(&a, sx, x, 1);
    story_more(&b, sy, y, 1);
    s = *cf_conns_seg(&a.conns, a.conns.items[0].last);
    t = *cf_conns_seg(&b.conns, b.conns.items[0].last);
    cf_view_of(&v, &a.conns.items[0], &s);
    cf_view_of(&w, &b.conns.items[0], &t);
    int n = cf_fields_compare(&v, &w, 10, bytes_only, change);
    cf_capture_free(&a);
    cf_capture_free(&b);
    return n;
}

static const beat usual = {9, '>', "P.", 1, 100, 1, 10, NULL, 0, 1};

TEST(initial_numbers_ports_and_the_hops_on_the_way_do_not_matter)
{
    shape x = {.isn = {5, 6}, .ttl = 64}, y = {.isn = {0xFFFFFFF0u, 0x80000000u}, .port = {999, 80}, .ttl = 57};
    CHECK_EQ(compare(&usual, &usual, &x, &y, false), 0);
}

TEST(each_field_is_told_with_both_values)
{
    beat y = usual;
    y.flags = ".";
    y.seq = 2;
    y.len = 50;
    y.ack = 0;
    y.win = 11;
    CHECK_EQ(compare(&usual, &y, &(shape){0}, &(shape){0}, false), 5);
    CHECK_STR(cf_field_name(change[0].field), "flags");
    CHECK_STR(change[0].a, "P.");
    CHECK_STR(change[0].b, ".");
    CHECK_EQ(change[1].field, CF_F_SEQ);
    CHECK_STR(change[2].a, "100");
    CHECK_STR(change[2].b, "50");
    CHECK_EQ(change[3].field, CF_F_ACK);
    CHECK_EQ(change[4].x, 1280);
    CHECK_EQ(change[4].y, 1408);
}

TEST(other_content_of_the_same_length_is_seen)
{
    beat y = usual;
    y.fill = 2;
    CHECK_EQ(compare(&usual, &y, &(shape){0}, &(shape){0}, false), 1);
    CHECK_EQ(change[0].field, CF_F_TEXT);
}

TEST(options_are_compared_by_order_and_value)
{
    beat x = usual, y = usual;
    x.opts = "\1\1\1\1";
    x.opt_len = 4;
    y.opts = "\2\4\5\xb4";
    y.opt_len = 4;
    CHECK_EQ(compare(&x, &y, &(shape){0}, &(shape){0}, false), 2);
    CHECK_EQ(change[0].field, CF_F_OPTIONS);
    CHECK_STR(change[0].a, "nop,nop,nop,nop");
    CHECK_EQ(change[1].field, CF_F_MSS);
    CHECK_STR(change[1].a, "absent");
}

TEST(a_signature_is_told_by_itself)
{
    beat x = usual, y = usual;
    x.opts = "\1\1\x13\x12"
             "abcdefghijklmnop";
    y.opts = "\1\1\x13\x12"
             "abcdefghijklmnoq";
    x.opt_len = y.opt_len = 20;
    CHECK_EQ(compare(&x, &y, &(shape){0}, &(shape){0}, false), 1);
    CHECK_EQ(change[0].field, CF_F_DIGEST);
    x.opts = "\x1d\x10\1\2"
             "abcdefghijkl";
    y.opts = "\x1d\x10\1\3"
             "abcdefghijkm"; /* another key (RFC 5925 2.2) */
    x.opt_len = y.opt_len = 16;
    CHECK_EQ(compare(&x, &y, &(shape){0}, &(shape){0}, false), 2);
    CHECK_EQ(change[0].field, CF_F_OPT);
    CHECK_EQ(change[1].field, CF_F_DIGEST);
}

TEST(timestamps_may_differ_by_the_tolerance)
{
    beat x = usual, y = usual;
    x.opts = "\1\1\x08\x0a\0\0\0\x10\0\0\0\0";
    y.opts = "\1\1\x08\x0a\0\0\0\x30\0\0\0\0";
    x.opt_len = y.opt_len = 12;
    CHECK_EQ(compare(&x, &y, &(shape){0}, &(shape){0}, false), 0);
}

TEST(where_only_bytes_count_windows_and_acknowledgments_do_not)
{
    beat y = usual;
    y.flags = ".";
    y.win = 500;
    y.ack = 0;
    CHECK_EQ(compare(&usual, &y, &(shape){0}, &(shape){0}, true), 0);
    y.flags = "F.";
    CHECK_EQ(compare(&usual, &y, &(shape){0}, &(shape){0}, true), 1);
}

TEST(names_lead_back_to_fields)
{
    for (int i = 0; i < CF_FIELDS; i++) CHECK_EQ(cf_field_find(cf_field_name((cf_field)i)), i);
    CHECK_EQ(cf_field_find("nothing"), -1);
}
