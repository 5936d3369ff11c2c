#define CHECK_MAIN
#include "check.h"

#include "../base/rng.h"
#include "../mech/isn.h"

static const uint8_t secret[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
static const uint8_t other[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17};

static rs_tuple tuple(uint8_t host, uint16_t lport, uint16_t rport)
{
    rs_tuple t = {.local = {.addr = {.bytes = {192, 0, 2, 1}, .family = RS_IPV4}, .port = lport},
                  .remote = {.addr = {.bytes = {192, 0, 2, host}, .family = RS_IPV4}, .port = rport}};
    return t;
}

static uint32_t isn(const rs_tuple *t, int64_t us, rs_isn_clock clock)
{
    return rs_isn(&(rs_isn_in){.secret = secret, .tuple = t, .now = {us}, .clock = clock}).raw;
}

TEST(the_isn_of_one_tuple_grows_by_one_every_four_microseconds)
{
    rs_tuple t = tuple(2, 1000, 80);
    CHECK_EQ(isn(&t, 4000, RS_ISN_4US) - isn(&t, 0, RS_ISN_4US), 1000);
    CHECK_EQ(isn(&t, 3, RS_ISN_4US), isn(&t, 0, RS_ISN_4US));
}

TEST(the_linux_clock_runs_at_one_per_64_nanoseconds)
{
    rs_tuple t = tuple(2, 1000, 80);
    CHECK_EQ(isn(&t, 1000000, RS_ISN_64NS) - isn(&t, 0, RS_ISN_64NS), 15625000);
}

TEST(the_isn_depends_on_every_part_of_the_tuple_and_on_the_secret)
{
    rs_tuple a = tuple(2, 1000, 80);
    rs_tuple row[] = {tuple(3, 1000, 80), tuple(2, 1001, 80), tuple(2, 1000, 81), tuple(2, 80, 1000)};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        CHECK(isn(&a, 0, RS_ISN_4US) != isn(&row[i], 0, RS_ISN_4US));
    rs_isn_in in = {.secret = other, .tuple = &a};
    CHECK(rs_isn(&in).raw != isn(&a, 0, RS_ISN_4US));
}

TEST(the_same_address_bytes_in_another_family_are_another_host)
{
    rs_tuple a = tuple(2, 1000, 80), b = a;
    b.remote.addr.family = RS_IPV6;
    CHECK(isn(&a, 0, RS_ISN_4US) != isn(&b, 0, RS_ISN_4US));
}

TEST(all_connections_of_two_hosts_share_one_timestamp_offset)
{
    rs_tuple a = tuple(2, 1000, 80), b = tuple(2, 2000, 443), c = tuple(3, 1000, 80);
    CHECK_EQ(rs_isn_ts_offset(secret, &a), rs_isn_ts_offset(secret, &b));
    CHECK(rs_isn_ts_offset(secret, &a) != rs_isn_ts_offset(secret, &c));
    CHECK(rs_isn_ts_offset(secret, &a) != rs_isn_ts_offset(other, &a));
}

TEST(the_port_hash_ignores_the_local_port_that_is_to_be_found)
{
    rs_tuple a = tuple(2, 0, 80), b = tuple(2, 5555, 80), c = tuple(2, 0, 81);
    CHECK_EQ(rs_isn_port_hash(secret, &a, 64).offset, rs_isn_port_hash(secret, &b, 64).offset);
    CHECK(rs_isn_port_hash(secret, &a, 64).offset != rs_isn_port_hash(secret, &c, 64).offset);
}

TEST(the_port_hash_spreads_over_all_buckets)
{
    uint32_t hits[16] = {0};
    for (uint16_t port = 1; port <= 1600; port++) {
        rs_tuple t = tuple(2, 0, port);
        uint32_t bucket = rs_isn_port_hash(secret, &t, 16).bucket;
        CHECK(bucket < 16);
        hits[bucket]++;
    }
    for (int i = 0; i < 16; i++) CHECK(hits[i] > 50 && hits[i] < 150);
}
