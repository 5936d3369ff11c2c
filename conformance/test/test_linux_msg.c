#include <poll.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static int udp[2]; /* two datagram sockets on the loopback, the second receives */
static struct sockaddr_in {
    unsigned short family, port;
    uint8_t addr[4];
    char pad[8];
} here;

static void set_up(void)
{
    socklen_t len = sizeof here;
    here = (struct sockaddr_in){.family = AF_INET, .addr = {127, 0, 0, 1}};
    for (int i = 0; i < 2; i++) udp[i] = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQ(bind(udp[1], (struct sockaddr *)&here, sizeof here), 0);
    CHECK_EQ(getsockname(udp[1], (struct sockaddr *)&here, &len), 0);
}

static void tear_down(void)
{
    close(udp[0]);
    close(udp[1]);
}

static cf_call_in sending(uint8_t *buf, const uint32_t *pieces, uint32_t n)
{
    uint16_t port = (uint16_t)(here.port << 8 | here.port >> 8);
    cf_call_in in = {.id = CF_CALL_sendmsg, .fd = udp[0], .buf = buf, .iov_len = pieces, .iovs = n, .has_addr = true};
    in.addr_family = CF_AF_INET;
    in.port = port;
    cf_addr_parse("127.0.0.1", &in.addr);
    return in;
}

TEST(pieces_arrive_and_the_type_of_service_given_as_ancillary_data_too)
{
    static const uint32_t pieces[] = {1, 2};
    uint8_t text[3] = "xyz", got[8], control[CF_CMSG_ROOM];
    int on = 1, tos = 0x10;
    set_up();
    CHECK_EQ(setsockopt(udp[1], 0, 13 /* IP_RECVTOS */, &on, sizeof on), 0);
    cf_cmsg c = {0, 1 /* IP_TOS */, sizeof tos, (const uint8_t *)&tos};
    cf_call_in in = sending(text, pieces, 2);
    cf_call_out out = {0};
    in.cmsg = &c;
    in.cmsgs = 1;
    cf_linux_do(&in, &out);
    CHECK_EQ(out.result, 3);
    static const uint32_t one[] = {8};
    in = (cf_call_in){.id = CF_CALL_recvmsg, .fd = udp[1], .buf = got, .iov_len = one, .iovs = 1, .control = control};
    out = (cf_call_out){0};
    cf_linux_do(&in, &out);
    CHECK_EQ(out.result, 3);
    CHECK(memcmp(got, "xyz", 3) == 0);
    CHECK_EQ(out.cmsgs, 1);
    CHECK_EQ(out.cmsg[0].type, 1);
    CHECK_EQ(out.cmsg[0].data[0], 0x10);
    tear_down();
}

TEST(stamps_come_on_the_targets_clock)
{
    static const uint32_t one[] = {1};
    uint8_t text[1] = "x", got[8], control[CF_CMSG_ROOM];
    int which = 1 << 3 | 1 << 4; /* software, receiving */
    set_up();
    CHECK_EQ(setsockopt(udp[1], SOL_SOCKET, SO_TIMESTAMPING, &which, sizeof which), 0);
    cf_call_in in;
    cf_call_out out = {0};
    int64_t before = 0, after = 0, stamp[2];
    /* The kernel switches stamping on in the background: the first datagrams after the option may go without. */
    for (int tries = 0; tries < 1000 && out.cmsgs == 0; tries++) {
        if (tries) poll(NULL, 0, 1);
        before = cf_linux_now(NULL);
        in = sending(text, one, 1);
        out = (cf_call_out){0};
        cf_linux_do(&in, &out);
        in = (cf_call_in){
            .id = CF_CALL_recvmsg, .fd = udp[1], .buf = got, .iov_len = one, .iovs = 1, .control = control};
        out = (cf_call_out){0};
        cf_linux_do(&in, &out);
        after = cf_linux_now(NULL);
    }
    CHECK_EQ(out.cmsgs, 1);
    CHECK_EQ(out.cmsg[0].len, 48);
    memcpy(stamp, out.cmsg[0].data, sizeof stamp);
    int64_t us = stamp[0] * 1000000 + stamp[1] / 1000;
    CHECK(us >= before - 1000 && us <= after + 1000);
    tear_down();
}

TEST(what_fails_gives_nothing_back)
{
    static const uint32_t one[] = {1};
    uint8_t got[8], control[CF_CMSG_ROOM];
    set_up();
    cf_call_in in = {.id = CF_CALL_recvmsg, .fd = udp[1], .buf = got, .iov_len = one, .iovs = 1, .control = control};
    in.num[0] = MSG_DONTWAIT;
    cf_call_out out = {0};
    cf_linux_do(&in, &out);
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EAGAIN);
    CHECK_EQ(out.cmsgs, 0);
    tear_down();
}
