#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../spec/tsv.h"
#include "fixture.h"

static bool read_text(cf_tsv *t, const char *text, char *why, size_t cap)
{
    tree_new();
    bool ok = cf_tsv_read(t, tree_put("t.tsv", text), why, cap);
    tree_free();
    return ok;
}

TEST(cells_are_found_by_row_and_column_name)
{
    cf_tsv t;
    char why[300];
    CHECK(read_text(&t, "id\tlevel\nMUST-1\tMUST\nMAY-2\tMAY\n", why, sizeof why));
    CHECK_EQ(t.rows, 2);
    CHECK_STR(cf_tsv_cell(&t, 0, "id"), "MUST-1");
    CHECK_STR(cf_tsv_cell(&t, 1, "level"), "MAY");
    CHECK_STR(cf_tsv_cell(&t, 1, "colour"), "");
    CHECK_STR(cf_tsv_cell(&t, 2, "id"), "");
    cf_tsv_free(&t);
}

TEST(the_last_line_needs_no_newline_and_cells_may_be_empty)
{
    cf_tsv t;
    char why[300];
    CHECK(read_text(&t, "a\tb\tc\n1\t\t\n\t2\t3", why, sizeof why));
    CHECK_STR(cf_tsv_cell(&t, 0, "b"), "");
    CHECK_STR(cf_tsv_cell(&t, 1, "c"), "3");
    cf_tsv_free(&t);
}

TEST(a_row_with_a_cell_too_few_is_refused_with_its_line)
{
    cf_tsv t;
    char why[300];
    CHECK(!read_text(&t, "a\tb\n1\t2\n3\n", why, sizeof why));
    CHECK(strstr(why, ":3:") != NULL);
    CHECK(strstr(why, "2 cells") != NULL);
}

TEST(a_file_that_is_no_table_is_refused)
{
    cf_tsv t;
    char why[300];
    CHECK(!read_text(&t, "", why, sizeof why));
    CHECK(!cf_tsv_read(&t, "/nowhere/at-all.tsv", why, sizeof why));
    CHECK(strstr(why, "/nowhere/at-all.tsv") != NULL);
}
