/* Known answers of FIPS 180-4. */
#define CHECK_MAIN
#include "check.h"

#include "../base/sha.h"

static const char *hex(rs_sha_kind kind, const char *text, size_t times)
{
    static char out[2 * RS_SHA256_BYTES + 1];
    uint8_t digest[RS_SHA256_BYTES];
    rs_sha s;
    rs_sha_init(&s, kind);
    for (size_t i = 0; i < times; i++) rs_sha_add(&s, text, strlen(text));
    size_t len = rs_sha_finish(&s, digest);
    for (size_t i = 0; i < len; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return out;
}

static const char long_text[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

TEST(sha_1_gives_the_known_answers)
{
    CHECK_STR(hex(RS_SHA1, "", 1), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    CHECK_STR(hex(RS_SHA1, "abc", 1), "a9993e364706816aba3e25717850c26c9cd0d89d");
    CHECK_STR(hex(RS_SHA1, long_text, 1), "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
    CHECK_STR(hex(RS_SHA1, "aaaaaaaaaa", 100000), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

TEST(sha_256_gives_the_known_answers)
{
    CHECK_STR(hex(RS_SHA256, "", 1), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK_STR(hex(RS_SHA256, "abc", 1), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK_STR(hex(RS_SHA256, long_text, 1), "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK_STR(hex(RS_SHA256, "aaaaaaaaaa", 100000), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(pieces_of_any_size_give_the_same)
{
    for (size_t cut = 0; cut <= 130; cut++) {
        uint8_t text[130], whole[RS_SHA256_BYTES], parts[RS_SHA256_BYTES];
        rs_sha a, b;
        memset(text, 0x5a, sizeof text);
        rs_sha_init(&a, RS_SHA256);
        rs_sha_init(&b, RS_SHA256);
        rs_sha_add(&a, text, sizeof text);
        rs_sha_add(&b, text, cut);
        rs_sha_add(&b, text + cut, sizeof text - cut);
        rs_sha_finish(&a, whole);
        rs_sha_finish(&b, parts);
        CHECK_EQ(memcmp(whole, parts, sizeof whole), 0);
    }
}
