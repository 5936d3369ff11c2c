#include "keyring.h"

#include <string.h>

#include "../base/addr.h"
#include "../base/check.h"
#include "../base/wipe.h"

typedef struct ring {
    uint32_t holders, count;
    rs_ao_state ao;
    rs_peer_key keys[RS_KEYS_MAX];
} ring;
_Static_assert(sizeof(ring) <= RS_BLOCK_SLOT_BYTES, "a ring fits a block");

static ring *ring_at(const rs_pool *blocks, uint32_t number)
{
    return rs_pool_at(blocks, number - 1);
}

/* Does a stream pass 2^32 on its way? */
static bool turns(rs_seq from, rs_seq to)
{
    return rs_seq_dist(from, to) > UINT32_MAX - from.raw;
}

void rs_sne_follow(rs_sne *s, rs_seq at)
{
    if (!rs_seq_after(at, s->at)) return;
    if (turns(s->at, at)) s->sne++;
    s->at = at;
}

uint32_t rs_sne_of(const rs_sne *s, rs_seq seq)
{
    if (rs_seq_before(seq, s->at)) return turns(seq, s->at) ? s->sne - 1 : s->sne;
    return turns(s->at, seq) ? s->sne + 1 : s->sne;
}

/* --- whom a key is for */

static bool same_start(const rs_addr *a, const rs_addr *b, unsigned bits)
{
    if (a->family != b->family) return false;
    unsigned whole = bits / 8, rest = bits % 8;
    if (memcmp(a->bytes, b->bytes, whole) != 0) return false;
    return rest == 0 || (a->bytes[whole] ^ b->bytes[whole]) >> (8 - rest) == 0;
}

static bool within(const rs_addr *a, const rs_peer_key *k)
{
    return same_start(a, &k->peer, k->prefix);
}

/* Some host is meant by both. */
static bool overlap(const rs_peer_key *a, const rs_peer_key *b)
{
    return same_start(&a->peer, &b->peer, a->prefix < b->prefix ? a->prefix : b->prefix);
}

rs_bytes rs_keyring_find(const rs_pool *blocks, uint32_t number, const rs_addr *peer)
{
    if (!number) return (rs_bytes){0};
    const ring *r = ring_at(blocks, number);
    const rs_peer_key *best = NULL;
    for (uint32_t i = 0; i < r->count; i++) {
        const rs_peer_key *k = &r->keys[i];
        if (k->kind == RS_KEY_MD5 && within(peer, k) && (!best || k->prefix > best->prefix)) best = k;
    }
    return best ? (rs_bytes){best->key, best->len} : (rs_bytes){0};
}

rs_peer_key *rs_keyring_ao(const rs_pool *blocks, uint32_t number, const rs_ao_wanted *w)
{
    if (!number) return NULL;
    ring *r = ring_at(blocks, number);
    for (uint32_t i = r->count; i > 0; i--) {
        rs_peer_key *k = &r->keys[i - 1];
        bool numbers = (w->send_id == RS_ANY_ID || k->send_id == w->send_id) &&
                       (w->recv_id == RS_ANY_ID || k->recv_id == w->recv_id);
        if (k->kind == RS_KEY_AO && numbers && within(w->peer, k)) return k;
    }
    return NULL;
}

rs_peer_key *rs_keyring_next(const rs_pool *blocks, uint32_t number, uint32_t *i)
{
    if (!number) return NULL;
    ring *r = ring_at(blocks, number);
    while (*i < r->count)
        if (r->keys[(*i)++].kind == RS_KEY_AO) return &r->keys[*i - 1];
    return NULL;
}

rs_ao_state *rs_keyring_state(const rs_pool *blocks, uint32_t number)
{
    return number && ring_at(blocks, number)->ao.in_use ? &ring_at(blocks, number)->ao : NULL;
}

bool rs_keyring_has_md5(const rs_pool *blocks, uint32_t number, const rs_addr *peer)
{
    if (peer) return rs_keyring_find(blocks, number, peer).data;
    for (uint32_t i = 0; number && i < ring_at(blocks, number)->count; i++)
        if (ring_at(blocks, number)->keys[i].kind == RS_KEY_MD5) return true;
    return false;
}

/* --- changes */

/* A ring that nobody else looks at; false: no memory. */
static bool own(rs_pool *blocks, uint32_t *number)
{
    if (*number && ring_at(blocks, *number)->holders == 1) return true;
    uint32_t block = rs_pool_take(blocks);
    if (block == RS_NIL) return false;
    ring *r = rs_pool_at(blocks, block);
    *r = (ring){.ao = {.current = RS_ANY_ID, .rnext = RS_ANY_ID}};
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
    for (; i < r->count; i++) {
        const rs_peer_key *k = &r->keys[i];
        bool numbers = key->kind == RS_KEY_MD5 || (k->send_id == key->send_id && k->recv_id == key->recv_id);
        if (k->kind == key->kind && numbers && k->prefix == key->prefix && rs_addr_eq(&k->peer, &key->peer)) break;
    }
    return i;
}

static int take_away(rs_pool *blocks, uint32_t *number, uint32_t place)
{
    if (ring_at(blocks, *number)->count == 1 && !ring_at(blocks, *number)->ao.in_use) {
        rs_keyring_release(blocks, number);
        return 0;
    }
    if (!own(blocks, number)) return RS_ENOMEM;
    ring *r = ring_at(blocks, *number);
    r->count--;
    memmove(&r->keys[place], &r->keys[place + 1], (r->count - place) * sizeof r->keys[0]);
    rs_wipe(&r->keys[r->count], sizeof r->keys[0]);
    return 0;
}

/* A peer signs in one way only (RFC 5925 1). */
static bool rival(const rs_pool *blocks, uint32_t number, const rs_peer_key *key)
{
    for (uint32_t i = 0; number && i < ring_at(blocks, number)->count; i++) {
        const rs_peer_key *k = &ring_at(blocks, number)->keys[i];
        if (k->kind != key->kind && overlap(k, key)) return true;
    }
    return false;
}

/* Where every segment has to be authenticated a signature with MD5 would never be taken. */
static bool refuses_md5(const rs_pool *blocks, uint32_t number)
{
    const rs_ao_state *a = rs_keyring_state(blocks, number);
    return a && a->required;
}

int rs_keyring_set(rs_pool *blocks, uint32_t *number, const rs_peer_key *key)
{
    uint32_t count = *number ? ring_at(blocks, *number)->count : 0;
    uint32_t place = count ? place_of(ring_at(blocks, *number), key) : 0;
    if (key->len == 0) return place < count ? take_away(blocks, number, place) : RS_ENOENT;
    if (rival(blocks, *number, key) || refuses_md5(blocks, *number)) return RS_EKEYREJECTED;
    if (place == RS_KEYS_MAX || !own(blocks, number)) return RS_ENOMEM;
    ring *r = ring_at(blocks, *number);
    r->keys[place] = *key;
    if (place == count) r->count++;
    return 0;
}

int rs_keyring_add(rs_pool *blocks, uint32_t *number, const rs_peer_key *tuple)
{
    uint32_t i = 0;
    for (const rs_peer_key *k; (k = rs_keyring_next(blocks, *number, &i));)
        if (overlap(k, tuple) && (k->send_id == tuple->send_id || k->recv_id == tuple->recv_id)) return RS_EEXIST;
    if (rival(blocks, *number, tuple)) return RS_EKEYREJECTED;
    if ((*number && ring_at(blocks, *number)->count == RS_KEYS_MAX) || !own(blocks, number)) return RS_ENOMEM;
    ring *r = ring_at(blocks, *number);
    r->keys[r->count++] = *tuple;
    r->ao.in_use = true;
    return 0;
}

int rs_keyring_remove(rs_pool *blocks, uint32_t *number, const rs_peer_key *tuple)
{
    uint32_t count = *number ? ring_at(blocks, *number)->count : 0;
    uint32_t place = count ? place_of(ring_at(blocks, *number), tuple) : 0;
    return place < count ? take_away(blocks, number, place) : RS_ENOENT;
}

rs_ao_state *rs_keyring_settings(rs_pool *blocks, uint32_t *number)
{
    if (!own(blocks, number)) return NULL;
    rs_ao_state *a = &ring_at(blocks, *number)->ao;
    a->in_use = true;
    return a;
}

bool rs_keyring_narrow(rs_pool *blocks, uint32_t *number, const rs_addr *peer)
{
    bool fits = rs_keyring_ao(blocks, *number, &(rs_ao_wanted){peer, RS_ANY_ID, RS_ANY_ID});
    if (!fits && !rs_keyring_has_md5(blocks, *number, NULL)) {
        rs_keyring_release(blocks, number);
        return true;
    }
    if (!own(blocks, number)) return false;
    ring *r = ring_at(blocks, *number);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->keys[i].kind == RS_KEY_AO && !within(peer, &r->keys[i])) continue;
        r->keys[kept] = r->keys[i];
        r->keys[kept].good = r->keys[kept].bad = 0;
        kept++;
    }
    rs_wipe(&r->keys[kept], (r->count - kept) * sizeof r->keys[0]);
    r->count = kept;
    r->ao = (rs_ao_state){.in_use = fits,
                          .required = r->ao.required,
                          .accept_icmps = r->ao.accept_icmps,
                          .current = r->ao.current,
                          .rnext = r->ao.rnext};
    return true;
}

/* --- holders */

void rs_keyring_share(const rs_pool *blocks, uint32_t number)
{
    if (number) ring_at(blocks, number)->holders++;
}

void rs_keyring_release(rs_pool *blocks, uint32_t *number)
{
    if (!*number) return;
    rs_check(ring_at(blocks, *number)->holders > 0);
    if (--ring_at(blocks, *number)->holders == 0) {
        rs_wipe(ring_at(blocks, *number), sizeof(ring)); /* the block's next user may be a queue of text */
        rs_pool_give(blocks, *number - 1);
    }
    *number = 0;
}

static bool numbers_clash(const ring *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        for (uint32_t j = 0; j < i; j++) {
            const rs_peer_key *a = &r->keys[i], *b = &r->keys[j];
            bool tuples = a->kind == RS_KEY_AO && b->kind == RS_KEY_AO && overlap(a, b);
            if (tuples && (a->send_id == b->send_id || a->recv_id == b->recv_id)) return true;
        }
    return false;
}

const char *rs_keyring_broken(const rs_pool *blocks, uint32_t number)
{
    if (!number) return NULL;
    const ring *r = ring_at(blocks, number);
    bool sound = (r->count > 0 || r->ao.in_use) && r->count <= RS_KEYS_MAX && r->holders > 0;
    if (!sound) return "K1: a ring without keys, with too many, or that nobody holds";
    return numbers_clash(r) ? "K2: two tuples for one peer have a number in common" : NULL;
}
