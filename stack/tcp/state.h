/* state.h — the eleven states as facts, and the one door through which a connection changes its state.
 *
 * Ask a row what is true in a state; do not compare states with one another. rs_tcb_move is the only writer of
 * tcb->state: it looks the change up in state.def, stops the stack if the change is not listed, keeps the host's count
 * of TIME-WAIT connections and tells the trace. */
#ifndef RS_TCP_STATE_H
#define RS_TCP_STATE_H

#include "../include/refstack/probe.h"
#include "../wire/seg.h"
#include "env.h"

typedef struct rs_state_row {
    const char *text;
    uint16_t flags;
    bool user_may_send, takes_text, fin_queued, fin_seen, synchronized, abort_resets;
} rs_state_row;
extern const rs_state_row rs_state_rows[RS_STATES];

typedef enum rs_change {
#define V(event, text) RS_ON_##event,
#include "state.def"
#undef V
    RS_CHANGES
} rs_change;

struct rs_tcb;

static inline const rs_state_row *rs_row(rs_state s)
{
    return &rs_state_rows[s];
}

/* The state that `event` leads to, or RS_STATES if it cannot happen in `from`; *rfc (may be NULL) gets the section. */
rs_state rs_state_next(rs_state from, rs_change event, const char **rfc);
const char *rs_change_name(rs_change event);
void rs_tcb_move(rs_env *env, struct rs_tcb *t, rs_change event);
/* Nobody reads it, and it does not yet only wait for the end of TIME-WAIT. */
bool rs_tcb_is_orphan(const struct rs_tcb *t);
/* The user has closed it for good: it is an orphan until it is closed or in TIME-WAIT (rs_host.orphans). */
void rs_tcb_orphan(rs_env *env, struct rs_tcb *t);

#endif
