/* arena.h — memory that is given out piece by piece and taken back at once.
 *
 * A script's tree lives in one arena: nodes need no owner and no free. Pieces are zeroed and aligned for any type. When
 * the machine has no memory left the process ends with a message: a judge that goes on without its script would be
 * worse. */
#ifndef CF_TEXT_ARENA_H
#define CF_TEXT_ARENA_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cf_arena cf_arena;

cf_arena *cf_arena_new(void);
void cf_arena_free(cf_arena *a); /* NULL is fine */
/* A zeroed piece of at least size bytes; never NULL. */
void *cf_arena_alloc(cf_arena *a, size_t size);
/* A NUL-terminated copy of len bytes. */
char *cf_arena_copy(cf_arena *a, const char *text, size_t len);
/* Room for one more item in an array that grows by doubling: returns the array (moved or not). count is the number of
 * items in use; call it before each append. The old array stays in the arena, so the total waste is at most the final
 * size. */
void *cf_arena_more(cf_arena *a, void *items, size_t count, size_t item_size);
/* Bytes given out so far; callers with a limit compare it. */
size_t cf_arena_used(const cf_arena *a);

#endif
