#include "blocks.h"

#include <string.h>

#include "../base/check.h"

static rs_block *block_at(const rs_pool *blocks, uint32_t i)
{
    return rs_pool_at(blocks, i);
}

static uint32_t blocks_for(const rs_chain *c, uint32_t len)
{
    return len == 0 ? 0 : (c->first + len + RS_BLOCK_BYTES - 1) / RS_BLOCK_BYTES;
}

void rs_chain_init(rs_chain *c)
{
    *c = (rs_chain){.head = RS_NIL, .tail = RS_NIL, .walk_block = RS_NIL};
}

/* The block that holds the byte `raw` bytes after the first byte of the head block. */
static uint32_t seek(const rs_pool *blocks, rs_chain *c, uint32_t raw)
{
    uint32_t tail_at = (c->blocks - 1) * RS_BLOCK_BYTES;
    if (raw >= tail_at) return c->tail;
    if (c->walk_block == RS_NIL || c->walk_at > raw) {
        c->walk_block = c->head;
        c->walk_at = 0;
    }
    while (raw - c->walk_at >= RS_BLOCK_BYTES) {
        c->walk_block = block_at(blocks, c->walk_block)->next;
        c->walk_at += RS_BLOCK_BYTES;
    }
    return c->walk_block;
}

/* Links one more block at the end; false when the pool is empty. */
static bool grow(rs_pool *blocks, rs_chain *c)
{
    uint32_t i = rs_pool_take(blocks);
    if (i == RS_NIL) return false;
    block_at(blocks, i)->next = RS_NIL;
    if (c->tail == RS_NIL) c->head = i;
    else block_at(blocks, c->tail)->next = i;
    c->tail = i;
    c->blocks++;
    return true;
}

/* Gives back every block behind the first `keep` ones. */
static void shrink(rs_pool *blocks, rs_chain *c, uint32_t keep)
{
    if (keep == c->blocks) return;
    if (keep == 0) {
        rs_chain_clear(blocks, c);
        return;
    }
    uint32_t last = c->head;
    for (uint32_t n = 1; n < keep; n++) last = block_at(blocks, last)->next;
    for (uint32_t i = block_at(blocks, last)->next; i != RS_NIL;) {
        uint32_t next = block_at(blocks, i)->next;
        rs_pool_give(blocks, i);
        i = next;
    }
    block_at(blocks, last)->next = RS_NIL;
    c->tail = last;
    c->blocks = keep;
}

/* Bytes for copying in or out: they begin in `block`, at `place`. */
typedef struct run {
    uint32_t block, place, len;
} run;

/* How many of the run's bytes lie in its first block; the rest of the run then begins in the next one. */
static uint32_t first_part(const run *r)
{
    uint32_t here = RS_BLOCK_BYTES - r->place;
    return here < r->len ? here : r->len;
}

static void go_on(const rs_pool *blocks, run *r, uint32_t n)
{
    r->len -= n;
    if (r->len == 0) return;
    r->block = block_at(blocks, r->block)->next;
    r->place = 0;
}

/* A length the compiler knows nothing of: what it makes of a copy that it knows to be of middle size is slow. */
static inline size_t opaque(size_t n)
{
    __asm__("" : "+r"(n));
    return n;
}

static void copy_in(const rs_pool *blocks, run r, const uint8_t *from)
{
    while (r.len) {
        uint32_t n = first_part(&r);
        memcpy(block_at(blocks, r.block)->data + r.place, from, opaque(n));
        from += n;
        go_on(blocks, &r, n);
    }
}

static run run_at(const rs_pool *blocks, rs_chain *c, uint32_t at, uint32_t len)
{
    uint32_t raw = c->first + at;
    return (run){.block = len ? seek(blocks, c, raw) : RS_NIL, .place = raw % RS_BLOCK_BYTES, .len = len};
}

/* Where to write at the end: in what was the last block, or in the one behind it. The place of the last access, which
 * may be that of a reader far before, stays. */
static run run_at_end(const rs_pool *blocks, const rs_chain *c, uint32_t tail, uint32_t len)
{
    uint32_t place = (c->first + c->len) % RS_BLOCK_BYTES;
    uint32_t block = tail == RS_NIL ? c->head : place ? tail : block_at(blocks, tail)->next;
    return (run){.block = block, .place = place, .len = len};
}

uint32_t rs_chain_write(rs_pool *blocks, rs_chain *c, const rs_chain_bytes *b)
{
    if (b->len == 0) return 0;
    uint32_t had = c->blocks, tail = c->tail, want = blocks_for(c, b->at + b->len);
    while (c->blocks < want && grow(blocks, c)) continue;
    uint32_t room = c->blocks == 0 ? 0 : c->blocks * RS_BLOCK_BYTES - c->first;
    if (room <= b->at) {
        shrink(blocks, c, had);
        return 0;
    }
    uint32_t n = b->len < room - b->at ? b->len : room - b->at;
    copy_in(blocks, b->at == c->len ? run_at_end(blocks, c, tail, n) : run_at(blocks, c, b->at, n), b->data);
    if (b->at + n > c->len) c->len = b->at + n;
    return n;
}

uint32_t rs_chain_append(rs_pool *blocks, rs_chain *c, const uint8_t *data, uint32_t len)
{
    return rs_chain_write(blocks, c, &(rs_chain_bytes){.data = data, .at = c->len, .len = len});
}

void rs_chain_copy(const rs_pool *blocks, rs_chain *c, const rs_chain_span *s)
{
    rs_check(s->at <= c->len && s->len <= c->len - s->at);
    uint8_t *to = s->to;
    for (run r = run_at(blocks, c, s->at, s->len); r.len;) {
        uint32_t n = first_part(&r);
        memcpy(to, block_at(blocks, r.block)->data + r.place, opaque(n));
        to += n;
        go_on(blocks, &r, n);
    }
}

rs_sum rs_chain_copy_sum(const rs_pool *blocks, rs_chain *c, const rs_chain_span *s)
{
    rs_check(s->at <= c->len && s->len <= c->len - s->at);
    rs_sum sum = {0};
    uint32_t done = 0;
    for (run r = run_at(blocks, c, s->at, s->len); r.len;) {
        uint32_t n = first_part(&r);
        sum = rs_sum_join(sum, rs_sum_copy(s->to + done, block_at(blocks, r.block)->data + r.place, n), done);
        done += n;
        go_on(blocks, &r, n);
    }
    return sum;
}

void rs_chain_drop(rs_pool *blocks, rs_chain *c, uint32_t n)
{
    rs_check(n <= c->len);
    if (n == c->len) {
        rs_chain_clear(blocks, c);
        return;
    }
    c->len -= n;
    c->first += n;
    while (c->first >= RS_BLOCK_BYTES) {
        uint32_t old = c->head;
        c->head = block_at(blocks, old)->next;
        c->first -= RS_BLOCK_BYTES;
        c->blocks--;
        if (c->walk_block == old) c->walk_block = RS_NIL;
        if (c->walk_block != RS_NIL) c->walk_at -= RS_BLOCK_BYTES;
        rs_pool_give(blocks, old);
    }
}

void rs_chain_cut(rs_pool *blocks, rs_chain *c, uint32_t n)
{
    if (n >= c->len) return;
    c->len = n;
    c->walk_block = RS_NIL;
    shrink(blocks, c, blocks_for(c, n));
}

void rs_chain_clear(rs_pool *blocks, rs_chain *c)
{
    for (uint32_t i = c->head; i != RS_NIL;) {
        uint32_t next = block_at(blocks, i)->next;
        rs_pool_give(blocks, i);
        i = next;
    }
    rs_chain_init(c);
}

const char *rs_chain_broken(const rs_pool *blocks, const rs_chain *c)
{
    if (c->first >= RS_BLOCK_BYTES) return "B1: the first byte is not in the head block";
    if (c->blocks != blocks_for(c, c->len)) return "B2: the number of blocks does not fit the bytes";
    uint32_t n = 0, last = RS_NIL;
    bool walk_found = c->walk_block == RS_NIL;
    for (uint32_t i = c->head; i != RS_NIL; i = block_at(blocks, i)->next) {
        if (i >= blocks->high || n == c->blocks) return "B3: the list is longer than its count";
        if (i == c->walk_block && c->walk_at == n * RS_BLOCK_BYTES) walk_found = true;
        last = i;
        n++;
    }
    if (n != c->blocks || last != c->tail) return "B3: the list does not end in tail";
    return walk_found ? NULL : "B4: the remembered block is not where it should be";
}
