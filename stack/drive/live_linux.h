/* live_linux.h — a stack on a real clock and a real device.
 *
 * The counterpart of loop.h for one stack whose peer is not ours: packets come from and go to a descriptor (a TUN
 * device; anything that keeps packet borders will do), each direction across a link that can delay, lose, repeat and
 * overtake. Time is CLOCK_MONOTONIC; the stack itself still only sees values.
 *
 *     rs_live l = {.st = st, .fd = rs_tun_open("tun0"), .in = in, .out = out};
 *     while (rs_live_step(&l, RS_MS(100))) { socket calls at rs_live_now() }
 *
 * The caller keeps the stack, the descriptor and the links, and frees them afterwards. */
#ifndef RS_DRIVE_LIVE_LINUX_H
#define RS_DRIVE_LIVE_LINUX_H

#include "../include/refstack/stack.h"
#include "link.h"

enum { RS_LIVE_PACKET_BYTES = 65535, RS_LIVE_BATCH = 64 };

typedef struct rs_live {
    rs_stack *st;
    int fd;
    rs_link *in, *out;    /* towards the stack, away from it */
    uint64_t packets_in;  /* read from the descriptor */
    uint64_t packets_out; /* written to it */
    uint64_t refused;     /* that the descriptor did not take */
    uint8_t buf[RS_LIVE_PACKET_BYTES];
} rs_live;

/* The clock that rs_live_step uses. */
rs_time rs_live_now(void);

/* Sends what the application's calls have made the stack say; waits until a packet arrives, a deadline of the stack or
 * of a link comes, or `at_most` has passed; then does everything that is due. False, with errno, when the descriptor
 * has failed. A signal ends the wait early, and is no failure. */
bool rs_live_step(rs_live *l, rs_dur at_most);

#endif
