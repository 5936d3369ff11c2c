/* stop.h — Ctrl-C and its kin: the first one asks for an orderly end, so that what is known by then gets written; a
 * second one ends the process at once. */
#ifndef CF_CLI_STOP_H
#define CF_CLI_STOP_H

#include <signal.h>

/* The signal that asked to stop; 0 while none has. */
extern volatile sig_atomic_t cf_stop_asked;

/* From here on SIGINT, SIGTERM and SIGHUP set cf_stop_asked, unless they were ignored before. */
void cf_stop_watch(void);
/* As it was before. */
void cf_stop_unwatch(void);

#endif
