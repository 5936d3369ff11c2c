#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"
#include "../world/make.h"

TEST(hosts_have_addresses_of_their_own)
{
    rs_addr a = fz_world_addr(false, 0), b = fz_world_addr(false, 1), c = fz_world_addr(true, 0);
    CHECK(memcmp(a.bytes, b.bytes, sizeof a.bytes) != 0);
    CHECK_EQ(a.family, RS_IPV4);
    CHECK_EQ(c.family, RS_IPV6);
}

TEST(only_the_paths_that_are_needed_are_made)
{
    static fz_plan plan;
    static fz_world world;
    plan = (fz_plan){.seed = 1, .origin = {77}, .hosts = 3, .talks = 1};
    plan.talk[0].host[0] = 2;
    world.plan = &plan;
    fz_world_make(&world);
    CHECK(world.st[0] && world.st[1] && world.st[2]);
    CHECK(world.path_of[2][0] < world.paths && world.path_of[0][2] < world.paths);
    CHECK_EQ(world.path_of[0][1], FZ_NO_PATH);
    CHECK_EQ(world.origin.us, 77);
}

TEST(an_unknown_knob_is_told)
{
    static fz_plan plan;
    static fz_world world;
    plan = (fz_plan){.hosts = 2, .talks = 1};
    plan.talk[0].host[1] = 1;
    plan.host[1].knobs = 1;
    plan.host[1].knob[0].name = "no.such.knob";
    plan.host[1].knob[0].value = "1";
    world.plan = &plan;
    fz_catch();
    fz_world_make(&world);
    CHECK_STR(fz_caught(), "setup");
}
