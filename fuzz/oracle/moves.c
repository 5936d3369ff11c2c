#include "../prog/fail.h"
#include "oracle.h"

/* From each state, where a connection may go next (RFC 9293 figure 5 and 3.10). Every state may end in CLOSED: by RST,
 * ABORT, time-out, or because it was the last one. */
static const uint16_t next_states[RS_STATES] = {
    [RS_CLOSED] = 1u << RS_LISTEN | 1u << RS_SYN_SENT | 1u << RS_SYN_RECEIVED,
    [RS_LISTEN] = 1u << RS_SYN_SENT | 1u << RS_SYN_RECEIVED,
    [RS_SYN_SENT] = 1u << RS_SYN_RECEIVED | 1u << RS_ESTABLISHED,
    [RS_SYN_RECEIVED] = 1u << RS_ESTABLISHED | 1u << RS_FIN_WAIT_1 | 1u << RS_LISTEN | 1u << RS_CLOSE_WAIT,
    [RS_ESTABLISHED] = 1u << RS_FIN_WAIT_1 | 1u << RS_CLOSE_WAIT,
    [RS_FIN_WAIT_1] = 1u << RS_FIN_WAIT_2 | 1u << RS_CLOSING | 1u << RS_TIME_WAIT,
    [RS_FIN_WAIT_2] = 1u << RS_TIME_WAIT,
    [RS_CLOSE_WAIT] = 1u << RS_LAST_ACK,
    [RS_CLOSING] = 1u << RS_TIME_WAIT,
    [RS_LAST_ACK] = 0,
    [RS_TIME_WAIT] = 1u << RS_SYN_RECEIVED | 1u << RS_LISTEN,
};

void fz_check_move(rs_state from, rs_state to)
{
    bool known = (unsigned)from < RS_STATES && (unsigned)to < RS_STATES;
    bool legal = known && (to == RS_CLOSED || from == to || (next_states[from] >> to & 1));
    if (!legal)
        fz_fail("O08 states", "from %s to %s", known ? rs_state_name(from) : "?", known ? rs_state_name(to) : "?");
}
