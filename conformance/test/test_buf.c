#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../text/buf.h"

TEST(an_empty_buffer_is_an_empty_string)
{
    cf_buf b = {0};
    CHECK_STR(cf_buf_str(&b), "");
    char *taken = cf_buf_take(&b);
    CHECK_STR(taken, "");
    free(taken);
}

TEST(everything_put_is_there_in_order)
{
    cf_buf b = {0};
    cf_buf_puts(&b, "ack");
    cf_buf_putc(&b, ' ');
    cf_buf_printf(&b, "%u", 1001u);
    cf_buf_repeat(&b, '^', 3);
    cf_buf_put(&b, "xyz", 1);
    CHECK_STR(cf_buf_str(&b), "ack 1001^^^x");
    CHECK_EQ(b.len, 12);
    cf_buf_free(&b);
    CHECK_STR(cf_buf_str(&b), "");
}

TEST(long_texts_grow_the_buffer)
{
    cf_buf b = {0};
    for (int i = 0; i < 5000; i++) cf_buf_printf(&b, "%04d", i);
    CHECK_EQ(b.len, 20000);
    CHECK_EQ(strncmp(b.data + 19996, "4999", 4), 0);
    cf_buf_clear(&b);
    CHECK_EQ(b.len, 0);
    CHECK_STR(cf_buf_str(&b), "");
    cf_buf_free(&b);
}

TEST(a_taken_string_is_the_callers_and_leaves_nothing)
{
    cf_buf b = {0};
    cf_buf_puts(&b, "mine");
    char *s = cf_buf_take(&b);
    CHECK_STR(s, "mine");
    CHECK_EQ(b.len, 0);
    free(s);
}

TEST(what_would_move_a_terminal_is_made_printable)
{
    cf_buf b = {0};
    cf_buf_make_printable(&b);
    cf_buf_puts(&b, "a\033[2J\tb\n\r\177\xc3\xa9");
    cf_buf_make_printable(&b);
    CHECK_STR(cf_buf_str(&b), "a?[2J\tb\n??\xc3\xa9");
    cf_buf_free(&b);
}
