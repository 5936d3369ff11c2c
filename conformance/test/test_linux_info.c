#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static const char *names[CF_INFO_MAX];
static int64_t values[CF_INFO_MAX];

static int64_t value_of(int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0) return values[i];
    CHECK_FAIL("%s is not offered", name);
}

TEST(a_fresh_socket_is_closed_and_offers_every_name_once)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    int n = cf_linux_info(NULL, fd, names, values, CF_INFO_MAX);
    close(fd);
    CHECK(n > 70 && n < CF_INFO_MAX);
    CHECK_EQ(value_of(n, "state"), 7);
    CHECK_EQ(value_of(n, "ca_state"), 0);
    CHECK_EQ(value_of(n, "bytes_sent"), 0);
    CHECK(value_of(n, "SK_MEMINFO_RCVBUF") > 0);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++) CHECK(strcmp(names[i], names[k]) != 0);
}

TEST(a_listening_socket_tells_its_state)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQ(listen(fd, 1), 0);
    int n = cf_linux_info(NULL, fd, names, values, CF_INFO_MAX);
    close(fd);
    CHECK_EQ(value_of(n, "state"), 10);
}

TEST(what_is_no_tcp_socket_has_no_info)
{
    CHECK_EQ(cf_linux_info(NULL, 0, names, values, CF_INFO_MAX), -1);
    CHECK_EQ(cf_linux_info(NULL, -1, names, values, CF_INFO_MAX), -1);
}
