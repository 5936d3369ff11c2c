#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../packet/addr.h"
#include "../target/marshal.h"

static cf_call_in to(const char *text, int family)
{
    cf_call_in in = {.has_addr = true, .port = 8080, .addr_family = family};
    CHECK(cf_addr_parse(text, &in.addr));
    return in;
}

TEST(an_address_goes_and_comes_back)
{
    static const struct {
        const char *text;
        int family;
    } rows[] = {{"192.0.2.1", AF_INET}, {"192.0.2.1", AF_INET6}, {"fd3d::7", AF_INET6}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct sockaddr_storage a;
        cf_call_out out = {0};
        cf_call_in in = to(rows[i].text, rows[i].family);
        CHECK_EQ(cf_marshal_addr(&in, &a),
                 rows[i].family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
        CHECK_EQ(a.ss_family, rows[i].family);
        cf_marshal_give_addr(&out, &a);
        CHECK(out.has_addr && cf_addr_same(&out.addr, &in.addr));
        CHECK_EQ(out.port, 8080);
    }
}

TEST(no_address_dissolves)
{
    struct sockaddr_storage a;
    cf_call_in in = {.addr_family = AF_UNSPEC};
    CHECK_EQ(cf_marshal_addr(&in, &a), sizeof(struct sockaddr_in));
    CHECK_EQ(a.ss_family, AF_UNSPEC);
}

TEST(a_message_that_is_sent_has_its_own_bytes_and_its_ancillary_data)
{
    uint8_t bytes[5] = "abcd", mark = 9;
    uint32_t lens[] = {1, 3};
    cf_cmsg c = {SOL_SOCKET, SO_MARK, 1, &mark};
    cf_call_in in = {.buf = bytes, .len = 4, .iov_len = lens, .iovs = 2, .cmsg = &c, .cmsgs = 1};
    cf_message m;
    cf_message_to_send(&m, &in);
    CHECK_EQ(m.header.msg_iovlen, 2);
    CHECK(m.header.msg_iov[1].iov_base != bytes + 1);
    CHECK_EQ(memcmp(m.header.msg_iov[1].iov_base, "bcd", 3), 0);
    struct cmsghdr *h = CMSG_FIRSTHDR(&m.header);
    CHECK(h && h->cmsg_type == SO_MARK && *CMSG_DATA(h) == 9);
    cf_message_sent(&m, true);
}

TEST(a_message_that_came_gives_flags_and_ancillary_data_only_when_it_came)
{
    _Alignas(struct cmsghdr) uint8_t room[CF_CMSG_ROOM] = {0};
    uint32_t lens[] = {4};
    uint8_t bytes[4];
    cf_call_in in = {.buf = bytes, .len = 4, .iov_len = lens, .iovs = 1, .control = room};
    for (int64_t result = -1; result <= 4; result += 5) {
        cf_message m;
        cf_call_out out = {0};
        cf_message_to_receive(&m, &in);
        CHECK_EQ(m.header.msg_controllen, CF_CMSG_ROOM);
        m.header.msg_flags = MSG_TRUNC;
        m.header.msg_controllen = CMSG_SPACE(1);
        struct cmsghdr *h = CMSG_FIRSTHDR(&m.header);
        *h = (struct cmsghdr){.cmsg_level = SOL_TCP, .cmsg_type = 36, .cmsg_len = CMSG_LEN(1)};
        cf_message_received(&m, result, &out);
        CHECK_EQ(out.msg_flags, MSG_TRUNC);
        CHECK_EQ(out.cmsgs, result < 0 ? 0 : 1);
        if (out.cmsgs) CHECK_EQ(out.cmsg[0].len, 1);
    }
}
