#define CHECK_MAIN
#include "../run/dialogue.h"

#include <stdlib.h>

#include "match_fix.h"

static cf_dialogue d;

TEST(packets_count_and_go_into_the_hash_even_when_nobody_listens)
{
    cf_dialogue_init(&d, false, NULL);
    uint64_t empty = d.hash;
    cf_dialogue_packet(&d, CF_IN, 5, (const uint8_t *)"ab", 2);
    uint64_t one = d.hash;
    cf_dialogue_packet(&d, CF_OUT, 5, (const uint8_t *)"ab", 2);
    CHECK(empty != one && one != d.hash);
    CHECK_EQ(d.packets_in, 1);
    CHECK_EQ(d.packets_out, 1);
    cf_dialogue_say(&d, 0, "note", 0, "unheard");
    CHECK_EQ(d.count, 0);
    cf_dialogue_free(&d);
}

TEST(time_direction_and_bytes_each_change_the_hash)
{
    uint64_t h[4];
    for (int i = 0; i < 4; i++) {
        cf_dialogue_init(&d, false, NULL);
        cf_dialogue_packet(&d, i == 1 ? CF_OUT : CF_IN, i == 2 ? 6 : 5, (const uint8_t *)(i == 3 ? "ac" : "ab"), 2);
        h[i] = d.hash;
        cf_dialogue_free(&d);
    }
    for (int i = 0; i < 4; i++)
        for (int k = i + 1; k < 4; k++) CHECK(h[i] != h[k]);
}

TEST(frames_of_a_connection_are_told_in_the_scripts_numbers)
{
    static uint8_t bytes[100];
    cf_sock s = {.proto = CF_P_TCP, .isn_known = true, .live_isn = 1000, .remote_isn = 2000};
    cf_packet p = fix_packet(&(fix_frame){.flags = CF_ACK, .seq = 1001, .ack = 2005, .win = 9, .text_len = 3}, false,
                             bytes, sizeof bytes);
    char *text = cf_dialogue_frame_text(&s, &p);
    bool same = strcmp(text, "> . 1:4(3) ack 5 win 9") == 0;
    free(text);
    CHECK(same);
}

TEST(a_call_stands_before_its_effects_of_the_same_instant)
{
    cf_dialogue_init(&d, true, NULL);
    cf_dialogue_say(&d, 10, "in", 1, "before");
    uint32_t mark = d.count;
    cf_dialogue_hear(&d, 20, "state", "effect", NULL);
    cf_dialogue_say(&d, 20, "call", 2, "the call");
    cf_dialogue_raise(&d, mark);
    CHECK_STR(d.line[1].text, "the call");
    CHECK_STR(d.line[2].text, "effect");
    cf_dialogue_free(&d);
}

TEST(what_the_stack_says_carries_its_reason)
{
    cf_dialogue_init(&d, true, NULL);
    d.live_start_us = 100;
    cf_dialogue_hear(&d, 150, "drop", "outside the window", "9293 3.10.7.4 first");
    CHECK_STR(d.line[0].text, "outside the window (RFC 9293 3.10.7.4 first)");
    CHECK_EQ(d.line[0].at_us, 50);
    cf_dialogue_free(&d);
}

TEST(memory_is_bounded)
{
    cf_dialogue_init(&d, true, NULL);
    for (int i = 0; i < CF_DIALOGUE_MAX + 10; i++) cf_dialogue_say(&d, i, "note", 0, "%d", i);
    CHECK_EQ(d.count, CF_DIALOGUE_MAX);
    CHECK_EQ(d.dropped, 10);
    cf_dialogue_free(&d);
}
