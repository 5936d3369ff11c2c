#include "memory.h"

#include <stdint.h>
#include <stdlib.h>

#include "fail.h"

enum { ALIGN = 64 };

void *fz_memory(size_t len)
{
    static void *kept[256]; /* so that a leak checker sees who owns it */
    static unsigned count;
    char *p = calloc(1, len + ALIGN);
    if (!p || count == sizeof kept / sizeof kept[0]) {
        fz_fail("memory", "no %zu bytes", len);
        abort();
    }
    kept[count++] = p;
    return p + (ALIGN - (uintptr_t)p % ALIGN) % ALIGN;
}
