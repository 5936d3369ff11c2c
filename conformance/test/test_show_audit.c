#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "audit_fix.h"

static cf_capture c;
static cf_audit a;

static void judge_two_gaps(void)
{
    cf_audit_opts o = {.side = {.which = CF_ENDS_BOTH}, .tap = {.which = CF_ENDS_BOTH}};
    beat bad[] = {{3, '>', "P.", 5, 100, 1, 502, NULL, 0, 0}, {4, '>', "P.", 205, 100, 1, 502, NULL, 0, 0}};
    cf_capture_start(&c, "story", true);
    story_more(&c, &(shape){0}, opened, 3);
    story_more(&c, &(shape){0}, bad, 2);
    cf_audit_run(&a, &c, &o);
}

static void end(cf_buf *b)
{
    cf_buf_free(b);
    cf_audit_free(&a);
    cf_capture_free(&c);
}

TEST(the_first_finding_of_a_rule_is_told_and_the_rest_counted)
{
    cf_buf b = {0};
    judge_two_gaps();
    cf_audit_text(&b, &a, &c, false);
    CHECK(strstr(cf_buf_str(&b), "must: numbers that were never used are left out\n"
                                 "  frame 4, 0.003000 s, the client of 192.0.2.1:4000 > 192.168.0.1:80\n") != NULL);
    CHECK(strstr(cf_buf_str(&b), "and 1 more of this kind") != NULL);
    CHECK(strstr(cf_buf_str(&b), "2 must, 0 should; 5 packets of 1 connections") != NULL);
    end(&b);
}

TEST(all_means_every_finding_and_the_table_of_rules)
{
    cf_buf b = {0};
    judge_two_gaps();
    cf_audit_text(&b, &a, &c, true);
    CHECK(strstr(cf_buf_str(&b), "frame 5, ") != NULL);
    CHECK(strstr(cf_buf_str(&b), "own-gap          must   O33               2        2\n") != NULL);
    end(&b);
}

TEST(json_has_counts_rules_and_findings)
{
    cf_buf b = {0};
    cf_json j = {.out = &b};
    judge_two_gaps();
    cf_json_object(&j, NULL);
    cf_audit_json(&j, &a, &c);
    cf_json_end(&j);
    CHECK(strstr(cf_buf_str(&b), "\"counts\":{\"must\":2,\"should\":0}") != NULL);
    CHECK(strstr(cf_buf_str(&b), "\"own-gap\":{\"judged\":2,\"broken\":2,\"suspected\":0}") != NULL);
    CHECK(strstr(cf_buf_str(&b), "\"frame\":4") != NULL);
    end(&b);
}
