#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../run/ao_keys.h"

TEST(a_key_is_found_by_its_number)
{
    static const char text[] = "61:hmac(sha1):secret,84*:cmac(aes128):a:b,0:hmac(sha256):";
    cf_ao_key k;
    CHECK(cf_ao_keys_wrong(text) == NULL);
    CHECK(cf_ao_keys_find(text, 61, &k));
    CHECK(k.mac == RS_HMAC_SHA1 && k.secret_len == 6 && !k.skips_options);
    CHECK(cf_ao_keys_find(text, 84, &k));
    CHECK(k.mac == RS_CMAC_AES128 && k.secret_len == 3 && k.skips_options);
    CHECK(cf_ao_keys_find(text, 0, &k));
    CHECK_EQ(k.secret_len, 0);
    CHECK(!cf_ao_keys_find(text, 1, &k));
    CHECK(!cf_ao_keys_find(NULL, 61, &k));
}

TEST(what_is_no_list_of_keys_is_told)
{
    static const char *const bad[] = {"",
                                      "61",
                                      ":hmac(sha1):x",
                                      "256:hmac(sha1):x",
                                      "61:md5:x",
                                      "61:hmac(sha1)",
                                      "61x:hmac(sha1):x",
                                      "1:hmac(sha1):x,,",
                                      "-1:hmac(sha1):x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) CHECK(cf_ao_keys_wrong(bad[i]) != NULL);
}
