/* Presets and settings by name. */
#define CHECK_MAIN
#include "../base/addr.h"
#include "../include/refstack/config.h"
#include "check.h"

static const char *get(const rs_config *cfg, const char *name)
{
    static char buf[100];
    CHECK_EQ(rs_config_get(cfg, name, buf, sizeof buf).code, 0);
    return buf;
}

TEST(presets_are_valid_and_known_by_name)
{
    static const char *const names[] = {"rfc", "linux"};
    for (int i = 0; i < 2; i++) {
        rs_config cfg;
        CHECK_EQ(rs_config_preset(&cfg, names[i]).code, 0);
        CHECK_STR(cfg.preset, names[i]);
        CHECK_SOUND(rs_config_check(&cfg));
    }
    rs_config cfg;
    CHECK_EQ(rs_config_preset(&cfg, "bsd").code, RS_ENOENT);
}

TEST(the_presets_have_the_numbers_of_their_authorities)
{
    rs_config l = rs_config_linux(), r = rs_config_rfc();
    CHECK_STR(get(&l, "net.ipv4.tcp_syn_retries"), "6");
    CHECK_STR(get(&l, "net.ipv4.tcp_syn_linear_timeouts"), "4");
    CHECK_STR(get(&l, "net.ipv4.tcp_rmem"), "4096\t131072\t33554432");
    CHECK_STR(get(&l, "net.ipv4.tcp_wmem"), "4096\t16384\t4194304");
    CHECK_STR(get(&l, "net.ipv4.ip_local_port_range"), "32768\t60999");
    CHECK_STR(get(&l, "net.ipv4.tcp_fin_timeout"), "60");
    CHECK_STR(get(&l, "net.ipv4.tcp_keepalive_time"), "7200");
    CHECK_STR(get(&l, "net.ipv4.tcp_rto_min_us"), "200000");
    CHECK_STR(get(&l, "net.ipv4.tcp_rto_max_ms"), "120000");
    CHECK_STR(get(&l, "net.ipv4.tcp_congestion_control"), "cubic");
    CHECK_STR(get(&r, "net.ipv4.tcp_congestion_control"), "reno");
    CHECK_STR(get(&l, "module.tcp_cubic.parameters.beta"), "717");
    CHECK_STR(get(&r, "net.ipv4.tcp_rto_min_us"), "1000000");
    CHECK_STR(get(&r, "refstack.msl2_us"), "240000000");
    CHECK_EQ(l.knobs.msl2.us, 60000000);
    CHECK(l.knobs.delack_min.us == 40000 && l.knobs.delack_max.us == 200000);
}

TEST(every_knob_can_be_read_and_written_back)
{
    rs_config cfg = rs_config_linux(), copy = cfg;
    const char *name;
    unsigned n = 0;
    for (; (name = rs_config_knob(n)); n++) {
        char value[100];
        CHECK_EQ(rs_config_get(&cfg, name, value, sizeof value).code, 0);
        CHECK(value[0]);
        CHECK_EQ(rs_config_set(&cfg, name, value).code, 0);
    }
    CHECK(n > 80);
    CHECK_EQ(memcmp(&cfg, &copy, sizeof cfg), 0);
}

TEST(the_rfc_preset_has_no_quirk_and_the_linux_preset_has_all)
{
    rs_config r = rs_config_rfc(), l = rs_config_linux();
    unsigned quirks = 0;
    for (unsigned i = 0; rs_config_knob(i); i++) {
        const char *name = rs_config_knob(i);
        if (strncmp(name, "quirk.", 6) != 0) continue;
        CHECK_STR(get(&r, name), "0");
        CHECK_STR(get(&l, name), "1");
        quirks++;
    }
    CHECK_EQ(quirks, sizeof(rs_quirks));
}

TEST(values_are_taken_as_sysctl_takes_them)
{
    rs_config cfg = rs_config_linux();
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_retries2", " 5 \n").code, 0);
    CHECK_EQ(cfg.knobs.retries2, 5);
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_rmem", "1000 2000\t3000").code, 0);
    CHECK_EQ(cfg.knobs.rmem[2], 3000);
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.ip_local_port_range", "1000 2000").code, 0);
    CHECK_EQ(cfg.knobs.port_last, 2000);
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_timestamps", "2").code, 0);
    CHECK(cfg.knobs.timestamps);
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_fin_timeout", "30").code, 0);
    CHECK_EQ(cfg.knobs.fin_timeout.us, 30000000);
    CHECK_EQ(rs_config_set(&cfg, "quirk.minshall_nagle", "0").code, 0);
    CHECK(!cfg.quirks.minshall_nagle);
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_congestion_control", "reno").code, 0);
}

TEST(bad_values_change_nothing)
{
    static const char *const bad[][2] = {
        {"net.ipv4.tcp_retries2", ""},
        {"net.ipv4.tcp_retries2", "x"},
        {"net.ipv4.tcp_retries2", "5x"},
        {"net.ipv4.tcp_retries2", "256"},
        {"net.ipv4.tcp_retries2", "-1"},
        {"net.ipv4.tcp_retries2", "5 6"},
        {"net.ipv4.tcp_rmem", "1 2"},
        {"net.ipv4.tcp_rmem", "1 2 3 4"},
        {"net.ipv4.tcp_rmem", "0 2 3"},
        {"net.ipv4.tcp_sack", "2"},
        {"quirk.minshall_nagle", "2"},
        {"net.ipv4.ip_local_port_range", "9 8"},
        {"net.ipv4.ip_local_port_range", "0 8"},
        {"net.ipv4.tcp_congestion_control", ""},
        {"net.ipv4.tcp_congestion_control", "reno cubic"},
        {"net.ipv4.tcp_congestion_control", "a_name_that_is_too_long"},
        {"net.ipv4.tcp_congestion_control", "renox"},
        {"net.ipv4.tcp_retries2", "99999999999999999999999"},
    };
    rs_config cfg = rs_config_linux(), copy = cfg;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        CHECK_EQ(rs_config_set(&cfg, bad[i][0], bad[i][1]).code, RS_EINVAL);
        CHECK_EQ(memcmp(&cfg, &copy, sizeof cfg), 0);
    }
    char buf[8];
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.nonsense", "1").code, RS_ENOENT);
    CHECK_EQ(rs_config_get(&cfg, "net.ipv4.nonsense", buf, sizeof buf).code, RS_ENOENT);
}

TEST(a_setting_of_which_nothing_follows_is_kept_and_says_why)
{
    rs_config cfg = rs_config_linux();
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_autocorking", "0").code, 0);
    CHECK_STR(get(&cfg, "net.ipv4.tcp_autocorking"), "0");
    CHECK_STR(get(&cfg, "net.ipv4.tcp_mem"), "287898\t383867\t575796");
    CHECK(strstr(rs_config_idle("net.ipv4.tcp_autocorking"), "device") != NULL);
    CHECK(rs_config_idle("net.ipv4.tcp_sack") == NULL);
    CHECK(rs_config_idle("net.ipv4.nonsense") == NULL);
}

#define INVALID(change)                                                                                                \
    do {                                                                                                               \
        rs_config cfg = rs_config_rfc();                                                                               \
        change;                                                                                                        \
        CHECK(rs_config_check(&cfg) != NULL);                                                                          \
    } while (0)

TEST(invalid_configurations_are_named)
{
    rs_addr v6 = {.bytes = {0x20, 1, [15] = 1}, .family = RS_IPV6}, group = rs_addr_v4(224, 0, 0, 1);
    INVALID(cfg.mtu = 67);
    INVALID(cfg.mtu = 65536);
    INVALID(cfg.limits.conns = 0);
    INVALID(cfg.limits.listeners = 0);
    INVALID(cfg.limits.sockets = 0);
    INVALID(cfg.limits.blocks = 0);
    INVALID(cfg.limits.records = 0);
    INVALID(cfg.limits.parked = 0);
    INVALID(cfg.limits.outbox_bytes = 8000);
    INVALID(cfg.knobs.port_first = 0);
    INVALID((cfg.knobs.port_first = 20, cfg.knobs.port_last = 10));
    INVALID(cfg.knobs.reordering = 0);
    INVALID(cfg.knobs.congestion_control[0] = 'x');
    INVALID(memset(cfg.knobs.congestion_control, 'r', sizeof cfg.knobs.congestion_control));
    INVALID(cfg.local[0] = ((rs_local){group, 24}));
    INVALID(cfg.local[0] = ((rs_local){rs_addr_v4(192, 0, 2, 1), 33}));
    INVALID((cfg.local[0] = (rs_local){v6, 64}, cfg.mtu = 1279));
    INVALID(cfg.local[0].addr.family = 9);
}

TEST(addresses_are_added_until_there_is_no_room)
{
    rs_config cfg = rs_config_rfc();
    for (uint8_t i = 0; i < RS_LOCAL_ADDRS_MAX; i++)
        CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(192, 0, 2, (uint8_t)(i + 1)), 24).code, 0);
    CHECK_EQ(rs_config_add_local(&cfg, rs_addr_v4(192, 0, 2, 99), 24).code, RS_ENOBUFS);
    CHECK_SOUND(rs_config_check(&cfg));
}

TEST(congestion_controls_are_listed_and_sets_of_them_kept)
{
    rs_config cfg = rs_config_linux();
    CHECK_STR(get(&cfg, "net.ipv4.tcp_available_congestion_control"), "reno cubic bbr dctcp");
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_available_congestion_control", "reno").code, RS_EINVAL);
    CHECK_STR(get(&cfg, "net.ipv4.tcp_allowed_congestion_control"), "reno cubic");
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_allowed_congestion_control", " bbr reno").code, 0);
    CHECK_STR(get(&cfg, "net.ipv4.tcp_allowed_congestion_control"), "reno bbr");
    CHECK_EQ(rs_config_set(&cfg, "net.ipv4.tcp_allowed_congestion_control", "reno vegas").code, RS_EINVAL);
}
