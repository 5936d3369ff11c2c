/* shell_host.h — a command of a script, run for real by /bin/sh on this machine. */
#ifndef CF_RUN_SHELL_HOST_H
#define CF_RUN_SHELL_HOST_H

#include <stdbool.h>
#include <stddef.h>

/* Runs it in dir (NULL: here) and waits. The command is a child of this process, whose number is in PACKETDRILL_PID as
 * well, and it dies with this process. False: why says how it ended ("non-zero status 3"). */
bool cf_shell_on_host(const char *dir, const char *text, char *why, size_t why_cap);

#endif
