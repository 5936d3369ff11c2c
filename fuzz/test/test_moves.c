#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"

static const char *judged(rs_state from, rs_state to)
{
    fz_catch();
    fz_check_move(from, to);
    return fz_caught();
}

TEST(the_arrows_of_figure_5_are_legal)
{
    CHECK(!judged(RS_ESTABLISHED, RS_FIN_WAIT_1));
    CHECK(!judged(RS_FIN_WAIT_1, RS_TIME_WAIT));
    CHECK(!judged(RS_SYN_RECEIVED, RS_LISTEN));
    CHECK(!judged(RS_TIME_WAIT, RS_CLOSED));
}

TEST(what_is_not_an_arrow_is_not_legal)
{
    CHECK(judged(RS_LISTEN, RS_ESTABLISHED));
    CHECK(judged(RS_FIN_WAIT_2, RS_ESTABLISHED));
    CHECK(judged(RS_LAST_ACK, RS_TIME_WAIT));
    CHECK(judged(RS_TIME_WAIT, RS_ESTABLISHED));
    CHECK(judged((rs_state)99, RS_CLOSED));
}
