#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/bytes.h"

static void stream_7(uint64_t at, uint8_t *out, size_t len)
{
    fz_bytes(7, at, out, len);
}

TEST(many_bytes_are_the_same_as_one_by_one)
{
    uint8_t bytes[40];
    for (uint64_t at = UINT64_C(0xfffffff0); at <= UINT64_C(0x100000004); at++)
        for (size_t len = 0; len <= sizeof bytes; len++) {
            fz_bytes(7, at, bytes, len);
            for (size_t i = 0; i < len; i++) CHECK_EQ(bytes[i], fz_byte(7, at + i));
        }
}

/* A shift by any distance, or another stream, is seen within few bytes. */
TEST(a_stream_is_neither_shifted_nor_another)
{
    uint8_t bytes[64];
    fz_bytes(7, 1000, bytes, sizeof bytes);
    for (uint64_t shift = 1; shift < 100000; shift++) CHECK(fz_first_wrong(bytes, 64, 1000 + shift, stream_7) < 8);
    fz_bytes(8, 1000, bytes, sizeof bytes);
    CHECK(fz_first_wrong(bytes, 64, 1000, stream_7) < 8);
}

TEST(the_first_wrong_byte_is_found_wherever_it_is)
{
    static uint8_t bytes[5000];
    fz_bytes(7, 3, bytes, sizeof bytes);
    CHECK_EQ(fz_first_wrong(bytes, sizeof bytes, 3, stream_7), sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i += 7) {
        bytes[i] ^= 1;
        CHECK_EQ(fz_first_wrong(bytes, sizeof bytes, 3, stream_7), i);
        bytes[i] ^= 1;
    }
}
