/* shell_lex.h — a shell command line as a list of simple commands. Private to shell*.c.
 *
 * Understands quotes, backslashes, comments, $NAME, ${NAME}, $((arithmetic)), redirections, and ; && || | and line ends
 * between commands. What it does not understand (loops, subshells, globs) it says. */
#ifndef CF_RUN_SHELL_LEX_H
#define CF_RUN_SHELL_LEX_H

#include "../text/arena.h"

#include <stdbool.h>
#include <stdint.h>

typedef enum { CF_SH_SEQ /* ; or newline */, CF_SH_AND, CF_SH_OR, CF_SH_PIPE } cf_sh_join;

typedef struct cf_sh_cmd {
    const char **argv; /* ends with NULL */
    uint32_t argc;
    const char *out_file; /* where standard output goes; NULL: nowhere special */
    cf_sh_join join;      /* with the command before */
} cf_sh_cmd;

typedef const char *cf_sh_var_fn(void *ctx, const char *name); /* NULL: unset */

/* False: why says what is beyond it. */
bool cf_sh_lex(const char *text, cf_arena *mem, cf_sh_var_fn *var, void *ctx, cf_sh_cmd **out, uint32_t *count,
               char *why, size_t why_cap);

#endif
