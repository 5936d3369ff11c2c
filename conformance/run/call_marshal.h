/* call_marshal.h — a call as written in the script -> the neutral call of target.h, with live descriptors and real
 * buffers.
 *
 * The letters of script/calls.def say what each argument is. Life: cf_marshal_call -> the target's call ->
 * cf_marshal_free (a blocked call keeps its marshal until it is done). */
#ifndef CF_RUN_CALL_MARSHAL_H
#define CF_RUN_CALL_MARSHAL_H

#include "../script/calls.h"
#include "../target/target.h"
#include "../text/arena.h"
#include "settings.h"

/* The live descriptor for a script's; false: the script has none of that number open. */
typedef bool cf_fd_fn(void *ctx, int64_t script_fd, int *live);

typedef struct cf_marshal {
    const cf_call_desc *desc;
    cf_call_in in;
    cf_arena *mem;
    int64_t script_fd;       /* of the first descriptor argument; -1 if there is none */
    const char *unsupported; /* non-NULL: names what a target must have `needs` for; needs 0: no target has it */
    cf_caps needs;
    char why[240]; /* what is wrong with an argument */
    cf_span why_span;
} cf_marshal;

typedef struct cf_marshal_env {
    const cf_settings *set;
    cf_fd_fn *fd;
    void *fd_ctx;
} cf_marshal_env;

/* False: m->why says what is wrong. cf_marshal_free in both cases. */
bool cf_marshal_call(cf_marshal *m, const cf_call *c, const cf_marshal_env *env);
void cf_marshal_free(cf_marshal *m);

/* The number an expression stands for; false: it is no number. */
bool cf_marshal_int(const cf_expr *x, int64_t *out);
/* The bytes of a string with its escapes interpreted, in mem. False: an escape that is not known (*bad gets it). */
bool cf_marshal_string(const cf_expr *x, cf_arena *mem, uint8_t **out, size_t *len, char *bad);

#endif
