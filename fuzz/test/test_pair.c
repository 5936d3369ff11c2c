#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../world/pair.h"

static fz_pair_program p;

TEST(nothing_is_a_program)
{
    fz_pair_decode(&p, NULL, 0);
    CHECK_EQ(p.count, 0);
    CHECK_EQ(p.plan.hosts, 2);
    CHECK_EQ(p.plan.talk[0].user[0].bytes, 3000);
}

TEST(a_cut_step_is_ignored_and_a_long_program_ends)
{
    static uint8_t data[FZ_PAIR_HEADER + FZ_STEP_BYTES * (FZ_PAIR_STEPS + 3)];
    data[FZ_PAIR_HEADER] = FZ_PAIR_TIME + FZ_PAIR_KINDS;
    fz_pair_decode(&p, data, FZ_PAIR_HEADER + FZ_STEP_BYTES + 5);
    CHECK_EQ(p.count, 1);
    CHECK_EQ(p.step[0].kind, FZ_PAIR_TIME);
    fz_pair_decode(&p, data, sizeof data);
    CHECK_EQ(p.count, FZ_PAIR_STEPS);
}

TEST(a_linux_host_has_room_for_two_segments)
{
    uint8_t data[FZ_PAIR_HEADER] = {[8] = 1, [18] = 2, [24] = 2};
    fz_pair_decode(&p, data, sizeof data);
    CHECK_EQ(p.plan.talk[0].user[0].rcvbuf, FZ_LEAST_RCVBUF);
    CHECK_EQ(p.plan.talk[0].user[1].rcvbuf, 2304);
}

TEST(the_header_makes_the_hosts)
{
    uint8_t data[FZ_PAIR_HEADER] = {[0] = 3, [8] = 1, [9] = 2, [13] = 5};
    fz_pair_decode(&p, data, sizeof data);
    CHECK(p.plan.ipv6 && p.plan.iss_wraps);
    CHECK(p.plan.host[0].linux_preset && !p.plan.host[1].linux_preset);
    CHECK_STR(p.plan.host[0].knob[0].name, "net.ipv4.tcp_sack");
    CHECK_STR(p.plan.host[1].knob[0].value, "cubic");
}
