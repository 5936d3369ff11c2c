#include "synsave.h"

#include <string.h>

typedef struct saved {
    uint32_t len;
    uint8_t bytes[RS_SYNSAVE_BYTES];
} saved;
_Static_assert(sizeof(saved) <= RS_BLOCK_SLOT_BYTES, "a saved SYN fits a block");

void rs_synsave_keep(rs_pool *blocks, uint32_t *number, rs_bytes headers)
{
    if (headers.len == 0 || headers.len > RS_SYNSAVE_BYTES) return;
    uint32_t block = rs_pool_take(blocks);
    if (block == RS_NIL) return;
    saved *s = rs_pool_at(blocks, block);
    s->len = (uint32_t)headers.len;
    memcpy(s->bytes, headers.data, headers.len);
    *number = block + 1;
}

rs_bytes rs_synsave_bytes(const rs_pool *blocks, uint32_t number)
{
    if (!number) return (rs_bytes){0};
    const saved *s = rs_pool_at(blocks, number - 1);
    return (rs_bytes){s->bytes, s->len};
}

void rs_synsave_release(rs_pool *blocks, uint32_t *number)
{
    if (*number) rs_pool_give(blocks, *number - 1);
    *number = 0;
}

const char *rs_synsave_broken(const rs_pool *blocks, uint32_t number)
{
    rs_bytes b = rs_synsave_bytes(blocks, number);
    if (!number || (b.len > 0 && b.len <= RS_SYNSAVE_BYTES)) return NULL;
    return "V1: a saved SYN without headers, or longer than a block";
}
