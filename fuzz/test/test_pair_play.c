#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"
#include "../world/pair.h"

static fz_pair_program p;
static fz_world world;

/* The steps of a program behind an empty header: {kind, side, arguments}. */
static void program(const uint8_t steps[][FZ_STEP_BYTES], unsigned count)
{
    static uint8_t data[FZ_PAIR_HEADER + 20 * FZ_STEP_BYTES];
    if (count) memcpy(data + FZ_PAIR_HEADER, steps, (size_t)count * FZ_STEP_BYTES);
    fz_pair_decode(&p, data, FZ_PAIR_HEADER + (size_t)count * FZ_STEP_BYTES);
}

static const char *play(void)
{
    fz_catch();
    fz_pair_play(&world, &p, NULL, NULL);
    return fz_caught();
}

TEST(an_empty_program_delivers)
{
    program(NULL, 0);
    CHECK(!play());
    CHECK_EQ(world.talk[0].end[1].got, 3000);
}

TEST(packets_have_the_fate_they_are_given)
{
    const uint8_t steps[][FZ_STEP_BYTES] = {
        {FZ_PAIR_FATE, 0, 1, 0}, {FZ_PAIR_FATE, 0, 3, 1}, {FZ_PAIR_FATE, 0, 5, 2}, {FZ_PAIR_TIME, 0, 9}};
    program(steps, 4);
    CHECK(!play());
    const rs_link_counts *c = &world.path[world.path_of[0][1]].link->count;
    CHECK_EQ(c->lost, 1);
    CHECK_EQ(c->repeated, 1);
    CHECK_EQ(c->corrupted, 1);
    CHECK_EQ(world.talk[0].end[1].got, 3000);
}

TEST(not_more_is_lost_than_a_handshake_bears)
{
    const uint8_t steps[][FZ_STEP_BYTES] = {{FZ_PAIR_BURST, 0, 1, 0, 0, 15}, {FZ_PAIR_TIME, 0, 11}};
    program(steps, 2);
    CHECK(!play());
    CHECK(world.path[world.path_of[0][1]].link->count.lost >= FZ_EARLY_LOSSES);
    CHECK(world.path[world.path_of[0][1]].link->count.lost < 16);
}

TEST(attackers_and_ghosts_change_nothing)
{
    const uint8_t steps[][FZ_STEP_BYTES] = {
        {FZ_PAIR_TIME, 0, 5},  {FZ_PAIR_BLIND, 0, 0},    {FZ_PAIR_BLIND, 1, 2}, {FZ_PAIR_BLIND, 1, 6, 1},
        {FZ_PAIR_AGAIN, 0, 0}, {FZ_PAIR_AGAIN, 0, 1, 3}, {FZ_PAIR_KNOB, 0, 1},  {FZ_PAIR_NARROW, 0, 1, 9}};
    program(steps, 8);
    CHECK(!play());
    CHECK_EQ(world.talk[0].end[1].got, 3000);
}

static unsigned told_window; /* drops that the host of the server has counted for want of a number in its window */

static void count_outside(void *ctx, fz_world *w, int step)
{
    (void)ctx;
    rs_counters c;
    rs_stack_counters(w->st[1], &c);
    for (unsigned i = 0; step == 1 && i < rs_drop_reasons(); i++)
        if (strcmp(rs_drop_name(i), "SEQ_OUTSIDE_WINDOW") == 0) told_window = (unsigned)c.drops[i];
}

TEST(an_attacker_may_have_guessed_the_clock_but_not_the_number)
{
    for (unsigned stamps = 0; stamps < 2; stamps++) {
        const uint8_t steps[][FZ_STEP_BYTES] = {{FZ_PAIR_TIME, 0, 5},
                                                {FZ_PAIR_BLIND, 1, 4, 0, 0, (uint8_t)(stamps * 0x80)}};
        program(steps, 2);
        p.plan.talk[0].user[0].first = 0; /* still open when the attacker comes */
        told_window = 0;
        fz_catch();
        fz_pair_play(&world, &p, count_outside, NULL);
        CHECK(fz_caught() == NULL);
        CHECK_EQ(told_window, stamps); /* the other one is not looked at that far */
    }
}

TEST(a_user_that_ends_early_writes_less)
{
    const uint8_t steps[][FZ_STEP_BYTES] = {{FZ_PAIR_USER, 0, 5}};
    program(steps, 1);
    p.plan.talk[0].user[0].first = 0;
    CHECK(!play());
    CHECK_EQ(world.talk[0].end[1].got, 0);
    CHECK(world.talk[0].end[1].eof);
}
