#define CHECK_MAIN
#include "../base/addr.h"
#include "../base/time.h"
#include "../mech/fo_cache.h"
#include "check.h"

static rs_fo_cache cache;
static rs_addr here, there;

static rs_fo_whom at(uint8_t host, int64_t secs)
{
    here = rs_addr_v4(10, 0, 0, 1);
    there = rs_addr_v4(192, 0, 2, host);
    return (rs_fo_whom){&here, &there, {secs * 1000000}};
}

static rs_fo_memory recall(uint8_t host, int64_t secs)
{
    rs_fo_whom w = at(host, secs);
    CHECK_SOUND(rs_fo_cache_broken(&cache));
    return rs_fo_recall(&cache, &w);
}

static void learn(uint8_t host, int64_t secs, rs_fo_lesson l)
{
    rs_fo_whom w = at(host, secs);
    rs_fo_learn(&cache, &w, &l);
}

static void begin(void)
{
    cache = (rs_fo_cache){0};
}

TEST(nothing_is_known_of_a_server_never_heard_of)
{
    begin();
    CHECK_EQ(recall(1, 0).cookie.len, 0);
    CHECK_EQ(recall(1, 0).mss, 0);
}

TEST(cookie_and_mss_are_remembered_until_newer_ones_come)
{
    begin();
    learn(1, 0, (rs_fo_lesson){.mss = 1000, .cookie = {4, {1, 2, 3, 4}}});
    learn(1, 1, (rs_fo_lesson){.mss = 900});
    CHECK_EQ(recall(1, 2).mss, 900);
    CHECK_EQ(recall(1, 2).cookie.len, 4);
    CHECK_EQ(recall(2, 2).cookie.len, 0);
    learn(1, 3, (rs_fo_lesson){.cookie = {8, {9}}, .exp = true});
    CHECK_EQ(recall(1, 4).cookie.len, 8);
    CHECK_EQ(recall(1, 4).mss, 900);
    CHECK(recall(1, 4).exp);
}

TEST(the_other_form_of_the_option_is_tried_once_each_way_and_not_when_there_is_a_cookie)
{
    begin();
    learn(1, 0, (rs_fo_lesson){.try_exp = 1});
    CHECK_EQ(recall(1, 1).try_exp, 1);
    learn(1, 1, (rs_fo_lesson){.try_exp = 2});
    learn(1, 2, (rs_fo_lesson){.try_exp = 1});
    CHECK_EQ(recall(1, 3).try_exp, 2);
    learn(2, 0, (rs_fo_lesson){.cookie = {4, {1}}});
    learn(2, 1, (rs_fo_lesson){.try_exp = 1});
    CHECK_EQ(recall(2, 2).try_exp, 0);
}

TEST(the_entry_used_longest_ago_makes_room)
{
    begin();
    for (int i = 0; i < RS_FO_CACHE_MAX; i++) learn((uint8_t)i, i, (rs_fo_lesson){.mss = (uint16_t)(100 + i)});
    CHECK_EQ(recall(0, 1000).mss, 100); /* used just now */
    learn(200, 1001, (rs_fo_lesson){.mss = 7});
    CHECK_EQ(recall(0, 1002).mss, 100);
    CHECK_EQ(recall(1, 1002).mss, 0);
    CHECK_EQ(recall(200, 1002).mss, 7);
    CHECK_EQ(cache.count, RS_FO_CACHE_MAX);
    rs_fo_forget(&cache);
    CHECK_EQ(recall(200, 1003).mss, 0);
}

TEST(after_losses_a_server_is_avoided_for_a_minute_and_longer_each_time)
{
    begin();
    learn(1, 0, (rs_fo_lesson){.lost = true});
    rs_fo_memory m = recall(1, 1);
    CHECK(rs_fo_avoids(&m, (rs_time){59999999}));
    CHECK(!rs_fo_avoids(&m, (rs_time){60000000}));
    learn(1, 0, (rs_fo_lesson){.lost = true});
    m = recall(1, 1);
    CHECK(rs_fo_avoids(&m, (rs_time){119999999}));
    CHECK(!rs_fo_avoids(&m, (rs_time){120000000}));
    for (int i = 0; i < 300; i++) learn(1, 0, (rs_fo_lesson){.lost = true});
    m = recall(1, 1);
    CHECK(!rs_fo_avoids(&m, (rs_time){INT64_C(3840000000)}));
    learn(1, 0, (rs_fo_lesson){.mss = 1});
    m = recall(1, 1);
    CHECK(!rs_fo_avoids(&m, (rs_time){0}));
}

TEST(a_black_hole_silences_the_host_for_a_time_that_doubles_until_it_works_again)
{
    begin();
    rs_dur hour = RS_SEC(3600);
    CHECK(!rs_fo_hole_pause(&cache, (rs_time){0}, hour));
    rs_fo_hole_seen(&cache, (rs_time){0});
    CHECK(rs_fo_hole_pause(&cache, (rs_time){INT64_C(3599999999)}, hour));
    CHECK(!rs_fo_hole_pause(&cache, (rs_time){INT64_C(3600000000)}, hour));
    CHECK(!rs_fo_hole_pause(&cache, (rs_time){0}, RS_SEC(0)));
    rs_fo_hole_seen(&cache, (rs_time){0});
    CHECK(rs_fo_hole_pause(&cache, (rs_time){INT64_C(7199999999)}, hour));
    for (int i = 0; i < 40; i++) rs_fo_hole_seen(&cache, (rs_time){0});
    CHECK(!rs_fo_hole_pause(&cache, (rs_time){INT64_C(3600000000) * 64}, hour));
    rs_fo_hole_over(&cache);
    CHECK(!rs_fo_hole_pause(&cache, (rs_time){0}, hour));
}
