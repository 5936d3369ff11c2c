#define CHECK_MAIN
#include "check.h"

#include "../base/siphash.h"

/* The published vectors: key 00..0f, message 00 01 02 ... of the given length. */
static const struct {
    size_t len;
    uint64_t hash;
} known[] = {
    {0, 0x726fdb47dd0e0e31u}, {1, 0x74f839c593dc67fdu}, {2, 0x0d6c8009d9a94f5au},  {3, 0x85676696d7fb7e2du},
    {4, 0xcf2794e0277187b7u}, {5, 0x18765564cd99a68du}, {6, 0xcbc9466e58fee3ceu},  {7, 0xab0200f58b01d137u},
    {8, 0x93f5f5799a932462u}, {9, 0x9e0082df0ba9e4b0u}, {15, 0xa129ca6149be45e5u}, {63, 0x958a324ceb064572u},
};

static void fill(uint8_t *b, size_t n)
{
    for (size_t i = 0; i < n; i++) b[i] = (uint8_t)i;
}

TEST(the_published_vectors_come_out)
{
    uint8_t key[16], msg[64];
    fill(key, sizeof key);
    fill(msg, sizeof msg);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        CHECK(rs_siphash(key, msg, known[i].len) == known[i].hash);
}

TEST(every_byte_of_key_and_message_matters)
{
    uint8_t key[16], msg[37];
    fill(key, sizeof key);
    fill(msg, sizeof msg);
    uint64_t base = rs_siphash(key, msg, sizeof msg);
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] ^= 0x80;
        CHECK(rs_siphash(key, msg, sizeof msg) != base);
        key[i] ^= 0x80;
    }
    for (size_t i = 0; i < sizeof msg; i++) {
        msg[i] ^= 1;
        CHECK(rs_siphash(key, msg, sizeof msg) != base);
        msg[i] ^= 1;
    }
    CHECK(rs_siphash(key, msg, sizeof msg) == base);
}

TEST(the_place_of_the_message_in_memory_does_not_matter)
{
    uint8_t key[16], buf[64 + 8];
    fill(key, sizeof key);
    for (size_t shift = 0; shift < 8; shift++) {
        fill(buf + shift, 15);
        CHECK(rs_siphash(key, buf + shift, 15) == 0xa129ca6149be45e5u);
    }
}
