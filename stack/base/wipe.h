/* wipe.h — secrets do not stay in memory that nobody uses any more. */
#ifndef RS_BASE_WIPE_H
#define RS_BASE_WIPE_H

#include <stddef.h>
#include <string.h>

/* Zeros, written although nobody reads them: behind the barrier all of memory may be read, so that no compiler leaves
 * them out, as it may where there is none. */
static inline void rs_wipe(void *p, size_t len)
{
    if (len) memset(p, 0, len);
    __asm__ volatile("" : : "r"(p) : "memory");
}

#endif
