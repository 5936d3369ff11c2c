#define CHECK_MAIN
#include "fix.h"

TEST(every_listed_change_leads_from_a_living_state_and_an_unlisted_one_nowhere)
{
    int listed = 0;
    for (int from = 0; from < RS_STATES; from++)
        for (int event = 0; event < RS_CHANGES; event++) {
            const char *rfc;
            rs_state to = rs_state_next((rs_state)from, (rs_change)event, &rfc);
            if (to == RS_STATES) continue;
            listed++;
            CHECK(rfc != NULL);
            CHECK(to != (rs_state)from);
        }
    CHECK_EQ(listed, 52);
    CHECK_EQ(rs_state_next(RS_ESTABLISHED, RS_ON_FIN_ACKED, NULL), RS_STATES);
}

TEST(every_state_can_be_left_for_closed_and_every_state_but_listen_is_reached)
{
    for (int s = RS_SYN_SENT; s < RS_STATES; s++) {
        bool leaves = false, reached = false;
        for (int event = 0; event < RS_CHANGES; event++) {
            leaves |= rs_state_next((rs_state)s, (rs_change)event, NULL) == RS_CLOSED;
            for (int from = 0; from < RS_STATES; from++)
                reached |= rs_state_next((rs_state)from, (rs_change)event, NULL) == (rs_state)s;
        }
        CHECK(leaves);
        CHECK(reached);
    }
}

TEST(a_fin_is_queued_exactly_where_the_user_may_not_send_any_more)
{
    for (int s = RS_ESTABLISHED; s < RS_STATES; s++)
        CHECK_EQ(rs_row((rs_state)s)->fin_queued, !rs_row((rs_state)s)->user_may_send);
}

TEST(names_are_those_of_the_rfc)
{
    CHECK_STR(rs_state_name(RS_FIN_WAIT_2), "FIN-WAIT-2");
    CHECK_STR(rs_state_name(RS_STATES), "?");
    CHECK_STR(rs_change_name(RS_ON_FIN_TAKEN), "FIN_TAKEN");
}

TEST(the_host_counts_its_connections_in_time_wait)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    CHECK_EQ(f->host.tw_count, 1);
    pass(f, RS_SEC(240));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->host.tw_count, 0);
}

TEST(the_host_counts_its_orphans_until_they_close_or_wait)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_close(f);
    CHECK_EQ(f->host.orphans, 1);
    state_is(f, RS_FIN_WAIT_1);
    peer_sends(f, RS_ACK | RS_FIN);
    state_is(f, RS_TIME_WAIT);
    CHECK_EQ(f->host.orphans, 0);
}
