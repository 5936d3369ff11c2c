/* reason.h — drop reasons by name, and the one call that counts and tells them (reason.def is the list). */
#ifndef RS_TCP_REASON_H
#define RS_TCP_REASON_H

#include "../wire/seg.h"
#include "env.h"

typedef enum rs_reason {
#define R(name, text, rfc) RS_WHY_##name,
#include "reason.def"
#undef R
    RS_REASONS
} rs_reason;

/* Counts the reason and tells the trace; seg may be NULL. conn is RS_NO_CONN when no connection is meant. */
void rs_drop(rs_env *env, uint32_t conn, const rs_seg *seg, rs_reason why);

#endif
