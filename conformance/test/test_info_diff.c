#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdio.h>
#include <string.h>

#include "../compare/info_diff.h"

static char told[800];

static void put(void *ctx, const char *where, const cf_difference *x)
{
    (void)ctx;
    size_t n = strlen(told);
    snprintf(told + n, sizeof told - n, "%s %s/%s; ", where, x->a, x->b);
}

static const char *differ(const char *a, const char *b)
{
    cf_run_diff d = {.time_us = 10000, .emit = put};
    told[0] = '\0';
    cf_info_diff(&d, a, b);
    return told;
}

TEST(fields_that_two_stacks_can_have_equal_are_compared)
{
    CHECK_STR(differ("state=1 snd_cwnd=10", "state=1 snd_cwnd=10"), "");
    CHECK_STR(differ("state=1 snd_cwnd=10", "state=4 snd_cwnd=11"), "tcpi_state 1/4; tcpi_snd_cwnd 10/11; ");
    CHECK_STR(differ("state=1 snd_cwnd=10 pacing_rate=5", "state=1 snd_cwnd=10 pacing_rate=99 rehash=3"), "");
}

TEST(what_is_not_there_is_zero)
{
    CHECK_STR(differ("state=1", "state=1 lost=2"), "tcpi_lost 0/2; ");
    CHECK_STR(differ("state=1 total_retrans=1", "state=1"), "tcpi_total_retrans 1/0; ");
    CHECK_STR(differ("state=1 retrans=1", "state=1 total_retrans=1 retrans=1"), "tcpi_total_retrans 0/1; ");
}

TEST(times_have_a_tolerance)
{
    CHECK_STR(differ("state=1 rto=300000", "state=1 rto=309000"), "");
    CHECK_STR(differ("state=1 rto=300000", "state=1 rto=325000"), "");
    CHECK_STR(differ("state=1 rto=300000", "state=1 rto=400000"), "tcpi_rto 300000/400000; ");
    CHECK_STR(differ("state=1 rtt=1", "state=1 rtt=9000"), "");
}

TEST(without_a_connection_only_the_state_counts)
{
    CHECK_STR(differ("state=7 snd_cwnd=10", "state=7"), "");
    CHECK_STR(differ("state=1 snd_cwnd=10", "state=7"), "tcpi_state 1/7; ");
    CHECK_STR(differ("state=10 lost=1", "state=10"), "");
}

TEST(nothing_is_compared_where_there_was_nothing_to_ask)
{
    CHECK_STR(differ("", "state=1"), "");
    CHECK_STR(differ("state=1", ""), "");
}
