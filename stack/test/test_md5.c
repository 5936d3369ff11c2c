/* The MD5 digest (base/md5.h): the test suite of RFC 1321 A.5. */
#define CHECK_MAIN
#include "check.h"

#include "../base/md5.h"

static const char *hex(const char *text, size_t step)
{
    static char out[33];
    uint8_t digest[RS_MD5_BYTES];
    rs_md5 m;
    size_t len = strlen(text);
    rs_md5_init(&m);
    for (size_t at = 0; at < len; at += step) rs_md5_add(&m, text + at, len - at < step ? len - at : step);
    rs_md5_finish(&m, digest);
    for (int i = 0; i < RS_MD5_BYTES; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return out;
}

TEST(digests_of_the_test_suite)
{
    CHECK_STR(hex("", 1), "d41d8cd98f00b204e9800998ecf8427e");
    CHECK_STR(hex("a", 1), "0cc175b9c0f1b6a831c399e269772661");
    CHECK_STR(hex("abc", 3), "900150983cd24fb0d6963f7d28e17f72");
    CHECK_STR(hex("message digest", 14), "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK_STR(hex("abcdefghijklmnopqrstuvwxyz", 26), "c3fcd3d76192e4007dfb496cca67e13b");
    CHECK_STR(hex("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 62),
              "d174ab98d277d9f5a5611c2c9f419d9f");
}

TEST(pieces_make_the_same_digest_as_the_whole)
{
    static const char text[] = "12345678901234567890123456789012345678901234567890123456789012345678901234567890";
    for (size_t step = 1; step <= sizeof text; step++) CHECK_STR(hex(text, step), "57edf4a22be3c955ac49da2e2107b67a");
}

TEST(every_length_around_a_block_is_padded)
{
    static const char *const digests[] = {
        "ef1772b6dff9a122358552954ad0df65", /* 55 */
        "3b0c8ac703f828b04c6c197006d17218", /* 56 */
        "b06521f39153d618550606be297466d5", /* 63 */
        "014842d480b571495a4a0363793f7367", /* 64 */
        "c743a45e0d2e6a95cb859adae0248435"  /* 65 */
    };
    static const size_t lengths[] = {55, 56, 63, 64, 65};
    char text[66];
    for (unsigned i = 0; i < 5; i++) {
        memset(text, 'a', lengths[i]);
        text[lengths[i]] = '\0';
        CHECK_STR(hex(text, 7), digests[i]);
    }
}
