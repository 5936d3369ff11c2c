#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"

TEST(the_sequence_is_the_published_one)
{
    static const uint64_t known[] = {6457827717110365317u, 3203168211198807973u, 9817491932198370423u,
                                     4593380528125082431u, 16408922859458223821u};
    rs_rng r = rs_rng_of(1234567);
    for (int i = 0; i < 5; i++) CHECK(rs_rng_u64(&r) == known[i]);
}

TEST(the_same_seed_gives_the_same_numbers_and_a_copy_forks)
{
    rs_rng a = rs_rng_of(42), b = rs_rng_of(42);
    CHECK(rs_rng_u64(&a) == rs_rng_u64(&b));
    rs_rng c = a;
    CHECK(rs_rng_u64(&a) == rs_rng_u64(&c));
    CHECK(rs_rng_u64(&a) != rs_rng_u64(&b));
}

TEST(numbers_below_n_are_below_n_and_all_come_up_about_equally)
{
    enum { N = 10, DRAWS = 20000 };
    int seen[N] = {0};
    rs_rng r = rs_rng_of(7);
    for (int i = 0; i < DRAWS; i++) {
        uint32_t v = rs_rng_below(&r, N);
        CHECK(v < N);
        seen[v]++;
    }
    for (int i = 0; i < N; i++) CHECK(seen[i] > DRAWS / N * 9 / 10 && seen[i] < DRAWS / N * 11 / 10);
    CHECK_EQ(rs_rng_below(&r, 0), 0);
    CHECK_EQ(rs_rng_below(&r, 1), 0);
}

TEST(no_number_is_favoured_when_n_does_not_divide_the_range)
{
    rs_rng r = rs_rng_of(17);
    int multiples = 0; /* of 3: half of all instead of a third if nothing is drawn again */
    for (int i = 0; i < 6000; i++) multiples += rs_rng_below(&r, 3u << 30) % 3 == 0;
    CHECK(multiples > 1850 && multiples < 2150);
}

TEST(between_includes_both_ends_even_of_the_whole_range)
{
    rs_rng r = rs_rng_of(8);
    int low = 0, high = 0;
    for (int i = 0; i < 200; i++) {
        uint32_t v = rs_rng_between(&r, 5, 7);
        CHECK(v >= 5 && v <= 7);
        low += v == 5;
        high += v == 7;
    }
    CHECK(low > 0 && high > 0);
    uint32_t ored = 0;
    for (int i = 0; i < 64; i++) ored |= rs_rng_between(&r, 0, UINT32_MAX);
    CHECK_EQ(ored, UINT32_MAX);
}

TEST(filling_writes_exactly_the_bytes_asked_for)
{
    rs_rng a = rs_rng_of(9), b = rs_rng_of(9);
    uint8_t buf[14];
    memset(buf, 0x55, sizeof buf);
    rs_rng_fill(&a, buf, 11);
    uint64_t first = rs_rng_u64(&b);
    for (int i = 0; i < 8; i++) CHECK_EQ(buf[i], (uint8_t)(first >> (8 * i)));
    for (int i = 11; i < 14; i++) CHECK_EQ(buf[i], 0x55);
}
