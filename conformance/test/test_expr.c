#define CHECK_MAIN
#include "../run/expr.h"

#include "../../stack/test/check.h"

static struct {
    cf_expr_verdict verdict;
    char error[400], values[400], printed[400], beyond[80];
    uint32_t line;
} got;

static cf_expr_verdict run(const char *text)
{
    cf_names n;
    cf_expr_out out = {0};
    cf_names_init(&n);
    cf_names_set_int(&n, "tcpi_snd_cwnd", 10);
    cf_names_set_int(&n, "tcpi_unacked", 3);
    got.verdict = cf_expr_run(text, &n, &out);
    snprintf(got.error, sizeof got.error, "%s", out.error);
    snprintf(got.values, sizeof got.values, "%s", out.values);
    snprintf(got.beyond, sizeof got.beyond, "%s", out.beyond);
    snprintf(got.printed, sizeof got.printed, "%s", cf_buf_str(&out.printed));
    got.line = out.line;
    cf_buf_free(&out.printed);
    cf_names_free(&n);
    return got.verdict;
}

#define HOLDS(text) CHECK_EQ(run(text), CF_EXPR_OK)
#define FAILS(text, message)                                                                                           \
    do {                                                                                                               \
        CHECK_EQ(run(text), CF_EXPR_FAILED);                                                                           \
        CHECK_STR(got.error, message);                                                                                 \
    } while (0)
#define BEYOND(text) CHECK_EQ(run(text), CF_EXPR_BEYOND)

TEST(comparisons_and_chains)
{
    HOLDS("assert tcpi_snd_cwnd == 10");
    HOLDS("assert 9 <= tcpi_snd_cwnd <= 11 != 12");
    HOLDS("assert tcpi_snd_cwnd in (1, 10) and tcpi_snd_cwnd not in [2, 3]");
    FAILS("assert 11 <= tcpi_snd_cwnd <= 12", "AssertionError");
    FAILS("assert tcpi_snd_cwnd > 10 or tcpi_unacked > 3", "AssertionError");
}

TEST(messages_and_the_values_of_the_names)
{
    FAILS("assert tcpi_snd_cwnd == 9, tcpi_snd_cwnd", "AssertionError: 10");
    CHECK_STR(got.values, "tcpi_snd_cwnd = 10");
    FAILS("assert tcpi_snd_cwnd == 9, 'cwnd %d of %5s|%-3d|%x' % (tcpi_snd_cwnd, 'abc', 7, 255)",
          "AssertionError: cwnd 10 of   abc|7  |ff");
}

TEST(formats_are_pythons)
{
    HOLDS("assert '%5d|%-5d|%05d|%+d|% d' % (7, 7, -7, 7, 7) == '    7|7    |-0007|+7| 7'");
    HOLDS("assert '%x|%X|%#x|%o|%#o|%x' % (255, 255, 255, 8, 8, -255) == 'ff|FF|0xff|10|0o10|-ff'");
    HOLDS("assert '%s|%r|%6s|%-6s|%%' % ('a', 'a', 'ab', 'ab') == \"a|'a'|    ab|ab    |%\"");
}

TEST(arithmetic_rounds_as_python_does)
{
    HOLDS("assert -7 // 2 == -4 and -7 % 2 == 1 and 7 // -2 == -4 and 7 % -2 == -1");
    HOLDS("assert 2 + 3 * 4 - 1 == 13; assert (2 + 3) * 4 == 20; assert 1 << 4 | 3 == 19");
    HOLDS("assert 6 & 3 == 2 and 6 ^ 3 == 5 and ~0 == -1 and - -1 == 1 and 0x10 == 16 and 0b11 == 3 and 0o17 == 15");
    FAILS("1 // 0", "ZeroDivisionError: integer division or modulo by zero");
}

TEST(logic_stops_at_the_first_that_decides)
{
    HOLDS("assert not (False and undefined_name)");
    HOLDS("assert True or 1 // 0");
    HOLDS("assert not 0 and not '' and not () and not None");
    BEYOND("assert undefined_name");
}

TEST(assignments_last_from_statement_to_statement)
{
    HOLDS("n = 3; n += 4\nn *= 2\nassert n == 14; assert tcpi_snd_cwnd + n == 24");
    BEYOND("n += 1");
}

TEST(lines_are_continued_and_counted)
{
    HOLDS("assert tcpi_snd_cwnd == \\\n   10; \\\n  assert tcpi_unacked == 3");
    HOLDS("assert (tcpi_snd_cwnd ==\n  10)\n# a remark\nassert True");
    FAILS("assert True\nassert True\nassert False, 'third'", "AssertionError: third");
    CHECK_EQ(got.line, 3);
}

TEST(print_shows_values_side_by_side)
{
    HOLDS("print(tcpi_snd_cwnd, 'text', (1,), [1, 'a'], None, True); print()");
    CHECK_STR(got.printed, "10 text (1,) [1, 'a'] None True\n\n");
}

TEST(small_functions_and_constants)
{
    HOLDS("assert min(3, 1, 2) == 1 and max([4, 9]) == 9 and abs(-3) == 3 and len('abc') == 3 and len((1, 2)) == 2");
    HOLDS("assert TCP_ESTABLISHED == 1 and TCP_CA_Recovery == 3 and TCPI_OPT_SYN_DATA == 32");
}

TEST(what_is_beyond_the_subset_goes_to_python)
{
    BEYOND("n = [i for i in range(3)]");
    BEYOND("import os");
    BEYOND("if True: pass");
    BEYOND("x = tcpi_snd_cwnd / 2");
    BEYOND("assert 2 ** 70 > 0");
    BEYOND("assert 1.5 > 1");
    BEYOND("a, b = 1, 2");
    BEYOND("assert 9223372036854775807 + 1 > 0");
    BEYOND("'abc'.upper()");
    BEYOND("assert True\n  assert True");
    BEYOND("f'{tcpi_snd_cwnd}'");
    BEYOND("assert (1");
}

TEST(deep_nesting_ends_in_python_not_in_a_crash)
{
    static char text[4000];
    memset(text, '(', 1500);
    BEYOND(text);
    memset(text, '-', 1500);
    BEYOND(text);
}
