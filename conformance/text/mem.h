/* mem.h — allocation that does not fail, for the tools around the judge.
 *
 * The command line works on small inputs; when memory ends there is nothing sensible left to report, so it says so and
 * stops. The stack and the fuzz oracles do not use this. */
#ifndef CF_TEXT_MEM_H
#define CF_TEXT_MEM_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static inline void *cf_mem_or_die(void *p)
{
    if (p) return p;
    fputs("tcprove: out of memory\n", stderr);
    abort();
}

static inline void *cf_mem_zero(size_t count, size_t size)
{
    return cf_mem_or_die(calloc(count ? count : 1, size ? size : 1));
}

static inline char *cf_mem_copy(const char *text, size_t len)
{
    char *p = cf_mem_or_die(malloc(len + 1));
    memcpy(p, text, len);
    p[len] = '\0';
    return p;
}

/* NULL stays NULL. */
static inline char *cf_mem_str(const char *text)
{
    return text ? cf_mem_copy(text, strlen(text)) : NULL;
}

/* Room for one more item in a growing array: returns items, moved when count has reached *cap. */
static inline void *cf_mem_grow(void *items, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap) return items;
    *cap = *cap ? *cap * 2 : 16;
    return cf_mem_or_die(realloc(items, *cap * size));
}

__attribute__((format(printf, 1, 2))) static inline char *cf_mem_fmt(const char *fmt, ...)
{
    va_list ap, again;
    va_start(ap, fmt);
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    char *p = cf_mem_or_die(malloc((size_t)(n < 0 ? 0 : n) + 1));
    p[0] = '\0';
    if (n > 0) vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return p;
}

#endif
