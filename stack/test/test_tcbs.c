/* TCBs by number: at rest they take less, and are the same when they are asked for again. */
#define CHECK_MAIN
#include "../base/rng.h"
#include "../tcp/tcbs.h"
#include "check.h"

enum { CAP = 40, WORDS = sizeof(rs_tcb) / 4 };

static struct {
    rs_tcbs s;
    _Alignas(64) char memory[(CAP + 1) * 4 * sizeof(rs_tcb)];
} m;
static uint32_t model[CAP][WORDS]; /* what each number's TCB should be */

static void fresh(uint32_t most)
{
    memset(&m, 0xa5, sizeof m);
    CHECK(rs_tcbs_bytes(CAP, 0) <= sizeof m.memory);
    rs_tcbs_init(&m.s, m.memory, CAP, most);
}

static void store(uint32_t i)
{
    memcpy(model[i], rs_tcbs_at(&m.s, i), sizeof(rs_tcb));
}

/* A TCB like all others, except in so many words. */
static uint32_t one(uint32_t differs, uint32_t seed)
{
    uint32_t i = rs_tcbs_take(&m.s);
    CHECK(i != RS_NIL);
    rs_tcb *t = rs_tcbs_at(&m.s, i);
    uint32_t words[WORDS];
    for (uint32_t w = 0; w < WORDS; w++) words[w] = w * 3;
    rs_rng rng = rs_rng_of(seed);
    for (uint32_t n = 0; n < differs; n++) words[rs_rng_below(&rng, WORDS)] = rs_rng_u32(&rng);
    memcpy(t, words, sizeof words);
    t->self = i;
    t->listener = t->fo_listener = RS_NIL;
    t->output_pending = false;
    t->sndq.segs = t->sndq.bytes.len = t->rcvq.bytes.len = 0;
    store(i);
    return i;
}

static void all_rest(void)
{
    for (uint32_t n = 0; n < 2 * CAP; n++) rs_tcbs_rest(&m.s);
    CHECK_SOUND(rs_tcbs_broken(&m.s));
}

TEST(at_rest_it_takes_less_and_is_the_same_again)
{
    fresh(0);
    uint32_t a = one(0, 1), b = one(60, 2);
    all_rest();
    CHECK(rs_tcbs_rests(&m.s, a));
    CHECK(rs_tcbs_rests(&m.s, b));
    CHECK_EQ(m.s.awake.live, 0);
    CHECK(m.s.packed[0].size * 2 < sizeof(rs_tcb));
    CHECK(memcmp(rs_tcbs_name(&m.s, b), model[b], sizeof(rs_tcb_name)) == 0);
    rs_tcb room;
    CHECK(memcmp(rs_tcbs_look(&m.s, b, &room), model[b], sizeof room) == 0);
    CHECK(rs_tcbs_rests(&m.s, b)); /* looking does not wake it */
    CHECK(memcmp(rs_tcbs_at(&m.s, b), model[b], sizeof(rs_tcb)) == 0);
    CHECK(!rs_tcbs_rests(&m.s, b));
    CHECK(memcmp(rs_tcbs_at(&m.s, a), model[a], sizeof(rs_tcb)) == 0);
    CHECK_SOUND(rs_tcbs_broken(&m.s));
}

TEST(as_many_as_wanted_stay_awake)
{
    fresh(3);
    for (uint32_t i = 0; i < 10; i++) one(10, i);
    all_rest();
    CHECK_EQ(m.s.awake.live, 3);
    CHECK_EQ(m.s.numbers.live, 10);
}

TEST(where_nobody_comes_nobody_is_looked_at)
{
    fresh(0);
    uint32_t a = one(5, 1);
    rs_tcbs_at(&m.s, a)->sndq.segs = 1;
    all_rest();
    rs_tcbs_at(&m.s, a)->sndq.segs = 0; /* idle now, but its slot is there anyway */
    all_rest();
    CHECK(!rs_tcbs_rests(&m.s, a));
    one(5, 2);
    all_rest();
    CHECK(rs_tcbs_rests(&m.s, a));
}

TEST(one_with_too_much_of_its_own_stays_awake)
{
    fresh(0);
    uint32_t usual = one(0, 1), odd = one(WORDS * 4, 2);
    all_rest();
    CHECK(rs_tcbs_rests(&m.s, usual));
    CHECK(!rs_tcbs_rests(&m.s, odd));
}

TEST(whoever_has_something_to_do_does_not_rest)
{
    fresh(0);
    uint32_t i[7];
    for (uint32_t n = 0; n < 7; n++) i[n] = one(5, n);
    rs_tcbs_at(&m.s, i[0])->listener = 0;
    rs_tcbs_at(&m.s, i[1])->fo_listener = 0;
    rs_tcbs_at(&m.s, i[2])->output_pending = true;
    rs_tcbs_at(&m.s, i[3])->sndq.segs = 1;
    rs_tcbs_at(&m.s, i[4])->sndq.bytes.len = 1;
    rs_tcbs_at(&m.s, i[5])->rcvq.bytes.len = 1;
    all_rest();
    for (uint32_t n = 0; n < 6; n++) CHECK(!rs_tcbs_rests(&m.s, i[n]));
    CHECK(rs_tcbs_rests(&m.s, i[6]));
}

/* Numbers and slots come and go in any order; what each TCB holds is compared with a copy of it. */
TEST(no_history_loses_or_changes_one)
{
    static bool in[CAP];
    for (uint32_t seed = 1; seed <= 20; seed++) {
        rs_rng rng = rs_rng_of(seed);
        fresh(rs_rng_below(&rng, 5));
        memset(in, 0, sizeof in);
        for (int step = 0; step < 400; step++) {
            uint32_t i = rs_rng_below(&rng, CAP);
            if (!in[i] && m.s.numbers.live < CAP) in[one(rs_rng_below(&rng, 200), (uint32_t)step)] = true;
            else if (in[i] && rs_rng_below(&rng, 4) == 0) {
                rs_tcbs_give(&m.s, i);
                in[i] = false;
            } else if (in[i]) {
                CHECK(memcmp(rs_tcbs_at(&m.s, i), model[i], sizeof(rs_tcb)) == 0);
                rs_tcbs_at(&m.s, i)->snd.wnd = rs_rng_u32(&rng);
                store(i);
            }
            rs_tcbs_rest(&m.s);
            CHECK_SOUND(rs_tcbs_broken(&m.s));
        }
        rs_tcb room;
        for (uint32_t i = 0; i < CAP; i++)
            if (in[i]) CHECK(memcmp(rs_tcbs_look(&m.s, i, &room), model[i], sizeof room) == 0);
    }
}

TEST(numbers_end_and_come_again)
{
    fresh(0);
    for (uint32_t i = 0; i < CAP; i++) CHECK_EQ(one(0, i), i);
    CHECK_EQ(rs_tcbs_take(&m.s), RS_NIL);
    all_rest();
    rs_tcbs_give(&m.s, 7); /* from its rest */
    rs_tcbs_expect_place(&m.s, 7);
    rs_tcbs_expect(&m.s, 7); /* hints hurt nobody */
    CHECK_EQ(one(0, 1), 7);
    CHECK_SOUND(rs_tcbs_broken(&m.s));
}

TEST(a_broken_one_is_found)
{
    fresh(0);
    uint32_t a = one(0, 1), b = one(0, 2);
    rs_tcbs_at(&m.s, a)->self = b;
    CHECK(rs_tcbs_broken(&m.s));
    rs_tcbs_at(&m.s, a)->self = a;
    CHECK_SOUND(rs_tcbs_broken(&m.s));
    m.s.awake.live++;
    CHECK(rs_tcbs_broken(&m.s));
}
