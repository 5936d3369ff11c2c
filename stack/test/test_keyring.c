/* Keys by peer (mech/keyring.h). */
#define CHECK_MAIN
#include "check.h"

#include "../base/addr.h"
#include "../mech/keyring.h"

static struct {
    rs_pool p;
    _Alignas(8) uint8_t slots[4][RS_BLOCK_SLOT_BYTES];
} pool;
#define BLOCKS (&pool.p)

static void begin(void)
{
    rs_pool_init(&pool.p, pool.slots, RS_BLOCK_SLOT_BYTES, 4);
}

static rs_peer_key key_of(rs_addr peer, uint8_t prefix, const char *text)
{
    rs_peer_key k = {.peer = peer, .prefix = prefix, .len = (uint8_t)strlen(text)};
    memcpy(k.key, text, strlen(text));
    return k;
}

static int set(uint32_t *ring, rs_addr peer, uint8_t prefix, const char *text)
{
    rs_peer_key k = key_of(peer, prefix, text);
    return rs_keyring_set(BLOCKS, ring, &k);
}

static const char *found(uint32_t ring, rs_addr peer)
{
    static char text[RS_MD5_KEY_BYTES + 1];
    rs_bytes k = rs_keyring_find(BLOCKS, ring, &peer);
    if (!k.data) return "none";
    memcpy(text, k.data, k.len);
    text[k.len] = '\0';
    return text;
}

TEST(who_has_no_keys_has_no_block)
{
    begin();
    CHECK_STR(found(0, rs_addr_v4(10, 0, 0, 1)), "none");
    CHECK_EQ(pool.p.live, 0);
    CHECK_SOUND(rs_keyring_broken(BLOCKS, 0));
}

TEST(the_longest_prefix_decides)
{
    uint32_t ring = 0;
    begin();
    CHECK_EQ(set(&ring, rs_addr_v4(10, 1, 0, 0), 15, "fifteen"), 0);
    CHECK_EQ(set(&ring, rs_addr_v4(10, 1, 2, 3), 32, "one"), 0);
    CHECK_EQ(set(&ring, rs_addr_v4(0, 0, 0, 0), 0, "all"), 0);
    CHECK_STR(found(ring, rs_addr_v4(10, 1, 2, 3)), "one");
    CHECK_STR(found(ring, rs_addr_v4(10, 0, 2, 3)), "fifteen");
    CHECK_STR(found(ring, rs_addr_v4(10, 2, 2, 3)), "all");
    CHECK_STR(found(ring, (rs_addr){.family = RS_IPV6}), "none");
    CHECK_SOUND(rs_keyring_broken(BLOCKS, ring));
}

TEST(a_key_is_replaced_and_taken_away)
{
    uint32_t ring = 0;
    rs_addr peer = rs_addr_v4(10, 0, 0, 1);
    begin();
    CHECK_EQ(set(&ring, peer, 32, ""), RS_ENOENT);
    CHECK_EQ(set(&ring, peer, 32, "old"), 0);
    CHECK_EQ(set(&ring, peer, 32, "new"), 0);
    CHECK_STR(found(ring, peer), "new");
    CHECK_EQ(set(&ring, peer, 24, ""), RS_ENOENT);
    CHECK_EQ(set(&ring, peer, 32, ""), 0);
    CHECK_EQ(ring, 0);
    CHECK_EQ(pool.p.live, 0);
}

TEST(who_changes_a_shared_ring_gets_one_of_its_own)
{
    uint32_t listener = 0, child;
    rs_addr peer = rs_addr_v4(10, 0, 0, 1);
    begin();
    set(&listener, peer, 32, "old");
    child = listener;
    rs_keyring_share(BLOCKS, child);
    CHECK_EQ(set(&listener, peer, 32, "new"), 0);
    CHECK(child != listener);
    CHECK_STR(found(child, peer), "old");
    CHECK_STR(found(listener, peer), "new");
    rs_keyring_release(BLOCKS, &child);
    CHECK_EQ(pool.p.live, 1);
    rs_keyring_release(BLOCKS, &listener);
    CHECK_EQ(pool.p.live, 0);
}

TEST(a_ring_is_full_at_last_and_memory_runs_out)
{
    uint32_t ring = 0, others[4] = {0};
    begin();
    for (unsigned i = 0; i < RS_KEYS_MAX; i++) CHECK_EQ(set(&ring, rs_addr_v4(10, 0, 0, (uint8_t)i), 32, "k"), 0);
    CHECK_EQ(set(&ring, rs_addr_v4(10, 0, 1, 0), 32, "k"), RS_ENOMEM);
    CHECK_EQ(set(&ring, rs_addr_v4(10, 0, 0, 7), 32, "again"), 0);
    for (int i = 0; i < 3; i++) CHECK_EQ(set(&others[i], rs_addr_v4(1, 1, 1, 1), 32, "k"), 0);
    CHECK_EQ(set(&others[3], rs_addr_v4(1, 1, 1, 1), 32, "k"), RS_ENOMEM);
    rs_keyring_share(BLOCKS, ring);
    uint32_t second = ring;
    CHECK_EQ(set(&second, rs_addr_v4(10, 0, 0, 7), 32, ""), RS_ENOMEM);
    CHECK_EQ(second, ring);
}

TEST(the_last_key_is_taken_away_without_memory)
{
    uint32_t ring = 0, fillers[4] = {0};
    rs_addr peer = rs_addr_v4(10, 0, 0, 1);
    begin();
    set(&ring, peer, 32, "k");
    for (int i = 0; i < 3; i++) CHECK_EQ(set(&fillers[i], peer, 32, "k"), 0);
    uint32_t second = ring;
    rs_keyring_share(BLOCKS, second);
    CHECK_EQ(set(&second, peer, 32, ""), 0);
    CHECK_EQ(second, 0);
    CHECK_STR(found(ring, peer), "k");
}

TEST(a_ring_that_nobody_holds_is_named)
{
    uint32_t ring = 0;
    begin();
    set(&ring, rs_addr_v4(10, 0, 0, 1), 32, "k");
    memset(pool.slots[ring - 1], 0, 4);
    CHECK_STR(rs_keyring_broken(BLOCKS, ring), "K1: a ring without keys, with too many, or that nobody holds");
}

/* --- master key tuples */

static rs_peer_key tuple_of(rs_addr peer, uint8_t prefix, uint8_t send_id, uint8_t recv_id)
{
    rs_peer_key k = key_of(peer, prefix, "k");
    k.kind = RS_KEY_AO;
    k.send_id = send_id;
    k.recv_id = recv_id;
    return k;
}

static int add(uint32_t *ring, rs_addr peer, uint8_t prefix, uint8_t send_id, uint8_t recv_id)
{
    rs_peer_key k = tuple_of(peer, prefix, send_id, recv_id);
    return rs_keyring_add(BLOCKS, ring, &k);
}

static int found_id(uint32_t ring, rs_addr peer, int send_id, int recv_id)
{
    const rs_peer_key *k = rs_keyring_ao(BLOCKS, ring, &(rs_ao_wanted){&peer, send_id, recv_id});
    return k ? k->send_id : RS_ANY_ID;
}

TEST(tuples_are_found_by_either_number_and_the_newest_by_none)
{
    uint32_t ring = 0;
    rs_addr a = rs_addr_v4(10, 0, 0, 1), b = rs_addr_v4(10, 0, 0, 2);
    begin();
    CHECK_EQ(add(&ring, a, 32, 1, 11), 0);
    CHECK_EQ(add(&ring, a, 32, 2, 12), 0);
    CHECK_EQ(add(&ring, b, 32, 1, 11), 0); /* another peer */
    CHECK_EQ(found_id(ring, a, RS_ANY_ID, 11), 1);
    CHECK_EQ(found_id(ring, a, 2, RS_ANY_ID), 2);
    CHECK_EQ(found_id(ring, a, RS_ANY_ID, RS_ANY_ID), 2);
    CHECK_EQ(found_id(ring, a, 2, 11), RS_ANY_ID);
    CHECK_EQ(found_id(ring, rs_addr_v4(10, 0, 0, 3), RS_ANY_ID, RS_ANY_ID), RS_ANY_ID);
    CHECK_SOUND(rs_keyring_broken(BLOCKS, ring));
}

TEST(no_two_tuples_for_one_peer_share_a_number)
{
    uint32_t ring = 0;
    begin();
    CHECK_EQ(add(&ring, rs_addr_v4(10, 0, 0, 0), 8, 1, 11), 0);
    CHECK_EQ(add(&ring, rs_addr_v4(10, 0, 0, 1), 32, 1, 12), RS_EEXIST);
    CHECK_EQ(add(&ring, rs_addr_v4(10, 0, 0, 1), 32, 2, 11), RS_EEXIST);
    CHECK_EQ(add(&ring, rs_addr_v4(0, 0, 0, 0), 0, 2, 11), RS_EEXIST);
    CHECK_EQ(add(&ring, rs_addr_v4(10, 0, 0, 1), 32, 2, 12), 0);
    CHECK_EQ(add(&ring, rs_addr_v4(11, 0, 0, 1), 32, 1, 11), 0);
}

TEST(a_peer_has_tuples_or_a_key_of_md5)
{
    uint32_t ring = 0;
    rs_addr a = rs_addr_v4(10, 0, 0, 1), b = rs_addr_v4(10, 0, 0, 2);
    begin();
    CHECK_EQ(set(&ring, a, 32, "md5"), 0);
    CHECK_EQ(add(&ring, a, 32, 1, 1), RS_EKEYREJECTED);
    CHECK_EQ(add(&ring, rs_addr_v4(10, 0, 0, 0), 8, 1, 1), RS_EKEYREJECTED);
    CHECK_EQ(add(&ring, b, 32, 1, 1), 0);
    CHECK_EQ(set(&ring, b, 32, "md5"), RS_EKEYREJECTED);
    CHECK(rs_keyring_has_md5(BLOCKS, ring, &a) && !rs_keyring_has_md5(BLOCKS, ring, &b));
    CHECK_STR(found(ring, b), "none");
}

TEST(a_connection_gets_a_ring_with_what_is_for_its_peer)
{
    uint32_t listener = 0, child;
    rs_addr a = rs_addr_v4(10, 0, 0, 1);
    begin();
    CHECK_EQ(add(&listener, a, 32, 1, 1), 0);
    CHECK_EQ(add(&listener, rs_addr_v4(11, 0, 0, 0), 8, 2, 2), 0);
    rs_keyring_ao(BLOCKS, listener, &(rs_ao_wanted){&a, 1, 1})->bad = 7;
    child = listener;
    rs_keyring_share(BLOCKS, child);
    CHECK(rs_keyring_narrow(BLOCKS, &child, &a));
    CHECK(child != listener);
    uint32_t i = 0;
    CHECK_EQ(rs_keyring_next(BLOCKS, child, &i)->bad, 0);
    CHECK(rs_keyring_next(BLOCKS, child, &i) == NULL);
    CHECK_EQ(found_id(listener, rs_addr_v4(11, 1, 1, 1), RS_ANY_ID, RS_ANY_ID), 2);
    rs_keyring_release(BLOCKS, &child);
    rs_keyring_release(BLOCKS, &listener);
    CHECK_EQ(pool.p.live, 0);
}

TEST(settings_outlive_the_last_tuple)
{
    uint32_t ring = 0;
    rs_addr a = rs_addr_v4(10, 0, 0, 1);
    begin();
    CHECK(rs_keyring_state(BLOCKS, ring) == NULL);
    CHECK_EQ(add(&ring, a, 32, 1, 1), 0);
    rs_peer_key k = tuple_of(a, 32, 1, 2);
    CHECK_EQ(rs_keyring_remove(BLOCKS, &ring, &k), RS_ENOENT);
    k.recv_id = 1;
    CHECK_EQ(rs_keyring_remove(BLOCKS, &ring, &k), 0);
    CHECK(rs_keyring_state(BLOCKS, ring) != NULL);
    CHECK_SOUND(rs_keyring_broken(BLOCKS, ring));
}

TEST(the_upper_half_of_a_number_counts_the_turns_of_its_stream)
{
    rs_sne s = {.at = {0xfffffff0}};
    CHECK_EQ(rs_sne_of(&s, rs_seq_of(0xffffffff)), 0);
    CHECK_EQ(rs_sne_of(&s, rs_seq_of(5)), 1); /* ahead, beyond the turn */
    rs_sne_follow(&s, rs_seq_of(10));
    CHECK_EQ(s.sne, 1);
    CHECK_EQ(rs_sne_of(&s, rs_seq_of(0xffffffff)), 0); /* an old one, before it */
    CHECK_EQ(rs_sne_of(&s, rs_seq_of(9)), 1);
    rs_sne_follow(&s, rs_seq_of(8)); /* never back */
    CHECK_EQ(s.at.raw, 10);
    for (uint32_t turn = 1; turn < 4; turn++)
        for (uint32_t at = 0; at < 4; at++) rs_sne_follow(&s, rs_seq_of(10 + 0x40000000 * (at + 1)));
    CHECK_EQ(s.sne, 4);
}

TEST(where_authentication_is_required_no_key_of_md5_is_taken)
{
    uint32_t ring = 0;
    rs_addr a = rs_addr_v4(10, 0, 0, 1), b = rs_addr_v4(10, 0, 0, 2);
    begin();
    CHECK_EQ(set(&ring, a, 32, "old"), 0);
    rs_keyring_settings(BLOCKS, &ring)->required = true;
    CHECK_EQ(set(&ring, b, 32, "md5"), RS_EKEYREJECTED);
    CHECK_EQ(set(&ring, a, 32, "new"), RS_EKEYREJECTED);
    CHECK_STR(found(ring, a), "old");
    CHECK_EQ(set(&ring, a, 32, ""), 0); /* to take one away is no harm */
    rs_keyring_settings(BLOCKS, &ring)->required = false;
    CHECK_EQ(set(&ring, b, 32, "md5"), 0);
}

static unsigned places_of(const char *secret)
{
    unsigned n = 0;
    size_t len = strlen(secret);
    const uint8_t *at = pool.slots[0];
    for (size_t i = 0; i + len <= sizeof pool.slots; i++) n += memcmp(at + i, secret, len) == 0;
    return n;
}

TEST(a_key_that_is_gone_is_nowhere_in_memory)
{
    uint32_t ring = 0, child;
    rs_addr a = rs_addr_v4(10, 0, 0, 1), b = rs_addr_v4(10, 0, 0, 2);
    memset(pool.slots, 0, sizeof pool.slots);
    begin();
    CHECK_EQ(set(&ring, a, 32, "first secret"), 0);
    CHECK_EQ(set(&ring, b, 32, "second secret"), 0);
    CHECK_EQ(places_of("second secret"), 1);
    CHECK_EQ(set(&ring, a, 32, ""), 0);
    CHECK_EQ(places_of("first secret"), 0);
    CHECK_EQ(places_of("second secret"), 1);
    CHECK_EQ(set(&ring, b, 32, ""), 0); /* the last one: the ring goes with it */
    CHECK_EQ(places_of("second secret"), 0);
    rs_peer_key one = tuple_of(a, 32, 1, 1), two = tuple_of(b, 32, 2, 2);
    memcpy(one.key, "of the one", one.len = 10);
    memcpy(two.key, "of another", two.len = 10);
    CHECK_EQ(rs_keyring_add(BLOCKS, &ring, &one), 0);
    CHECK_EQ(rs_keyring_add(BLOCKS, &ring, &two), 0);
    child = ring;
    rs_keyring_share(BLOCKS, child);
    CHECK(rs_keyring_narrow(BLOCKS, &child, &a)); /* has a copy, without what is for others */
    CHECK_EQ(places_of("of the one"), 2);
    CHECK_EQ(places_of("of another"), 1);
    rs_keyring_release(BLOCKS, &ring);
    CHECK_EQ(places_of("of the one"), 1);
    CHECK_EQ(places_of("of another"), 0);
    rs_keyring_release(BLOCKS, &child);
    CHECK_EQ(places_of("of the one"), 0);
}
