#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/show.h"
#include "diff_fix.h"

TEST(the_object_has_counts_pairs_and_every_difference_with_its_rule)
{
    cf_diff d;
    cf_buf out = {0};
    cf_json j = {.out = &out};
    const char *why;
    size_t at;
    sample_diff(&d);
    cf_json_object(&j, NULL);
    cf_diff_json(&j, &d);
    cf_json_end(&j);
    cf_arena *mem = cf_arena_new();
    const cf_json_value *v = cf_json_parse(mem, out.data, out.len, &why, &at);
    CHECK(v != NULL);
    CHECK(!cf_json_member(v, "equal")->truth);
    const cf_json_value *counts = cf_json_member(v, "counts"), *pairs = cf_json_member(v, "pairs");
    CHECK(cf_json_member(counts, "choice")->integer > 0);
    CHECK_EQ(pairs->count, 2);
    const cf_json_value *rows = cf_json_member(pairs->kid[0], "rows");
    CHECK(rows->count >= 3);
    const cf_json_value *first = cf_json_member(rows->kid[0], "differences")->kid[0];
    CHECK_STR(cf_json_get(first, "field"), "win");
    CHECK_STR(cf_json_get(first, "class"), "choice");
    CHECK(cf_json_get(first, "cite") != NULL);
    CHECK(cf_json_get(pairs->kid[1], "a") == NULL);
    cf_arena_free(mem);
    cf_buf_free(&out);
    sample_diff_free(&d);
}
