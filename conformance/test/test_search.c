#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/search.h"
#include "capture_fix.h"

static cf_capture c;
static cf_recording r;

/* A stack that goes another way at a packet until the right fix is made, and then at the next. */
typedef struct {
    const cf_fix *needs;
    uint32_t count;
    uint32_t runs, wholes;
    bool last_passed;
} stack;

static bool try_it(void *ctx, const cf_recording *rec, const cf_guess *g, cf_tried *out)
{
    stack *s = ctx;
    bool whole_told = !g->upto || g->upto >= rec->count;
    s->runs++;
    s->wholes += whole_told;
    out->same = whole_told ? rec->count : g->upto;
    for (uint32_t i = s->count; i-- > 0;)
        if (!cf_guess_fixed(g, s->needs[i].packet, s->needs[i].kind) && s->needs[i].packet < out->same)
            out->same = s->needs[i].packet;
    out->passed = s->last_passed = whole_told && out->same == rec->count;
    return true;
}

static bool search(const cf_fix *needs, uint32_t n, stack *s)
{
    char why[200];
    *s = (stack){.needs = needs, .count = n};
    story(&c, &(shape){0}, whole, 4);
    for (int i = 0; i < 300; i++) {
        bool in = i % 2 == 0;
        const beat b = {20 + 2 * i, in ? '>' : '<', ".", in ? 101 : 1, 0, in ? 1 : 101, 9999, NULL, 0, 0};
        story_more(&c, &(shape){0}, &b, 1);
    }
    if (!cf_record(&r, &c, 0, CF_SERVER, why, sizeof why)) CHECK_FAIL("%s", why);
    bool found = cf_search(&r, try_it, s);
    cf_recording_free(&r);
    cf_capture_free(&c);
    return found;
}

TEST(the_first_style_is_enough_for_a_simple_recording)
{
    stack s;
    CHECK(search(NULL, 0, &s));
    CHECK_EQ(s.runs, 1);
}

TEST(fixes_are_found_one_after_the_other)
{
    static const cf_fix needs[] = {{3, CF_FIX_READ}, {5, CF_FIX_ACK_NOW}, {7, CF_FIX_WRITE}};
    stack s;
    CHECK(search(needs, 3, &s));
    CHECK(s.last_passed); /* what passed is what was tried last */
    CHECK(s.wholes < s.runs / 2);
}

TEST(what_no_fix_explains_is_given_up)
{
    static const cf_fix needs[] = {{3, CF_FIX_READ}, {4, (cf_fix_kind)99}};
    stack s;
    CHECK(!search(needs, 2, &s));
    CHECK(s.runs < 2000);
}
