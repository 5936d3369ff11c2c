#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../script/symbols.h"

TEST(constants_have_the_numbers_of_linux)
{
    static const struct {
        const char *name;
        int64_t value;
    } known[] = {{"AF_INET", 2},
                 {"AF_INET6", 10},
                 {"SOCK_STREAM", 1},
                 {"SOCK_NONBLOCK", 2048},
                 {"IPPROTO_TCP", 6},
                 {"SOL_SOCKET", 1},
                 {"SO_REUSEADDR", 2},
                 {"SO_ZEROCOPY", 60},
                 {"SOL_TCP", 6},
                 {"TCP_NODELAY", 1},
                 {"TCP_INFO", 11},
                 {"TCP_FASTOPEN", 23},
                 {"TCP_CM_INQ", 36},
                 {"MSG_ZEROCOPY", 0x4000000},
                 {"MSG_FASTOPEN", 0x20000000},
                 {"O_NONBLOCK", 2048},
                 {"F_GETFL", 3},
                 {"EPOLLET", 1ll << 31},
                 {"EPOLLEXCLUSIVE", 1 << 28},
                 {"POLLRDHUP", 0x2000},
                 {"SIOCINQ", 0x541B},
                 {"NULL", 0},
                 {"IPV6_RECVERR", 25},
                 {"IP_RECVERR", 11},
                 {"SCM_TIMESTAMPING_OPT_STATS", 54},
                 {"SOF_TIMESTAMPING_OPT_TSONLY", 2048},
                 {"CAP_NET_ADMIN", 12},
                 {"TCP_NLA_DELIVERY_RATE", 7},
                 {"SPLICE_F_NONBLOCK", 2},
                 {"SHUT_RDWR", 2},
                 {"ECONNRESET", 104}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t v = -1;
        if (!cf_symbol(known[i].name, &v) || v != known[i].value)
            CHECK_FAIL("%s is %lld, expected %lld", known[i].name, (long long)v, (long long)known[i].value);
    }
}

TEST(there_are_about_five_hundred_and_no_name_twice)
{
    CHECK(cf_symbol_count > 400);
    for (size_t i = 0; i < cf_symbol_count; i++)
        for (size_t j = i + 1; j < cf_symbol_count; j++)
            if (strcmp(cf_symbols[i].name, cf_symbols[j].name) == 0)
                CHECK_FAIL("%s is listed twice", cf_symbols[i].name);
}

TEST(errno_names_numbers_and_texts_belong_together)
{
    CHECK_EQ(cf_errno_value("ECONNRESET"), 104);
    CHECK_EQ(cf_errno_value("EWOULDBLOCK"), 11);
    CHECK_EQ(cf_errno_value("SOL_TCP"), 0);
    CHECK_EQ(cf_errno_value("ENOTHING"), 0);
    CHECK_STR(cf_errno_name(11), "EAGAIN");
    CHECK_STR(cf_errno_name(110), "ETIMEDOUT");
    CHECK(cf_errno_name(0) == NULL);
    CHECK_STR(cf_errno_text(104), "Connection reset by peer");
    CHECK_STR(cf_errno_text(9999), "Unknown error");
}

TEST(a_misspelt_constant_finds_its_neighbour)
{
    CHECK_STR(cf_symbol_nearest("TCP_NODELY"), "TCP_NODELAY");
    CHECK_STR(cf_symbol_nearest("ECONRESET"), "ECONNRESET");
    CHECK(cf_symbol_nearest("completely_different") == NULL);
}
