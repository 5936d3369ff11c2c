/* A TUN device as a source and a sink of packets. The device lives in a network namespace of the test's own. */
#define _GNU_SOURCE
#define CHECK_MAIN
#include "check.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../drive/tun_linux.h"

enum { IP_BYTES = 20, UDP_BYTES = 8, PORT = 4000 };

static int tun_up(void)
{
    struct ifreq r = {.ifr_name = "t0"};
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        CHECK_SKIP("no network namespace: %s", strerror(errno));
    int fd = rs_tun_open("t0");
    if (fd < 0) CHECK_SKIP("no TUN device: %s", strerror(errno));
    int s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x0a090001)};
    memcpy(&r.ifr_addr, &a, sizeof a);
    CHECK_EQ(ioctl(s, SIOCSIFADDR, &r), 0);
    a.sin_addr.s_addr = htonl(0xffffff00);
    memcpy(&r.ifr_netmask, &a, sizeof a);
    CHECK_EQ(ioctl(s, SIOCSIFNETMASK, &r), 0);
    r.ifr_flags = IFF_UP;
    CHECK_EQ(ioctl(s, SIOCSIFFLAGS, &r), 0);
    close(s);
    return fd;
}

TEST(a_name_that_no_device_can_have_is_invalid)
{
    CHECK_EQ(rs_tun_open(""), -1);
    CHECK_EQ(errno, EINVAL);
    CHECK_EQ(rs_tun_open("sixteen-letters-"), -1);
    CHECK_EQ(errno, EINVAL);
}

TEST(what_the_kernel_routes_to_the_device_is_read_as_one_packet)
{
    uint8_t buf[2000];
    int fd = tun_up(), s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(0x0a090002)};
    while (rs_tun_read(fd, buf, sizeof buf) > 0) continue; /* the kernel's own words to a new device */
    CHECK_EQ(sendto(s, "abc", 3, 0, (struct sockaddr *)&to, sizeof to), 3);
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t len = 0;
    do {
        CHECK_EQ(poll(&p, 1, 1000), 1);
        len = (int64_t)rs_tun_read(fd, buf, sizeof buf);
    } while (len > 0 && buf[0] != 0x45); /* it may have more to say, in IPv6, at any time */
    CHECK_EQ(len, IP_BYTES + UDP_BYTES + 3);
    CHECK_EQ(memcmp(buf + IP_BYTES + UDP_BYTES, "abc", 3), 0);
    close(s);
    close(fd);
}

TEST(what_is_written_reaches_the_kernel)
{
    /* UDP from 10.9.0.2 without a checksum, which IPv4 allows */
    uint8_t packet[] = {0x45,      0,
                        0,         IP_BYTES + UDP_BYTES + 1,
                        0,         0,
                        0,         0,
                        64,        17,
                        0x66,      0xb8,
                        10,        9,
                        0,         2,
                        10,        9,
                        0,         1,
                        PORT >> 8, PORT & 255,
                        PORT >> 8, PORT & 255,
                        0,         UDP_BYTES + 1,
                        0,         0,
                        'x'};
    char got = 0;
    int fd = tun_up(), s = socket(AF_INET, SOCK_DGRAM, 0);
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    CHECK_EQ(bind(s, (struct sockaddr *)&at, sizeof at), 0);
    uint32_t sum = 0;
    packet[10] = packet[11] = 0;
    for (int i = 0; i < IP_BYTES; i += 2) sum += (uint32_t)packet[i] << 8 | packet[i + 1];
    sum = ~((sum & 0xffff) + (sum >> 16));
    packet[10] = (uint8_t)(sum >> 8);
    packet[11] = (uint8_t)sum;
    CHECK(rs_tun_write(fd, (rs_bytes){packet, sizeof packet}));
    struct pollfd p = {.fd = s, .events = POLLIN};
    CHECK_EQ(poll(&p, 1, 1000), 1);
    CHECK_EQ(recv(s, &got, 1, 0), 1);
    CHECK_EQ(got, 'x');
    close(s);
    close(fd);
}

TEST(a_device_that_is_down_takes_nothing)
{
    uint8_t packet[IP_BYTES] = {0x45};
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        CHECK_SKIP("no network namespace: %s", strerror(errno));
    int fd = rs_tun_open("t1");
    if (fd < 0) CHECK_SKIP("no TUN device: %s", strerror(errno));
    CHECK(!rs_tun_write(fd, (rs_bytes){packet, sizeof packet}));
    close(fd);
}
