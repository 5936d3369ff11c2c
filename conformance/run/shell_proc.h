/* shell_proc.h — grep in /proc/net/tcp and /proc/net/tcp6, for scripts on a target without a shell. Private to
 * shell*.c. */
#ifndef CF_RUN_SHELL_PROC_H
#define CF_RUN_SHELL_PROC_H

#include "shell.h"
#include "shell_lex.h"

/* Are these the files of grep PATTERN FILE...? */
bool cf_shell_is_proc(const cf_sh_cmd *c);
/* What such a grep prints goes to s->said; a status of 1 when that is nothing. Patterns are plain text. Not applicable
 * where the target cannot list its sockets. */
cf_shell_verdict cf_shell_grep_proc(cf_shell *s, const cf_sh_cmd *c);

#endif
