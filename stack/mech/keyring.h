/* keyring.h — the keys that one endpoint signs with, by the peers they are for: those of MD5 (RFC 2385), one for each
 * peer, and master key tuples (RFC 5925 3.1), which also have two numbers.
 *
 * A ring lies in a payload block, so that who has no keys pays nothing. It is named by a number that options can carry:
 * 0 is the empty ring. A listener, its children and a socket between two connections share one; who changes a shared
 * ring gets one of its own first. A connection that authenticates has one of its own (rs_keyring_narrow): what the
 * connection knows about its keys lies there too.
 *
 * Life: 0 -> { rs_keyring_set | rs_keyring_add }* ; rs_keyring_share for every further holder; rs_keyring_release for
 * every holder.
 *
 * Keys that are taken away, and a ring that nobody holds any more, are overwritten.
 *
 *   K1  keys <= RS_KEYS_MAX and at least one holder; an empty ring without settings has no block
 *   K2  of the tuples for one peer no two have a number in common */
#ifndef RS_MECH_KEYRING_H
#define RS_MECH_KEYRING_H

#include "../base/mac.h"
#include "../include/refstack/types.h"
#include "../wire/seq.h"
#include "blocks.h"

enum { RS_MD5_KEY_BYTES = 80, RS_KEYS_MAX = 14, RS_ANY_ID = -1 };

typedef enum rs_key_kind { RS_KEY_MD5, RS_KEY_AO } rs_key_kind;

typedef struct rs_peer_key {
    rs_addr peer;
    uint8_t prefix; /* so many leading bits of the peer's address matter */
    uint8_t kind;   /* rs_key_kind */
    uint8_t len;    /* of the key; MD5, 0: take the key of this peer away */
    uint8_t key[RS_MD5_KEY_BYTES];
    /* RS_KEY_AO only */
    uint8_t mac, mac_len;     /* rs_mac_kind; bytes of a code in the option */
    uint8_t send_id, recv_id; /* KeyID of what we send, of what we receive */
    bool skips_options;       /* the code covers no other options */
    uint64_t good, bad;       /* segments with a right code, with a wrong one */
} rs_peer_key;

/* The upper half of sequence numbers that go one way (RFC 5925 6.2): `at` follows the stream, sne counts its turns. */
typedef struct rs_sne {
    rs_seq at;
    uint32_t sne;
} rs_sne;
/* The stream has come to `at`, less than half a circle further. */
void rs_sne_follow(rs_sne *s, rs_seq at);
/* The upper half of a number within half a circle of the stream. */
uint32_t rs_sne_of(const rs_sne *s, rs_seq seq);

/* What authentication knows beside the keys. Numbers of keys are RS_ANY_ID while there is none. */
typedef struct rs_ao_state {
    bool in_use;       /* somebody has asked for it: there were tuples, or settings */
    bool required;     /* no segment without it, from whomever */
    bool accept_icmps; /* messages of the network count as they do without it */
    int16_t current;   /* send_id of what is sent (Current_key) */
    int16_t rnext;     /* recv_id of what the peer is asked for (RNext_key) */
    /* The tuples that these numbers name, where those for several peers have them: before there is a connection. */
    rs_addr current_peer, rnext_peer;
    rs_sne snd, rcv;
    bool rcv_known;                                /* rcv begins with the peer's SYN */
    uint64_t good, bad, not_found, missing, icmps; /* segments, and messages dropped */
} rs_ao_state;

/* The MD5 key for a peer: that of the longest prefix; data NULL: none. Lends it until the ring changes. */
rs_bytes rs_keyring_find(const rs_pool *blocks, uint32_t ring, const rs_addr *peer);
/* Adds, replaces or takes away an MD5 key. 0 or RS_ENOENT (there is none to take away), RS_ENOMEM (also for taking one
 * away, when the ring is shared and keeps others: nothing is changed), RS_EKEYREJECTED (the peer has a
 * tuple, or authentication is required). */
int rs_keyring_set(rs_pool *blocks, uint32_t *ring, const rs_peer_key *key);

/* The newest tuple for a peer with these numbers (RS_ANY_ID: whatever it is); NULL: none. Lends it likewise. */
typedef struct rs_ao_wanted {
    const rs_addr *peer;
    int send_id, recv_id;
} rs_ao_wanted;
rs_peer_key *rs_keyring_ao(const rs_pool *blocks, uint32_t ring, const rs_ao_wanted *w);
/* 0 or RS_EEXIST (a number is taken), RS_ENOMEM, RS_EKEYREJECTED (the peer has an MD5 key). */
int rs_keyring_add(rs_pool *blocks, uint32_t *ring, const rs_peer_key *tuple);
/* Takes away the tuple with this very peer, prefix and numbers. RS_ENOENT, RS_ENOMEM. */
int rs_keyring_remove(rs_pool *blocks, uint32_t *ring, const rs_peer_key *tuple);
/* The settings, to be changed: makes a ring of one's own. NULL: no memory. */
rs_ao_state *rs_keyring_settings(rs_pool *blocks, uint32_t *ring);
/* The settings to look at, or to count in; NULL: authentication is not in use. */
rs_ao_state *rs_keyring_state(const rs_pool *blocks, uint32_t ring);
/* Walks the tuples, oldest first, from *i = 0; NULL after the last. */
rs_peer_key *rs_keyring_next(const rs_pool *blocks, uint32_t ring, uint32_t *i);
/* Does any MD5 key fit this peer, or any at all (peer NULL)? */
bool rs_keyring_has_md5(const rs_pool *blocks, uint32_t ring, const rs_addr *peer);
/* A connection to this peer begins: a ring of its own, with the tuples for the peer only, uncounted. Where there is
 * none authentication is not in use any more, and without MD5 keys the ring is empty. False: no memory. */
bool rs_keyring_narrow(rs_pool *blocks, uint32_t *ring, const rs_addr *peer);

void rs_keyring_share(const rs_pool *blocks, uint32_t ring);
void rs_keyring_release(rs_pool *blocks, uint32_t *ring);
/* NULL or the broken invariant. */
const char *rs_keyring_broken(const rs_pool *blocks, uint32_t ring);

#endif
