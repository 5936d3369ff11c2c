#define CHECK_MAIN
#include "../run/settings.h"

#include "../../stack/test/check.h"
#include "../packet/addr.h"

static cf_settings with(cf_ip_mode mode, const char *option)
{
    char why[200];
    cf_settings s;
    cf_settings_defaults(&s, mode);
    if (!cf_settings_apply_text(&s, option, why, sizeof why)) CHECK_FAIL("%s", why);
    return s;
}

static const char *local_text(const cf_settings *s)
{
    static char text[64];
    cf_addr_text(&s->local, text, sizeof text);
    return text;
}

static void refused(const char *option, const char *words)
{
    char why[200] = "";
    cf_settings s;
    cf_settings_defaults(&s, CF_MODE_IPV4);
    CHECK(!cf_settings_apply_text(&s, option, why, sizeof why));
    CHECK_STR(why, words);
}

TEST(the_defaults_are_those_of_the_suite_runners)
{
    cf_settings s;
    cf_settings_defaults(&s, CF_MODE_IPV4);
    CHECK_STR(local_text(&s), "192.168.0.1");
    CHECK_EQ(s.bind_port, 8080);
    CHECK_EQ(s.connect_port, 8080);
    CHECK_EQ(s.tolerance_us, 4000);
    CHECK_EQ(s.mtu, 1500);
    CHECK(s.tolerance_percent > 12.4 && s.tolerance_percent < 12.6);
    cf_settings_defaults(&s, CF_MODE_IPV6);
    CHECK_STR(local_text(&s), "fd3d:a0b:17d6::1");
}

TEST(options_set_their_fields)
{
    CHECK_EQ(with(CF_MODE_IPV4, "tolerance_usecs=20000").tolerance_us, 20000);
    CHECK_EQ(with(CF_MODE_IPV4, "mtu=1520").mtu, 1520);
    CHECK_EQ(with(CF_MODE_IPV4, "bind_port=80").bind_port, 80);
    CHECK_EQ(with(CF_MODE_IPV4, "tcp_ts_tick_usecs=1000").ts_tick_us, 1000);
    CHECK(with(CF_MODE_IPV4, "strict_segments").strict_segments);
    CHECK(with(CF_MODE_IPV4, "non_fatal=packet").non_fatal_packet);
    CHECK_EQ(with(CF_MODE_IPV4, "mss=1000").gso_mss, 1000);
    CHECK_EQ(with(CF_MODE_IPV4, "netmask_ip=255.255.255.0").local_prefix, 24);
    cf_settings s = with(CF_MODE_IPV4, "local_ip=10.1.2.3/8");
    CHECK_STR(local_text(&s), "10.1.2.3");
    CHECK_EQ(s.local_prefix, 8);
}

TEST(an_address_of_the_other_family_is_for_another_mode)
{
    cf_settings s = with(CF_MODE_IPV6, "local_ip=10.1.2.3");
    CHECK_STR(local_text(&s), "fd3d:a0b:17d6::1");
}

TEST(an_option_concerns_the_modes_of_its_family)
{
    CHECK(cf_settings_concerns("local_ip=10.1.2.3/8", CF_MODE_IPV4));
    CHECK(cf_settings_concerns("remote_ip=10.1.2.3", CF_MODE_MAPPED));
    CHECK(!cf_settings_concerns("gateway_ip=10.1.2.3", CF_MODE_IPV6));
    CHECK(cf_settings_concerns("local_ip=fd00::1/48", CF_MODE_IPV6));
    CHECK(!cf_settings_concerns("remote_ip=fd00::1", CF_MODE_MAPPED));
    CHECK(!cf_settings_concerns("netmask_ip=255.0.0.0", CF_MODE_IPV6));
    CHECK(cf_settings_concerns("mtu=1400", CF_MODE_IPV6));
    CHECK(cf_settings_concerns("send_omit_free", CF_MODE_IPV4));
}

TEST(a_host_cannot_be_its_own_peer)
{
    char why[200];
    cf_settings s = with(CF_MODE_IPV4, "remote_ip=192.168.0.1");
    CHECK(!cf_settings_check(&s, why, sizeof why));
    CHECK_STR(why, "--remote_ip and --local_ip are both 192.168.0.1; the peer must be another host");
    s = with(CF_MODE_IPV6, "remote_ip=fd3d:a0b:17d6::1");
    CHECK(!cf_settings_check(&s, why, sizeof why));
    s = with(CF_MODE_MAPPED, "remote_ip=192.168.0.2");
    CHECK(cf_settings_check(&s, why, sizeof why));
}

TEST(options_without_meaning_here_are_accepted)
{
    with(CF_MODE_IPV4, "send_omit_free");
    with(CF_MODE_IPV4, "speed=1000");
    with(CF_MODE_IPV4, "wire_server_port=8081");
}

TEST(what_goes_beyond_packetdrill_is_off_unless_it_is_asked_for)
{
    CHECK(!with(CF_MODE_IPV4, "strict_segments").by_ports && with(CF_MODE_IPV4, "by_ports").by_ports);
    CHECK(!with(CF_MODE_IPV4, "by_ports").numbered_text && with(CF_MODE_IPV4, "numbered_text").numbered_text);
    CHECK(!with(CF_MODE_IPV4, "by_ports").ts_ecr_checked);
    CHECK(with(CF_MODE_IPV4, "tcp_ts_ecr_checked").ts_ecr_checked);
    CHECK_EQ(with(CF_MODE_IPV4, "by_ports").memory_blocks, 0);
    CHECK_EQ(with(CF_MODE_IPV4, "memory_blocks=192").memory_blocks, 192);
    CHECK_EQ(with(CF_MODE_IPV4, "memory_records=256").memory_records, 256);
}

TEST(wrong_options_are_refused_in_packetdrills_words)
{
    refused("frobnicate=1", "option 'frobnicate' unknown");
    refused("mtu", "option 'mtu' requires an argument");
    refused("strict_segments=1", "option 'strict_segments' forbids an argument");
}

TEST(keys_that_are_none_are_refused_when_options_are_read)
{
    const char *hint = "keys are KEYID:ALGORITHM:SECRET, with a comma between two, as in 61:hmac(sha1):secret";
    const char *const bad[] = {"", "61", "256:hmac(sha1):k", "61:hmac(md5):k", "61:hmac(sha1):k,x"};
    char option[80], why[300], wanted[300];
    CHECK_STR(with(CF_MODE_IPV4, "tcp_ao_keys=61:hmac(sha1):k,84*:cmac(aes128):x").ao_keys,
              "61:hmac(sha1):k,84*:cmac(aes128):x");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cf_settings s;
        cf_settings_defaults(&s, CF_MODE_IPV4);
        snprintf(option, sizeof option, "tcp_ao_keys=%s", bad[i]);
        snprintf(wanted, sizeof wanted, "bad --tcp_ao_keys: %s; %s", bad[i], hint);
        CHECK(!cf_settings_apply_text(&s, option, why, sizeof why));
        CHECK_STR(why, wanted);
    }
}
