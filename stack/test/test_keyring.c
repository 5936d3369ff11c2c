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
