#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/diff.h"
#include "capture_fix.h"
#include "fixture.h"

static cf_capture a, b;
static cf_diff d;

static void compare(const shape *sx, const beat *x, size_t n, const shape *sy, const beat *y, size_t m, bool bytes)
{
    cf_diff_opts o = cf_diff_defaults();
    o.bytes_only = bytes;
    cf_capture_start(&a, "a", bytes);
    cf_capture_start(&b, "b", bytes);
    story_more(&a, sx, x, n);
    story_more(&b, sy, y, m);
    cf_diff_captures(&d, &a, &b, &o);
    cf_capture_free(&a);
    cf_capture_free(&b);
}

static uint64_t count(cf_diff_kind k)
{
    return d.counts[k][CF_DC_UNEXPLAINED];
}

/* A connection that only one side has is a difference like any other. */
TEST(a_connection_without_a_partner_is_asked_of_the_rules)
{
    char why[300];
    cf_rules rules;
    tree_new();
    CHECK(cf_rules_load(&rules,
                        tree_put("r.tsv", "kind\tfield\tcondition\tclass\tcite\treason\n"
                                          "connection\t*\tsyn\tshould\tX\tonly there\n"),
                        why, sizeof why));
    cf_diff_opts o = cf_diff_defaults();
    o.rules = &rules;
    cf_capture_start(&a, "a", false);
    cf_capture_start(&b, "b", false);
    story_more(&a, &(shape){0}, whole, 10);
    cf_diff_captures(&d, &a, &b, &o);
    CHECK_EQ(d.counts[CF_D_CONNECTION][CF_DC_SHOULD], 1);
    CHECK_EQ(d.count, 1);
    cf_diff_free(&d);
    o.rules = NULL;
    cf_diff_captures(&d, &b, &a, &o);
    CHECK_EQ(d.counts[CF_D_CONNECTION][CF_DC_UNEXPLAINED], 1);
    cf_diff_free(&d);
    cf_capture_free(&a);
    cf_capture_free(&b);
    cf_rules_free(&rules);
    tree_free();
}

TEST(a_capture_equals_itself_and_itself_elsewhere_and_later)
{
    shape there = {.isn = {0xFFFFFFFF, 77}, .port = {5555, 80}, .ttl = 50, .start_ns = 5000000000000ll};
    compare(&(shape){0}, whole, 10, &(shape){0}, whole, 10, false);
    CHECK(cf_diff_equal(&d));
    CHECK_EQ(d.equal_connections, 1);
    cf_diff_free(&d);
    compare(&(shape){0}, whole, 10, &there, whole, 10, false);
    CHECK(cf_diff_equal(&d));
    cf_diff_free(&d);
}

TEST(a_packet_that_is_not_there_is_missing_one_way_and_extra_the_other)
{
    beat less[9];
    memcpy(less, whole, 4 * sizeof *less);
    memcpy(less + 4, whole + 5, 5 * sizeof *less);
    compare(&(shape){0}, whole, 10, &(shape){0}, less, 9, false);
    CHECK_EQ(count(CF_D_MISSING), 1);
    CHECK_EQ(cf_diff_class_count(&d, CF_DC_UNEXPLAINED), 1);
    CHECK_EQ(d.items[0].kind, CF_D_MISSING);
    cf_diff_free(&d);
    compare(&(shape){0}, less, 9, &(shape){0}, whole, 10, false);
    CHECK_EQ(count(CF_D_EXTRA), 1);
    cf_diff_free(&d);
}

TEST(a_late_packet_is_told_once_and_not_for_all_that_follow)
{
    beat late[10];
    memcpy(late, whole, sizeof late);
    for (int i = 5; i < 10; i++) late[i].ms += 200;
    compare(&(shape){0}, whole, 10, &(shape){0}, late, 10, false);
    CHECK_EQ(count(CF_D_TIME), 1);
    CHECK_EQ(cf_diff_class_count(&d, CF_DC_UNEXPLAINED), 1);
    CHECK_STR(d.items[0].a, "+0.016000 s");
    CHECK_STR(d.items[0].b, "+0.216000 s");
    cf_diff_free(&d);
}

TEST(a_field_is_told_with_both_values_and_the_packets_around_it)
{
    beat other[10];
    memcpy(other, whole, sizeof other);
    other[8].win = 1;
    compare(&(shape){0}, whole, 10, &(shape){0}, other, 10, false);
    CHECK_EQ(d.count, 1);
    CHECK_STR(d.items[0].field, "win");
    CHECK_STR(d.items[0].b, "128");
    CHECK_EQ(d.pair_count, 1);
    CHECK_EQ(d.row_count, 5);
    CHECK_EQ(d.rows[0].a_number, 6);
    CHECK(d.rows[0].gap);
    CHECK_EQ(d.rows[3].count, 1);
    CHECK_EQ(d.rows[4].a_number, 10);
    cf_diff_free(&d);
}

/* The other run was over before it had to acknowledge. */
TEST(an_acknowledgment_that_still_had_time_is_known)
{
    char why[300];
    cf_rules rules;
    tree_new();
    CHECK(cf_rules_load(&rules,
                        tree_put("r.tsv", "kind\tfield\tcondition\tclass\tcite\treason\n"
                                          "missing\t*\tack ending\tchoice\tX\thad time\n"),
                        why, sizeof why));
    for (int after = 30; after <= 60; after += 30) { /* milliseconds after what is acknowledged */
        cf_diff_opts o = cf_diff_defaults();
        o.rules = &rules;
        cf_capture_start(&a, "a", false);
        cf_capture_start(&b, "b", false);
        story_more(&a, &(shape){0}, whole, 5);
        story_more(&b, &(shape){0}, whole, 4);
        o.end_ns[0] = o.end_ns[1] = b.conns.items[0].end_ns + after * INT64_C(1000000);
        cf_diff_captures(&d, &a, &b, &o);
        CHECK_EQ(d.counts[CF_D_MISSING][CF_DC_CHOICE], after < 40);
        CHECK_EQ(count(CF_D_MISSING), after > 40);
        cf_diff_free(&d);
        cf_capture_free(&a);
        cf_capture_free(&b);
    }
    cf_rules_free(&rules);
    tree_free();
}

TEST(a_connection_on_one_side_only_is_one_difference)
{
    cf_diff_opts o = cf_diff_defaults();
    story(&a, &(shape){0}, whole, 10);
    story(&b, &(shape){0}, whole, 10);
    story_more(&b, &(shape){.port = {4001, 81}}, whole, 10);
    cf_diff_captures(&d, &a, &b, &o);
    CHECK_EQ(count(CF_D_CONNECTION), 1);
    CHECK_EQ(d.equal_connections, 1);
    CHECK_EQ(d.connections, 2);
    cf_diff_free(&d);
    cf_capture_free(&a);
    cf_capture_free(&b);
}

TEST(segmentation_does_not_matter_where_only_bytes_count)
{
    beat cut[11];
    memcpy(cut, whole, 4 * sizeof *cut);
    memcpy(cut + 4, whole + 3, 7 * sizeof *cut);
    cut[3].len = 60;
    cut[4].seq = 61;
    cut[4].len = 40;
    compare(&(shape){0}, whole, 10, &(shape){0}, cut, 11, false);
    CHECK(!cf_diff_equal(&d));
    cf_diff_free(&d);
    compare(&(shape){0}, whole, 10, &(shape){0}, cut, 11, true);
    CHECK(cf_diff_equal(&d));
    cf_diff_free(&d);
    cut[4].fill = 1;
    compare(&(shape){0}, whole, 10, &(shape){0}, cut, 11, true);
    CHECK_EQ(d.count, 1);
    CHECK_STR(d.items[0].field, "text");
    cf_diff_free(&d);
}

TEST(of_many_differences_the_first_are_kept_and_all_are_counted)
{
    cf_diff_opts o = cf_diff_defaults();
    o.keep = 3;
    beat other[10];
    memcpy(other, whole, sizeof other);
    for (int i = 0; i < 10; i++) other[i].win = (uint16_t)(i + 1);
    story(&a, &(shape){0}, whole, 10);
    story(&b, &(shape){0}, other, 10);
    cf_diff_captures(&d, &a, &b, &o);
    CHECK_EQ(d.count, 3);
    CHECK_EQ(d.not_kept, 7);
    CHECK_EQ(count(CF_D_FIELD), 10);
    cf_diff_free(&d);
    cf_capture_free(&a);
    cf_capture_free(&b);
}

TEST(files_that_cannot_be_read_are_an_error_with_their_name)
{
    char why[400];
    cf_diff_opts o = cf_diff_defaults();
    tree_new();
    CHECK(!cf_diff_files(&d, "/nonexistent.pcap", "/nonexistent.pcap", &o, why, sizeof why));
    CHECK(strstr(why, "/nonexistent.pcap") != NULL);
    char path[300];
    snprintf(path, sizeof path, "%s", story_file("a.pcap", &(shape){0}, whole, 10));
    CHECK(cf_diff_files(&d, path, path, &o, why, sizeof why));
    CHECK(cf_diff_equal(&d));
    cf_diff_free(&d);
    tree_free();
}
