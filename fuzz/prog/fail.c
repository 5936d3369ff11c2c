#include "fail.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static struct {
    bool catching, failing;
    const char *first;
    fz_story_fn *story;
    void *ctx;
} state;

__attribute__((noinline, noreturn)) static void oracle_failed(void)
{
    abort();
}

void fz_fail(const char *oracle, const char *fmt, ...)
{
    if (state.catching) {
        if (!state.first) state.first = oracle;
        return;
    }
    fprintf(stderr, "%s: ", oracle);
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
    if (state.story && !state.failing) {
        state.failing = true; /* the story may fail the same way: that is its point */
        state.story(state.ctx);
    }
    fflush(NULL);
    oracle_failed();
}

void fz_on_fail(fz_story_fn *story, void *ctx)
{
    state.story = story;
    state.ctx = ctx;
}

void fz_catch(void)
{
    state.catching = true;
    state.first = NULL;
}

const char *fz_caught(void)
{
    state.catching = false;
    return state.first;
}
