#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static struct ifreq ask_device(unsigned long what)
{
    struct ifreq r = {0};
    snprintf(r.ifr_name, sizeof r.ifr_name, "%s", CF_LINUX_DEVICE);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK(fd >= 0);
    int got = ioctl(fd, what, &r);
    close(fd);
    CHECK_EQ(got, 0);
    return r;
}

/* Does the kernel know a way to the remote address, and from which of its own? */
static bool reaches(const char *remote, const char *from)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(9)}, own = {0};
    socklen_t len = sizeof own;
    inet_pton(AF_INET, remote, &a.sin_addr);
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    bool ok = connect(fd, (struct sockaddr *)&a, sizeof a) == 0 && getsockname(fd, (struct sockaddr *)&own, &len) == 0;
    close(fd);
    char text[INET_ADDRSTRLEN];
    return ok && strcmp(inet_ntop(AF_INET, &own.sin_addr, text, sizeof text), from) == 0;
}

TEST(the_device_is_up_with_the_mtu_that_was_asked_for)
{
    cf_open o = live_options();
    o.mtu = 1280;
    cf_target *t = live_open_with(&o);
    CHECK(ask_device(SIOCGIFFLAGS).ifr_flags & IFF_UP);
    CHECK_EQ(ask_device(SIOCGIFMTU).ifr_mtu, 1280);
    cf_target_linux.close(t);
}

TEST(the_remote_network_is_reached_from_the_local_address)
{
    cf_target *t = live_open();
    CHECK(reaches("192.0.2.1", "192.168.0.1"));
    CHECK(reaches("192.0.2.77", "192.168.0.1"));
    CHECK(!reaches("10.0.0.1", "192.168.0.1"));
    cf_target_linux.close(t);
}

TEST(ipv6_addresses_are_there_at_once)
{
    struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_port = htons(8080)};
    cf_open o = {.mode = CF_MODE_IPV6, .local_prefix = 48, .remote_prefix = 32, .mtu = 1520};
    cf_addr_parse("fd3d:a0b:17d6::1", &o.local);
    cf_addr_parse("fd3d:a0b:17d6:8888::1", &o.gateway);
    cf_addr_parse("fd3d:fa7b:d17d::1", &o.remote);
    cf_target *t = live_open_with(&o);
    memcpy(&a.sin6_addr, o.local.b, 16);
    int fd = socket(AF_INET6, SOCK_STREAM, 0);
    CHECK_EQ(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    close(fd);
    cf_target_linux.close(t);
}

TEST(an_address_that_the_kernel_refuses_is_told)
{
    char why[300];
    cf_open o = live_options();
    cf_addr_parse("224.0.0.1", &o.remote);
    o.remote_prefix = 33;
    cf_target_linux.close(live_open());
    CHECK(cf_target_linux.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "the route to the remote address is not taken: ") != NULL);
}
