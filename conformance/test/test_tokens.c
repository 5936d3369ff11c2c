#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

TEST(a_syntax_error_names_the_token_and_what_was_expected)
{
    uint32_t line, column;
    CHECK(!parse("0 socket(..., 1, 2) = 3\n+0 listen(3 1) = 0\n"));
    CHECK_STR(first_message(&line, &column), "syntax error at '1': expected ',' or ')' after an argument");
    CHECK_EQ(line, 2);
    CHECK_EQ(column, 13);
}

TEST(the_end_of_the_file_is_named_as_such)
{
    CHECK(!parse("0 socket(..., 1, 2)"));
    CHECK_SAID("syntax error at the end of the file: expected '=' and the expected result");
}

TEST(long_and_unprintable_tokens_are_shortened)
{
    CHECK(!parse("0 aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.() = 0"));
    CHECK(!parse("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
    CHECK_SAID("at 'aaaaaaaaaaaaaaaaaaaaaaaa...'");
    CHECK(!parse("0 \x80"));
    CHECK_SAID("at '\\x80'");
    CHECK(!parse("0 close(\xe9) = 0"));
    CHECK_SAID("at '\\xE9'");
}

TEST(numbers_out_of_range_say_the_range)
{
    CHECK(!parse("0 < S 0:0(0) win 65536"));
    CHECK_SAID("win is 65536, out of range 0..65535");
}

TEST(hexadecimal_where_only_decimal_is_read_gets_a_hint)
{
    CHECK(!parse("0 < S 0:0(0) win 0x100"));
    CHECK_SAID("win (a decimal number)");
    CHECK_HINT("write 256");
}

TEST(words_of_other_dialects_are_named)
{
    CHECK(!parse("0 < S 0:0(0) win 1 <mpcapable v0>"));
    CHECK_HINT("MPTCP fork");
    CHECK(!parse("0 > [dscp cs1] S 0:0(0)"));
    CHECK_HINT("here: tos 0xN");
}

TEST(an_endless_tree_is_refused)
{
    cf_buf text = {0};
    cf_buf_puts(&text, "0 poll([");
    for (int i = 0; i < 1500000; i++) cf_buf_puts(&text, "1,");
    cf_buf_puts(&text, "1]) = 0");
    CHECK(!parse(cf_buf_str(&text)));
    CHECK_SAID("too large");
    cf_buf_free(&text);
}
