#include "keyring.h"

#include <string.h>

#include "../base/addr.h"
#include "../base/check.h"

typedef struct ring {
    uint32_t holders, count;
    rs_peer_key keys[RS_KEYS_MAX];
} ring;
_Static_assert(sizeof(ring) <= RS_BLOCK_SLOT_BYTES, "a ring fits a block");

static ring *ring_at(const rs_pool *blocks, uint32_t number)
{
    return rs_pool_at(blocks, number - 1);
}

static bool within(const rs_addr *a, const rs_peer_key *k)
{
    if (a->family != k->peer.family) return false;
    unsigned whole = k->prefix / 8, rest = k->prefix % 8;
    if (memcmp(a->bytes, k->peer.bytes, whole) != 0) return false;
    return rest == 0 || (a->bytes[whole] ^ k->peer.bytes[whole]) >> (8 - rest) == 0;
}

rs_bytes rs_keyring_find(const rs_pool *blocks, uint32_t number, const rs_addr *peer)
{
    if (!number) return (rs_bytes){0};
    const ring *r = ring_at(blocks, number);
    const rs_peer_key *best = NULL;
    for (uint32_t i = 0; i < r->count; i++)
        if (within(peer, &r->keys[i]) && (!best || r->keys[i].prefix > best->prefix)) best = &r->keys[i];
    return best ? (rs_bytes){best->key, best->len} : (rs_bytes){0};
}

/* A ring that nobody else looks at; false: no memory. */
static bool own(rs_pool *blocks, uint32_t *number)
{
    if (*number && ring_at(blocks, *number)->holders == 1) return true;
    uint32_t block = rs_pool_take(blocks);
    if (block == RS_NIL) return false;
    ring *r = rs_pool_at(blocks, block);
    *r = (ring){0};
    if (*number) {
        *r = *ring_at(blocks, *number);
        ring_at(blocks, *number)->holders--;
    }
    r->holders = 1;
    *number = block + 1;
    return true;
}

static uint32_t place_of(const ring *r, const rs_peer_key *key)
{
    uint32_t i = 0;
    while (i < r->count && (r->keys[i].prefix != key->prefix || !rs_addr_eq(&r->keys[i].peer, &key->peer))) i++;
    return i;
}

static int take_away(rs_pool *blocks, uint32_t *number, uint32_t place)
{
    if (ring_at(blocks, *number)->count == 1) {
        rs_keyring_release(blocks, number);
        return 0;
    }
    if (!own(blocks, number)) return RS_ENOMEM;
    ring *r = ring_at(blocks, *number);
    r->keys[place] = r->keys[--r->count];
    return 0;
}

int rs_keyring_set(rs_pool *blocks, uint32_t *number, const rs_peer_key *key)
{
    uint32_t count = *number ? ring_at(blocks, *number)->count : 0;
    uint32_t place = count ? place_of(ring_at(blocks, *number), key) : 0;
    if (key->len == 0) return place < count ? take_away(blocks, number, place) : RS_ENOENT;
    if (place == RS_KEYS_MAX || !own(blocks, number)) return RS_ENOMEM;
    ring *r = ring_at(blocks, *number);
    r->keys[place] = *key;
    if (place == count) r->count++;
    return 0;
}

void rs_keyring_share(const rs_pool *blocks, uint32_t number)
{
    if (number) ring_at(blocks, number)->holders++;
}

void rs_keyring_release(rs_pool *blocks, uint32_t *number)
{
    if (!*number) return;
    rs_check(ring_at(blocks, *number)->holders > 0);
    if (--ring_at(blocks, *number)->holders == 0) rs_pool_give(blocks, *number - 1);
    *number = 0;
}

const char *rs_keyring_broken(const rs_pool *blocks, uint32_t number)
{
    if (!number) return NULL;
    const ring *r = ring_at(blocks, number);
    bool sound = r->count > 0 && r->count <= RS_KEYS_MAX && r->holders > 0;
    return sound ? NULL : "K1: a ring without keys, with too many, or that nobody holds";
}
