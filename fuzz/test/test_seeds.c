#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../mutate/mutate.h"
#include "../prog/program.h"
#include "../run/seeds.h"

enum { ROOM = FZ_HEADER_BYTES + FZ_STEP_BYTES * FZ_STEPS_MAX };

static size_t of_programs(uint8_t *data, size_t len, size_t cap, unsigned seed)
{
    return fz_mutate(data, len, cap, seed, LLVMFuzzerMutate);
}

TEST(a_number_gives_the_same_input_each_time_and_another_one_another)
{
    static uint8_t a[ROOM], b[ROOM];
    for (uint64_t number = 0; number < 50; number++) {
        size_t len = fz_seed_input(of_programs, number, a, sizeof a);
        fz_seed_input(of_programs, number + 1, b, sizeof b);
        CHECK(memcmp(a, b, sizeof a) != 0);
        memset(b, 0, sizeof b);
        CHECK_EQ(fz_seed_input(of_programs, number, b, sizeof b), len);
        CHECK(memcmp(a, b, len) == 0);
    }
}

TEST(programs_have_a_few_dozen_steps_and_begin_everywhere)
{
    static uint8_t a[ROOM];
    static fz_program program;
    unsigned steps = 0, begins[FZ_STARTS] = {0}, there = 0;
    for (uint64_t number = 0; number < 1000; number++) {
        fz_decode(&program, a, fz_seed_input(of_programs, number, a, sizeof a));
        steps += program.count;
        begins[program.header.start]++;
    }
    for (unsigned i = 0; i < FZ_STARTS; i++) there += begins[i] != 0;
    CHECK_EQ(there, FZ_STARTS);
    CHECK(steps > 10 * 1000 && steps < 60 * 1000);
}

TEST(without_a_mutator_bytes_come_as_they_are_and_fit)
{
    uint8_t a[64];
    size_t most = 0;
    for (uint64_t number = 0; number < 100; number++) {
        size_t len = fz_seed_input(NULL, number, a, sizeof a);
        CHECK(len <= sizeof a);
        if (len > most) most = len;
    }
    CHECK(most > 40);
}
