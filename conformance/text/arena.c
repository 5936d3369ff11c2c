#include "arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 * 1024 };

typedef struct block {
    struct block *next;
    size_t used, cap;
    alignas(max_align_t) unsigned char bytes[];
} block;

struct cf_arena {
    block *blocks;
    size_t used;
};

static void *need(void *p)
{
    if (p) return p;
    fputs("out of memory\n", stderr);
    abort();
}

cf_arena *cf_arena_new(void)
{
    return need(calloc(1, sizeof(cf_arena)));
}

void cf_arena_free(cf_arena *a)
{
    if (!a) return;
    for (block *b = a->blocks; b;) {
        block *next = b->next;
        free(b);
        b = next;
    }
    free(a);
}

static block *block_for(cf_arena *a, size_t size)
{
    if (a->blocks && a->blocks->cap - a->blocks->used >= size) return a->blocks;
    size_t cap = size > BLOCK ? size : BLOCK;
    block *b = need(calloc(1, sizeof *b + cap));
    b->cap = cap;
    /* A block made for one big piece is full at once: keep filling the one before it. */
    if (size > BLOCK && a->blocks) {
        b->next = a->blocks->next;
        a->blocks->next = b;
    } else {
        b->next = a->blocks;
        a->blocks = b;
    }
    return b;
}

void *cf_arena_alloc(cf_arena *a, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX / 2) need(NULL);
    size = (size + align - 1) / align * align;
    block *b = block_for(a, size);
    void *p = b->bytes + b->used;
    b->used += size;
    a->used += size;
    return p;
}

char *cf_arena_copy(cf_arena *a, const char *text, size_t len)
{
    char *p = cf_arena_alloc(a, len + 1);
    if (len) memcpy(p, text, len);
    return p;
}

void *cf_arena_more(cf_arena *a, void *items, size_t count, size_t item_size)
{
    bool full = count == 0 || (count >= 4 && (count & (count - 1)) == 0);
    if (!full) return items;
    size_t cap = count ? count * 2 : 4;
    void *p = cf_arena_alloc(a, cap * item_size);
    if (count) memcpy(p, items, count * item_size);
    return p;
}

size_t cf_arena_used(const cf_arena *a)
{
    return a->used;
}
