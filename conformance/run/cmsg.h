/* cmsg.h — ancillary data: as a script writes it -> the bytes of a control message, and expected against received.
 *
 * Values: an integer (4 bytes), [n], "text", an extended error (followed by room for the offender's address), a time
 * stamp {scm_sec=, scm_nsec=}, and a list of netlink attributes {NAME=value, ...}. */
#ifndef CF_RUN_CMSG_H
#define CF_RUN_CMSG_H

#include "../script/ast.h"
#include "../target/target.h"
#include "../text/arena.h"

/* list: the value of msg_control. False, with the reason in why and the place in *at. */
bool cf_cmsg_build(const cf_expr *list, cf_arena *mem, cf_cmsg **out, uint32_t *count, char *why, size_t why_cap,
                   cf_span *at);

typedef struct cf_cmsg_rule {
    int64_t live_start_us; /* of the target's clock; stamps in scripts count from here */
    int64_t tolerance_us;
} cf_cmsg_rule;

/* Is what came what was expected? False with the difference in why. */
bool cf_cmsg_check(const cf_expr *list, const cf_cmsg *got, uint32_t count, const cf_cmsg_rule *rule, char *why,
                   size_t why_cap);

#endif
