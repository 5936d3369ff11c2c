#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdio.h>

#include "../compare/sheet.h"
#include "capture_fix.h"
#include "fixture.h"

static cf_rules rules;
static cf_sheet s;
static char why[400], here[300], there[300];

static void begin(void)
{
    CHECK(cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why));
    tree_new();
    s = (cf_sheet){.rules = &rules, .show = {.width = 160}, .pages = true};
    cf_sheet_begin(&s, "title");
}

static void end(void)
{
    cf_sheet_free(&s);
    cf_rules_free(&rules);
    tree_free();
}

static void compare(const beat *b, size_t n, const cf_golden_run *x, const cf_golden_run *y)
{
    cf_diff_opts o = cf_diff_defaults();
    o.rules = &rules;
    snprintf(here, sizeof here, "%s", story_file("a.pcap", &(shape){0}, whole, 10));
    snprintf(there, sizeof there, "%s", story_file("b.pcap", &(shape){0}, b, n));
    cf_sheet_run r = {.id = "close/fin", .variant = "ipv4", .a = *x, .b = *y, .a_pcap = here, .b_pcap = there};
    CHECK(cf_sheet_compare(&s, &r, &o, why, sizeof why));
}

static const cf_golden_run fine = {.outcome = "pass", .signature = "", .calls = "1:socket=3", .info = "state=1"};

TEST(equal_runs_leave_only_their_count)
{
    begin();
    compare(whole, 10, &fine, &fine);
    cf_sheet_end(&s);
    CHECK_EQ(s.equal, 1);
    CHECK(strstr(cf_buf_str(&s.text), "close/fin") == NULL);
    CHECK(strstr(cf_buf_str(&s.text), "1 compared, 1 equal, 0 left out") != NULL);
    CHECK(strstr(cf_buf_str(&s.json), "{\"scripts\":[],\"compared\":1,") == cf_buf_str(&s.json));
    CHECK(strstr(cf_buf_str(&s.html), "close/fin") == NULL);
    end();
}

TEST(packets_calls_and_tcp_info_are_told_together_and_counted_by_rule)
{
    beat other[10];
    memcpy(other, whole, sizeof other);
    other[8].ack = 101; /* the FIN is not acknowledged */
    cf_golden_run y = fine;
    y.calls = "1:socket=4";
    y.info = "state=4";
    begin();
    compare(other, 10, &fine, &y);
    cf_sheet_end(&s);
    const char *text = cf_buf_str(&s.text);
    CHECK(strstr(text, "== close/fin@ipv4") != NULL);
    CHECK(strstr(text, "must        ack: 102, there 101") != NULL);
    CHECK(strstr(text, "call line 1 socket: result 3, there 4") != NULL);
    CHECK(strstr(text, "info tcpi_state: 1, there 4") != NULL);
    CHECK_EQ(s.counts[CF_DC_MUST], 1);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 2);
    CHECK_EQ(s.by_rule[rules.count], 2);
    CHECK(strstr(cf_buf_str(&s.json), "\"where\":\"tcpi_state\"") != NULL);
    CHECK(strstr(cf_buf_str(&s.json), "\"rules\":[{\"line\":") != NULL);
    CHECK(strstr(cf_buf_str(&s.html), "tcpi_state: 1, there 4") != NULL);
    end();
}

/* The run here failed at 10 ms: what the other did later says nothing. */
TEST(after_the_end_of_one_run_nothing_is_compared)
{
    cf_golden_run x = fine;
    x.outcome = "fail";
    x.signature = "no-packet line 9";
    x.end_us = 10000;
    begin();
    compare(whole, 6, &x, &fine); /* the fixture's packets after 10 ms are missing there */
    cf_sheet_end(&s);
    CHECK(strstr(cf_buf_str(&s.text), "unexplained outcome outcome: fail, no-packet line 9, there pass") != NULL);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 1);
    CHECK_EQ(s.counts[CF_DC_MUST], 0);
    end();
}

TEST(verdicts_that_follow_from_a_difference_are_told_as_such)
{
    beat other[10];
    memcpy(other, whole, sizeof other);
    other[4].ack = 100;
    cf_golden_run x = fine;
    x.outcome = "fail";
    x.signature = "field ack line 9";
    x.end_us = 10000;
    begin();
    compare(other, 10, &x, &fine);
    cf_sheet_end(&s);
    CHECK(strstr(cf_buf_str(&s.text), "follows from a difference that is told above") != NULL);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 0);
    end();
}

static void compare_verdicts(const char *here_failed_by, const char *there_info)
{
    cf_golden_run x = fine, y = fine;
    x.outcome = "fail";
    x.signature = here_failed_by;
    x.end_us = y.end_us = 1000000;
    y.info = there_info;
    begin();
    compare(whole, 10, &x, &y);
    cf_sheet_end(&s);
}

/* A script that is exact about the cut of the bytes, or about times of TCP_INFO, fits one side and not the other. */
TEST(a_verdict_on_what_is_not_compared_has_its_rules)
{
    compare_verdicts("field payload line 3", fine.info);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 0);
    CHECK_EQ(s.counts[CF_DC_CHOICE], 1);
    end();
    compare_verdicts("call read result 5 line 3", fine.info);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 1);
    end();
    compare_verdicts("code line 3", fine.info);
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 1);
    end();
    compare_verdicts("code line 3", "state=1 busy_time=1000");
    CHECK_EQ(s.counts[CF_DC_UNEXPLAINED], 0);
    end();
}

TEST(in_brief_only_what_breaks_a_rule_and_the_closing_line)
{
    cf_golden_run y = fine;
    y.calls = "1:socket=4";
    begin();
    compare(whole, 10, &fine, &fine);
    compare(whole, 10, &fine, &y);
    cf_sheet_end(&s);
    CHECK_STR(cf_buf_str(&s.brief), "close/fin@ipv4: 1 must or unexplained\n"
                                    "2 compared, 1 equal, 0 left out: 0 choice, 0 should, 0 must, 1 unexplained\n");
    end();
}

TEST(what_is_left_out_is_said_with_its_reason)
{
    begin();
    cf_sheet_left_out(&s, &(cf_sheet_run){.id = "close/fin", .variant = "ipv6"}, "is not in the golden");
    cf_sheet_end(&s);
    CHECK(strstr(cf_buf_str(&s.text), "== close/fin@ipv6: left out: it is not in the golden") != NULL);
    CHECK_EQ(s.left_out, 1);
    end();
}

TEST(a_capture_that_cannot_be_read_is_an_error)
{
    cf_diff_opts o = cf_diff_defaults();
    cf_sheet_run r = {
        .id = "x", .variant = "ipv4", .a = fine, .b = fine, .a_pcap = "/nonexistent", .b_pcap = "/nonexistent"};
    begin();
    CHECK(!cf_sheet_compare(&s, &r, &o, why, sizeof why));
    end();
}
