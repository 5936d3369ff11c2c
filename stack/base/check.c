#include "check.h"

#include <stddef.h>

#include "../include/refstack/stack.h"

/* Process-wide on purpose: a broken belief has no stack left that could be asked. */
static rs_broken_fn *broken_hook;
static void *broken_ctx;

void rs_on_broken(rs_broken_fn *hook, void *ctx)
{
    broken_hook = hook;
    broken_ctx = ctx;
}

void rs_broken_at(const char *file, int line, const char *what)
{
    if (broken_hook) broken_hook(broken_ctx, file, line, what);
    __builtin_trap();
}
