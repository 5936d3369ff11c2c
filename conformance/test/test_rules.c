#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/rules.h"
#include "../packet/encode.h"
#include "../spec/req.h"
#include "fixture.h"

#define HEAD "kind\tfield\tcondition\tclass\tcite\treason\n"

static char why[400];
static cf_rules rules;

static bool load(const char *text)
{
    tree_new();
    bool ok = cf_rules_load(&rules, tree_put("r.tsv", text), why, sizeof why);
    tree_free();
    return ok;
}

static const char *reason(cf_diff_kind kind, const cf_field_change *change, const cf_seg *a, const cf_seg *b)
{
    const cf_rule *r = cf_rules_find(&rules, &(cf_diff_facts){.kind = kind, .change = change, .a = a, .b = b});
    return r ? r->reason : "none";
}

TEST(the_first_row_that_fits_decides)
{
    static const cf_seg ack = {.flags = CF_ACK}, again = {.flags = CF_ACK, .len = 5, .mark = CF_M_AGAIN},
                        syn = {.flags = CF_SYN};
    CHECK(load(HEAD "missing\t*\tack !again\tchoice\tX\tone\nmissing\t*\tagain data\tshould\tX\ttwo\n"
                    "*\t*\tsyn\tmust\tX\tthree\n"));
    CHECK_STR(reason(CF_D_MISSING, NULL, &ack, NULL), "one");
    CHECK_STR(reason(CF_D_EXTRA, NULL, NULL, &ack), "none");
    CHECK_STR(reason(CF_D_MISSING, NULL, &again, NULL), "two");
    CHECK_STR(reason(CF_D_TIME, NULL, &syn, &syn), "three");
    cf_rules_free(&rules);
}

TEST(a_field_rule_looks_at_the_field_and_at_who_has_more)
{
    static const cf_seg x = {.flags = CF_ACK, .dir = 1}, y = {.flags = CF_ACK | CF_PSH, .dir = 1};
    cf_field_change more = {.field = CF_F_WIN, .x = 5, .y = 4}, less = {.field = CF_F_WIN, .x = 4, .y = 5},
                    flags = {.field = CF_F_FLAGS, .x = 1, .y = 2};
    CHECK(load(HEAD "field\twin\ta-more server\tchoice\tX\tone\nfield\tflags\tonly-psh\tchoice\tX\ttwo\n"));
    CHECK_STR(reason(CF_D_FIELD, &more, &x, &y), "one");
    CHECK_STR(reason(CF_D_FIELD, &less, &x, &y), "none");
    CHECK_STR(reason(CF_D_FIELD, &flags, &x, &y), "two");
    cf_rules_free(&rules);
}

TEST(a_mistake_in_the_table_is_told_with_its_line)
{
    CHECK(!load(HEAD "missing\t*\t*\tchoice\tX\tfine\nmising\t*\t*\tchoice\tX\tx\n"));
    CHECK(strstr(why, "r.tsv:3:") != NULL && strstr(why, "mising") != NULL);
    CHECK(!load(HEAD "field\twindow\t*\tchoice\tX\tx\n"));
    CHECK(strstr(why, "no field") != NULL);
    CHECK(!load(HEAD "field\twin\tack sny\tchoice\tX\tx\n"));
    CHECK(strstr(why, "\"sny\"") != NULL);
    CHECK(!load(HEAD "field\twin\t*\tunexplained\tX\tx\n"));
    CHECK(!load(HEAD "field\twin\t*\tchoice\t\tx\n"));
}

TEST(every_shipped_rule_cites_a_requirement_or_a_setting)
{
    cf_reqs reqs;
    CHECK(cf_rules_load(&rules, TCPROVE_SPEC_DIR "/diff-rules.tsv", why, sizeof why));
    CHECK(cf_reqs_load(&reqs, TCPROVE_SPEC_DIR, why, sizeof why));
    CHECK(rules.count > 20);
    for (uint32_t i = 0; i < rules.count; i++) {
        for (const char *at = rules.items[i].cite; *at; at += strspn(at, " ")) {
            char word[80];
            size_t n = strcspn(at, " ");
            snprintf(word, sizeof word, "%.*s", (int)n, at);
            bool sysctl = strncmp(word, "net.ipv4.", 9) == 0;
            if (!sysctl && !cf_reqs_find(&reqs, word)) CHECK_FAIL("line %u: %s", i + 2, word);
            at += n;
        }
    }
    cf_reqs_free(&reqs);
    cf_rules_free(&rules);
}
