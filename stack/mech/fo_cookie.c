#include "fo_cookie.h"

#include <string.h>

#include "../base/siphash.h"

enum { COOKIE_BYTES = 8, V4_BYTES = 4, V6_BYTES = 16 };

rs_fo_keys rs_fo_keys_of_secret(const uint8_t secret[16])
{
    static const char use[2][8] = {"tcp fo 1", "tcp fo 2"};
    rs_fo_keys k = {.count = 1};
    for (int half = 0; half < 2; half++) {
        uint64_t h = rs_siphash(secret, use[half], sizeof use[half]);
        for (int i = 0; i < 8; i++) k.key[0][8 * half + i] = (uint8_t)(h >> 8 * i);
    }
    return k;
}

bool rs_fo_keys_of_bytes(rs_fo_keys *out, const uint8_t *bytes, size_t len)
{
    if (len != sizeof out->key[0] && len != sizeof out->key) return false;
    *out = (rs_fo_keys){.count = len == sizeof out->key ? 2 : 1};
    memcpy(out->key, bytes, len);
    return true;
}

rs_fo_cookie rs_fo_make(const rs_fo_keys *keys, unsigned which, const rs_fo_pair *pair)
{
    uint8_t both[2 * V6_BYTES];
    size_t n = pair->client->family == RS_IPV4 ? V4_BYTES : V6_BYTES;
    memcpy(both, pair->client->bytes, n);
    memcpy(both + n, pair->server->bytes, n);
    uint64_t h = rs_siphash(keys->key[which], both, 2 * n);
    rs_fo_cookie c = {.len = COOKIE_BYTES};
    for (int i = 0; i < COOKIE_BYTES; i++) c.bytes[i] = (uint8_t)(h >> 8 * i);
    return c;
}

/* Without looking at where they differ: the time this takes tells nothing. */
static bool same(const rs_fo_cookie *a, const rs_fo_cookie *b)
{
    uint8_t differ = a->len ^ b->len;
    for (unsigned i = 0; i < COOKIE_BYTES; i++) differ |= a->bytes[i] ^ b->bytes[i];
    return differ == 0;
}

rs_fo_judgment rs_fo_judge(const rs_fo_keys *keys, const rs_fo_pair *pair, const rs_fo_cookie *shown)
{
    for (unsigned which = 0; which < keys->count; which++) {
        rs_fo_cookie right = rs_fo_make(keys, which, pair);
        if (same(&right, shown)) return which == 0 ? RS_FO_GOOD : RS_FO_GOOD_BY_BACKUP;
    }
    return RS_FO_FORGED;
}
