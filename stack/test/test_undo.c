#define CHECK_MAIN
#include "check.h"

#include "../mech/undo.h"

static rs_undo u;

static void starts(uint32_t una, uint32_t out)
{
    u = (rs_undo){0};
    rs_undo_start(&u, rs_seq_of(una), out);
    CHECK_SOUND(rs_undo_broken(&u));
}

TEST(a_reduction_without_a_retransmission_is_not_proved_wrong_by_none)
{
    starts(100, 0);
    CHECK(!rs_undo_by_dsack(&u));
    rs_undo_duplicate(&u, rs_seq_of(200), 1);
    CHECK(!rs_undo_by_dsack(&u));
}

TEST(it_is_proved_wrong_when_every_retransmission_is_reported_twice)
{
    starts(100, 0);
    rs_undo_sent(&u, 2, 7);
    rs_undo_duplicate(&u, rs_seq_of(200), 1);
    CHECK(!rs_undo_by_dsack(&u));
    rs_undo_duplicate(&u, rs_seq_of(100), 1); /* of an earlier one */
    CHECK(!rs_undo_by_dsack(&u));
    rs_undo_duplicate(&u, rs_seq_of(300), 1);
    CHECK(rs_undo_by_dsack(&u));
}

TEST(retransmissions_in_flight_when_it_began_count_too)
{
    starts(100, 1);
    rs_undo_sent(&u, 1, 7);
    rs_undo_duplicate(&u, rs_seq_of(200), 1);
    CHECK(!rs_undo_by_dsack(&u));
    rs_undo_duplicate(&u, rs_seq_of(200), 5);
    CHECK(rs_undo_by_dsack(&u));
    rs_undo_forget(&u);
    CHECK_SOUND(rs_undo_broken(&u));
    CHECK(!rs_undo_by_dsack(&u));
}

TEST(an_echo_from_before_the_first_retransmission_is_of_the_original)
{
    starts(100, 0);
    CHECK(!rs_undo_echo_is_older(&u, 5));
    rs_undo_sent(&u, 1, 400);
    rs_undo_sent(&u, 1, 1000);
    CHECK(rs_undo_echo_is_older(&u, 399));
    CHECK(!rs_undo_echo_is_older(&u, 400)); /* RFC3522-first-retransmit-ts */
    CHECK(!rs_undo_echo_is_older(&u, 0));
    u.first_ts = 5; /* across zero */
    CHECK(rs_undo_echo_is_older(&u, UINT32_MAX));
}

TEST(what_cannot_be_is_named)
{
    starts(100, 0);
    u.retrans = -2;
    CHECK(rs_undo_broken(&u)[1] == '1');
    u = (rs_undo){.retrans = 1};
    CHECK(rs_undo_broken(&u)[1] == '2');
}
