#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"
#include "../world/twin.h"

static fz_pair_program p;
static fz_world world;

static void program(const uint8_t steps[][FZ_STEP_BYTES], unsigned count)
{
    enum { NO_TIMESTAMPS = 9, CLIENT_WRITES_WHEN_TOLD = 21 }; /* a segment without them would be dropped unseen */
    static uint8_t data[FZ_PAIR_HEADER + 20 * FZ_STEP_BYTES] = {[NO_TIMESTAMPS] = 1, [CLIENT_WRITES_WHEN_TOLD] = 1};
    if (count) memcpy(data + FZ_PAIR_HEADER, steps, (size_t)count * FZ_STEP_BYTES);
    fz_pair_decode(&p, data, FZ_PAIR_HEADER + (size_t)count * FZ_STEP_BYTES);
}

static const char *play(fz_pair_twin twin, fz_seen_by_users *seen)
{
    fz_pair_program now = p;
    now.twin = twin;
    fz_catch();
    fz_pair_play(&world, &now, NULL, NULL);
    *seen = fz_pair_seen(&world);
    return fz_caught();
}

static const uint8_t hostile[][FZ_STEP_BYTES] = {{FZ_PAIR_TIME, 0, 8},        {FZ_PAIR_BLIND, 0, 0},
                                                 {FZ_PAIR_BLIND, 1, 5, 1, 9}, {FZ_PAIR_FATE, 0, 1, 0},
                                                 {FZ_PAIR_USER, 0, 0, 9},     {FZ_PAIR_TIME, 0, 9}};
enum { STEPS = sizeof hostile / sizeof hostile[0] };

TEST(users_see_the_same_in_every_twin)
{
    fz_seen_by_users usual, there;
    program(hostile, STEPS);
    CHECK(fz_pair_is_timeless(&p));
    CHECK(!play(FZ_AS_IT_IS, &usual));
    CHECK_EQ(usual.got[1], 3000);
    for (int t = FZ_WITHOUT_ATTACKER; t < FZ_PAIR_TWINS; t++) {
        const char *failed = play((fz_pair_twin)t, &there);
        if (failed) CHECK_FAIL("twin %d: %s", t, failed);
        fz_catch();
        fz_pair_same((fz_pair_twin)t, &usual, &there);
        CHECK(!fz_caught());
    }
}

/* The packets are not those of the usual world, or nothing would be compared. */
TEST(a_twin_is_another_world)
{
    fz_seen_by_users seen;
    uint64_t packets[FZ_PAIR_TWINS], hash[FZ_PAIR_TWINS];
    program(hostile, STEPS);
    for (int t = 0; t < FZ_PAIR_TWINS; t++) {
        CHECK(!play((fz_pair_twin)t, &seen));
        packets[t] = world.packets;
        hash[t] = world.hash;
        for (int k = 0; k < t; k++)
            if (hash[k] == hash[t]) CHECK_FAIL("%d and %d", k, t);
    }
    CHECK(packets[FZ_WITHOUT_ATTACKER] < packets[FZ_AS_IT_IS]); /* nobody acknowledges what he sends */
}

static const char *said(fz_pair_twin twin, const fz_seen_by_users *a, const fz_seen_by_users *b)
{
    fz_catch();
    fz_pair_same(twin, a, b);
    return fz_caught();
}

TEST(a_difference_that_users_see_fires)
{
    const fz_seen_by_users usual = {.wrote = {10, 20}, .got = {20, 10}, .eof = {true, true}};
    fz_seen_by_users there = usual;
    CHECK(!said(FZ_TWICE, &usual, &there));
    there.got[1] = 9;
    CHECK_STR(said(FZ_WITHOUT_ATTACKER, &usual, &there), "O58 blind");
    CHECK_STR(said(FZ_TWICE, &usual, &there), "O59 twins");
    there = usual;
    there.error[0] = RS_ECONNRESET;
    CHECK(said(FZ_IN_PIECES, &usual, &there) != NULL);
    there = usual;
    there.eof[1] = false;
    CHECK(said(FZ_IN_PIECES, &usual, &there) != NULL);
}

TEST(where_the_moment_decides_nothing_is_compared)
{
    const uint8_t stops[][FZ_STEP_BYTES] = {{FZ_PAIR_USER, 0, FZ_USER_STOPS}};
    const uint8_t leaves[][FZ_STEP_BYTES] = {{FZ_PAIR_USER, 0, FZ_USER_LEAVES}};
    program(stops, 1);
    CHECK(!fz_pair_is_timeless(&p));
    program(leaves, 1);
    CHECK(!fz_pair_is_timeless(&p));
    program(NULL, 0);
    CHECK(fz_pair_is_timeless(&p));
    p.plan.talk[0].user[1].leaves.us = 1;
    CHECK(!fz_pair_is_timeless(&p));
    const fz_seen_by_users whole = {.wrote = {10, 20}}, broken_off = {.wrote = {10, 5}, .deaf = true};
    CHECK(!said(FZ_TWICE, &whole, &broken_off));
    CHECK(!said(FZ_TWICE, &broken_off, &whole));
}
