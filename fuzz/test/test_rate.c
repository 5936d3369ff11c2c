#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../run/rate.h"

static size_t runs_seen, bytes_seen;

static int count_runs(const uint8_t *data, size_t len)
{
    runs_seen++;
    for (size_t i = 0; i < len; i++) bytes_seen += data[i];
    return 0;
}

TEST(all_inputs_run_in_whole_rounds_and_one_of_them_does_not_count)
{
    fz_inputs in = {0};
    uint64_t runs;
    double took;
    runs_seen = bytes_seen = 0;
    for (uint8_t i = 0; i < 100; i++) CHECK(fz_inputs_add(&in, &(uint8_t){1}, i % 2));
    double rate = fz_rate(&in, count_runs, 0.01, &runs, &took);
    CHECK_EQ(runs % 100, 0);
    CHECK_EQ(runs_seen, runs + 100);
    CHECK_EQ(bytes_seen, runs_seen / 2);
    CHECK(took >= 0.01);
    CHECK(rate > 0 && rate <= (double)runs / 0.01);
    fz_inputs_free(&in);
    CHECK_EQ(in.count, 0);
}

TEST(without_inputs_there_is_no_rate)
{
    fz_inputs in = {0};
    uint64_t runs;
    double took;
    CHECK(fz_rate(&in, count_runs, 1, &runs, &took) == 0);
    CHECK_EQ(runs, 0);
}
