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

static bool is(const fz_step *s, fz_kind kind, uint8_t what)
{
    return s->kind == kind && s->arg[0] == what;
}

/* What is hardly ever made of single steps: a peer that signs with the key that has just been given, a second listener
 * on the port of the first, a new socket that connects. */
TEST(keys_and_shared_ports_come_with_what_follows_them)
{
    enum { ADD = 0, PEER_SIGNS = 5, SHARE = 0, SOCKET = 3 };
    unsigned signs = 0, shares = 0, connects = 0;
    for (unsigned seed = 0; seed < 2000; seed++) {
        uint8_t data[400] = {0};
        size_t len = fz_mutate(data, 0, sizeof data, seed, invert);
        fz_program p;
        fz_decode(&p, data, len);
        for (unsigned i = 0; i + 1 < p.count; i++) {
            const fz_step *a = &p.step[i], *b = a + 1;
            signs += is(a, FZ_AUTH, ADD) && is(b, FZ_AUTH, PEER_SIGNS);
            shares += is(a, FZ_WIDE, SHARE) && is(b, FZ_WIDE, SHARE);
            connects += is(a, FZ_WIDE, SOCKET) && is(b, FZ_WIDE, SOCKET);
        }
    }
    CHECK(signs > 5);
    CHECK(shares > 5);
    CHECK(connects > 5);
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
