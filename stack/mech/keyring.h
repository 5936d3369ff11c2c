/* keyring.h — the keys of RFC 2385 that one endpoint has, by the peers they are for.
 *
 * A ring lies in a payload block, so that who has no keys pays nothing. It is named by a number that options can carry:
 * 0 is the empty ring. A listener, its children and a socket between two connections share one; who changes a shared
 * ring gets one of its own first.
 *
 * Life: 0 -> { rs_keyring_set }* ; rs_keyring_share for every further holder; rs_keyring_release for every holder.
 *
 *   K1  1 <= keys <= RS_KEYS_MAX and at least one holder; an empty ring has no block */
#ifndef RS_MECH_KEYRING_H
#define RS_MECH_KEYRING_H

#include "../include/refstack/types.h"
#include "blocks.h"

enum { RS_MD5_KEY_BYTES = 80, RS_KEYS_MAX = 19 };

typedef struct rs_peer_key {
    rs_addr peer;
    uint8_t prefix; /* so many leading bits of the peer's address matter */
    uint8_t len;    /* of the key; 0: take the key of this peer away */
    uint8_t key[RS_MD5_KEY_BYTES];
} rs_peer_key;

/* The key for a peer: that of the longest prefix; data NULL: none. Lends it until the ring changes. */
rs_bytes rs_keyring_find(const rs_pool *blocks, uint32_t ring, const rs_addr *peer);
/* Adds, replaces or takes away. 0 or RS_ENOENT (there is none to take away), RS_ENOMEM (also for taking one away, when
 * the ring is shared and keeps others: nothing is changed). */
int rs_keyring_set(rs_pool *blocks, uint32_t *ring, const rs_peer_key *key);
void rs_keyring_share(const rs_pool *blocks, uint32_t ring);
void rs_keyring_release(rs_pool *blocks, uint32_t *ring);
/* NULL or the broken invariant. */
const char *rs_keyring_broken(const rs_pool *blocks, uint32_t ring);

#endif
