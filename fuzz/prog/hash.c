#include "hash.h"

#include <string.h>

enum { WORD = 8 };

/* The same number on every machine, in one load: a sanitizer looks at each. */
static uint64_t word_at(const uint8_t *b)
{
    uint64_t w;
    memcpy(&w, b, sizeof w);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? w : __builtin_bswap64(w);
}

static uint64_t mixed(uint64_t h)
{
    h *= UINT64_C(0x9e3779b97f4a7c15);
    return h ^ h >> 29;
}

/* Four chains side by side, for each waits for its multiplications. */
uint64_t fz_fold(uint64_t h, const uint8_t *bytes, size_t len)
{
    enum { CHAINS = 4 };
    uint64_t chain[CHAINS] = {h, len, 1, 2};
    size_t i = 0;
    for (; i + CHAINS * WORD <= len; i += CHAINS * WORD)
        for (unsigned k = 0; k < CHAINS; k++)
            chain[k] = (chain[k] ^ word_at(bytes + i + k * WORD)) * UINT64_C(0x9e3779b97f4a7c15);
    for (; i + WORD <= len; i += WORD) chain[0] = mixed(chain[0] ^ word_at(bytes + i));
    for (; i < len; i++) chain[0] = mixed(chain[0] ^ bytes[i]);
    for (unsigned k = 1; k < CHAINS; k++) chain[0] = mixed(chain[0] ^ chain[k]);
    return chain[0];
}

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
    value = fz_fold(value, p, len);
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
