#include "hash.h"

static bool on;
static uint64_t value;

void fz_hash_on(void)
{
    on = true;
}

bool fz_hashing(void)
{
    return on;
}

void fz_hash_begin(void)
{
    value = UINT64_C(0xcbf29ce484222325);
}

uint64_t fz_hash_value(void)
{
    return value;
}

void fz_hash_number(int64_t v)
{
    if (!on) return;
    value = (value ^ (uint64_t)v) * UINT64_C(0x9e3779b97f4a7c15);
    value ^= value >> 29;
}

void fz_hash_bytes(const void *bytes, size_t len)
{
    if (!on) return;
    const uint8_t *p = bytes;
    fz_hash_number((int64_t)len);
    for (size_t i = 0; i < len; i++) value = (value ^ p[i]) * UINT64_C(0x100000001b3);
}

static void fold_end(const rs_endpoint *e)
{
    fz_hash_number(e->port);
    fz_hash_bytes(e->addr.bytes, sizeof e->addr.bytes);
}

void fz_hash_event(const rs_event *ev)
{
    if (!on) return;
    fz_hash_number(ev->at.us);
    fz_hash_number((int64_t)ev->kind << 32 | ev->conn);
    fz_hash_number(ev->a);
    fz_hash_number(ev->b);
    fold_end(&ev->local);
    fold_end(&ev->remote);
}
