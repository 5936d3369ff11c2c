#define CHECK_MAIN
#include "../net/outring.h"
#include "../base/rng.h"
#include "check.h"

enum { CAP = 1000 };
static struct {
    rs_outring r;
    uint8_t bytes[CAP];
} m;

static bool push(size_t len, uint32_t tag)
{
    uint8_t *at = rs_outring_space(&m.r, len);
    if (!at) return false;
    memset(at, (int)tag, len);
    rs_outring_commit(&m.r, len, tag);
    return true;
}

static void fresh(void)
{
    memset(&m, 0, sizeof m);
    rs_outring_init(&m.r, m.bytes, CAP);
}

static void expect(size_t len, uint32_t tag)
{
    rs_bytes pkt;
    uint32_t got;
    CHECK(rs_outring_first(&m.r, &pkt, &got));
    CHECK_EQ(pkt.len, len);
    CHECK_EQ(got, tag);
    for (size_t i = 0; i < len; i++) CHECK_EQ(pkt.data[i], tag & 0xff);
    rs_outring_drop(&m.r);
}

TEST(packets_leave_in_the_order_they_came_with_their_tags)
{
    fresh();
    CHECK(push(10, 1));
    CHECK(push(300, 2));
    CHECK(push(0, 3));
    expect(10, 1);
    expect(300, 2);
    expect(0, 3);
    rs_bytes pkt;
    uint32_t tag;
    CHECK(!rs_outring_first(&m.r, &pkt, &tag));
}

TEST(a_packet_that_has_left_stays_readable_until_the_next_one_is_built)
{
    fresh();
    push(20, 5);
    rs_bytes pkt;
    uint32_t tag;
    rs_outring_first(&m.r, &pkt, &tag);
    rs_outring_drop(&m.r);
    CHECK_EQ(pkt.data[19], 5);
}

TEST(random_traffic_comes_out_as_it_went_in)
{
    fresh();
    rs_rng rng = rs_rng_of(1);
    uint32_t in = 0, out = 0, lens[64];
    for (int i = 0; i < 5000; i++) {
        if (rs_rng_below(&rng, 2)) {
            uint32_t len = rs_rng_below(&rng, 200);
            if (in - out < 64 && push(len, in)) lens[in++ % 64] = len;
        } else if (out < in) {
            expect(lens[out % 64], out);
            out++;
        }
        CHECK_EQ(m.r.count, in - out);
        CHECK_SOUND(rs_outring_broken(&m.r));
    }
    CHECK(in > 1000);
}

TEST(room_promised_is_room_given)
{
    fresh();
    rs_rng rng = rs_rng_of(2);
    for (int i = 0; i < 2000; i++) {
        uint32_t room = rs_outring_room(&m.r, 100, 150);
        static struct {
            rs_outring r;
            uint8_t bytes[CAP];
        } saved;
        memcpy(&saved, &m, sizeof m);
        if (rs_outring_has(&m.r, 4 * 112 + 150)) CHECK(room >= 3);
        for (uint32_t k = 0; k < room; k++) CHECK(push(100, k));
        memcpy(&m, &saved, sizeof m);
        if (rs_rng_below(&rng, 2)) push(rs_rng_below(&rng, 150), 1);
        else if (m.r.count) rs_outring_drop(&m.r);
    }
}

TEST(a_full_ring_takes_nothing_and_loses_nothing)
{
    fresh();
    uint32_t n = 0;
    while (push(88, n)) n++;
    CHECK_EQ(n, 10);
    CHECK_EQ(rs_outring_room(&m.r, 88, 0), 0);
    for (uint32_t i = 0; i < n; i++) expect(88, i);
    CHECK(!rs_outring_space(&m.r, CAP));
}
