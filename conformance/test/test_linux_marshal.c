#define _GNU_SOURCE /* memfd_create */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static cf_call_out made(cf_call_in in)
{
    cf_call_out out = {0};
    cf_linux_do(&in, &out);
    return out;
}

static int listener(uint16_t *port)
{
    cf_call_in in = {.id = CF_CALL_socket, .num = {CF_AF_INET, SOCK_STREAM, 6}};
    int fd = (int)made(in).result;
    CHECK(fd >= 0);
    in = (cf_call_in){.id = CF_CALL_bind, .fd = fd, .has_addr = true, .addr_family = CF_AF_INET};
    cf_addr_parse("127.0.0.1", &in.addr);
    CHECK_EQ(made(in).result, 0);
    CHECK_EQ(made((cf_call_in){.id = CF_CALL_listen, .fd = fd, .num = {5}}).result, 0);
    struct sockaddr_storage a;
    socklen_t len = sizeof a;
    CHECK_EQ(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    memcpy(port, (char *)&a + 2, 2);
    *port = (uint16_t)(*port << 8 | *port >> 8);
    return fd;
}

/* An IPv6 socket that is told an IPv4 address talks IPv4; accept tells it in the shape of the script. */
TEST(a_connection_by_mapped_addresses)
{
    uint16_t port;
    int l = listener(&port);
    int c = (int)made((cf_call_in){.id = CF_CALL_socket, .num = {CF_AF_INET6, SOCK_STREAM, 6}}).result;
    CHECK(c >= 0);
    cf_call_in in = {.id = CF_CALL_connect, .fd = c, .has_addr = true, .addr_family = CF_AF_INET6, .port = port};
    cf_addr_parse("127.0.0.1", &in.addr);
    CHECK_EQ(made(in).result, 0);
    cf_call_out out = made((cf_call_in){.id = CF_CALL_accept, .fd = l});
    CHECK(out.result >= 0);
    CHECK(out.has_addr);
    CHECK(cf_addr_same(&out.addr, &in.addr));
    close((int)out.result);
    close(c);
    close(l);
}

TEST(errors_come_with_their_number_and_results_without)
{
    cf_call_out out = made((cf_call_in){.id = CF_CALL_close, .fd = -1});
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EBADF);
    out = made((cf_call_in){.id = CF_CALL_pipe});
    CHECK_EQ(out.result, 0);
    CHECK_EQ(out.err, 0);
    CHECK_EQ(made((cf_call_in){.id = CF_CALL_close, .fd = (int)out.out_num[0]}).result, 0);
    CHECK_EQ(made((cf_call_in){.id = CF_CALL_close, .fd = (int)out.out_num[1]}).result, 0);
}

TEST(poll_and_epoll_tell_what_is_ready)
{
    cf_call_out p = made((cf_call_in){.id = CF_CALL_pipe});
    cf_pollfd_arg fds[2] = {{(int)p.out_num[0], POLLIN, 0}, {(int)p.out_num[1], POLLOUT, 0}};
    CHECK_EQ(made((cf_call_in){.id = CF_CALL_poll, .poll = fds, .polls = 2, .num = {0}}).result, 1);
    CHECK_EQ(fds[0].revents, 0);
    CHECK_EQ(fds[1].revents, POLLOUT);
    int e = (int)made((cf_call_in){.id = CF_CALL_epoll_create, .num = {1}}).result;
    cf_call_in add = {.id = CF_CALL_epoll_ctl, .fd = e, .fd2 = (int)p.out_num[0], .num = {EPOLL_CTL_ADD, EPOLLIN, 4}};
    CHECK_EQ(made(add).result, 0);
    cf_call_in wait = {.id = CF_CALL_epoll_wait, .fd = e, .num = {1, 0}};
    cf_call_out none = made(wait);
    CHECK_EQ(none.result, 0);
    CHECK_EQ(none.out_num[0], 0);
    CHECK_EQ(none.out_num[1], 0);
    CHECK_EQ(write((int)p.out_num[1], "x", 1), 1);
    cf_call_out one = made(wait);
    CHECK_EQ(one.result, 1);
    CHECK_EQ(one.out_num[0], EPOLLIN);
    CHECK_EQ(one.out_num[1], 4);
    close(e);
    close((int)p.out_num[0]);
    close((int)p.out_num[1]);
}

TEST(vectors_are_pieces_of_one_buffer)
{
    static const uint32_t pieces[] = {2, 3};
    uint8_t out[5] = "abcde", in[5];
    cf_call_out p = made((cf_call_in){.id = CF_CALL_pipe});
    cf_call_in w = {.id = CF_CALL_writev, .fd = (int)p.out_num[1], .buf = out, .iov_len = pieces, .iovs = 2};
    CHECK_EQ(made(w).result, 5);
    cf_call_in r = {.id = CF_CALL_readv, .fd = (int)p.out_num[0], .buf = in, .iov_len = pieces, .iovs = 2};
    CHECK_EQ(made(r).result, 5);
    CHECK(memcmp(in, out, 5) == 0);
    close((int)p.out_num[0]);
    close((int)p.out_num[1]);
}

TEST(sendfile_starts_where_the_script_says)
{
    char got[8];
    cf_call_out p = made((cf_call_in){.id = CF_CALL_pipe});
    int file = memfd_create("file", MFD_CLOEXEC);
    CHECK_EQ(write(file, "0123456789", 10), 10);
    cf_call_in in = {
        .id = CF_CALL_sendfile, .fd = (int)p.out_num[1], .fd2 = file, .has_off = {true}, .off = {4}, .len = 3};
    CHECK_EQ(made(in).result, 3);
    CHECK_EQ(read((int)p.out_num[0], got, sizeof got), 3);
    CHECK(memcmp(got, "456", 3) == 0);
    close(file);
    close((int)p.out_num[0]);
    close((int)p.out_num[1]);
}

TEST(an_option_tells_its_length_also_when_it_fails)
{
    uint8_t value[8] = {0};
    uint16_t port;
    int l = listener(&port);
    cf_call_in in = {.id = CF_CALL_getsockopt, .fd = l, .num = {SOL_SOCKET, SO_TYPE}, .buf = value, .len = 8};
    cf_call_out out = made(in);
    CHECK_EQ(out.result, 0);
    CHECK_EQ(out.out_len, 4);
    in.num[1] = 9999;
    out = made(in);
    CHECK_EQ(out.err, ENOPROTOOPT);
    CHECK_EQ(out.out_len, 8);
    close(l);
}

TEST(a_capability_can_be_put_down_but_an_unknown_set_cannot)
{
    cf_call_in in = {.id = CF_CALL_cap_set, .num = {0, 21, 0}};
    CHECK_EQ(made(in).result, 0);
    in.num[0] = 3;
    CHECK_EQ(made(in).err, EINVAL);
}

TEST(a_call_the_kernel_target_does_not_make_is_named)
{
    CHECK_STR(made((cf_call_in){.name = "psp_rx_assoc", .id = CF_CALL_psp_rx_assoc}).unsupported, "psp_rx_assoc");
}

TEST(an_ioctl_without_room_for_its_answer_is_the_kernels_to_refuse)
{
    int fd = (int)made((cf_call_in){.id = CF_CALL_socket, .num = {CF_AF_INET, SOCK_STREAM, 6}}).result;
    CHECK(fd >= 0);
    cf_call_out out = made((cf_call_in){.id = CF_CALL_ioctl, .fd = fd, .num = {0x541b}, .buf_null = true});
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EFAULT);
    CHECK_EQ(made((cf_call_in){.id = CF_CALL_ioctl, .fd = fd, .num = {0x541b}}).result, 0);
    close(fd);
}
