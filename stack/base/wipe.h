/* wipe.h — secrets do not stay in memory that nobody uses any more. */
#ifndef RS_BASE_WIPE_H
#define RS_BASE_WIPE_H

#include <stddef.h>
#include <stdint.h>

/* Zeros, written although nobody reads them: what is volatile no compiler leaves out, as it may leave out memset. */
static inline void rs_wipe(void *p, size_t len)
{
    volatile uint8_t *b = p;
    while (len--) *b++ = 0;
}

#endif
