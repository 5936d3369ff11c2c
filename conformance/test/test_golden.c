#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdio.h>

#include "../compare/golden.h"
#include "fixture.h"

#define HEAD "test\tvariant\toutcome\tsignature\tend_us\tcalls\tinfo\n"

static cf_golden g;
static cf_golden_run r;
static char why[300];

TEST(a_recorded_run_is_found_by_script_and_variant)
{
    char folder[300];
    snprintf(folder, sizeof folder, "%s", tree_new());
    tree_put("outcomes.tsv", HEAD "b/x\tipv6\tpass\t\t5\t1:socket=3\tstate=1\nb/x\tipv4\tfail\tcall line 3\t700\t\t\n"
                                  "a/y\tipv4\tpass\t\t1\t\t\n");
    CHECK(cf_golden_open(&g, folder, why, sizeof why));
    CHECK(cf_golden_find(&g, "b/x", "ipv4", &r));
    CHECK_STR(r.outcome, "fail");
    CHECK_STR(r.signature, "call line 3");
    CHECK_EQ(r.end_us, 700);
    CHECK(cf_golden_find(&g, "b/x", "ipv6", &r));
    CHECK_STR(r.calls, "1:socket=3");
    CHECK_STR(r.info, "state=1");
    CHECK(cf_golden_find(&g, "a/y", "ipv4", &r));
    CHECK(!cf_golden_find(&g, "a/y", "ipv6", &r));
    CHECK(!cf_golden_find(&g, "a", "ipv4", &r));
    cf_golden_close(&g);
    tree_free();
}

TEST(a_recording_knows_the_text_of_its_scripts)
{
    char folder[300], now[CF_GOLDEN_MARK], then[CF_GOLDEN_MARK];
    snprintf(folder, sizeof folder, "%s", tree_new());
    CHECK(cf_golden_mark(tree_put("x.pkt", "foobar"), then));
    CHECK_STR(then, "85944171f73967e8"); /* a published value of FNV-1a */
    CHECK(cf_golden_mark(tree_put("x.pkt", "foobaz"), now));
    CHECK(strcmp(now, then) != 0);
    CHECK(!cf_golden_mark("/nonexistent", now));
    tree_put("outcomes.tsv", "test\tvariant\tscript\toutcome\tsignature\tend_us\tcalls\tinfo\n"
                             "a/y\tipv4\t85944171f73967e8\tpass\t\t1\t\t\n");
    CHECK(cf_golden_open(&g, folder, why, sizeof why));
    CHECK(cf_golden_find(&g, "a/y", "ipv4", &r));
    CHECK_STR(r.script, then);
    cf_golden_close(&g);
    tree_free();
}

TEST(a_folder_without_a_table_is_no_recording)
{
    CHECK(!cf_golden_open(&g, tree_new(), why, sizeof why));
    tree_free();
}

/* The shipped recording says where it comes from. */
TEST(the_shipped_recording_is_whole)
{
    CHECK(cf_golden_open(&g, TCPROVE_SOURCE_DIR "/conformance/golden/linux-6.18", why, sizeof why));
    CHECK(g.table.rows > 300);
    for (uint32_t i = 0; i < g.table.rows; i++) {
        char path[400];
        if (*cf_tsv_cell(&g.table, i, "outcome") == 'n') continue;
        snprintf(path, sizeof path, TCPROVE_SOURCE_DIR "/conformance/golden/linux-6.18/%s@%s.pcapng",
                 cf_tsv_cell(&g.table, i, "test"), cf_tsv_cell(&g.table, i, "variant"));
        FILE *f = fopen(path, "r");
        if (!f) CHECK_FAIL("%s is missing", path);
        fclose(f);
    }
    cf_golden_close(&g);
}
