#define CHECK_MAIN
#include "../run/expr_lex.h"

#include "../../stack/test/check.h"

static int kinds(const char *text, char *out)
{
    static const char letters[] = {[CF_W_END] = 'E', [CF_W_LINE_END] = ';', [CF_W_NAME] = 'n', [CF_W_INT] = 'i',
                                   [CF_W_STR] = 's', [CF_W_OP] = 'o',       [CF_W_ODD] = '?'};
    cf_arena *mem = cf_arena_new();
    cf_word *w = cf_expr_lex(text, mem);
    int n = 0;
    do out[n] = letters[w[n].kind];
    while (w[n++].kind != CF_W_END);
    out[n] = '\0';
    cf_arena_free(mem);
    return n;
}

#define KINDS(text, want)                                                                                              \
    do {                                                                                                               \
        char k[80];                                                                                                    \
        kinds(text, k);                                                                                                \
        CHECK_STR(k, want);                                                                                            \
    } while (0)

TEST(words_are_names_numbers_strings_and_operators)
{
    KINDS("assert a<=0x1F, 'x'", "nnoios;E");
    KINDS("a=1;b=2", "noi;noi;E");
    KINDS("", ";E");
}

TEST(lines_inside_brackets_and_after_a_backslash_go_on)
{
    KINDS("(1,\n 2)", "oioio;E");
    KINDS("1 + \\\n 2", "ioi;E");
    KINDS("1\n2", "i;i;E");
}

TEST(what_python_would_not_take_or_we_do_not_is_odd)
{
    KINDS("08", "?i;E");
    KINDS("1.5", "?oi;E");
    KINDS("1_000", "?n;E");
    KINDS("@", "?;E");
    KINDS("b'x'", "?s;E");
}

TEST(strings_are_unescaped)
{
    cf_arena *mem = cf_arena_new();
    cf_word *w = cf_expr_lex("'a\\n\\'\\\\'", mem);
    CHECK_EQ(w->num, 4);
    CHECK_STR(w->text, "a\n'\\");
    cf_arena_free(mem);
}
