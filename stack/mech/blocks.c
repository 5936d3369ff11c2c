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

/* Runs over the blocks of [at, at + len), which must exist, and copies in (from != NULL) or out. */
static void copy(const rs_pool *blocks, rs_chain *c, const rs_chain_span *s, const uint8_t *from)
{
    uint32_t raw = c->first + s->at;
    for (uint32_t done = 0; done < s->len;) {
        uint32_t place = (raw + done) % RS_BLOCK_BYTES;
        uint32_t n = RS_BLOCK_BYTES - place < s->len - done ? RS_BLOCK_BYTES - place : s->len - done;
        uint8_t *data = block_at(blocks, seek(blocks, c, raw + done))->data + place;
        if (from) memcpy(data, from + done, n);
        else memcpy(s->to + done, data, n);
        done += n;
    }
}

uint32_t rs_chain_write(rs_pool *blocks, rs_chain *c, const rs_chain_bytes *b)
{
    if (b->len == 0) return 0;
    uint32_t had = c->blocks, want = blocks_for(c, b->at + b->len);
    while (c->blocks < want && grow(blocks, c)) continue;
    uint32_t room = c->blocks == 0 ? 0 : c->blocks * RS_BLOCK_BYTES - c->first;
    if (room <= b->at) {
        shrink(blocks, c, had);
        return 0;
    }
    uint32_t n = b->len < room - b->at ? b->len : room - b->at;
    copy(blocks, c, &(rs_chain_span){.at = b->at, .len = n}, b->data);
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
    copy(blocks, c, s, NULL);
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
