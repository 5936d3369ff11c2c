#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../text/json.h"
#include "fixture.h"
#include "sample.h"

static void write_report(void *stream, void *ctx)
{
    cf_report_jsonl(stream, ctx);
}

TEST(one_record_for_each_run_in_the_recorded_shape)
{
    const char *text = written_by(write_report, (void *)(uintptr_t)sample_report());
    CHECK(golden_is("results.jsonl", text));
    sample_free();
}

TEST(every_line_is_json_and_ends_with_the_wall_time)
{
    const char *text = written_by(write_report, (void *)(uintptr_t)sample_report());
    cf_arena *mem = cf_arena_new();
    uint32_t lines = 0;
    for (; *text; lines++) {
        size_t len = strcspn(text, "\n"), at;
        const char *why;
        cf_json_value *v = cf_json_parse(mem, text, len, &why, &at);
        CHECK(v != NULL);
        CHECK_STR(v->kid[v->count - 1]->key, "wall_us");
        text += len + 1;
    }
    cf_arena_free(mem);
    CHECK_EQ(lines, SAMPLE_COUNT);
    sample_free();
}
