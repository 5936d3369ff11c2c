#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/outputs.h"
#include "../text/source.h"
#include "fixture.h"
#include "sample.h"

static bool contains(const char *file, const char *text)
{
    cf_source s;
    const char *why = "";
    if (!cf_source_read(&s, tree_path(file), &why)) return false;
    bool yes = strstr(s.text, text) != NULL;
    cf_source_free(&s);
    return yes;
}

/* All three steps, as a run does them. */
static bool write_all(const cf_args *a, cf_report *rep, bool whole)
{
    cf_outputs o;
    if (!cf_outputs_open(&o, a)) return false;
    cf_outputs_write(&o, a, rep, whole);
    return cf_outputs_close(&o, a);
}

TEST(each_report_goes_to_its_file_and_the_peoples_one_to_standard_output)
{
    cf_report rep = *sample_green();
    const char *out, *err;
    char json[200], tap[200], junit[200];
    tree_new();
    snprintf(json, sizeof json, "%s", tree_path("r.jsonl"));
    snprintf(tap, sizeof tap, "%s", tree_path("r.tap"));
    snprintf(junit, sizeof junit, "%s", tree_path("r.xml"));
    cf_args a = {.json = json, .tap = tap, .junit = junit};
    catch_begin();
    bool ok = write_all(&a, &rep, true);
    catch_end(&out, &err);
    bool all = contains("r.jsonl", "\"id\":\"close/fin\"") && contains("r.tap", "TAP version 14") &&
               contains("r.xml", "<testsuites>");
    tree_free();
    CHECK(ok);
    CHECK(all);
    CHECK(strstr(out, "1 pass") != NULL);
    sample_free();
}

TEST(a_machines_report_on_standard_output_has_it_alone)
{
    cf_report rep = *sample_green();
    const char *out, *err;
    cf_args a = {.tap = "-"};
    catch_begin();
    bool ok = write_all(&a, &rep, true);
    catch_end(&out, &err);
    CHECK(ok);
    CHECK(strncmp(out, "TAP version 14\n1..1\nok 1 - close/fin@ipv4\n", 41) == 0);
    CHECK(strstr(out, "tcprove") == NULL);
    CHECK(strstr(err, "1 pass") != NULL);
    sample_free();
}

TEST(a_report_that_cannot_be_written_is_told_before_anything_runs)
{
    cf_outputs o;
    const char *out, *err;
    cf_args a = {.tap = "-", .json = "/nowhere/r.jsonl", .quiet = true};
    catch_begin();
    bool ok = cf_outputs_open(&o, &a);
    catch_end(&out, &err);
    CHECK(!ok);
    CHECK(strstr(err, "/nowhere/r.jsonl") != NULL);
    for (size_t i = 0; i < CF_OUTPUTS; i++) CHECK(o.to[i] == NULL);
}

TEST(a_full_disk_is_told)
{
    cf_report rep = *sample_green();
    const char *out, *err;
    cf_args a = {.json = "/dev/full", .quiet = true};
    catch_begin();
    bool ok = write_all(&a, &rep, true);
    catch_end(&out, &err);
    CHECK(!ok);
    CHECK(strstr(err, "/dev/full: could not be written whole") != NULL);
    sample_free();
}

TEST(a_run_that_was_stopped_leaves_its_records_and_no_report_that_looks_whole)
{
    cf_report rep = *sample_green();
    const char *out, *err;
    char json[200], tap[200];
    tree_new();
    snprintf(json, sizeof json, "%s", tree_path("r.jsonl"));
    snprintf(tap, sizeof tap, "%s", tree_path("r.tap"));
    cf_args a = {.json = json, .tap = tap};
    catch_begin();
    bool ok = write_all(&a, &rep, false);
    catch_end(&out, &err);
    bool records = contains("r.jsonl", "\"id\":\"close/fin\""), plan = contains("r.tap", "1..");
    tree_free();
    CHECK(ok);
    CHECK(records);
    CHECK(!plan);
    sample_free();
}

TEST(progress_is_shown_only_on_a_terminal)
{
    const char *out, *err;
    cf_args a = {.quiet = false};
    cf_progress p;
    cf_result r = {.id = (char[]){"close/fin"}, .variant = (char[]){"ipv4"}};
    catch_begin();
    cf_progress_start(&p, &a);
    cf_progress_show(&p, &r, 1, 1);
    cf_progress_end(&p);
    catch_end(&out, &err);
    CHECK_STR(out, "");
    CHECK_STR(err, "");
}

TEST(a_report_is_put_into_a_file_or_the_reason_is_told)
{
    cf_buf b = {0};
    cf_buf_puts(&b, "[]");
    tree_new();
    bool put = cf_report_put(tree_path("put.json"), &b), there = contains("put.json", "[]");
    tree_free();
    CHECK(put && there);
    CHECK(!cf_report_put("/nonexistent/put.json", &b));
    CHECK(!cf_report_put("/dev/full", &b));
    cf_buf_free(&b);
}
