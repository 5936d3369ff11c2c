#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../wire/ranges.h"

static rs_range range(uint32_t start, uint32_t end)
{
    return (rs_range){rs_seq_of(start), rs_seq_of(end)};
}

static void is_range(const rs_ranges *s, int i, uint32_t start, uint32_t end)
{
    CHECK(i < s->count);
    CHECK_EQ(s->at[i].start.raw, start);
    CHECK_EQ(s->at[i].end.raw, end);
}

TEST(ranges_that_overlap_or_touch_become_one)
{
    rs_ranges s;
    rs_ranges_init(&s, 8);
    CHECK_EQ(rs_ranges_insert(&s, range(10, 20)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(30, 40)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(50, 60)), RS_RANGES_OK);
    CHECK_EQ(s.count, 3);
    CHECK_EQ(rs_ranges_insert(&s, range(20, 30)), RS_RANGES_OK);
    is_range(&s, 0, 10, 40);
    is_range(&s, 1, 50, 60);
    CHECK_EQ(rs_ranges_insert(&s, range(5, 100)), RS_RANGES_OK);
    CHECK_EQ(s.count, 1);
    is_range(&s, 0, 5, 100);
    CHECK_EQ(rs_ranges_total(&s), 95);
}

TEST(an_empty_range_changes_nothing)
{
    rs_ranges s;
    rs_ranges_init(&s, 1);
    CHECK_EQ(rs_ranges_insert(&s, range(7, 7)), RS_RANGES_OK);
    CHECK_EQ(s.count, 0);
    CHECK(rs_ranges_covers(&s, range(7, 7)));
    CHECK(!rs_ranges_overlaps(&s, range(7, 7)));
}

TEST(a_full_set_refuses_a_new_range_but_still_joins)
{
    rs_ranges s;
    rs_ranges_init(&s, 2);
    CHECK_EQ(rs_ranges_insert(&s, range(10, 20)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(30, 40)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(50, 60)), RS_RANGES_FULL);
    CHECK_EQ(rs_ranges_total(&s), 20);
    CHECK_EQ(rs_ranges_insert(&s, range(35, 45)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_total(&s), 25);
}

TEST(a_set_may_lie_across_the_end_of_the_numbers)
{
    rs_ranges s;
    rs_ranges_init(&s, 4);
    CHECK_EQ(rs_ranges_insert(&s, range(5, 10)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(0xfffffff0, 0xfffffff8)), RS_RANGES_OK);
    is_range(&s, 0, 0xfffffff0, 0xfffffff8);
    CHECK_EQ(rs_ranges_insert(&s, range(0xfffffff8, 5)), RS_RANGES_OK);
    is_range(&s, 0, 0xfffffff0, 10);
    CHECK(rs_ranges_contains(&s, rs_seq_of(0)));
    rs_ranges_remove_below(&s, rs_seq_of(2));
    is_range(&s, 0, 2, 10);
    CHECK_SOUND(rs_ranges_broken(&s));
}

TEST(half_the_circle_is_the_limit)
{
    rs_ranges s;
    rs_ranges_init(&s, 4);
    CHECK_EQ(rs_ranges_insert(&s, range(0, 0x80000000)), RS_RANGES_FAR);
    CHECK_EQ(rs_ranges_insert(&s, range(100, 50)), RS_RANGES_FAR);
    CHECK_EQ(rs_ranges_insert(&s, range(0, 10)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(0x7fffffff, 0x80000000)), RS_RANGES_FAR);
    CHECK_EQ(rs_ranges_insert(&s, range(0x7ffffffe, 0x7fffffff)), RS_RANGES_OK);
    CHECK_EQ(rs_ranges_insert(&s, range(0xffffffff, 0)), RS_RANGES_FAR);
    CHECK_EQ(rs_ranges_insert(&s, range(0x80000000, 0x80000001)), RS_RANGES_FAR);
    CHECK_EQ(s.count, 2);
    CHECK_SOUND(rs_ranges_broken(&s));
}

/* The model: one bool for each number of a small stretch of the circle. */
enum { SPAN = 200, CAP = 6 };
typedef struct model {
    bool in[SPAN];
} model;

static int model_ranges(const model *m)
{
    int n = 0;
    for (int i = 0; i < SPAN; i++) n += m->in[i] && (i == 0 || !m->in[i - 1]);
    return n;
}

static void model_insert(model *m, uint32_t a, uint32_t b, rs_ranges_result got)
{
    model after = *m;
    for (uint32_t i = a; i < b; i++) after.in[i] = true;
    bool fits = model_ranges(&after) <= CAP;
    CHECK_EQ(got, fits ? RS_RANGES_OK : RS_RANGES_FULL);
    if (fits) *m = after;
}

static void agree(const rs_ranges *s, const model *m, rs_seq base)
{
    CHECK_SOUND(rs_ranges_broken(s));
    CHECK_EQ(s->count, model_ranges(m));
    uint32_t total = 0;
    for (uint32_t i = 0; i < SPAN; i++) {
        CHECK_EQ(rs_ranges_contains(s, rs_seq_add(base, i)), m->in[i]);
        total += m->in[i];
    }
    CHECK_EQ(rs_ranges_total(s), total);
}

static void ask(const rs_ranges *s, const model *m, rs_seq base, uint32_t a, uint32_t b)
{
    rs_range r = {rs_seq_add(base, a), rs_seq_add(base, b)};
    bool all = true, any = false;
    for (uint32_t i = a; i < b; i++) {
        all = all && m->in[i];
        any = any || m->in[i];
    }
    CHECK_EQ(rs_ranges_covers(s, r), all);
    CHECK_EQ(rs_ranges_overlaps(s, r), any);
}

TEST(any_history_agrees_with_a_bitmap_wherever_on_the_circle)
{
    static const uint32_t bases[] = {0, 0x7fffff9c, 0xffffff9c, 0x80000000};
    rs_rng rng = rs_rng_of(4);
    for (int k = 0; k < 4; k++) {
        rs_seq base = rs_seq_of(bases[k]);
        rs_ranges s;
        model m = {{0}};
        rs_ranges_init(&s, CAP);
        for (int step = 0; step < 1500; step++) {
            uint32_t a = rs_rng_below(&rng, SPAN), b = a + rs_rng_below(&rng, SPAN - a < 30 ? SPAN - a : 30);
            if (rs_rng_below(&rng, 8) == 0) {
                rs_ranges_remove_below(&s, rs_seq_add(base, a));
                for (uint32_t i = 0; i < a; i++) m.in[i] = false;
            } else {
                model_insert(&m, a, b, rs_ranges_insert(&s, (rs_range){rs_seq_add(base, a), rs_seq_add(base, b)}));
            }
            agree(&s, &m, base);
            ask(&s, &m, base, rs_rng_below(&rng, a + 1), a);
        }
    }
}

TEST(arbitrary_ranges_never_break_the_set)
{
    rs_rng rng = rs_rng_of(5);
    rs_ranges s;
    int results[3] = {0};
    rs_ranges_init(&s, 16);
    for (int step = 0; step < 20000; step++) {
        uint32_t start = rs_rng_u32(&rng), len = rs_rng_u32(&rng) >> rs_rng_below(&rng, 32);
        rs_ranges before = s;
        rs_ranges_result got = rs_ranges_insert(&s, range(start, start + len));
        results[got]++;
        CHECK_SOUND(rs_ranges_broken(&s));
        if (got == RS_RANGES_OK) CHECK(rs_ranges_covers(&s, range(start, start + len)));
        else CHECK_EQ(rs_ranges_total(&s), rs_ranges_total(&before));
        if (rs_rng_below(&rng, 50) == 0) rs_ranges_init(&s, 16);
    }
    CHECK(results[RS_RANGES_OK] > 0 && results[RS_RANGES_FULL] > 0 && results[RS_RANGES_FAR] > 0);
}

TEST(the_checker_finds_each_broken_invariant)
{
    rs_ranges s;
    rs_ranges_init(&s, 3);
    s.count = 2;
    s.at[0] = range(10, 20);
    s.at[1] = range(20, 30);
    CHECK_STR(rs_ranges_broken(&s), "S2: ranges overlap, touch or are out of order");
    s.at[1] = range(25, 25);
    CHECK_STR(rs_ranges_broken(&s), "S1: a range is empty");
    s.at[1] = range(5, 8);
    CHECK_STR(rs_ranges_broken(&s), "S3: the set does not fit into half the circle");
    s.count = 4;
    CHECK_STR(rs_ranges_broken(&s), "S4: not count <= cap <= RS_RANGES_MAX");
}
