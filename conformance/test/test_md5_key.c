#define CHECK_MAIN
#include "../run/call_marshal.h"
#include "../run/md5_key.h"

#include "../../stack/test/check.h"

static cf_script script;
static cf_settings set;
static cf_marshal m;

static bool fd_of(void *ctx, int64_t script_fd, int *live)
{
    (void)ctx;
    *live = (int)script_fd;
    return true;
}

static bool marshal(cf_ip_mode mode, const char *value)
{
    char text[400];
    cf_diags d = {0};
    cf_parse_env env = {.mode = mode, .mode_forced = true};
    cf_marshal_env menv = {&set, fd_of, NULL};
    cf_marshal_free(&m);
    cf_script_free(&script);
    snprintf(text, sizeof text, "0 setsockopt(3, SOL_TCP, TCP_MD5SIG, %s, 216) = 0\n", value);
    bool parsed = cf_script_parse_text(&script, "t.pkt", text, strlen(text), &env, &d);
    if (parsed && !cf_script_resolve(&script, true, &d)) parsed = false;
    cf_diags_free(&d);
    if (!parsed) CHECK_FAIL("does not parse: %s", value);
    cf_settings_defaults(&set, mode);
    return cf_marshal_call(&m, &script.event[0].call, &menv);
}

static const uint8_t *built(cf_ip_mode mode, const char *value)
{
    if (!marshal(mode, value)) CHECK_FAIL("%s: %s", value, m.why);
    CHECK_EQ(m.in.len, 216);
    return m.in.buf;
}

static void refuses(const char *value, const char *why)
{
    CHECK(!marshal(CF_MODE_IPV4, value));
    CHECK_STR(m.why, why);
}

TEST(a_key_alone_is_for_the_peer_of_this_run)
{
    const uint8_t *b = built(CF_MODE_IPV4, "{tcpm_key=\"ab\\x00\"}");
    CHECK_EQ(b[0], CF_AF_INET);
    CHECK(memcmp(b + 4, set.remote.b, 4) == 0);
    CHECK_EQ(b[130], 3);
    CHECK(memcmp(b + 136, "ab\0", 3) == 0);
    b = built(CF_MODE_IPV6, "{tcpm_key=\"ab\"}");
    CHECK_EQ(b[0], CF_AF_INET6);
    CHECK(memcmp(b + 8, set.remote.b, 16) == 0);
    b = built(CF_MODE_MAPPED, "{tcpm_key=\"ab\"}");
    CHECK_EQ(b[18], 0xff);
    CHECK(memcmp(b + 20, set.remote.b, 4) == 0);
}

TEST(members_are_written_where_linux_has_them)
{
    const uint8_t *b = built(CF_MODE_IPV4, "{tcpm_addr=inet_addr(\"10.0.0.0\"), tcpm_flags=TCP_MD5SIG_FLAG_PREFIX, "
                                           "tcpm_prefixlen=8, tcpm_key=\"k\", tcpm_keylen=80, tcpm_ifindex=258}");
    CHECK_EQ(b[4], 10);
    CHECK_EQ(b[128], 1);
    CHECK_EQ(b[129], 8);
    CHECK_EQ(b[130], 80);
    CHECK_EQ(b[132], 2);
    CHECK_EQ(b[133], 1);
    b = built(CF_MODE_IPV4, "{tcpm_addr=..., tcpm_keylen=0}");
    CHECK(memcmp(b + 4, set.remote.b, 4) == 0);
}

TEST(what_cannot_be_is_refused_with_a_reason)
{
    refuses("{tcpm_key=5}", "expected a key in quotes");
    refuses("{tcpm_prefixlen=256}", "the number does not fit");
    refuses("{tcpm_addr=5}", "expected '...' or inet_addr(\"...\")");
    refuses("{tcpm_addr=inet6_addr(\"::1\")}", "an address of the other family");
    refuses("{tcpm_hat=1}", "members are tcpm_addr tcpm_flags tcpm_prefixlen tcpm_keylen tcpm_ifindex tcpm_key");
}
