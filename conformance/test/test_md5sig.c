#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../packet/md5sig.h"
#include "hex.h"

static const char *digest(const char *packet, const char *secret)
{
    static uint8_t bytes[200];
    uint8_t out[CF_MD5_BYTES];
    cf_packet p;
    cf_packet_decode(&p, bytes, from_hex(packet, bytes, sizeof bytes));
    return cf_md5_digest(&p, secret, out) ? to_hex(out, sizeof out) : "none";
}

/* The expected digests are those of another MD5 over the bytes that RFC 2385 2.0 lists. */
TEST(the_digest_leaves_out_options_and_the_checksum)
{
    CHECK_STR(digest(HEX_SYN4, "secret"), "0fa0b608726aefbe79141ec063c4c07f");
    CHECK_STR(digest(HEX_DATA6, "secret"), "86ad85fb000daaccd774bfb747d8f1fc");
    CHECK(strcmp(digest(HEX_SYN4, "other"), "0fa0b608726aefbe79141ec063c4c07f") != 0);
}

TEST(what_is_no_tcp_cannot_be_signed)
{
    CHECK_STR(digest(HEX_UDP4, "secret"), "none");
    CHECK_STR(digest("45", "secret"), "none");
}
