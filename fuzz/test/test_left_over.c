#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../oracle/oracle.h"
#include "../prog/fail.h"
#include "../prog/start.h"

static fz_host h;

static const char *left_over_at(fz_start start, bool fw2_stays)
{
    static const fz_watch silent;
    static fz_header header;
    header = (fz_header){.start = start, .peer_mss = 1460, .irs = 9};
    fz_host_open(&h, &header, &silent);
    fz_start_at(&h);
    if (h.listener >= 0) rs_close(h.st, h.now, h.listener);
    fz_catch();
    fz_check_left_over(h.st, h.now, fw2_stays);
    return fz_caught();
}

TEST(a_host_without_connections_is_left_alone)
{
    CHECK(!left_over_at(FZ_AT_CLOSED, false));
}

TEST(a_connection_that_never_ends_is_found)
{
    CHECK_STR(left_over_at(FZ_AT_ESTABLISHED, true), "O52 end");
    CHECK_STR(left_over_at(FZ_AT_LAST_ACK, true), "O52 end");
}

TEST(fin_wait_2_may_stay_where_no_rule_ends_it)
{
    CHECK(!left_over_at(FZ_AT_FIN_WAIT_2, true));
    CHECK_STR(left_over_at(FZ_AT_FIN_WAIT_2, false), "O52 end");
}

TEST(lost_blocks_are_found)
{
    rs_counters c = {.blocks_live = 3};
    fz_catch();
    fz_check_memory(1, &c);
    CHECK(!fz_caught());
    fz_catch();
    fz_check_memory(0, &c);
    CHECK_STR(fz_caught(), "O10 memory");
}
