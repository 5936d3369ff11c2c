#define CHECK_MAIN
#include "../api/text.h"
#include "check.h"

TEST(words_and_numbers_follow_one_another)
{
    char buf[64];
    rs_text t = rs_text_of(buf, sizeof buf);
    rs_text_add(&t, "a ");
    rs_text_add_int(&t, -12);
    rs_text_add(&t, " ");
    rs_text_add_int(&t, INT64_MIN);
    rs_text_add(&t, " ");
    rs_text_add_hex(&t, 0xbeef);
    CHECK_STR(buf, "a -12 -9223372036854775808 beef");
    CHECK_EQ(t.len, strlen(buf));
}

TEST(what_does_not_fit_is_cut_off_and_counted)
{
    char buf[5];
    rs_text t = rs_text_of(buf, sizeof buf);
    rs_text_add(&t, "abcdefg");
    CHECK_STR(buf, "abcd");
    CHECK_EQ(t.len, 7);
    t = rs_text_of(NULL, 0);
    rs_text_add_int(&t, 1234);
    CHECK_EQ(t.len, 4);
}
