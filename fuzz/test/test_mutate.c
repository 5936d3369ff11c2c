#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../mutate/mutate.h"
#include "../prog/program.h"

static size_t invert(uint8_t *data, size_t len, size_t cap)
{
    (void)cap;
    for (size_t i = 0; i < len; i++) data[i] = (uint8_t)~data[i];
    return len;
}

TEST(the_result_is_always_a_whole_number_of_steps_within_the_room)
{
    uint8_t data[700] = {0};
    size_t len = 0;
    for (unsigned seed = 0; seed < 20000; seed++) {
        len = fz_mutate(data, len, sizeof data - 5, seed, invert);
        CHECK(len <= sizeof data - 5);
        CHECK(len >= FZ_HEADER_BYTES);
        CHECK_EQ((len - FZ_HEADER_BYTES) % FZ_STEP_BYTES, 0);
    }
}

TEST(the_same_seed_makes_the_same_change)
{
    for (unsigned seed = 0; seed < 200; seed++) {
        uint8_t a[400] = {1, 2, 3}, b[400] = {1, 2, 3};
        size_t n = fz_mutate(a, 100, sizeof a, seed, invert), m = fz_mutate(b, 100, sizeof b, seed, invert);
        CHECK_EQ(n, m);
        CHECK_EQ(memcmp(a, b, n), 0);
    }
}

TEST(mutation_reaches_every_kind_of_step)
{
    unsigned seen = 0;
    for (unsigned seed = 0; seed < 500; seed++) {
        uint8_t data[400] = {0};
        size_t len = fz_mutate(data, 0, sizeof data, seed, invert);
        fz_program p;
        fz_decode(&p, data, len);
        for (unsigned i = 0; i < p.count; i++) seen |= 1u << p.step[i].kind;
    }
    CHECK_EQ(seen, (1u << FZ_KINDS) - 1);
}

TEST(a_cross_has_the_header_of_the_first_and_steps_of_both)
{
    uint8_t a[FZ_HEADER_BYTES + 5 * FZ_STEP_BYTES], b[FZ_HEADER_BYTES + 9 * FZ_STEP_BYTES], out[400];
    memset(a, 0xaa, sizeof a);
    memset(b, 0xbb, sizeof b);
    int mixed = 0;
    for (unsigned seed = 0; seed < 100; seed++) {
        size_t n = fz_cross(a, sizeof a, b, sizeof b, out, sizeof out, seed);
        CHECK_EQ((n - FZ_HEADER_BYTES) % FZ_STEP_BYTES, 0);
        CHECK_EQ(out[0], 0xaa);
        mixed += n > FZ_HEADER_BYTES && out[FZ_HEADER_BYTES] == 0xaa && out[n - 1] == 0xbb;
    }
    CHECK(mixed > 10);
}
