/* The statistics that go with a stamp: attributes in Linux's form. */
#define CHECK_MAIN
#include "../tcp/stats.h"

#include <string.h>

#include "fix.h"

static uint8_t bytes[RS_STATS_BYTES_MAX];

/* The value of an attribute; -1 when it is not there. */
static int64_t value_of(uint32_t len, uint16_t number)
{
    for (uint32_t at = 0; at + 4 <= len;) {
        uint16_t head[2];
        uint64_t v = 0;
        memcpy(head, bytes + at, sizeof head);
        CHECK(head[0] > 4 && at + head[0] <= len);
        memcpy(&v, bytes + at + 4, head[0] - 4u);
        if (head[1] == number) return (int64_t)v;
        at += (head[0] + 3u) & ~3u;
    }
    return -1;
}

TEST(the_attributes_tell_of_the_connection)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_send(f, 2500);
    uint32_t len = rs_stats_write(&f->env, f->t, 64, bytes);
    CHECK_EQ(len, 256); /* as Linux 6.18 writes it for a stamp of an acknowledgment */
    CHECK_EQ(value_of(len, 4), 3);
    CHECK_EQ(value_of(len, 8), 10);
    CHECK_EQ(value_of(len, 13), 2500);
    CHECK_EQ(value_of(len, 18), 2500);
    CHECK_EQ(value_of(len, 24), 0);
    CHECK_EQ(value_of(len, 26), 64);
    ignore_sent(f);
}

TEST(without_an_acknowledging_segment_there_is_no_time_to_live)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    uint32_t len = rs_stats_write(&f->env, f->t, 0, bytes);
    CHECK_EQ(len, 248);
    CHECK_EQ(value_of(len, 26), -1);
}
