#define CHECK_MAIN
#include "../sock/wait.h"
#include "../base/time.h"
#include "check.h"

static struct {
    rs_waits w;
    char mem[1 << 14];
} m;

static void fresh(void)
{
    memset(&m, 0xa5, sizeof m);
    rs_arena a = {(char *)&m, sizeof m.w};
    rs_waits_init(&m.w, &a, 4);
    CHECK(a.at <= sizeof m);
}

static uint32_t park(rs_call_kind kind, uint32_t sock, rs_time until)
{
    rs_parked p = {.kind = kind, .sock = sock};
    return rs_waits_park(&m.w, &p, until);
}

TEST(a_call_is_found_by_its_number_until_it_ends)
{
    fresh();
    uint32_t n = park(RS_CALL_RECV, 3, RS_NEVER);
    CHECK(n > 0);
    CHECK_EQ(rs_waits_at(&m.w, n)->sock, 3);
    rs_waits_end(&m.w, n);
    CHECK(!rs_waits_at(&m.w, n));
    CHECK(!rs_waits_at(&m.w, 0));
    CHECK(!rs_waits_at(&m.w, 1000));
}

TEST(the_older_of_two_calls_for_the_same_thing_is_first)
{
    fresh();
    uint32_t a = park(RS_CALL_RECV, 3, RS_NEVER), b = park(RS_CALL_RECV, 3, RS_NEVER),
             c = park(RS_CALL_SEND, 3, RS_NEVER), d = park(RS_CALL_RECV, 4, RS_NEVER);
    CHECK(!rs_waits_behind(&m.w, a));
    CHECK(rs_waits_behind(&m.w, b));
    CHECK(!rs_waits_behind(&m.w, c));
    CHECK(!rs_waits_behind(&m.w, d));
    rs_waits_end(&m.w, a);
    CHECK(!rs_waits_behind(&m.w, b));
    CHECK_SOUND(rs_waits_broken(&m.w));
}

TEST(a_call_is_late_from_its_deadline_on)
{
    fresh();
    uint32_t a = park(RS_CALL_RECV, 3, (rs_time){500}), b = park(RS_CALL_RECV, 4, RS_NEVER);
    rs_waits_advance(&m.w, (rs_time){499});
    CHECK(!rs_waits_at(&m.w, a)->late);
    rs_waits_advance(&m.w, (rs_time){500});
    CHECK(rs_waits_at(&m.w, a)->late);
    CHECK(!rs_waits_at(&m.w, b)->late);
    CHECK(!rs_heap_first(&m.w.deadlines));
}

TEST(there_is_room_for_so_many_calls_and_no_more)
{
    fresh();
    for (uint32_t i = 0; i < 4; i++) CHECK(park(RS_CALL_RECV, i, RS_NEVER));
    CHECK_EQ(park(RS_CALL_RECV, 9, RS_NEVER), 0);
}
