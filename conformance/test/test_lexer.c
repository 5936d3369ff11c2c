#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/token.h"

static cf_source source;
static cf_arena *mem;
static cf_lexer lx;
static cf_token t;

static void begin_with(const char *text, const cf_define *defines, uint32_t count)
{
    cf_parse_env env = {.defines = defines, .define_count = count};
    cf_source_free(&source);
    cf_arena_free(mem);
    mem = cf_arena_new();
    cf_source_from(&source, "t.pkt", text, strlen(text));
    cf_lexer_init(&lx, &source, mem, &env);
}

static void begin(const char *text)
{
    begin_with(text, NULL, 0);
}

/* The next token as kind and text. */
static void next_is(cf_token_kind kind, const char *text)
{
    cf_lexer_next(&lx, &t);
    if (t.kind != kind || strlen(text) != t.len || memcmp(t.text, text, t.len) != 0)
        CHECK_FAIL("token is kind %d \"%.*s\", expected kind %d \"%s\"", (int)t.kind, (int)t.len, t.text, (int)kind,
                   text);
}

TEST(the_longest_match_wins)
{
    begin("0...0.2 -1 1-2 .5 1. 0x1F 3021b9d889017eeb 0x1g --mss 1:1001");
    next_is(CF_TOK_INT, "0");
    next_is(CF_TOK_ELLIPSIS, "...");
    next_is(CF_TOK_FLOAT, "0.2");
    next_is(CF_TOK_INT, "-1");
    next_is(CF_TOK_INT, "1");
    next_is(CF_TOK_INT, "-2");
    next_is(CF_TOK_FLOAT, ".5");
    next_is(CF_TOK_INT, "1");
    next_is(CF_TOK_CHAR, ".");
    next_is(CF_TOK_HEX, "0x1F");
    CHECK_EQ(t.num, 31);
    next_is(CF_TOK_WORD, "3021b9d889017eeb");
    next_is(CF_TOK_WORD, "0x1g");
    next_is(CF_TOK_OPTION, "mss");
    next_is(CF_TOK_INT, "1");
    next_is(CF_TOK_CHAR, ":");
    next_is(CF_TOK_INT, "1001");
    next_is(CF_TOK_END, "");
    next_is(CF_TOK_END, "");
}

TEST(addresses_are_told_from_numbers_and_ranges)
{
    begin("192.0.2.1 999.0.0.1 fd::1 ::ffff:1.2.3.4 1:2:3:4:5:6:7:8 1:2:3 ::1:");
    next_is(CF_TOK_IP4, "192.0.2.1");
    next_is(CF_TOK_IP4, "999.0.0.1");
    next_is(CF_TOK_IP6, "fd::1");
    next_is(CF_TOK_IP6, "::ffff:1.2.3.4");
    next_is(CF_TOK_IP6, "1:2:3:4:5:6:7:8");
    next_is(CF_TOK_INT, "1");
    next_is(CF_TOK_CHAR, ":");
    next_is(CF_TOK_INT, "2");
    next_is(CF_TOK_CHAR, ":");
    next_is(CF_TOK_INT, "3");
    next_is(CF_TOK_IP6, "::1");
    next_is(CF_TOK_CHAR, ":");
}

TEST(comments_vanish_even_at_the_end_of_the_file)
{
    begin("a // one\nb /* two\n * lines **/ c //: title: x\n d // end without newline");
    next_is(CF_TOK_WORD, "a");
    next_is(CF_TOK_WORD, "b");
    next_is(CF_TOK_WORD, "c");
    next_is(CF_TOK_WORD, "d");
    next_is(CF_TOK_END, "");
    CHECK_EQ(lx.note_count, 1);
    CHECK_EQ(strncmp(source.text + lx.notes[0].start, ": title: x\n", 11), 0);
    CHECK_EQ(lx.notes[0].end - lx.notes[0].start, 10);
}

TEST(strings_commands_and_code_keep_their_raw_text)
{
    begin("\"a\\\"b\nc\" `echo \\`x\\`` %{  assert x == {1:{2:3}}\n }% %{}%");
    next_is(CF_TOK_STRING, "a\\\"b\nc");
    next_is(CF_TOK_SHELL, "echo \\`x\\`");
    next_is(CF_TOK_CODE, "assert x == {1:{2:3}}\n");
    next_is(CF_TOK_CODE, "");
}

TEST(what_does_not_end_is_bad_and_ends_the_input)
{
    static const char *const bad[] = {"\"abc", "`abc", "%{ abc", "/* abc", "\"abc\\\"", "\r\n"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        begin(bad[i]);
        cf_lexer_next(&lx, &t);
        CHECK_EQ(t.kind, CF_TOK_BAD);
        CHECK_EQ(t.span.start, 0);
        CHECK(t.why != NULL && t.hint != NULL);
        cf_lexer_next(&lx, &t);
        CHECK_EQ(t.kind, CF_TOK_END);
    }
}

TEST(a_definition_decides_the_kind_of_token_by_its_first_character)
{
    static const cf_define d[] = {{"N", "10"},
                                  {"H", "0x10"},
                                  {"O", "010"},
                                  {"EMPTY", ""},
                                  {"S", "\"text\""},
                                  {"C", "`cmd`"},
                                  {"W", "3021b9d889017eeb"},
                                  {"TWICE", "old"},
                                  {"TWICE", "N"},
                                  {"ack", "5"}};
    begin_with("N H O EMPTY S C W TWICE ack NN \"N\"", d, sizeof d / sizeof d[0]);
    next_is(CF_TOK_INT, "10");
    CHECK(t.defined);
    next_is(CF_TOK_INT, "0x10");
    CHECK_EQ(t.num, 16);
    next_is(CF_TOK_INT, "010");
    CHECK_EQ(t.num, 8);
    next_is(CF_TOK_INT, "");
    CHECK_EQ(t.num, 0);
    next_is(CF_TOK_STRING, "text");
    next_is(CF_TOK_SHELL, "cmd");
    next_is(CF_TOK_WORD, "3021b9d889017eeb");
    next_is(CF_TOK_WORD, "N"); /* not looked up again */
    next_is(CF_TOK_WORD, "ack");
    next_is(CF_TOK_WORD, "NN");
    next_is(CF_TOK_STRING, "N");
}

TEST(the_command_lines_definitions_win_over_the_scripts)
{
    static const cf_define d[] = {{"X", "1"}};
    begin_with("X Y X", d, 1);
    cf_lexer_define(&lx, "X", "2");
    cf_lexer_define(&lx, "Y", "3");
    next_is(CF_TOK_INT, "1");
    next_is(CF_TOK_INT, "3");
    lx.literal = true;
    next_is(CF_TOK_WORD, "X");
}

TEST(numbers_beyond_64_bits_are_marked)
{
    begin("9223372036854775807 18446744073709551615 18446744073709551616 0xffffffffffffffff -9223372036854775808");
    next_is(CF_TOK_INT, "9223372036854775807");
    CHECK(!t.overflow);
    next_is(CF_TOK_INT, "18446744073709551615");
    CHECK(!t.overflow);
    next_is(CF_TOK_INT, "18446744073709551616");
    CHECK(t.overflow);
    next_is(CF_TOK_HEX, "0xffffffffffffffff");
    CHECK_EQ(t.num, -1);
    next_is(CF_TOK_INT, "-9223372036854775808");
    CHECK_EQ(t.num, INT64_MIN);
}

TEST(a_token_knows_whether_it_starts_its_line)
{
    begin("  a b\n\t c");
    cf_lexer_next(&lx, &t);
    CHECK(t.starts_line);
    cf_lexer_next(&lx, &t);
    CHECK(!t.starts_line);
    cf_lexer_next(&lx, &t);
    CHECK(t.starts_line);
}

TEST(reserved_words_are_those_of_the_language)
{
    CHECK(cf_word_reserved("sackOK"));
    CHECK(cf_word_reserved("sequence#"));
    CHECK(!cf_word_reserved("sackok"));
    CHECK(!cf_word_reserved("socket"));
    begin("sequence# sequence");
    next_is(CF_TOK_WORD, "sequence#");
    next_is(CF_TOK_WORD, "sequence");
}

TEST(ifdef_leaves_out_what_is_for_other_hosts)
{
    static const cf_define own = {"MINE", "1"};
    begin_with("#ifdef FreeBSD\n1 `a`\n#endif\n2\n#ifdef Linux\n3\n#endif 4 #ifdef MINE\n5\n#endif\n6", &own, 1);
    next_is(CF_TOK_INT, "2");
    next_is(CF_TOK_INT, "3");
    next_is(CF_TOK_INT, "4");
    next_is(CF_TOK_INT, "5");
    next_is(CF_TOK_INT, "6");
    static const char *const wrong[] = {"#endif", "#else", "#ifdef Linux\n1", "#ifdef\n#endif",
                                        "#ifdef Linux\n#ifdef Linux\n#endif\n#endif"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        begin(wrong[i]);
        do cf_lexer_next(&lx, &t);
        while (t.kind == CF_TOK_INT);
        CHECK_EQ(t.kind, CF_TOK_BAD);
    }
}
