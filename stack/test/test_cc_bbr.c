/* BBR against a model of a path: a bottleneck that serves `rate` segments in a second, a fixed delay, a queue. */
#define CHECK_MAIN
#include "check.h"

#include <stdlib.h>

#include "../base/time.h"
#include "../mech/cc.h"

enum { MSS = 1000, RTT_MS = 40, RING = 4096 };

typedef struct sent {
    int64_t at, first, delivered_at;
    uint32_t delivered;
} sent;

static rs_cc cc;
static sent ring[RING];
static uint32_t head, tail, delivered; /* segments sent and delivered so far: [head, tail) are out */
static int64_t now, next_send, next_ack, first_sent, delivered_at, min_rtt;
static uint32_t least_window;

static void start(void)
{
    rs_cc_start st = {.algo = (uint8_t)rs_cc_find("bbr"), .mss = MSS};
    st.params = (rs_cc_params){.initial_segs = 10, .linux_form = true};
    rs_cc_init(&cc, &st);
    head = tail = delivered = 0;
    now = next_send = next_ack = first_sent = delivered_at = 1000000;
    min_rtt = 0;
    least_window = UINT32_MAX;
}

static void send_one(void)
{
    if (tail == head) first_sent = delivered_at = now;
    ring[tail % RING] = (sent){now, first_sent, delivered_at, delivered};
    tail++;
    int64_t gap = cc.pacing_rate ? (int64_t)((uint64_t)MSS * 1000000 / cc.pacing_rate) : 0;
    next_send = (next_send > now ? next_send : now) + gap;
}

/* The oldest segment is acknowledged. */
static void ack_one(uint32_t lost)
{
    const sent *p = &ring[head++ % RING];
    int64_t rtt = now - p->at, to_send, to_ack = now - p->delivered_at;
    delivered++;
    delivered_at = now;
    first_sent = p->at;
    to_send = p->at - p->first;
    if (!min_rtt || rtt < min_rtt) min_rtt = rtt;
    static uint32_t all_lost;
    all_lost += lost;
    rs_cc_on_sample(&cc, &(rs_cc_sample){.now = {now},
                                         .mss = MSS,
                                         .delivered = delivered,
                                         .lost = all_lost,
                                         .new_delivered = 1,
                                         .new_lost = lost,
                                         .inflight_segs = tail - head,
                                         .prior_inflight_segs = tail - head + 1,
                                         .segs = delivered - p->delivered,
                                         .prior_delivered = p->delivered,
                                         .us = to_send > to_ack ? to_send : to_ack,
                                         .rtt = {rtt},
                                         .min_rtt = {min_rtt},
                                         .srtt = {rtt},
                                         .most_rate = UINT64_MAX,
                                         .random = 3});
    CHECK_SOUND(rs_cc_broken(&cc));
    if (cc.cwnd_segs < least_window) least_window = cc.cwnd_segs;
}

/* Runs the path for so long at `rate` segments in a second; every `loss`th segment is lost and sent again (0: none). */
static void run(int64_t ms, int64_t rate, uint32_t loss)
{
    int64_t end = now + ms * 1000, serve = 1000000 / rate;
    while (now < end) {
        bool may_send = tail - head < cc.cwnd_segs && tail - head < RING;
        int64_t arrival = head == tail ? INT64_MAX : ring[head % RING].at + RTT_MS * 1000;
        if (arrival != INT64_MAX && arrival < next_ack) arrival = next_ack;
        int64_t send = may_send ? (next_send > now ? next_send : now) : INT64_MAX;
        if (send <= arrival) {
            now = send;
            send_one();
            continue;
        }
        now = arrival;
        next_ack = now + serve;
        ack_one(loss && delivered % loss == 0);
    }
}

TEST(it_finds_the_rate_of_the_path_and_sends_at_it)
{
    start();
    run(2000, 1000, 0);
    uint32_t before = delivered;
    run(2000, 1000, 0);
    CHECK(delivered - before > 1900); /* the pipe is full */
    CHECK(cc.pacing_rate > 700 * MSS && cc.pacing_rate < 1300 * MSS);
    CHECK(cc.cwnd_segs >= 60 && cc.cwnd_segs <= 2 * 40 + 40); /* two windows of 40, and bursts */
}

TEST(it_does_not_fill_the_queue)
{
    start();
    run(5000, 1000, 0);
    uint32_t most = 0;
    for (int i = 0; i < 200; i++) {
        run(10, 1000, 0);
        if (tail - head > most) most = tail - head;
    }
    CHECK(most < 80);
}

TEST(it_follows_a_path_that_becomes_faster)
{
    start();
    run(3000, 500, 0);
    run(4000, 2000, 0);
    uint32_t before = delivered;
    run(1000, 2000, 0);
    CHECK(delivered - before > 1700);
}

TEST(it_follows_a_path_that_becomes_slower)
{
    start();
    run(3000, 2000, 0);
    run(8000, 500, 0); /* ten round trips, which are long as long as the queue is */
    CHECK(cc.pacing_rate < 700 * MSS);
}

TEST(losses_do_not_slow_it_down)
{
    start();
    run(2000, 1000, 0);
    uint32_t before = delivered;
    run(2000, 1000, 100);
    CHECK(delivered - before > 1800);
}

TEST(every_ten_seconds_it_lets_the_queue_drain)
{
    start();
    run(9000, 1000, 0);
    least_window = UINT32_MAX;
    run(3000, 1000, 0);
    CHECK(least_window <= 4 || min_rtt <= (RTT_MS + 1) * 1000);
    start();
    run(3000, 1000, 0);
    min_rtt = 1; /* so that no later one is as small */
    least_window = UINT32_MAX;
    run(12000, 1000, 0);
    CHECK(least_window >= 4);
}

TEST(the_window_is_never_below_four)
{
    start();
    run(4000, 20, 0);
    CHECK(cc.cwnd_segs >= 4);
}

TEST(after_a_timeout_one_segment_goes_and_then_the_window_comes_back)
{
    start();
    run(3000, 1000, 0);
    uint32_t before = cc.cwnd_segs;
    rs_cc_on_rto(&cc, &(rs_cc_loss){.now = {now}, .mss = MSS});
    CHECK_EQ(cc.cwnd_segs, 1);
    run(1000, 1000, 0);
    CHECK(cc.cwnd_segs + 20 >= before);
}
