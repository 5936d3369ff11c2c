/* see outring.h */
#include "outring.h"

#include <string.h>

enum { HEADER = 8 }; /* length and tag; a multiple of 8, so that packets are aligned */

static uint8_t *bytes(const rs_outring *r)
{
    return (uint8_t *)((uintptr_t)r + (uintptr_t)r->bytes_at);
}

static uint32_t taken_by(size_t len)
{
    return (uint32_t)((len + HEADER + 7) / 8 * 8);
}

static uint32_t length_at(const rs_outring *r, uint32_t at)
{
    uint32_t len;
    memcpy(&len, bytes(r) + at, sizeof len);
    return len;
}

static bool wrapped(const rs_outring *r)
{
    return r->count > 0 && r->tail <= r->head;
}

void rs_outring_init(rs_outring *r, void *ring, uint32_t cap)
{
    *r = (rs_outring){.bytes_at = (uint64_t)((uintptr_t)ring - (uintptr_t)r), .cap = cap / 8 * 8};
}

uint8_t *rs_outring_space(rs_outring *r, size_t len)
{
    uint32_t need = taken_by(len);
    if (len > r->cap) return NULL;
    if (r->count == 0) r->head = r->tail = 0;
    if (wrapped(r)) return r->head - r->tail >= need ? bytes(r) + r->tail + HEADER : NULL;
    if (r->cap - r->tail >= need) return bytes(r) + r->tail + HEADER;
    if (r->count == 0 || r->head < need) return NULL;
    r->wrap = r->tail;
    r->tail = 0;
    return bytes(r) + HEADER;
}

void rs_outring_commit(rs_outring *r, size_t len, uint32_t tag)
{
    uint32_t header[2] = {(uint32_t)len, tag};
    memcpy(bytes(r) + r->tail, header, sizeof header);
    r->tail += taken_by(len);
    r->count++;
}

uint32_t rs_outring_room(const rs_outring *r, size_t len, size_t reserve)
{
    uint32_t need = taken_by(len);
    uint32_t keep = (uint32_t)reserve;
    if (r->count == 0) return r->cap > keep ? (r->cap - keep) / need : 0;
    if (wrapped(r)) return r->head - r->tail > keep ? (r->head - r->tail - keep) / need : 0;
    uint32_t behind = (r->cap - r->tail) / need, before = r->head / need, kept = (keep + need - 1) / need;
    return behind + before > kept ? behind + before - kept : 0;
}

bool rs_outring_has(const rs_outring *r, size_t bytes)
{
    return (r->count == 0 ? r->cap : wrapped(r) ? r->head - r->tail : r->cap - r->tail) >= bytes;
}

bool rs_outring_first(const rs_outring *r, rs_bytes *out, uint32_t *tag)
{
    if (r->count == 0) return false;
    memcpy(tag, bytes(r) + r->head + sizeof(uint32_t), sizeof *tag);
    *out = (rs_bytes){bytes(r) + r->head + HEADER, length_at(r, r->head)};
    return true;
}

void rs_outring_drop(rs_outring *r)
{
    rs_check(r->count > 0);
    bool was_wrapped = wrapped(r);
    r->head += taken_by(length_at(r, r->head));
    r->count--;
    if (was_wrapped && r->head == r->wrap) r->head = 0;
}

void rs_outring_parts(const rs_outring *r, rs_parts *p)
{
    if (r->count == 0) return;
    if (!wrapped(r)) {
        rs_parts_add(p, bytes(r) + r->head, r->tail - r->head);
        return;
    }
    rs_parts_add(p, bytes(r) + r->head, r->wrap - r->head);
    rs_parts_add(p, bytes(r), r->tail);
}

const char *rs_outring_broken(const rs_outring *r)
{
    bool jumps = wrapped(r);
    uint32_t at = r->head;
    for (uint32_t i = 0; i < r->count; i++) {
        uint32_t end = jumps ? r->wrap : r->tail;
        if (at >= end || taken_by(length_at(r, at)) > end - at)
            return "O1: a packet reaches beyond the used part of the ring";
        at += taken_by(length_at(r, at));
        if (jumps && at == r->wrap) {
            jumps = false;
            at = 0;
        }
    }
    return r->count == 0 || at == r->tail ? NULL : "O1: the packets do not end where the ring says";
}
