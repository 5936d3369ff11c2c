/* receiver.h — O10, O29, O37, O55: what a receiver does with its room.
 *
 *     fz_receiver_sent for each segment of the host, fz_receiver_arrives before and fz_receiver_look after each of the
 *     peer, and fz_receiver_look after every step
 *
 * O10 a queue that has been read takes no room from the window; O29 no more is offered than fits; O37 a closed window
 * opens when there is room; O55 text that waits for a gap to be filled is charged with the memory that it takes, not
 * with its bytes alone. */
#ifndef FZ_ORACLE_RECEIVER_H
#define FZ_ORACLE_RECEIVER_H

#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

typedef struct fz_receiver {
    bool linux_preset;
    bool clamped;           /* the user asked for a smaller window, or wants no more text: set by the caller */
    bool unheard;           /* what it tells may not have reached the wire: set by the caller */
    uint32_t syn_text;      /* the most that a SYN of the peer carried: set by the caller */
    uint32_t buf, full_wnd; /* the largest window that was offered with this buffer and nothing in it */
    bool empty, told;       /* at the last look nothing was in it; since then a window was told */
    uint32_t nxt;           /* RCV.NXT at the last look */
    rs_probe before;
    bool have_before;
} fz_receiver;

void fz_receiver_begins(fz_receiver *r);
void fz_receiver_arrives(fz_receiver *r, const rs_probe *before); /* NULL: there is no connection */
void fz_receiver_sent(fz_receiver *r, const cf_tcp *t);
void fz_receiver_look(fz_receiver *r, const rs_probe *now, bool answered);

#endif
