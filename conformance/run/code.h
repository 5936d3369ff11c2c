/* code.h — the code blocks of a script: a snapshot of the connection when the block's time comes, evaluation at the
 * end.
 *
 * The blocks share one namespace and are evaluated only when everything else in the script has passed, as in
 * packetdrill. */
#ifndef CF_RUN_CODE_H
#define CF_RUN_CODE_H

#include "../script/ast.h"
#include "../target/target.h"
#include "expr.h"

typedef struct cf_snapshot {
    const cf_event *ev;
    int count;
    const char *name[CF_INFO_MAX]; /* without "tcpi_"; static strings of the target */
    int64_t value[CF_INFO_MAX];
} cf_snapshot;

typedef struct cf_code {
    cf_snapshot *item;
    uint32_t count, cap;
} cf_code;

void cf_code_free(cf_code *c);
/* Whose snapshot: a live descriptor (-1: none), the ports of its connection. */
typedef struct cf_code_of {
    int live_fd;
    uint16_t local_port, remote_port;
} cf_code_of;
/* Does the block ask for what the reference stack believes (target/inner.def)? That needs no descriptor. */
bool cf_code_looks_inside(const cf_event *ev, const cf_target *t);
/* Takes a snapshot; false if the target cannot say anything about it. */
bool cf_code_take(cf_code *c, const cf_event *ev, cf_target *t, const cf_code_of *of);

/* A name of tcp_info.def that the newest block uses and its snapshot has not; NULL: there is none. */
const char *cf_code_missing(const cf_code *c);

typedef struct cf_code_failure {
    uint32_t line;       /* of the script: the statement */
    uint32_t block_line; /* of the script: the event, which packetdrill names */
    cf_buf text;         /* "AssertionError: ..." */
    cf_buf values;       /* names of the statement with their values; "" if unknown */
    bool broken;         /* no verdict: there is no Python for a block that needs one */
} cf_code_failure;

/* Evaluates all blocks in order. True: all hold. printed gets what they print. */
bool cf_code_run(const cf_code *c, const char *path, const char *command, cf_buf *printed, cf_code_failure *f);

#endif
