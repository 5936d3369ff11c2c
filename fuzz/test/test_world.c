/* Each oracle of a world fires when the world is made to break it. */
#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"
#include "../world/world.h"

static fz_plan plan;
static fz_world world;

/* Two hosts, one conversation of 50000 bytes each way, on a path without faults. */
static void simple(void)
{
    plan = (fz_plan){.seed = 5, .origin = {1000000}, .rough = {2000000}, .hosts = 2, .talks = 1};
    plan.talk[0].host[1] = 1;
    for (unsigned i = 0; i < 2; i++) {
        plan.talk[0].user[i] = (fz_script){.bytes = 50000, .piece = 3000, .read_piece = 5000};
        plan.path[i][!i].calm.delay.us = plan.path[i][!i].rough.delay.us = 10000;
    }
}

static const char *play(void)
{
    fz_catch();
    fz_world_play(&world, &plan);
    return fz_caught();
}

TEST(everything_arrives_on_a_good_path)
{
    simple();
    CHECK(!play());
    CHECK_EQ(world.talk[0].end[0].got, 50000);
    CHECK_EQ(world.talk[0].end[1].got, 50000);
    CHECK(world.talk[0].end[0].eof && world.talk[0].end[1].eof);
    CHECK(world.packets > 70);
}

TEST(everything_arrives_on_a_bad_path)
{
    simple();
    for (unsigned i = 0; i < 2; i++) {
        rs_link_faults *f = &plan.path[i][!i].rough;
        f->lose = f->repeat = f->corrupt = f->overtake = 100000;
        f->overtake_by.us = 9000;
    }
    CHECK(!play());
    CHECK_EQ(world.talk[0].end[0].got, 50000);
    const rs_link_counts *c = &world.path[world.path_of[0][1]].link->count;
    CHECK(c->lost > 0 && c->repeated > 0 && c->corrupted > 0 && c->overtook > 0);
}

TEST(a_cut_lasts_as_long_as_planned)
{
    simple();
    plan.path[0][1].cut[0].to.us = 1500000;
    CHECK(!play());
    CHECK(world.path[world.path_of[0][1]].link->count.lost >= 1);
    CHECK(world.now.us > 2500000);
}

TEST(gilbert_loses_in_bursts)
{
    simple();
    plan.path[0][1].to_bad = 100000;
    plan.path[0][1].to_good = 300000;
    plan.path[0][1].lose_when_bad = 1000000;
    CHECK(!play());
    CHECK(world.path[world.path_of[0][1]].link->count.lost >= 2);
}

TEST(the_same_seed_is_the_same_world)
{
    static fz_plan p;
    for (uint64_t seed = 1; seed < 9; seed++) {
        fz_plan_of(&p, seed, 0);
        fz_world_play(&world, &p);
        uint64_t hash = world.hash;
        fz_world_play(&world, &p);
        CHECK(world.hash == hash);
        fz_plan_of(&p, seed + 1, 0);
        fz_world_play(&world, &p);
        CHECK(world.hash != hash);
    }
}

TEST(sequence_numbers_wrap_where_the_plan_says)
{
    simple();
    plan.iss_wraps = true;
    plan.iss_before = 20000;
    CHECK(!play());
    CHECK(world.judge[0].side[0].conn.iss > 0xffffffffu - 21000);
}

/* ---------- planted violations ---------- */

TEST(other_bytes_than_were_written_are_seen)
{
    simple();
    fz_world_open(&world, &plan, NULL);
    fz_world_run(&world, (rs_time){world.origin.us + 15000});
    world.talk[0].end[0].key = 9; /* the server expects another stream of the client */
    fz_catch();
    fz_world_run(&world, (rs_time){world.origin.us + 2000000});
    CHECK_STR(fz_caught(), "O24 stream");
}

TEST(a_network_that_never_becomes_fair_is_not_served)
{
    simple();
    plan.path[0][1].calm.lose = plan.path[0][1].rough.lose = 1000000;
    plan.talk[0].user[0].start.us = 3000000;
    CHECK_STR(play(), "O53 error"); /* connect gives up */
    simple();
    plan.talk[0].user[1].each = 1; /* waits for a question that nobody asks */
    plan.talk[0].user[0].bytes = 0;
    CHECK_STR(play(), "O51 liveness");
}

TEST(who_does_not_leave_is_left_over)
{
    simple();
    plan.talk[0].user[0].piece_gap.us = INT64_C(86400000000) * 30;
    fz_world_open(&world, &plan, NULL);
    fz_world_run(&world, (rs_time){world.origin.us + 2000000});
    fz_catch();
    fz_world_close(&world);
    CHECK_STR(fz_caught(), "O52 end");
}

static bool lose_third(void *ctx, unsigned from, const cf_packet *p, rs_link_faults *f)
{
    unsigned *n = ctx;
    (void)p;
    if (from == 0 && ++*n == 3) f->lose = 1000000;
    return false;
}

static const char *restart_the_server(void)
{
    fz_catch();
    fz_world_open(&world, &plan, NULL);
    fz_world_run(&world, (rs_time){world.origin.us + 45000});
    fz_world_reboot(&world, 1);
    fz_world_fair(&world);
    fz_world_close(&world);
    return fz_caught();
}

TEST(who_still_talks_to_a_host_that_has_restarted_finds_out)
{
    simple();
    CHECK(!restart_the_server());
    CHECK_EQ(world.talk[0].end[0].error, RS_ECONNRESET);
    CHECK(world.talk[0].end[1].restarted);
    plan.path[1][0].calm.lose = 1000000; /* nobody tells */
    plan.host[0].knobs = 1;
    plan.host[0].knob[0].name = "net.ipv4.tcp_retries2";
    plan.host[0].knob[0].value = "255";
    CHECK_STR(restart_the_server(), "O57 reboot");
}

TEST(fate_decides_for_each_packet)
{
    simple();
    unsigned n = 0;
    const fz_fate fate = {.ctx = &n, .decide = lose_third};
    fz_world_open(&world, &plan, &fate);
    fz_world_run(&world, (rs_time){world.origin.us + 2000000});
    CHECK_EQ(world.path[world.path_of[0][1]].link->count.lost, 1);
    fz_world_fair(&world);
    CHECK_EQ(world.talk[0].end[1].got, 50000);
}
