/* ioctl. The urgent mark is tested with recv. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)

static int ask(const host *h, rs_fd fd, unsigned long request)
{
    int out = -1;
    OK(rs_ioctl(h->st, NOW, fd, request, &out));
    return out;
}

TEST(queued_bytes_are_counted)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    char buf[3000] = {0};
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQ), 0);
    OK(rs_send(S, NOW, p.client, buf, 3000, 0, NULL));
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQ), 3000);
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQNSD), 0);
    CHECK_EQ(ask(&w->server, p.server, RS_FIONREAD), 0);
    w_pass(w, RS_SEC(1));
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQ), 0);
    CHECK_EQ(ask(&w->server, p.server, RS_FIONREAD), 3000);
    OK(rs_recv(w->server.st, NOW, p.server, buf, 1000, 0, NULL));
    CHECK_EQ(ask(&w->server, p.server, RS_FIONREAD), 2000);
}

TEST(bytes_that_may_not_leave_yet_are_not_sent)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int one = 1;
    OK(rs_setsockopt(S, NOW, p.client, 6, 3, &one, sizeof one)); /* TCP_CORK */
    OK(rs_send(S, NOW, p.client, "abc", 3, 0, NULL));
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQNSD), 3);
    CHECK_EQ(ask(&w->client, p.client, RS_SIOCOUTQ), 3);
}

TEST(requests_that_do_not_fit_are_refused)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    rs_fd fd = sock(w, &w->client), l = listener(w, &w->client, 80, 1);
    int out;
    FAILS(rs_ioctl(S, NOW, 99, RS_FIONREAD, &out), RS_EBADF);
    FAILS(rs_ioctl(S, NOW, fd, 0x1234, &out), RS_ENOTTY);
    FAILS(rs_ioctl(S, NOW, fd, RS_FIONREAD, NULL), RS_EFAULT);
    FAILS(rs_ioctl(S, NOW, l, RS_FIONREAD, &out), RS_EINVAL);
    FAILS(rs_ioctl(S, NOW, l, RS_SIOCOUTQ, &out), RS_EINVAL);
    FAILS(rs_ioctl(S, NOW, l, RS_SIOCOUTQ, NULL), RS_EINVAL);
    CHECK_EQ(ask(&w->client, fd, RS_FIONREAD), 0);
    CHECK_EQ(ask(&w->client, fd, RS_SIOCATMARK), 0);
}
