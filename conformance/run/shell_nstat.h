/* shell_nstat.h — nstat and grep for scripts on a target without a shell: what has been counted since the last look.
 * Private to shell*.c. */
#ifndef CF_RUN_SHELL_NSTAT_H
#define CF_RUN_SHELL_NSTAT_H

#include "shell.h"
#include "shell_lex.h"

/* Not applicable where the target counts nothing. */
cf_shell_verdict cf_shell_nstat(cf_shell *s, const cf_sh_cmd *c);
/* Behind a pipe from nstat: has a counter with the pattern in its name changed? Behind a grep in /proc/net/tcp: is the
 * pattern in what that found? By itself: shell_proc.h, and not applicable anywhere else. */
cf_shell_verdict cf_shell_grep(cf_shell *s, const cf_sh_cmd *c);

#endif
