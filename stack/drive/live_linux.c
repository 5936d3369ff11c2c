#define _GNU_SOURCE /* ppoll */
#include "live_linux.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

#include "../base/time.h"
#include "tun_linux.h"

rs_time rs_live_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (rs_time){(int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000};
}

/* What the stack says goes onto its link, what has crossed the link to the descriptor. */
static void send_out(rs_live *l, rs_time now)
{
    rs_bytes pkt;
    while (rs_stack_output(l->st, now, &pkt)) rs_link_send(l->out, now, pkt);
    while (rs_link_receive(l->out, now, &pkt)) {
        if (rs_tun_write(l->fd, pkt)) l->packets_out++;
        else l->refused++;
    }
}

/* At most a batch, so that a flood cannot keep timers and the application waiting. */
static bool take_in(rs_live *l, rs_time now)
{
    rs_bytes train[RS_LINK_TRAIN];
    uint32_t count;
    for (int i = 0; i < RS_LIVE_BATCH; i++) {
        long n = rs_tun_read(l->fd, l->buf, sizeof l->buf);
        if (n < 0) return false;
        if (n == 0) break;
        l->packets_in++;
        rs_link_send(l->in, now, (rs_bytes){l->buf, (size_t)n});
    }
    while ((count = rs_link_receive_many(l->in, now, train))) rs_stack_input_many(l->st, now, train, count);
    return true;
}

static rs_time next_event(const rs_live *l)
{
    rs_time next = rs_stack_next_deadline(l->st);
    next = rs_time_min(next, rs_link_next(l->in));
    return rs_time_min(next, rs_link_next(l->out));
}

static bool wait_for_it(const rs_live *l, rs_time now, rs_dur at_most)
{
    rs_time next = next_event(l);
    int64_t us = next.us <= now.us ? 0 : next.us - now.us;
    if (us > at_most.us) us = at_most.us;
    struct timespec t = {.tv_sec = (time_t)(us / 1000000), .tv_nsec = (long)(us % 1000000 * 1000)};
    struct pollfd p = {.fd = l->fd, .events = POLLIN};
    return ppoll(&p, 1, &t, NULL) >= 0 || errno == EINTR;
}

bool rs_live_step(rs_live *l, rs_dur at_most)
{
    rs_time now = rs_live_now();
    send_out(l, now);
    if (!wait_for_it(l, now, at_most)) return false;
    now = rs_live_now();
    if (!take_in(l, now)) return false;
    rs_stack_advance(l->st, now);
    send_out(l, now);
    return true;
}
