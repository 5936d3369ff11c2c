/* The known answers of FIPS 197, appendices A.1, B and C.1. */
#define CHECK_MAIN
#include "check.h"

#include "../base/aes.h"

TEST(the_keys_of_the_rounds_are_those_of_the_standard)
{
    static const uint8_t key[] = {0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                  0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c};
    static const uint8_t last[] = {0xd0, 0x14, 0xf9, 0xa8, 0xc9, 0xee, 0x25, 0x89,
                                   0xe1, 0x3f, 0x0c, 0xc8, 0xb6, 0x63, 0x0c, 0xa6};
    rs_aes a;
    rs_aes_init(&a, key);
    for (unsigned i = 0; i < sizeof last; i++) CHECK_EQ(a.key[10][i / 4] >> 8 * (i % 4) & 0xff, last[i]);
}

static uint8_t twice(uint8_t v)
{
    return (uint8_t)(v << 1 ^ (v >> 7) * 0x1b);
}

/* In the field of 2^8 elements (FIPS 197 4.2). */
static uint8_t product(uint8_t a, uint8_t b)
{
    uint8_t sum = 0;
    for (; b; b >>= 1, a = twice(a)) sum ^= b & 1 ? a : 0;
    return sum;
}

TEST(each_element_of_the_table_is_the_mapped_inverse_of_its_byte_and_its_multiples)
{
    for (unsigned v = 0; v < 256; v++) {
        unsigned inverse = 0;
        while (v && product((uint8_t)v, (uint8_t)inverse) != 1) inverse++;
        uint8_t s = 0x63;
        for (unsigned turn = 0; turn < 5; turn++) s ^= (uint8_t)(inverse << turn | inverse >> (8 - turn));
        uint32_t three = twice(s) ^ s;
        CHECK_EQ(rs_aes_columns[v], twice(s) | (uint32_t)s << 8 | (uint32_t)s << 16 | three << 24);
    }
}

TEST(a_block_is_encrypted_as_the_standard_says)
{
    static const uint8_t out[] = {0x69, 0xc4, 0xe0, 0xd8, 0x6a, 0x7b, 0x04, 0x30,
                                  0xd8, 0xcd, 0xb7, 0x80, 0x70, 0xb4, 0xc5, 0x5a};
    uint8_t key[16], block[16];
    for (unsigned i = 0; i < 16; i++) {
        key[i] = (uint8_t)i;
        block[i] = (uint8_t)(0x11 * i);
    }
    rs_aes a;
    rs_aes_init(&a, key);
    rs_aes_encrypt(&a, block);
    CHECK_EQ(memcmp(block, out, sizeof out), 0);
}
