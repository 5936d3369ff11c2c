#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int compare(const char *word, cf_args a)
{
    const char *words[] = {word};
    a.words = (cf_strings){words, 1, 1};
    a.root = TCPROVE_SOURCE_DIR "/conformance/scripts";
    a.seed = 1;
    a.jobs_given = true;
    a.apart_ns = 10000000;
    catch_begin();
    int status = cf_cmd_compare(&a);
    catch_end(&out, &err);
    return status;
}

#define FIN "close/active-close-in-four-segments@ipv4"
static const char header[] = "test\tvariant\toutcome\tsignature\tend_us\tcalls\tinfo\n";

/* A golden of one run: what the reference stack itself does, with the verdict and what follows it given. */
static const char *golden(const char *verdict)
{
    static char with[320], row[1200], path[300];
    tree_new();
    snprintf(row, sizeof row, "%sclose/active-close-in-four-segments\tipv4\t%s\n", header, verdict);
    tree_put("outcomes.tsv", row);
    snprintf(path, sizeof path, "%s", tree_put("close/active-close-in-four-segments@ipv4.pcapng", ""));
    const char *words[] = {FIN};
    cf_args a = {.words = {words, 1, 1},
                 .root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .target = "ref",
                 .preset = "linux",
                 .output = path,
                 .seed = 1};
    catch_begin();
    int status = cf_cmd_export(&a);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_OK);
    *strstr(path, "/close/") = '\0';
    snprintf(with, sizeof with, "golden:%s", path);
    return with;
}

TEST(quietly_only_the_closing_line_and_two_reports_do_not_share_standard_output)
{
    CHECK_EQ(compare(FIN, (cf_args){.with = "ref", .preset = "rfc", .quiet = true}), CF_EXIT_OK);
    CHECK_STR(out, "1 compared, 1 equal, 0 left out: 0 choice, 0 should, 0 must, 0 unexplained\n");
    CHECK_EQ(compare(FIN, (cf_args){.with = "ref", .json = "-", .html = "-"}), CF_EXIT_USAGE);
    CHECK(strstr(err, "would share standard output") != NULL);
}

TEST(a_stack_does_not_differ_from_itself)
{
    CHECK_EQ(compare(FIN, (cf_args){.with = "ref", .preset = "rfc"}), CF_EXIT_OK);
    CHECK(strstr(out, "1 compared, 1 equal, 0 left out") != NULL);
}

/* What the calls of that script give back, and TCP_INFO before its descriptor is closed. */
static const char *own_calls(void)
{
    static char text[400];
    const char *words[] = {FIN};
    cf_args a = {.words = {words, 1, 1},
                 .root = TCPROVE_SOURCE_DIR "/conformance/scripts",
                 .target = "ref",
                 .preset = "linux",
                 .seed = 1,
                 .repeat = 1,
                 .jobs_given = true};
    tree_new();
    char json[300], folder[300];
    snprintf(json, sizeof json, "%s", tree_path("r.jsonl"));
    snprintf(folder, sizeof folder, "%s", tree_path("p"));
    a.json = json;
    a.pcap_dir = folder;
    catch_begin();
    int status = cf_cmd_run(&a);
    catch_end(&out, &err);
    CHECK_EQ(status, CF_EXIT_OK);
    FILE *f = fopen(json, "r");
    static char line[20000];
    CHECK(f && fgets(line, sizeof line, f));
    fclose(f);
    tree_free();
    const char *calls = strstr(line, "\"calls\":\"");
    CHECK(calls != NULL);
    snprintf(text, sizeof text, "%.*s", (int)strcspn(calls + 9, "\""), calls + 9);
    return text;
}

static const char *recorded(const char *verdict, const char *end_us, const char *calls)
{
    static char text[900];
    snprintf(text, sizeof text, "%s\t%s\t%s\t", verdict, end_us, calls);
    return golden(text);
}

TEST(a_recorded_run_stands_for_the_other_side)
{
    const char *calls = own_calls();
    CHECK_EQ(compare(FIN, (cf_args){.with = recorded("pass\t", "0", calls)}), CF_EXIT_OK);
    CHECK(strstr(out, "1 compared, 1 equal, 0 left out") != NULL);
    tree_free();
}

TEST(an_outcome_that_differs_and_nothing_else_is_unexplained_and_exit_1)
{
    const char *calls = own_calls();
    cf_args a = {.with = recorded("fail\tcall line 9", "90000000", calls)};
    CHECK_EQ(compare(FIN, a), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "unexplained outcome outcome: pass, there fail, call line 9") != NULL);
    a.json = "-";
    CHECK_EQ(compare(FIN, a), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "\"kind\":\"outcome\",\"where\":\"outcome\",\"class\":\"unexplained\"") != NULL);
    tree_free();
}

TEST(a_call_that_gave_back_something_else_is_told)
{
    char other[400];
    snprintf(other, sizeof other, "%s", own_calls());
    char *close = strstr(other, ":close=0");
    CHECK(close != NULL);
    close[7] = '1';
    CHECK_EQ(compare(FIN, (cf_args){.with = recorded("pass\t", "0", other)}), CF_EXIT_UNEXPECTED);
    CHECK(strstr(out, "close: result 0, there 1") != NULL);
    tree_free();
}

TEST(what_is_not_recorded_is_left_out_and_said)
{
    CHECK_EQ(compare("close/active-close-in-four-segments", (cf_args){.with = recorded("pass\t", "0", own_calls())}),
             CF_EXIT_OK);
    CHECK(strstr(out, "@ipv6: left out: it is not in the golden") != NULL);
    tree_free();
}

TEST(sides_and_presets_that_do_not_exist_are_exit_2)
{
    CHECK_EQ(compare(FIN, (cf_args){.with = "moon"}), CF_EXIT_USAGE);
    CHECK(strstr(err, "unknown target \"moon\"; there are: ref, linux, so:PATH") != NULL);
    CHECK_EQ(compare(FIN, (cf_args){.with = "golden:moon"}), CF_EXIT_USAGE);
    CHECK_EQ(compare(FIN, (cf_args){.with = "ref", .preset = "bsd"}), CF_EXIT_USAGE);
}
