/* sysctl_bsd.h — settings by FreeBSD's sysctl names, as nplab's scripts give them, in terms of the names that targets
 * know (sysctl_bsd.def). */
#ifndef CF_RUN_SYSCTL_BSD_H
#define CF_RUN_SYSCTL_BSD_H

#include <stdbool.h>
#include <stddef.h>

#include "../target/target.h"

typedef enum {
    CF_BSD_DONE,
    CF_BSD_NOTE,  /* accepted; `why` says that it has no effect here */
    CF_BSD_NA,    /* a value that asks for what this target has not; `why` says what */
    CF_BSD_WRONG, /* no value for this setting; `why` says so */
} cf_bsd_verdict;

/* Does this name belong to FreeBSD? */
bool cf_bsd_knows(const char *name);
/* Sets it on the target, whatever it is there. Only for names that cf_bsd_knows. */
cf_bsd_verdict cf_bsd_set(cf_target *t, const char *name, const char *value, char *why, size_t cap);

#endif
