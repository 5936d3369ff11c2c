#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdio.h>
#include <string.h>

#include "../compare/call_diff.h"

static char told[800];

static void put(void *ctx, const char *where, const cf_difference *x)
{
    (void)ctx;
    size_t n = strlen(told);
    snprintf(told + n, sizeof told - n, "%s: %s %s/%s; ", where, x->field, x->a, x->b);
    CHECK_EQ(x->class, CF_DC_UNEXPLAINED);
}

static const char *differ(const char *a, const char *b, bool whole)
{
    cf_run_diff d = {.time_us = 10000, .both_whole = whole, .emit = put};
    told[0] = '\0';
    cf_call_diff(&d, a, b);
    return told;
}

TEST(calls_that_gave_back_the_same_do_not_differ)
{
    CHECK_STR(differ("", "", true), "");
    CHECK_STR(differ("1:socket=3 2:read=-1/EAGAIN 3:poll=1{4,0}@5000", "1:socket=3 2:read=-1/EAGAIN 3:poll=1{4,0}@9000",
                     true),
              "");
}

TEST(result_errno_output_and_time_are_told_with_the_line)
{
    CHECK_STR(differ("7:read=5{5:aa}", "7:read=6{6:bb}", true), "line 7 read: result 5/6; ");
    CHECK_STR(differ("7:read=-1/EAGAIN", "7:read=-1/ECONNRESET", true), "line 7 read: errno EAGAIN/ECONNRESET; ");
    CHECK_STR(differ("7:read=0", "7:read=-1/EAGAIN", true), "line 7 read: result 0/-1; line 7 read: errno /EAGAIN; ");
    CHECK_STR(differ("7:read=5{5:aa}", "7:read=5{5:bb}", true), "line 7 read: output {5:aa}/{5:bb}; ");
    CHECK_STR(differ("7:poll=1{4}@100", "7:poll=1{4}@20000", true), "line 7 poll: time 100/20000; ");
    CHECK_STR(differ("7:poll=1{4}", "7:poll=1{5}", true), "line 7 poll: output {4}/{5}; ");
}

TEST(what_follows_another_result_follows_from_it)
{
    CHECK_STR(differ("7:read=5 8:read=1 9:read=2", "7:read=6 8:read=3", false), "line 7 read: result 5/6; ");
    CHECK_STR(differ("7:read=-1/EAGAIN 8:read=1", "7:read=-1/EPIPE 8:read=2", false),
              "line 7 read: errno EAGAIN/EPIPE; line 8 read: result 1/2; ");
}

TEST(a_call_that_only_one_made_counts_when_both_came_to_their_end)
{
    CHECK_STR(differ("7:read=5 8:read=1", "7:read=5", false), "");
    CHECK_STR(differ("7:read=5 8:read=1", "7:read=5", true), "line 8 read: count 1/0; ");
    CHECK_STR(differ("", "7:read=5", true), "line 7 read: count 0/1; ");
    CHECK_STR(differ("7:read=5", "8:read=5", true), "line 7 read: count 7/8; ");
}
