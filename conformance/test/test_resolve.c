#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

static bool resolves(const char *text, bool lenient)
{
    if (!parse(text)) CHECK_FAIL("does not parse: %s", text);
    return cf_script_resolve(&script_at_hand, lenient, &script_diags);
}

static const cf_call *first(void)
{
    return &script_at_hand.event[0].call;
}

TEST(constants_become_numbers)
{
    CHECK(resolves("0 socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3", false));
    CHECK(first()->argv[1]->resolved);
    CHECK_EQ(first()->argv[1]->num, 2049);
    CHECK_EQ(first()->argv[2]->num, 6);
    CHECK(resolves("0 write(4, NULL, 10) = -1 EFAULT (Bad address)", false));
    CHECK_EQ(first()->errno_value, 14);
    CHECK(resolves("0 sendmsg(3, {msg_name(...)=..., msg_iov(1)=[{..., 1}], msg_flags=0, msg_control=[{cmsg_level=1, "
                   "cmsg_type=2, cmsg_data={TCP_NLA_BUSY=1, TCP_NLA_SND_CWND=2}}]}, 0) = 0",
                   false));
    const cf_expr *data = first()->argv[1]->kid[3]->kid[0]->kid[2];
    CHECK_EQ(data->kid[1]->num, 8);
    CHECK(data->kid[1]->resolved);
}

static void refused(const char *text, const char *words)
{
    if (resolves(text, false)) CHECK_FAIL("accepted: %s", text);
    CHECK_SAID(words);
}

TEST(what_a_run_would_refuse_is_refused_before_it)
{
    refused("0 close(NOTHING_LIKE_IT) = 0", "unknown symbol 'NOTHING_LIKE_IT'");
    refused("0 opn(\"x\", 0) = 3", "unknown system call 'opn'");
    refused("0 close() = 0", "close expects 1 arguments but got 0");
    refused("0 fcntl(3) = 0", "fcntl expects 2 to 3 arguments but got 1");
    refused("0 close([3]) = 0", "bad type of argument 1 of close: expected a file descriptor");
    refused("0 read(3, 7, 10) = 0", "bad type of argument 2");
    refused("0 listen(3, 4294967296) = 0", "value out of range for 32-bit integer: 4294967296");
    refused("0 close(3) = ...", "must be a number");
    refused("0 close(3) = -1 EBADFD1 (x)", "unknown errno name");
    refused("0 close(3) = -1 SOL_TCP (x)", "unknown errno name");
    refused("0 close(3|[4]) = 0", "joins integers only");
    refused("0 setsockopt(3, 1, 2, inet6_addr(\"1.2.3.4\"), 16) = 0", "not an IPv6 address");
}

TEST(times_that_no_run_can_keep_are_refused)
{
    refused("1 close(3) = 0", "first event");
    refused("0 close(3) = 0\n2 close(3) = 0\n1.5 close(3) = 0", "time goes backward");
    CHECK(resolves("+0 close(3) = 0\n2 close(3) = 0\n+0 close(3) = 0\n1 close(4) = 0", false)); /* not neighbours */
}

TEST(lenient_turns_problems_into_warnings_kept_with_the_call)
{
    CHECK(resolves("0 close(NOTHING_LIKE_IT) = 0\n+0 close(3) = 0", true));
    CHECK_EQ(script_diags.errors, 0);
    CHECK_EQ(script_diags.count, 1);
    CHECK_STR(first()->problem, "unknown symbol 'NOTHING_LIKE_IT'");
    CHECK_EQ(first()->problem_span.start, 8);
    CHECK(script_at_hand.event[1].call.problem == NULL);
}

TEST(misspelt_names_get_the_nearest_ones)
{
    refused("0 lisen(3, 1) = 0", "unknown system call");
    CHECK_HINT("did you mean listen?");
    refused("0 setsockopt(3, SOL_TCP, TCP_NODELY, [1], 4) = 0", "unknown symbol");
    CHECK_HINT("did you mean TCP_NODELAY?");
    refused("0 close(3) = O_RDWR", "must be a number");
    CHECK_HINT("write 2");
}

TEST(every_kind_of_argument_is_accepted_where_it_belongs)
{
    static const char *const good[] = {"accept(3, ..., ...) = 4",
                                       "connect(3, AF_UNSPEC, ...) = 0",
                                       "readv(4, [{..., 10}], 1) = 10",
                                       "open(\"/x\", O_RDONLY) = 5",
                                       "recvfrom(4, ..., 10, 0, ..., ...) = 10",
                                       "sendto(3, ..., 10, MSG_FASTOPEN, ..., ...) = 10",
                                       "pipe([5, 6]) = 0",
                                       "poll([{fd=4, events=POLLIN, revents=0}], 1, 0) = 0",
                                       "ioctl(4, SIOCINQ, [0]) = 0",
                                       "splice(4, NULL, 6, NULL, 1, 0) = 0",
                                       "sendfile(5, 4, [0], 8) = 8",
                                       "getsockopt(4, SOL_TCP, TCP_MAXSEG, [1100], [4]) = 0",
                                       "epoll_create(1) = 5",
                                       "setsockopt(4, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0",
                                       "fcntl(4, F_SETFL, O_RDWR|O_NONBLOCK) = 0",
                                       "setsockopt(4, SOL_TCP, TCP_CONGESTION, \"reno\", 4) = 0",
                                       "epoll_ctl(5, EPOLL_CTL_ADD, 4, {events=EPOLLIN, fd=4}) = 0",
                                       "epoll_wait(5, {events=EPOLLIN, fd=4}, 1, 0) = 1",
                                       "cap_set(CAP_EFFECTIVE, CAP_NET_ADMIN, CAP_CLEAR) = 0",
                                       "psp_rx_assoc(4, [7]) = 0",
                                       "psp_tx_assoc(4, 23) = 0",
                                       "shutdown(4, SHUT_WR) = 0"};
    char text[300];
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        snprintf(text, sizeof text, "0 %s", good[i]);
        if (resolves(text, false)) continue;
        cf_diags_print(stderr, &script_diags, false);
        CHECK_FAIL("refused: %s", good[i]);
    }
}
