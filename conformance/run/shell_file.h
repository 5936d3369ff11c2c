/* shell_file.h — the commands about files: dd and rm, on the files of the run (files.h). Private to shell*.c. */
#ifndef CF_RUN_SHELL_FILE_H
#define CF_RUN_SHELL_FILE_H

#include "shell.h"
#include "shell_lex.h"

cf_shell_verdict cf_shell_dd(cf_shell *s, const cf_sh_cmd *c);
cf_shell_verdict cf_shell_rm(cf_shell *s, const cf_sh_cmd *c);

#endif
