/* TCP_AO_ADD_KEY, TCP_AO_DEL_KEY, TCP_AO_INFO and TCP_AO_GET_KEYS: master key tuples and the state of authentication
 * (RFC 5925), in the structures and with the errors of Linux. (TCP_AO_REPAIR stands in opt_kept.def.) */
#include <string.h>

#include "../base/addr.h"
#include "../base/wipe.h"
#include "../tcp/signing.h"
#include "sock_opt.h"

/* Where the members of the structures lie; all begin with a socket address of 128 bytes, but the settings. */
enum { ADDR4_AT = 4, ADDR6_AT = 8, PORT_AT = 2, FAMILY_INET = 2, FAMILY_INET6 = 10, NAME_BYTES = 64 };
enum { ADD_ALG = 128, ADD_IFINDEX = 192, ADD_BITS = 196, ADD_RESERVED = 200, ADD_PREFIX = 202, ADD_SEND_ID = 203 };
enum { ADD_RECV_ID = 204, ADD_MAC_LEN = 205, ADD_FLAGS = 206, ADD_KEY_LEN = 207, ADD_KEY = 208, ADD_BYTES = 288 };
enum { DEL_IFINDEX = 128, DEL_BITS = 132, DEL_RESERVED = 136, DEL_PREFIX = 138, DEL_SEND_ID = 139 };
enum { DEL_RECV_ID = 140, DEL_CURRENT = 141, DEL_RNEXT = 142, DEL_FLAGS = 143, DEL_BYTES = 144 };
enum { INFO_BITS = 0, INFO_RESERVED = 4, INFO_CURRENT = 6, INFO_RNEXT = 7, INFO_COUNTERS = 8, INFO_BYTES = 48 };
enum { GET_ALG = 128, GET_KEY = 192, GET_COUNT = 272, GET_BITS = 276, GET_SEND_ID = 278, GET_RECV_ID = 279 };
enum { GET_PREFIX = 280, GET_MAC_LEN = 281, GET_FLAGS = 282, GET_KEY_LEN = 283, GET_GOOD = 288, GET_BYTES = 304 };

enum { SET_CURRENT = 1, SET_RNEXT = 2, DEL_ASYNC = 4, REQUIRED = 4, SET_COUNTERS = 8, ACCEPT_ICMPS = 16 };
enum { IS_CURRENT = 1, IS_RNEXT = 2, GET_ALL = 4 };
enum { FLAG_IFINDEX = 1, FLAG_SKIP_OPTIONS = 2, DEFAULT_MAC_LEN = 12 };

static uint32_t *ring_of(const rs_call *c)
{
    return &rs_sock_opts(c->st, c->s)->keys;
}

static uint32_t word(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static bool zero(const uint8_t *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (p[i]) return false;
    return true;
}

/* The first of these calls comes before there is a connection. */
static int may_begin(const rs_call *c)
{
    bool idle = c->s->phase == RS_SK_IDLE || c->s->phase == RS_SK_LISTENING;
    return idle || rs_keyring_state(c->env.blocks, *ring_of(c)) ? 0 : RS_EISCONN;
}

/* Nothing of the address may stand behind its prefix; no prefix is every address. A connection has one peer. */
static int read_peer(const rs_call *c, const uint8_t *b, uint8_t prefix, rs_peer_key *k)
{
    uint16_t family;
    memcpy(&family, b, sizeof family);
    if (family != (c->s->v6 ? FAMILY_INET6 : FAMILY_INET) || !zero(b + PORT_AT, 2)) return RS_EINVAL;
    k->peer = (rs_addr){.family = c->s->v6 ? RS_IPV6 : RS_IPV4};
    memcpy(k->peer.bytes, b + (c->s->v6 ? ADDR6_AT : ADDR4_AT), c->s->v6 ? 16 : 4);
    unsigned bits = c->s->v6 ? 128 : 32;
    if (prefix > bits || (prefix != 0) == rs_addr_is_any(&k->peer)) return RS_EINVAL;
    rs_addr plain = rs_addr_unmap(k->peer);
    if (plain.family != k->peer.family && prefix < 96) return RS_EINVAL;
    if (plain.family != k->peer.family) prefix = (uint8_t)(prefix - 96), bits = 32;
    k->peer = plain;
    k->prefix = prefix;
    for (unsigned i = prefix; i < bits; i++)
        if (k->peer.bytes[i / 8] >> (7 - i % 8) & 1) return RS_EINVAL;
    return 0;
}

/* A key for others than the peer of this connection makes no sense. */
static bool fits_connection(const rs_call *c, const rs_peer_key *k)
{
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->state == RS_CLOSED) return true;
    rs_addr a = t->remote.addr;
    if (a.family != k->peer.family) return k->prefix == 0;
    for (unsigned i = 0; i < k->prefix; i++)
        if ((a.bytes[i / 8] ^ k->peer.bytes[i / 8]) >> (7 - i % 8) & 1) return false;
    return true;
}

static int read_algorithm(const uint8_t *b, rs_peer_key *k)
{
    char name[NAME_BYTES + 1] = {0};
    memcpy(name, b + ADD_ALG, NAME_BYTES);
    rs_mac_kind mac = rs_mac_find(name);
    if (mac == RS_MACS) return RS_ENOENT;
    k->mac = (uint8_t)mac;
    k->mac_len = b[ADD_MAC_LEN] ? b[ADD_MAC_LEN] : DEFAULT_MAC_LEN;
    if (k->mac_len > rs_mac_len(mac)) return RS_EINVAL;
    return k->mac_len > RS_AO_MAC_BYTES_MAX ? RS_EMSGSIZE : 0; /* beside the other options of a SYN */
}

static bool flags_ok(const uint8_t *b, uint8_t flags, int ifindex_at)
{
    if (flags & ~(FLAG_IFINDEX | FLAG_SKIP_OPTIONS)) return false;
    return !(flags & FLAG_IFINDEX) || zero(b + ifindex_at, 4); /* there is one interface */
}

static int read_tuple(const rs_call *c, const uint8_t *b, rs_peer_key *k)
{
    uint32_t bits = word(b + ADD_BITS);
    *k = (rs_peer_key){.kind = RS_KEY_AO, .send_id = b[ADD_SEND_ID], .recv_id = b[ADD_RECV_ID]};
    if (bits & ~(uint32_t)(SET_CURRENT | SET_RNEXT) || !zero(b + ADD_RESERVED, 2)) return RS_EINVAL;
    if (bits && c->s->phase == RS_SK_LISTENING) return RS_EINVAL;
    if (b[ADD_KEY_LEN] > RS_MD5_KEY_BYTES || !flags_ok(b, b[ADD_FLAGS], ADD_IFINDEX)) return RS_EINVAL;
    int err = read_peer(c, b, b[ADD_PREFIX], k);
    if (err) return err;
    if (!fits_connection(c, k)) return RS_EINVAL;
    k->skips_options = b[ADD_FLAGS] & FLAG_SKIP_OPTIONS;
    k->len = b[ADD_KEY_LEN];
    memcpy(k->key, b + ADD_KEY, k->len);
    return read_algorithm(b, k);
}

/* Other keys have codes of another length. */
static void resize(rs_call *c)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (t) rs_tcb_set_mss(&c->env, t);
}

/* --- Current_key and RNext_key */

/* Of the tuples that have this number the one for this peer, else the newest. */
static const rs_peer_key *current_named(const rs_call *c, int id, const rs_addr *peer)
{
    const rs_peer_key *best = NULL;
    uint32_t i = 0;
    for (const rs_peer_key *k; (k = rs_keyring_next(c->env.blocks, *ring_of(c), &i));)
        if (k->send_id == id && !(best && rs_addr_eq(&best->peer, peer))) best = k;
    return best;
}

static const rs_peer_key *rnext_named(const rs_call *c, int id, const rs_addr *peer)
{
    const rs_peer_key *best = NULL;
    uint32_t i = 0;
    for (const rs_peer_key *k; (k = rs_keyring_next(c->env.blocks, *ring_of(c), &i));)
        if (k->recv_id == id && !(best && rs_addr_eq(&best->peer, peer))) best = k;
    return best;
}

static bool is_current(const rs_call *c, const rs_peer_key *k)
{
    const rs_ao_state *a = rs_keyring_state(c->env.blocks, *ring_of(c));
    return k == current_named(c, a->current, &a->current_peer);
}

static bool is_rnext(const rs_call *c, const rs_peer_key *k)
{
    const rs_ao_state *a = rs_keyring_state(c->env.blocks, *ring_of(c));
    return k == rnext_named(c, a->rnext, &a->rnext_peer);
}

/* What a call sets, if its bits say so. */
typedef struct choice {
    uint32_t bits;
    uint8_t current, rnext;
    rs_addr current_peer, rnext_peer;
} choice;

/* Are there keys with these numbers? The newest ones, whose peers it notes; nothing is set yet. */
static int choose(const rs_call *c, choice *ch)
{
    static const rs_addr nobody;
    const rs_peer_key *current = current_named(c, ch->current, &nobody), *rnext = rnext_named(c, ch->rnext, &nobody);
    if (((ch->bits & SET_CURRENT) && !current) || ((ch->bits & SET_RNEXT) && !rnext)) return RS_ENOENT;
    if (current) ch->current_peer = current->peer;
    if (rnext) ch->rnext_peer = rnext->peer;
    return 0;
}

static void apply(rs_call *c, const choice *ch)
{
    rs_ao_state *a = rs_keyring_state(c->env.blocks, *ring_of(c));
    if (ch->bits & SET_CURRENT) a->current = ch->current, a->current_peer = ch->current_peer;
    if (ch->bits & SET_RNEXT) a->rnext = ch->rnext, a->rnext_peer = ch->rnext_peer;
}

/* --- the options */

int rs_opt_set_AO_ADD_KEY(rs_call *c, rs_opt_value in)
{
    rs_peer_key k = {.kind = RS_KEY_AO};
    const uint8_t *b = in.val;
    int err = may_begin(c);
    if (!err && in.len < ADD_BYTES) err = RS_EINVAL;
    if (!err) err = read_tuple(c, b, &k);
    if (!err) err = rs_keyring_add(c->env.blocks, ring_of(c), &k);
    rs_wipe(k.key, sizeof k.key);
    if (err) return err;
    apply(c, &(choice){word(b + ADD_BITS), k.send_id, k.recv_id, k.peer, k.peer});
    resize(c);
    return 0;
}

static bool same_tuple(const rs_peer_key *a, const rs_peer_key *b)
{
    bool numbers = a->send_id == b->send_id && a->recv_id == b->recv_id;
    return numbers && a->prefix == b->prefix && rs_addr_eq(&a->peer, &b->peer);
}

static const rs_peer_key *find_same(const rs_call *c, const rs_peer_key *wanted)
{
    uint32_t i = 0;
    const rs_peer_key *k;
    do k = rs_keyring_next(c->env.blocks, *ring_of(c), &i);
    while (k && !same_tuple(k, wanted));
    return k;
}

/* Is there such a tuple, and may it go? The one that is chosen with this very call is not looked for (Linux). */
static int may_delete(const rs_call *c, const rs_peer_key *wanted, const choice *ch)
{
    const rs_peer_key *k = find_same(c, wanted);
    bool to_current = ch->bits & SET_CURRENT, to_rnext = ch->bits & SET_RNEXT;
    if (!k || (to_current && k == current_named(c, ch->current, &ch->current_peer))) return RS_ENOENT;
    if (to_rnext && k == rnext_named(c, ch->rnext, &ch->rnext_peer)) return RS_ENOENT;
    return (!to_current && is_current(c, k)) || (!to_rnext && is_rnext(c, k)) ? RS_EBUSY : 0;
}

static int read_deletion(const rs_call *c, rs_opt_value in, rs_peer_key *k)
{
    const uint8_t *b = in.val;
    if (in.len < DEL_BYTES || !zero(b + DEL_RESERVED, 2) || !flags_ok(b, b[DEL_FLAGS], DEL_IFINDEX)) return RS_EINVAL;
    uint32_t bits = word(b + DEL_BITS);
    if (bits & ~(uint32_t)(SET_CURRENT | SET_RNEXT | DEL_ASYNC)) return RS_EINVAL;
    bool listens = c->s->phase == RS_SK_LISTENING;
    if (bits & (listens ? SET_CURRENT | SET_RNEXT : DEL_ASYNC)) return RS_EINVAL;
    *k = (rs_peer_key){.kind = RS_KEY_AO, .send_id = b[DEL_SEND_ID], .recv_id = b[DEL_RECV_ID]};
    return read_peer(c, b, b[DEL_PREFIX], k);
}

int rs_opt_set_AO_DEL_KEY(rs_call *c, rs_opt_value in)
{
    rs_peer_key k;
    const uint8_t *b = in.val;
    int err = may_begin(c);
    if (!err) err = read_deletion(c, in, &k);
    if (err) return err;
    choice ch = {.bits = word(b + DEL_BITS), .current = b[DEL_CURRENT], .rnext = b[DEL_RNEXT]};
    err = choose(c, &ch);
    if (!err) err = may_delete(c, &k, &ch);
    if (!err) err = rs_keyring_remove(c->env.blocks, ring_of(c), &k);
    if (err) return err;
    apply(c, &ch);
    resize(c);
    return 0;
}

static void read_counters(rs_ao_state *a, const uint8_t *b)
{
    uint64_t *counters[] = {&a->good, &a->bad, &a->not_found, &a->missing, &a->icmps};
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        memcpy(counters[i], b + INFO_COUNTERS + 8 * i, sizeof(uint64_t));
}

int rs_opt_set_AO_INFO(rs_call *c, rs_opt_value in)
{
    const uint8_t *b = in.val;
    int err = may_begin(c);
    if (err) return err;
    if (in.len < INFO_BYTES || !zero(b + INFO_RESERVED, 2)) return RS_EINVAL;
    uint32_t bits = word(b + INFO_BITS);
    if (bits & ~(uint32_t)(SET_CURRENT | SET_RNEXT | REQUIRED | SET_COUNTERS | ACCEPT_ICMPS)) return RS_EINVAL;
    if ((bits & (SET_CURRENT | SET_RNEXT)) && c->s->phase == RS_SK_LISTENING) return RS_EINVAL;
    if ((bits & REQUIRED) && rs_keyring_has_md5(c->env.blocks, *ring_of(c), NULL)) return RS_EKEYREJECTED;
    choice ch = {.bits = bits, .current = b[INFO_CURRENT], .rnext = b[INFO_RNEXT]};
    err = choose(c, &ch);
    if (err) return err;
    rs_ao_state *a = rs_keyring_settings(c->env.blocks, ring_of(c));
    if (!a) return RS_ENOMEM;
    apply(c, &ch);
    a->required = bits & REQUIRED;
    a->accept_icmps = bits & ACCEPT_ICMPS;
    if (bits & SET_COUNTERS) read_counters(a, b);
    resize(c);
    return 0;
}

int rs_opt_get_AO_INFO(rs_call *c, rs_opt_bytes out)
{
    uint8_t b[INFO_BYTES] = {0};
    const rs_ao_state *a = rs_keyring_state(c->env.blocks, *ring_of(c));
    if (!a) return RS_ENOENT;
    if (a->current != RS_ANY_ID) b[INFO_BITS] |= SET_CURRENT, b[INFO_CURRENT] = (uint8_t)a->current;
    if (a->rnext != RS_ANY_ID) b[INFO_BITS] |= SET_RNEXT, b[INFO_RNEXT] = (uint8_t)a->rnext;
    if (a->required) b[INFO_BITS] |= REQUIRED;
    if (a->accept_icmps) b[INFO_BITS] |= ACCEPT_ICMPS;
    const uint64_t counters[] = {a->good, a->bad, a->not_found, a->missing, a->icmps};
    memcpy(b + INFO_COUNTERS, counters, sizeof counters);
    return rs_opt_put(out, b, sizeof b);
}

static void show_peer(const rs_call *c, const rs_peer_key *k, uint8_t *b)
{
    uint16_t family = c->s->v6 ? FAMILY_INET6 : FAMILY_INET;
    bool mapped = c->s->v6 && k->peer.family == RS_IPV4;
    rs_addr shown = mapped ? rs_addr_map(k->peer) : k->peer;
    memcpy(b, &family, sizeof family);
    memcpy(b + (c->s->v6 ? ADDR6_AT : ADDR4_AT), shown.bytes, c->s->v6 ? 16 : 4);
    b[GET_PREFIX] = (uint8_t)(k->prefix + (mapped ? 96 : 0));
}

static void show_tuple(const rs_call *c, const rs_peer_key *k, uint8_t b[GET_BYTES])
{
    const char *name = rs_mac_name((rs_mac_kind)k->mac);
    memset(b, 0, GET_BYTES);
    show_peer(c, k, b);
    memcpy(b + GET_ALG, name, strlen(name));
    memcpy(b + GET_KEY, k->key, k->len);
    if (is_current(c, k)) b[GET_BITS] |= IS_CURRENT;
    if (is_rnext(c, k)) b[GET_BITS] |= IS_RNEXT;
    b[GET_SEND_ID] = k->send_id;
    b[GET_RECV_ID] = k->recv_id;
    b[GET_MAC_LEN] = k->mac_len;
    b[GET_FLAGS] = k->skips_options ? FLAG_SKIP_OPTIONS : 0;
    b[GET_KEY_LEN] = k->len;
    memcpy(b + GET_GOOD, &k->good, sizeof k->good);
    memcpy(b + GET_GOOD + 8, &k->bad, sizeof k->bad);
}

/* The first element says which tuples: all, the ones in use, or the one with these numbers. */
static bool is_asked_for(const uint8_t *ask, const uint8_t *shown)
{
    if (ask[GET_BITS] & GET_ALL) return true;
    if (ask[GET_BITS]) return ask[GET_BITS] & shown[GET_BITS] & (IS_CURRENT | IS_RNEXT);
    return ask[GET_SEND_ID] == shown[GET_SEND_ID] && ask[GET_RECV_ID] == shown[GET_RECV_ID];
}

/* The count in the first element tells how many there is room for, and then are. The length is that of the whole room:
 * in Linux it is that of one element, and the count is trusted. */
int rs_opt_get_AO_GET_KEYS(rs_call *c, rs_opt_bytes out)
{
    uint8_t ask[GET_BYTES], shown[GET_BYTES], *to = out.val;
    uint32_t found = 0, i = 0, room;
    if (!to) return RS_EFAULT;
    if (*out.len < GET_BYTES) return RS_EINVAL;
    if (!rs_keyring_state(c->env.blocks, *ring_of(c))) return RS_ENOENT;
    memcpy(ask, to, sizeof ask);
    memcpy(&room, ask + GET_COUNT, sizeof room);
    if (ask[GET_BITS] & ~(IS_CURRENT | IS_RNEXT | GET_ALL) || ask[GET_BITS + 1]) return RS_EINVAL;
    if ((ask[GET_BITS] & GET_ALL) && ask[GET_BITS] != GET_ALL) return RS_EINVAL;
    if (room > *out.len / GET_BYTES) room = *out.len / GET_BYTES;
    if (!room) return RS_EINVAL;
    for (const rs_peer_key *k; (k = rs_keyring_next(c->env.blocks, *ring_of(c), &i));) {
        show_tuple(c, k, shown);
        if (!is_asked_for(ask, shown)) continue;
        if (found < room) memcpy(to + (size_t)found * GET_BYTES, shown, GET_BYTES);
        found++;
    }
    if (found) memcpy(to + GET_COUNT, &found, sizeof found);
    *out.len = GET_BYTES;
    return found ? 0 : RS_ENOENT;
}

int rs_opt_set_AO_GET_KEYS(rs_call *c, rs_opt_value in)
{
    (void)c, (void)in;
    return RS_ENOPROTOOPT;
}

int rs_opt_get_AO_ADD_KEY(rs_call *c, rs_opt_bytes out)
{
    (void)c, (void)out;
    return RS_ENOPROTOOPT;
}

int rs_opt_get_AO_DEL_KEY(rs_call *c, rs_opt_bytes out)
{
    return rs_opt_get_AO_ADD_KEY(c, out);
}
