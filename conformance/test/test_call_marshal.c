#define CHECK_MAIN
#include "../run/call_marshal.h"

#include "../../stack/test/check.h"

static cf_script script;
static cf_settings set;
static cf_marshal m;

/* Script descriptors 3 and 4 are live 30 and 40. */
static bool two_fds(void *ctx, int64_t script_fd, int *live)
{
    (void)ctx;
    *live = (int)script_fd * 10;
    return script_fd == 3 || script_fd == 4;
}

/* The call in "0 call(...) = 0". */
static bool marshal_in(cf_ip_mode mode, const char *call)
{
    char text[600];
    cf_diags d = {0};
    cf_parse_env env = {.mode = mode, .mode_forced = true};
    cf_marshal_env menv = {&set, two_fds, NULL};
    cf_marshal_free(&m);
    cf_script_free(&script);
    snprintf(text, sizeof text, "0 %s = 0\n", call);
    bool parsed = cf_script_parse_text(&script, "t.pkt", text, strlen(text), &env, &d);
    if (parsed) cf_script_resolve(&script, true, &d);
    cf_diags_free(&d);
    if (!parsed) CHECK_FAIL("does not parse: %s", call);
    cf_settings_defaults(&set, mode);
    return cf_marshal_call(&m, &script.event[0].call, &menv);
}

static const cf_call_in *marshal(const char *call)
{
    if (!marshal_in(CF_MODE_IPV4, call)) CHECK_FAIL("%s: %s", call, m.why);
    return &m.in;
}

static void refuses(const char *call, const char *why)
{
    CHECK(!marshal_in(CF_MODE_IPV4, call));
    CHECK_STR(m.why, why);
}

TEST(the_domain_follows_the_mode_unless_it_is_written)
{
    CHECK_EQ(marshal("socket(..., SOCK_STREAM, IPPROTO_TCP)")->num[0], CF_AF_INET);
    CHECK_EQ(m.in.num[1], 1);
    CHECK_EQ(m.in.num[2], 6);
    CHECK(marshal_in(CF_MODE_MAPPED, "socket(..., SOCK_STREAM, IPPROTO_TCP)"));
    CHECK_EQ(m.in.num[0], CF_AF_INET6);
    CHECK_EQ(marshal("socket(AF_INET6, SOCK_STREAM, 0)")->num[0], CF_AF_INET6);
}

TEST(addresses_come_from_the_configuration)
{
    CHECK_EQ(marshal("bind(3, ..., ...)")->port, 8080);
    CHECK(m.in.has_addr && m.in.addr.b[0] == 192 && m.in.addr.b[1] == 168);
    CHECK_EQ(m.in.fd, 30);
    CHECK_EQ(m.script_fd, 3);
    marshal("connect(3, ..., ...)");
    CHECK(m.in.has_addr && m.in.addr.b[0] == 192 && m.in.addr.b[1] == 0);
    CHECK_EQ(m.in.addr_family, CF_AF_INET);
    CHECK(!marshal("connect(3, AF_UNSPEC, ...)")->has_addr);
    CHECK_EQ(m.in.addr_family, CF_AF_UNSPEC);
    CHECK(!marshal("accept(3, ..., ...)")->has_addr);
    CHECK(!marshal("recvfrom(4, ..., 10, 0, ..., ...)")->has_addr);
    CHECK(marshal("sendto(4, ..., 10, 0, ..., ...)")->has_addr);
}

TEST(buffers_are_zeros_of_the_written_length_or_null)
{
    CHECK_EQ(marshal("write(4, ..., 1000)")->len, 1000);
    CHECK(m.in.buf && !m.in.buf_null && m.in.buf[999] == 0);
    CHECK(marshal("write(4, NULL, 1000)")->buf_null);
    CHECK_EQ(m.in.len, 1000);
    CHECK_EQ(marshal("send(4, ..., 10, MSG_OOB|MSG_NOSIGNAL)")->num[0], 0x4001);
    CHECK_EQ(m.in.len, 10);
}

TEST(vectors_and_message_headers_are_one_buffer_with_lengths)
{
    marshal("writev(4, [{..., 10}, {..., 20}], 2)");
    CHECK_EQ(m.in.iovs, 2);
    CHECK_EQ(m.in.iov_len[1], 20);
    CHECK_EQ(m.in.len, 30);
    marshal("sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_flags=0}, MSG_DONTWAIT)");
    CHECK_EQ(m.in.len, 5);
    CHECK_EQ(m.in.num[0], 0x40);
    CHECK(m.in.has_addr);
    refuses("writev(4, [{..., 10}], 2)", "the list has 1 items, not 2");
    refuses("sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_flags=MSG_EOR}, 0)",
            "sendmsg ignores msg_flags in msghdr so set to 0");
}

TEST(option_values_have_their_bytes_and_the_length_that_is_written)
{
    static const uint8_t one[] = {1, 0, 0, 0}, linger[] = {1, 0, 0, 0, 5, 0, 0, 0};
    marshal("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4)");
    CHECK_EQ(m.in.len, 4);
    CHECK(memcmp(m.in.buf, one, 4) == 0);
    CHECK_STR(m.in.str, "SO_REUSEADDR");
    marshal("setsockopt(3, SOL_SOCKET, SO_LINGER, {onoff=1, linger=5}, 8)");
    CHECK(memcmp(m.in.buf, linger, 8) == 0);
    CHECK_EQ(marshal("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 1)")->len, 1);
    CHECK_EQ(marshal("setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 100)")->len, 100);
    CHECK_EQ(m.in.buf[99], 0);
    marshal("setsockopt(3, SOL_TCP, TCP_CONGESTION, \"re\\x6eo\", 4)");
    CHECK(memcmp(m.in.buf, "reno", 4) == 0);
    CHECK(marshal("setsockopt(3, SOL_TCP, TCP_NODELAY, NULL, 4)")->buf_null);
    CHECK_EQ(marshal("getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4])")->len, 4);
}

TEST(poll_lists_have_live_descriptors)
{
    marshal("poll([{fd=3, events=POLLIN}, {fd=4, events=POLLOUT, revents=POLLOUT}], 2, 100)");
    CHECK_EQ(m.in.polls, 2);
    CHECK_EQ(m.in.poll[1].fd, 40);
    CHECK_EQ(m.in.poll[1].events, 4);
    CHECK_EQ(m.in.num[0], 100);
    refuses("poll([{fd=3, events=POLLIN}], 2, 0)", "the list has 1 items, not 2");
}

TEST(wrong_arguments_are_told)
{
    refuses("read(9, ..., 10)", "unknown script fd: 9");
    refuses("read(4, ..., 99999999999)", "value out of 32-bit range: 99999999999");
    refuses("read(4, ..., -1)", "a buffer of -1 bytes is too big");
    refuses("read(4, 7, 10)", "expected '...' or NULL");
    refuses("setsockopt(3, SOL_TCP, TCP_CONGESTION, \"a\\q\", 4)", "unknown escape '\\q'");
}

TEST(what_no_target_can_be_given_is_named)
{
    marshal("recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 5}], msg_flags=0, "
            "msg_control=[{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=1}]}, 0)");
    CHECK_STR(m.unsupported, "ancillary data (msg_control)");
    CHECK(m.needs == CF_CAP(ERRQUEUE));
    cf_marshal_free(&m);
    cf_script_free(&script);
}

TEST(an_epoll_event_names_the_descriptor_that_it_is_for)
{
    CHECK_EQ(marshal("epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4})")->num[2], 4);
    CHECK_EQ(marshal("epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=EPOLLIN, u32=77})")->num[2], 77);
    refuses("epoll_ctl(3, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=3})", "wrong fd specified in epoll_event");
}
