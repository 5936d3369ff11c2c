#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../text/diag.h"

static char *printed(const cf_diags *d, bool colour)
{
    char *text = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);
    cf_diags_print(f, d, colour);
    fclose(f);
    return text;
}

TEST(a_message_shows_place_line_caret_and_hint)
{
    cf_source s;
    cf_diags d = {0};
    cf_source_from(&s, "close/fin.pkt", "0 socket()\n+0 close(44) = 0\n", 28);
    cf_diag *m = cf_diag_add(&d, CF_ERROR, &s, (cf_span){20, 22}, "unknown descriptor %d", 44);
    cf_diag_hint(m, "did you mean %d?", 4);
    char *text = printed(&d, false);
    CHECK_STR(text, "close/fin.pkt:2:10: error: unknown descriptor 44\n"
                    "     2 | +0 close(44) = 0\n"
                    "       |          ^^\n"
                    "       = hint: did you mean 4?\n");
    free(text);
    cf_diags_free(&d);
    cf_source_free(&s);
}

TEST(tabs_keep_the_caret_aligned_and_controls_are_not_printed)
{
    cf_source s;
    cf_diags d = {0};
    cf_source_from(&s, "t", "\tab\001c", 5);
    cf_diag_add(&d, CF_WARNING, &s, (cf_span){3, 4}, "odd");
    char *text = printed(&d, false);
    CHECK_STR(text, "t:1:4: warning: odd\n     1 | \tab?c\n       | \t  ^\n");
    free(text);
    cf_diags_free(&d);
    cf_source_free(&s);
}

/* Of a line that fills screens only what stands around the place. */
TEST(a_very_long_line_is_cut_around_the_place)
{
    static char line[100000];
    cf_source s;
    cf_diags d = {0};
    memset(line, 'x', sizeof line);
    line[50000] = '!';
    cf_source_from(&s, "t", line, sizeof line);
    cf_diag_add(&d, CF_ERROR, &s, (cf_span){50000, 50001}, "here");
    char *text = printed(&d, false);
    size_t second = strcspn(text, "\n") + 1, third = second + strcspn(text + second, "\n") + 1;
    CHECK(strlen(text) < 500);
    CHECK(strncmp(text + second, "     1 | ...xxx", 15) == 0);
    CHECK_EQ(strcspn(text + second, "!"), strcspn(text + third, "^"));
    CHECK(strstr(text, "x...\n") != NULL);
    free(text);
    cf_diags_free(&d);
    cf_source_free(&s);
}

TEST(bytes_that_are_no_characters_are_not_printed_and_take_a_column)
{
    cf_source s;
    cf_diags d = {0};
    cf_source_from(&s, "t", "\xff\xc3\xa9\xc2\x9b|", 6); /* stray, a letter, a control of 8-bit terminals */
    cf_diag_add(&d, CF_ERROR, &s, (cf_span){5, 6}, "\xff%s", "\xc3\xa9");
    char *text = printed(&d, false);
    CHECK_STR(text, "t:1:6: error: ?\xc3\xa9\n     1 | ?\xc3\xa9??|\n       |     ^\n");
    free(text);
    cf_diags_free(&d);
    cf_source_free(&s);
}

TEST(colour_appears_only_when_asked_for)
{
    cf_diags d = {0};
    cf_diag_add(&d, CF_ERROR, NULL, (cf_span){0, 0}, "no place");
    char *plain = printed(&d, false), *coloured = printed(&d, true);
    CHECK_STR(plain, "error: no place\n");
    CHECK(strchr(coloured, '\033') != NULL);
    free(plain);
    free(coloured);
    cf_diags_free(&d);
}

TEST(only_errors_count_as_errors)
{
    cf_diags d = {0};
    cf_diag_add(&d, CF_WARNING, NULL, (cf_span){0, 0}, "w");
    cf_diag_add(&d, CF_NOTE, NULL, (cf_span){0, 0}, "n");
    CHECK_EQ(d.errors, 0);
    cf_diag_add(&d, CF_ERROR, NULL, (cf_span){0, 0}, "e");
    CHECK_EQ(d.errors, 1);
    CHECK_EQ(d.count, 3);
    cf_diags_free(&d);
}

TEST(after_a_hundred_messages_they_are_only_counted)
{
    cf_diags d = {0};
    for (int i = 0; i < 150; i++) cf_diag_hint(cf_diag_add(&d, CF_ERROR, NULL, (cf_span){0, 0}, "e%d", i), "h");
    CHECK_EQ(d.count, 100);
    CHECK_EQ(d.errors, 150);
    CHECK_STR(d.items[99].msg, "e99");
    cf_diags_free(&d);
}

TEST(the_nearest_name_is_found_through_one_slip)
{
    static const char *const names[] = {"TCP_NODELAY", "TCP_CORK", "SO_REUSEADDR"};
    CHECK_STR(cf_nearest("TCP_NODELY", names, 3), "TCP_NODELAY");
    CHECK_STR(cf_nearest("tcp_cork", names, 3), "TCP_CORK");
    CHECK_STR(cf_nearest("SO_REUSEADRD", names, 3), "SO_REUSEADDR");
    CHECK(cf_nearest("AF_INET", names, 3) == NULL);
    CHECK(cf_nearest("x", names, 3) == NULL);
}

TEST(what_a_message_quotes_does_nothing_to_a_terminal)
{
    cf_diags d = {0};
    cf_diag *m = cf_diag_add(&d, CF_ERROR, NULL, (cf_span){0}, "'%s' is not an address", "\033[2J1.2.3.4\177");
    cf_diag_hint(m, "did you mean %s?", "a\nb");
    CHECK_STR(d.items[0].msg, "'?[2J1.2.3.4?' is not an address");
    CHECK_STR(d.items[0].hint, "did you mean a?b?");
    cf_diags_free(&d);
}
