#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../text/term.h"

static void clean(void)
{
    unsetenv("NO_COLOR");
    unsetenv("CLICOLOR_FORCE");
    unsetenv("COLUMNS");
    setenv("TERM", "xterm", 1);
}

TEST(a_file_is_no_terminal_and_wants_no_colour)
{
    clean();
    FILE *f = tmpfile();
    CHECK(f != NULL);
    CHECK(!cf_term_is_tty(f));
    CHECK(!cf_term_wants_colour(f));
    CHECK_EQ(cf_term_width(f), 80);
    fclose(f);
}

TEST(the_environment_decides_on_colour)
{
    clean();
    FILE *f = tmpfile();
    setenv("CLICOLOR_FORCE", "1", 1);
    CHECK(cf_term_wants_colour(f));
    setenv("CLICOLOR_FORCE", "0", 1);
    CHECK(!cf_term_wants_colour(f));
    setenv("CLICOLOR_FORCE", "1", 1);
    setenv("NO_COLOR", "1", 1);
    CHECK(!cf_term_wants_colour(f));
    fclose(f);
}

TEST(the_width_comes_from_columns_within_limits)
{
    clean();
    setenv("COLUMNS", "120", 1);
    CHECK_EQ(cf_term_width(stdout), 120);
    setenv("COLUMNS", "3", 1);
    CHECK_EQ(cf_term_width(stdout), 20);
    setenv("COLUMNS", "999999", 1);
    CHECK_EQ(cf_term_width(stdout), 1000);
}

TEST(a_colour_code_is_empty_when_colour_is_off)
{
    CHECK_STR(cf_term_code(CF_RED, false), "");
    CHECK_STR(cf_term_code(CF_RED, true), "\033[31m");
    CHECK_STR(cf_term_code(CF_PLAIN, true), "\033[0m");
}
