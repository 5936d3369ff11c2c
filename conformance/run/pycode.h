/* pycode.h — one long-lived Python beside the runner, for code blocks that the C evaluator does not cover.
 *
 * Started at the first need, kept until the process ends, however it ends (a forked worker starts its own), spoken to
 * through a socket.
 * Each script gets fresh globals; the blocks of a script share them. */
#ifndef CF_RUN_PYCODE_H
#define CF_RUN_PYCODE_H

#include <stdbool.h>
#include <stdint.h>

#include "../text/buf.h"

typedef enum { CF_PY_OK, CF_PY_FAILED, CF_PY_NONE /* no Python to be had */ } cf_py_verdict;

typedef struct cf_py_block {
    const char *file;
    uint32_t line;
    const char *names; /* "name=value\n" ... */
    const char *code;
} cf_py_block;

/* A new script: forgets all globals. command: "python3" or what --code_command says. False: no Python; why. */
bool cf_py_begin(const char *command, char *why, size_t why_cap);
/* Runs one block. FAILED: text gets the exception ("AssertionError: ...") and *line the script line. */
cf_py_verdict cf_py_block_run(const cf_py_block *b, cf_buf *printed, cf_buf *text, uint32_t *line);
/* Ends the Python; the next cf_py_begin starts another. */
void cf_py_stop(void);

#endif
