#define CHECK_MAIN
#include "../run/story.h"

#include "../../stack/test/check.h"

static cf_dialogue d;
static cf_result r;

static void begin(void)
{
    cf_result_free(&r);
    cf_dialogue_free(&d);
    cf_dialogue_init(&d, true, NULL);
}

TEST(lines_are_sorted_by_time_and_stay_in_order_within_an_instant)
{
    begin();
    cf_dialogue_say(&d, 20, "out", 3, "c");
    cf_dialogue_say(&d, 10, "in", 2, "a");
    cf_dialogue_say(&d, 10, "drop", 0, "b");
    cf_story_take(&d, false, &r);
    CHECK_EQ(r.stories, 3);
    CHECK_STR(r.story[0].text, "a");
    CHECK_STR(r.story[1].text, "b");
    CHECK_STR(r.story[2].text, "c");
}

TEST(only_the_last_lines_are_kept_and_window_changes_only_on_request)
{
    begin();
    for (int i = 0; i < CF_STORY_MAX + 5; i++) cf_dialogue_say(&d, i, "note", 0, "%d", i);
    cf_dialogue_say(&d, 1000, "cwnd", 0, "cwnd 10");
    cf_story_take(&d, false, &r);
    CHECK_EQ(r.stories, CF_STORY_MAX);
    CHECK_STR(r.story[0].text, "5");
    begin();
    cf_dialogue_say(&d, 1000, "cwnd", 0, "cwnd 10");
    cf_story_take(&d, true, &r);
    CHECK_EQ(r.stories, 1);
}

TEST(the_drop_after_the_last_injected_packet_explains_the_failure)
{
    begin();
    r.line = 9;
    cf_dialogue_say(&d, 1, "in", 7, "< . 1:1(0)");
    cf_dialogue_say(&d, 1, "drop", 0, "too old");
    cf_dialogue_say(&d, 2, "in", 8, "< . 1:1(0)");
    cf_dialogue_say(&d, 2, "drop", 0, "outside the window");
    cf_story_take(&d, false, &r);
    cf_story_explain(&r);
    CHECK_STR(r.hint, "the stack on the packet of line 8: outside the window");
    begin();
    cf_dialogue_say(&d, 1, "in", 7, "< . 1:1(0)");
    cf_story_take(&d, false, &r);
    cf_story_explain(&r);
    CHECK(r.hint == NULL);
    begin();
}
