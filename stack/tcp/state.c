/* see state.h and state.def */
#include "state.h"

#include "../base/check.h"
#include "tcb.h"
#include "tcp.h"
#include "trace.h"

const rs_state_row rs_state_rows[RS_STATES] = {
#define S(state, text, flags, send, takes, fin_queued, fin_seen, sync, resets)                                         \
    [RS_##state] = {text, flags, send, takes, fin_queued, fin_seen, sync, resets},
#include "state.def"
#undef S
};

/* Destination + 1, so that 0 says "not listed". */
static const struct {
    uint8_t to_plus_1;
    const char *rfc;
} moves[RS_STATES][RS_CHANGES] = {
#define T(from, event, to, rfc) [RS_##from][RS_ON_##event] = {RS_##to + 1, rfc},
#include "state.def"
#undef T
};

static const struct {
    const char *name, *text;
} changes[RS_CHANGES] = {
#define V(event, text) [RS_ON_##event] = {#event, text},
#include "state.def"
#undef V
};

const char *rs_state_name(rs_state s)
{
    return (unsigned)s < RS_STATES ? rs_state_rows[s].text : "?";
}

const char *rs_change_name(rs_change event)
{
    return (unsigned)event < RS_CHANGES ? changes[event].name : "?";
}

rs_state rs_state_next(rs_state from, rs_change event, const char **rfc)
{
    if (rfc) *rfc = moves[from][event].rfc;
    return moves[from][event].to_plus_1 ? (rs_state)(moves[from][event].to_plus_1 - 1) : RS_STATES;
}

bool rs_tcb_is_orphan(const rs_tcb *t)
{
    return t->closed && t->state != RS_CLOSED && t->state != RS_TIME_WAIT;
}

void rs_tcb_orphan(rs_env *env, rs_tcb *t)
{
    t->user = false;
    t->closed = true;
    if (rs_tcb_is_orphan(t)) env->host->orphans++;
}

void rs_tcb_move(rs_env *env, rs_tcb *t, rs_change event)
{
    const char *rfc;
    rs_state from = (rs_state)t->state, to = rs_state_next(from, event, &rfc);
    rs_check(to != RS_STATES);
    if (from == RS_TIME_WAIT) env->host->tw_count--;
    if (to == RS_TIME_WAIT) env->host->tw_count++;
    bool was_orphan = rs_tcb_is_orphan(t);
    t->state = (uint8_t)to;
    if (was_orphan && !rs_tcb_is_orphan(t)) env->host->orphans--;
    rs_trace_tell(env, t,
                  &(rs_event){.kind = RS_EV_STATE,
                              .a = from,
                              .b = to,
                              .why = changes[event].name,
                              .why_text = changes[event].text,
                              .rfc = rfc});
}
