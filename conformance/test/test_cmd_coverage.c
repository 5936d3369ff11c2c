#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int coverage(const char *root, const char *word)
{
    cf_args a = {.root = root, .words = {&word, word != NULL, 1}};
    catch_begin();
    int status = cf_cmd_coverage(&a);
    catch_end(&out, &err);
    return status;
}

static const char *ours = TCPROVE_SOURCE_DIR "/conformance/scripts";

TEST(a_requirement_is_shown_with_its_scripts)
{
    CHECK_EQ(coverage(ours, "MUST-13"), CF_EXIT_OK);
    CHECK(strstr(out, "RFC9293-MUST-13 ") != NULL);
    CHECK(strstr(out, "close/") != NULL || strstr(out, "time-wait/") != NULL);
    CHECK(strstr(out, "RFC 9293, MUST                     1        1        0        0\n") != NULL);
}

TEST(a_requirement_without_a_script_is_shown_with_the_reason)
{
    CHECK_EQ(coverage(ours, "MUST-50"), CF_EXIT_OK);
    CHECK(strstr(out, " no script: ") != NULL);
    CHECK(strstr(out, "RFC 9293, MUST                     1        0        1        0\n") != NULL);
}

/* What the tree promises: each row of these groups has a script or a reason. */
TEST(no_row_of_the_groups_that_must_be_complete_is_open)
{
    int status = coverage(ours, NULL);
    CHECK(strstr(out, "extensions, priority 1 ") != NULL);
    if (status != CF_EXIT_OK) CHECK_FAIL("%s", strstr(out, "NO SCRIPT") ? strstr(out, "\n\n") : out);
}

TEST(half_of_the_second_priority_has_scripts)
{
    unsigned rows = 0, scripts = 0;
    coverage(ours, NULL);
    const char *line = strstr(out, "extensions, priority 2 ");
    CHECK(line && sscanf(line, "extensions, priority 2 %u %u", &rows, &scripts) == 2);
    CHECK(rows > 0 && 2 * scripts >= rows);
}

/* A reason that a script has overtaken must go. */
TEST(no_row_has_a_script_and_a_reason)
{
    cf_reqs reqs;
    char why[300];
    if (!cf_reqs_load(&reqs, TCPROVE_SPEC_DIR, why, sizeof why)) CHECK_FAIL("%s", why);
    for (uint32_t i = 0; i < reqs.count; i++) {
        if (!reqs.items[i].untested) continue;
        if (!*reqs.items[i].untested) CHECK_FAIL("%s has an empty reason", reqs.items[i].id);
        coverage(ours, reqs.items[i].id);
        if (!strstr(out, "no script: ")) CHECK_FAIL("%s has a script: take it out of untested.tsv", reqs.items[i].id);
    }
    cf_reqs_free(&reqs);
}

TEST(a_row_with_neither_makes_the_status_1)
{
    const char *head = "id\trfc\tsection\tlevel\ttitle\tparaphrase\tobservable\tstimulus_and_expectation\tpriority\n";
    char table[600], root[200];
    tree_new();
    tree_put("scripts/a.pkt", "//: spec: RFC1-a (MUST)\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    snprintf(table, sizeof table,
             "%sRFC1-a\tRFC 1\t1\tMUST\ta\ta\twire\t\t1\nRFC1-b\tRFC 1\t2\tMUST\tb\tb\twire\t\t1\n", head);
    tree_put("spec/extensions.tsv", table);
    tree_put("spec/rfc9293.tsv", head);
    tree_put("spec/behaviours.tsv", head);
    snprintf(root, sizeof root, "%s", tree_path("scripts"));
    CHECK_EQ(coverage(root, NULL), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "extensions, priority 1             2        1        0        1\n") != NULL);
    tree_put("spec/untested.tsv", "id\treason\nRFC1-b\tno packet shows it\n");
    CHECK_EQ(coverage(root, NULL), CF_EXIT_OK);
    CHECK(strstr(out, "no script: no packet shows it") != NULL);
    tree_free();
}

TEST(a_word_that_is_no_requirement_is_wrong_usage)
{
    CHECK_EQ(coverage(ours, "gibberish"), CF_EXIT_USAGE);
    CHECK(strstr(err, "\"gibberish\" is no requirement") != NULL);
}
