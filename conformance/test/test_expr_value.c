#define CHECK_MAIN
#include "../run/expr_value.h"

#include "../../stack/test/check.h"

static char error[200];
static cf_ops_ctx ctx;

static void begin(void)
{
    error[0] = '\0';
    ctx = (cf_ops_ctx){.mem = cf_arena_new(), .error = error, .error_cap = sizeof error};
}

static cf_value text(const char *s)
{
    return (cf_value){.kind = CF_V_STR, .str = s, .num = (int64_t)strlen(s)};
}

TEST(truth_is_pythons)
{
    cf_value zero = cf_value_int(0), one = cf_value_int(1), empty = text(""), full = text("x"),
             nothing = {.kind = CF_V_NONE};
    CHECK(!cf_value_true(&zero) && cf_value_true(&one) && !cf_value_true(&empty) && cf_value_true(&full));
    CHECK(!cf_value_true(&nothing));
}

TEST(overflow_is_beyond_not_wrong)
{
    cf_value big = cf_value_int(INT64_MAX), one = cf_value_int(1), minus = cf_value_int(-1),
             low = cf_value_int(INT64_MIN), r;
    begin();
    CHECK_EQ(cf_value_arith(&ctx, "+", &big, &one, &r), CF_EXPR_BEYOND);
    CHECK_EQ(cf_value_arith(&ctx, "*", &big, &big, &r), CF_EXPR_BEYOND);
    CHECK_EQ(cf_value_arith(&ctx, "//", &low, &minus, &r), CF_EXPR_BEYOND);
    CHECK_EQ(cf_value_unary(&ctx, '-', &low, &r), CF_EXPR_BEYOND);
    cf_value sixty = cf_value_int(63);
    CHECK_EQ(cf_value_arith(&ctx, "<<", &one, &sixty, &r), CF_EXPR_BEYOND);
    CHECK_EQ(cf_value_arith(&ctx, "<<", &one, &minus, &r), CF_EXPR_FAILED);
    cf_arena_free(ctx.mem);
}

TEST(strings_join_and_order)
{
    cf_value a = text("ab"), b = text("cd"), r;
    bool less;
    begin();
    CHECK_EQ(cf_value_arith(&ctx, "+", &a, &b, &r), CF_EXPR_OK);
    CHECK_STR(r.str, "abcd");
    CHECK_EQ(cf_value_compare(&ctx, "<", &a, &r, &less), CF_EXPR_OK);
    CHECK(less);
    cf_arena_free(ctx.mem);
}

TEST(a_number_and_a_string_do_not_add)
{
    cf_value a = text("ab"), one = cf_value_int(1), r;
    begin();
    CHECK_EQ(cf_value_arith(&ctx, "+", &one, &a, &r), CF_EXPR_FAILED);
    CHECK(strstr(error, "TypeError") != NULL);
    cf_arena_free(ctx.mem);
}

TEST(formatting_counts_its_arguments)
{
    cf_value f = text("%d-%d"), one = cf_value_int(1), r;
    cf_value two[] = {one, one}, pair = {.kind = CF_V_SEQ, .items = two, .num = 2, .tuple = true};
    begin();
    CHECK_EQ(cf_value_format(&ctx, &f, &pair, &r), CF_EXPR_OK);
    CHECK_STR(r.str, "1-1");
    CHECK_EQ(cf_value_format(&ctx, &f, &one, &r), CF_EXPR_FAILED);
    cf_value none = text("no place");
    CHECK_EQ(cf_value_format(&ctx, &none, &one, &r), CF_EXPR_FAILED);
    cf_value odd = text("%.3f");
    CHECK_EQ(cf_value_format(&ctx, &odd, &one, &r), CF_EXPR_BEYOND);
    cf_arena_free(ctx.mem);
}

TEST(equality_crosses_no_kinds)
{
    cf_value one = cf_value_int(1), yes = cf_value_bool(true), s = text("1");
    bool same;
    begin();
    cf_value_compare(&ctx, "==", &one, &yes, &same);
    CHECK(same);
    cf_value_compare(&ctx, "==", &one, &s, &same);
    CHECK(!same);
    cf_arena_free(ctx.mem);
}
