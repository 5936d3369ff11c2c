/* memory.h — memory for stacks and links that stays until the process ends. */
#ifndef FZ_PROG_MEMORY_H
#define FZ_PROG_MEMORY_H

#include <stddef.h>

/* Zeros, aligned to 64 bytes. What is never touched costs nothing: the system gives pages of zeros on demand. */
void *fz_memory(size_t len);

#endif
