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
    CHECK_EQ(memcmp(a.key[10], last, sizeof last), 0);
    CHECK_EQ(a.sbox[0x53], 0xed);
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
