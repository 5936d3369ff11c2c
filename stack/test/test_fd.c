#define CHECK_MAIN
#include "../sock/fd.h"
#include "../base/rng.h"
#include "check.h"

enum { CAP = 10000 };
static struct {
    rs_fds f;
    char mem[1 << 17];
} m;

static void fresh(uint32_t cap)
{
    memset(&m, 0xa5, sizeof m);
    rs_arena a = {(char *)&m, sizeof m.f};
    rs_fds_init(&m.f, &a, cap);
    CHECK(a.at <= sizeof m);
}

TEST(the_lowest_free_number_is_given)
{
    fresh(CAP);
    for (int i = 0; i < 300; i++) CHECK_EQ(rs_fds_take(&m.f, 0, (uint32_t)i), i);
    rs_fds_give(&m.f, 200);
    rs_fds_give(&m.f, 7);
    CHECK_EQ(rs_fds_take(&m.f, 0, 1), 7);
    CHECK_EQ(rs_fds_take(&m.f, 0, 1), 200);
    CHECK_EQ(rs_fds_take(&m.f, 0, 1), 300);
}

TEST(taking_from_a_number_on_skips_what_is_below)
{
    fresh(CAP);
    CHECK_EQ(rs_fds_take(&m.f, 5000, 9), 5000);
    CHECK_EQ(rs_fds_take(&m.f, 5000, 9), 5001);
    CHECK_EQ(rs_fds_take(&m.f, 0, 9), 0);
    CHECK_EQ(rs_fds_sock(&m.f, 5001), 9);
    CHECK_EQ(rs_fds_sock(&m.f, 4999), RS_NIL);
    CHECK_EQ(rs_fds_take(&m.f, CAP, 9), -1);
    CHECK_EQ(rs_fds_take(&m.f, -1, 9), -1);
}

TEST(random_use_agrees_with_a_plain_array)
{
    for (uint32_t cap = 1; cap < CAP; cap = cap * 3 + 61) {
        fresh(cap);
        static bool open[CAP];
        memset(open, 0, sizeof open);
        rs_rng rng = rs_rng_of(cap);
        for (int i = 0; i < 3000; i++) {
            uint32_t n = rs_rng_below(&rng, cap);
            if (rs_rng_below(&rng, 3) == 0 && open[n]) {
                rs_fds_give(&m.f, (rs_fd)n);
                open[n] = false;
                continue;
            }
            uint32_t from = rs_rng_below(&rng, 4) ? 0 : n, want = from;
            while (want < cap && open[want]) want++;
            rs_fd got = rs_fds_take(&m.f, (rs_fd)from, 1);
            CHECK_EQ(got, want < cap ? (int64_t)want : -1);
            if (got >= 0) open[got] = true;
        }
        CHECK_SOUND(rs_fds_broken(&m.f));
    }
}

TEST(every_number_is_used_before_the_table_is_full)
{
    fresh(1000);
    for (int i = 0; i < 1000; i++) CHECK_EQ(rs_fds_take(&m.f, 0, 1), i);
    CHECK_EQ(rs_fds_take(&m.f, 0, 1), -1);
    CHECK_SOUND(rs_fds_broken(&m.f));
}

TEST(the_close_on_exec_flag_belongs_to_the_number)
{
    fresh(CAP);
    rs_fds_take(&m.f, 0, 77);
    rs_fds_set_cloexec(&m.f, 0, true);
    CHECK(rs_fds_cloexec(&m.f, 0));
    CHECK_EQ(rs_fds_sock(&m.f, 0), 77);
    rs_fds_set_cloexec(&m.f, 0, false);
    CHECK(!rs_fds_cloexec(&m.f, 0));
}

TEST(open_numbers_are_walked_in_order)
{
    fresh(CAP);
    rs_fds_take(&m.f, 3, 1);
    rs_fds_take(&m.f, 64, 1);
    rs_fds_take(&m.f, 700, 1);
    CHECK_EQ(rs_fds_open_from(&m.f, 0), 3);
    CHECK_EQ(rs_fds_open_from(&m.f, 4), 64);
    CHECK_EQ(rs_fds_open_from(&m.f, 65), 700);
    CHECK_EQ(rs_fds_open_from(&m.f, 701), -1);
}
