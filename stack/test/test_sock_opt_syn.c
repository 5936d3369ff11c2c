/* TCP_SAVE_SYN and TCP_SAVED_SYN (sock/sock_opt_syn.c). */
#define CHECK_MAIN
#include "world.h"

enum { TCP = 6, SAVE_SYN = 27, SAVED_SYN = 28, ROOM = 200 };

static world *w;

typedef struct saved {
    rs_ret got;
    uint32_t len;
    uint8_t bytes[ROOM];
} saved;

static saved saved_syn(rs_fd fd, uint32_t room)
{
    saved s = {.len = room};
    s.got = rs_getsockopt(w->server.st, w->loop.now, fd, TCP, SAVED_SYN, s.bytes, &s.len);
    return s;
}

/* A child whose listener saves; how: 0, 1, 2. */
static pair child(rs_config cfg, rs_family family, int how)
{
    w = world_of(cfg, family);
    rs_fd l = listener(w, &w->server, 80, 4);
    OK(rs_setsockopt(w->server.st, w->loop.now, l, TCP, SAVE_SYN, &how, sizeof how));
    return connected_again(w, l, 80);
}

TEST(the_headers_are_given_out_once)
{
    pair p = child(rs_config_linux(), RS_IPV4, 1);
    saved s = saved_syn(p.server, ROOM);
    OK(s.got);
    CHECK_EQ(s.len, 60); /* 20 of IP, 40 of TCP with the options of Linux */
    CHECK_EQ(s.bytes[0], 0x45);
    CHECK_EQ(s.bytes[20 + 13], 0x02);
    CHECK_EQ(s.bytes[20 + 20], 2);
    s = saved_syn(p.server, ROOM);
    OK(s.got);
    CHECK_EQ(s.len, 0);
    CHECK_SOUND(rs_stack_broken(w->server.st));
}

TEST(they_begin_with_the_ip_header_of_either_version)
{
    pair p = child(rs_config_linux(), RS_IPV6, 2);
    saved s = saved_syn(p.server, ROOM);
    CHECK_EQ(s.len, 80);
    CHECK_EQ(s.bytes[0] >> 4, 6);
}

TEST(too_little_room_tells_how_much_is_needed)
{
    pair p = child(rs_config_linux(), RS_IPV4, 1);
    saved s = saved_syn(p.server, 59);
    FAILS(s.got, RS_EINVAL);
    CHECK_EQ(s.len, 60);
    CHECK_EQ(saved_syn(p.server, 60).len, 60);
}

TEST(nobody_has_them_who_did_not_ask)
{
    pair p = child(rs_config_linux(), RS_IPV4, 0);
    CHECK_EQ(saved_syn(p.server, ROOM).len, 0);
    CHECK_EQ(saved_syn(p.listener, ROOM).len, 0);
    int on = 1;
    FAILS(rs_setsockopt(w->server.st, w->loop.now, p.server, TCP, SAVED_SYN, &on, sizeof on), RS_ENOPROTOOPT);
}

TEST(the_end_of_the_child_gives_the_memory_back)
{
    pair p = child(rs_config_linux(), RS_IPV4, 1);
    rs_counters c;
    rs_stack_counters(w->server.st, &c);
    CHECK_EQ(c.blocks_live, 1);
    OK(rs_close(w->client.st, w->loop.now, p.client));
    w_pass(w, RS_SEC(1));
    OK(rs_close(w->server.st, w->loop.now, p.server));
    w_pass(w, RS_SEC(1));
    rs_stack_counters(w->server.st, &c);
    CHECK_EQ(c.blocks_live, 0);
}
