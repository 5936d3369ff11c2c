#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../text/json.h"

static cf_json_value *parse(cf_arena *mem, const char *text, const char **why)
{
    size_t at;
    return cf_json_parse(mem, text, strlen(text), why, &at);
}

TEST(a_record_is_read_by_its_members)
{
    cf_arena *mem = cf_arena_new();
    const char *why;
    cf_json_value *v = parse(mem, " {\"id\":\"a/b\", \"n\":[1,-2.5e1,true,null], \"wall\":12} ", &why);
    CHECK(v != NULL);
    CHECK_STR(cf_json_get(v, "id"), "a/b");
    CHECK(cf_json_get(v, "n") == NULL);
    CHECK(cf_json_get(v, "nothing") == NULL);
    const cf_json_value *n = cf_json_member(v, "n");
    CHECK_EQ(n->count, 4);
    CHECK_EQ(n->kid[0]->integer, 1);
    CHECK(n->kid[0]->is_int);
    CHECK(!n->kid[1]->is_int);
    CHECK_EQ(n->kid[1]->number, -25);
    CHECK(n->kid[2]->kind == CF_J_BOOL && n->kid[2]->truth);
    CHECK(n->kid[3]->kind == CF_J_NULL);
    CHECK_EQ(cf_json_member(v, "wall")->integer, 12);
    cf_arena_free(mem);
}

TEST(escapes_become_utf8)
{
    cf_arena *mem = cf_arena_new();
    const char *why;
    cf_json_value *v = parse(mem, "\"\\u0041\\n\\u00e9\\u20ac\\ud83d\\ude00\\/\"", &why);
    CHECK(v != NULL);
    CHECK_STR(v->str, "A\n\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80/");
    CHECK_EQ(v->str_len, strlen(v->str));
    cf_arena_free(mem);
}

TEST(what_is_not_json_is_refused)
{
    static const char *const bad[] = {"",        "{",   "[1,]",        "{\"a\"}",     "{\"a\":1,}", "{a:1}",
                                      "01",      "1.",  "1e",          "-",           "+1",         "tru",
                                      "\"\\x\"", "\"a", "\"\\ud800\"", "\"\\udc00\"", "\"a\nb\"",   "1 2",
                                      "[1 2]",   "'a'", "nan",         "\"\\u12\"",   "\"\\"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cf_arena *mem = cf_arena_new();
        const char *why = NULL;
        if (parse(mem, bad[i], &why)) CHECK_FAIL("accepted: %s", bad[i]);
        CHECK(why != NULL);
        cf_arena_free(mem);
    }
}

TEST(deep_nesting_is_refused_and_shallow_is_not)
{
    char text[200];
    const char *why;
    cf_arena *mem = cf_arena_new();
    memset(text, '[', 31);
    memset(text + 31, ']', 31);
    text[62] = '\0';
    CHECK(parse(mem, text, &why) != NULL);
    memset(text, '[', 199);
    text[199] = '\0';
    CHECK(parse(mem, text, &why) == NULL);
    CHECK_STR(why, "nested too deeply");
    cf_arena_free(mem);
}

TEST(what_the_writer_writes_the_reader_reads)
{
    cf_buf out = {0};
    cf_json j = {.out = &out};
    cf_arena *mem = cf_arena_new();
    const char *why;
    cf_json_object(&j, NULL);
    cf_json_text(&j, "k\"ey", "\x01\xFF\"\\/", 5);
    cf_json_int(&j, "n", INT64_MIN);
    cf_json_end(&j);
    cf_json_value *v = parse(mem, cf_buf_str(&out), &why);
    CHECK(v != NULL);
    CHECK_STR(cf_json_get(v, "k\"ey"), "\x01\xEF\xBF\xBD\"\\/");
    CHECK_EQ(cf_json_member(v, "n")->integer, INT64_MIN);
    cf_arena_free(mem);
    cf_buf_free(&out);
}
