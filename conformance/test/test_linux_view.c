/* The sockets of this machine's namespace, as /proc tells them. */
#define CHECK_MAIN
#include "../target/linux.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../stack/test/check.h"

static int listener(uint16_t *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&a, len) || listen(fd, 3) || getsockname(fd, (struct sockaddr *)&a, &len))
        CHECK_SKIP("no sockets of the kernel here");
    *port = ntohs(a.sin_port);
    return fd;
}

static bool find(uint16_t port, cf_socket_view *out)
{
    uint32_t iter = 0;
    while (cf_linux_socket_view(NULL, &iter, out))
        if (out->local_port == port) return true;
    return false;
}

TEST(a_listener_of_the_kernel_is_found_once)
{
    uint16_t port;
    cf_socket_view v;
    int fd = listener(&port);
    CHECK(find(port, &v));
    CHECK_STR(v.state, "LISTEN");
    CHECK_EQ(v.local.family, 4);
    CHECK_EQ(v.local.b[0], 127);
    CHECK_EQ(v.remote_port, 0);
    close(fd);
    CHECK(!find(port, &v));
}
