#define CHECK_MAIN
#include "check.h"

#include "../mech/rmem.h"

static rs_rmem m;

static uint32_t take(uint32_t packet_len, uint32_t text_len, bool in_order)
{
    return rs_rmem_take(&m, &(rs_rmem_text){packet_len, text_len, in_order});
}

TEST(a_packet_costs_the_buffer_that_it_fits_and_a_description)
{
    const struct {
        uint32_t len, cost;
    } rows[] = {{40, 832},    {140, 832},   {192, 832},   {193, 1280},  {540, 1280},   {1040, 2304},   {1500, 2304},
                {3000, 4352}, {3712, 4352}, {3713, 8448}, {5040, 8448}, {8040, 12544}, {10040, 12544}, {40040, 41216}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) CHECK_EQ(rs_rmem_of_packet(rows[i].len), rows[i].cost);
}

TEST(text_that_fits_behind_the_last_packet_costs_nothing)
{
    m = (rs_rmem){0};
    CHECK_EQ(take(50, 10, true), 832);
    CHECK_EQ(m.behind, 256 - 64 - 50);
    CHECK_EQ(take(140, 100, true), 0);
    CHECK_EQ(take(140, 100, true), 832);
    CHECK_EQ(take(40, 1, false), 832);
    CHECK_EQ(m.used, 3 * 832);
}

TEST(reading_gives_back_in_proportion_and_all_of_it_at_the_end)
{
    m = (rs_rmem){0};
    for (int i = 0; i < 4; i++) take(1040, 1000, true);
    rs_rmem_read(&m, &(rs_rmem_part){1000, 4000});
    CHECK_EQ(m.used, 3 * 2304);
    rs_rmem_read(&m, &(rs_rmem_part){0, 3000});
    CHECK_EQ(m.used, 3 * 2304);
    rs_rmem_read(&m, &(rs_rmem_part){3000, 3000});
    CHECK_EQ(m.used, 0);
    CHECK_EQ(m.behind, 0);
}

TEST(what_wastes_memory_is_copied_into_full_pages)
{
    m = (rs_rmem){0};
    for (int i = 0; i < 10; i++) take(140, 100, true);
    rs_rmem_collapse(&m, 1000);
    CHECK_EQ(m.used, 4352);
    rs_rmem_collapse(&m, 1000);
    CHECK_EQ(m.used, 4352);
    m.used = 1000;
    rs_rmem_collapse(&m, 1000);
    CHECK_EQ(m.used, 1000);
}
