/* sendmsg and recvmsg: ancillary data, the error queue, pieces of zero-copy writes. */
#define CHECK_MAIN
#include <string.h>

#include "world.h"

static world *w;
static pair p;
static char buf[100000];
#define C (w->client.st)
#define S (w->server.st)
#define NOW (w->loop.now)
enum { SOCKET = 1, STAMPING = 37, ZEROCOPY = 60, TCP = 6, INQ = 36 };
enum { SND = 1 << 1, SOFTWARE = 1 << 4, OPT_ID = 1 << 7, ACK = 1 << 9, TSONLY = 1 << 11, STATS = 1 << 12 };

static void begin(void)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    p = connected(w, 80);
}

static void set(rs_stack *st, rs_fd fd, int level, int name, int value)
{
    OK(rs_setsockopt(st, NOW, fd, level, name, &value, sizeof value));
}

static rs_msg room_for(size_t len)
{
    return (rs_msg){.buf = buf, .len = len, .wants_control = true};
}

static uint32_t word(const rs_msg *m, uint32_t control, uint32_t at)
{
    uint32_t v;
    memcpy(&v, m->room + m->control[control].at + at, sizeof v);
    return v;
}

TEST(what_waits_behind_a_read_is_told_to_who_asked)
{
    begin();
    set(S, p.server, TCP, INQ, 1);
    OK(rs_send(C, NOW, p.client, buf, 1000, 0, NULL));
    w_pass(w, RS_MS(50));
    rs_msg m = room_for(400);
    CHECK_EQ(OK(rs_recvmsg(S, NOW, p.server, &m, 0)), 400);
    CHECK_EQ(m.controls, 1);
    CHECK_EQ(m.control[0].level, TCP);
    CHECK_EQ(m.control[0].type, INQ);
    CHECK_EQ(word(&m, 0, 0), 600);
    OK(rs_shutdown(C, NOW, p.client, RS_SHUT_WR));
    w_pass(w, RS_MS(50));
    m = room_for(600);
    OK(rs_recvmsg(S, NOW, p.server, &m, 0));
    CHECK_EQ(word(&m, 0, 0), 1); /* the end of file */
}

TEST(ancillary_data_without_room_is_cut_off)
{
    begin();
    set(S, p.server, TCP, INQ, 1);
    OK(rs_send(C, NOW, p.client, buf, 10, 0, NULL));
    w_pass(w, RS_MS(50));
    rs_msg m = {.buf = buf, .len = 10};
    OK(rs_recvmsg(S, NOW, p.server, &m, 0));
    CHECK_EQ(m.flags, RS_MSG_CTRUNC);
    CHECK_EQ(m.controls, 0);
}

TEST(a_blocked_recvmsg_gives_its_ancillary_data_when_it_goes_on)
{
    begin();
    set(S, p.server, TCP, INQ, 1);
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    rs_msg m = room_for(10);
    rs_ret r = rs_recvmsg(S, NOW, p.server, &m, 0);
    CHECK(r.parked != 0);
    OK(rs_send(C, NOW, p.client, buf, 30, 0, NULL));
    w_pass(w, RS_MS(50));
    CHECK(rs_call_ready(S, r.parked));
    CHECK_EQ(OK(rs_call_resume_msg(S, NOW, r.parked, &m)), 10);
    CHECK_EQ(word(&m, 0, 0), 20);
}

TEST(an_empty_error_queue_has_nothing_and_does_not_wait)
{
    begin();
    OK(rs_fcntl(S, NOW, p.server, RS_F_SETFL, 0));
    rs_msg m = room_for(10);
    FAILS(rs_recvmsg(S, NOW, p.server, &m, RS_MSG_ERRQUEUE), RS_EAGAIN);
    FAILS(rs_recvmsg(S, NOW, p.listener, &m, RS_MSG_ERRQUEUE), RS_EAGAIN);
}

TEST(a_stamp_has_its_time_and_what_it_is_about)
{
    begin();
    set(C, p.client, SOCKET, STAMPING, SND | SOFTWARE | OPT_ID);
    rs_time sent = NOW;
    OK(rs_send(C, NOW, p.client, buf, 100, 0, NULL));
    CHECK(ready_for(w, &w->client, p.client) & RS_POLLERR);
    rs_msg m = room_for(0);
    CHECK_EQ(OK(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE)), 0);
    CHECK_EQ(m.flags, RS_MSG_ERRQUEUE | RS_MSG_TRUNC);
    CHECK_EQ(m.controls, 2);
    int64_t stamp[2];
    memcpy(stamp, m.room + m.control[0].at, sizeof stamp);
    CHECK_EQ(stamp[0] * 1000000 + stamp[1] / 1000, sent.us);
    CHECK_EQ(m.control[1].level, 0);
    CHECK_EQ(m.control[1].type, 11);
    CHECK_EQ(m.control[1].len, 32);
    CHECK_EQ(word(&m, 1, 0), RS_ENOMSG);
    CHECK_EQ(m.room[m.control[1].at + 4], 4); /* the origin: a stamp */
    CHECK_EQ(word(&m, 1, 12), 99);
    CHECK(!(ready_for(w, &w->client, p.client) & RS_POLLERR));
}

TEST(one_call_may_ask_for_a_stamp_that_the_socket_does_not)
{
    begin();
    set(C, p.client, SOCKET, STAMPING, SOFTWARE);
    OK(rs_send(C, NOW, p.client, buf, 10, 0, NULL));
    w_pass(w, RS_MS(300));
    rs_msg m = room_for(10);
    uint32_t wanted = SND;
    m.controls = 1;
    m.control[0] = (rs_control){SOCKET, STAMPING, 0, sizeof wanted};
    memcpy(m.room, &wanted, sizeof wanted);
    CHECK_EQ(OK(rs_sendmsg(C, NOW, p.client, &m, 0)), 10);
    m = room_for(0);
    OK(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE));
    FAILS(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE), RS_EAGAIN);
    m = room_for(10);
    wanted = OPT_ID; /* only what is recorded can be asked for with one call */
    m.controls = 1;
    m.control[0] = (rs_control){SOCKET, STAMPING, 0, sizeof wanted};
    memcpy(m.room, &wanted, sizeof wanted);
    FAILS(rs_sendmsg(C, NOW, p.client, &m, 0), RS_EINVAL);
}

TEST(statistics_are_payload_and_ancillary_data)
{
    begin();
    set(C, p.client, SOCKET, STAMPING, ACK | SOFTWARE | TSONLY | STATS);
    OK(rs_send(C, NOW, p.client, buf, 100, 0, NULL));
    w_pass(w, RS_MS(300));
    rs_msg m = room_for(10);
    CHECK_EQ(OK(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE)), 10);
    CHECK(m.flags & RS_MSG_TRUNC);
    CHECK_EQ(m.controls, 3);
    CHECK_EQ(m.control[1].type, 54);
}

TEST(without_the_option_a_zero_copy_flag_means_nothing)
{
    begin();
    OK(rs_send(C, NOW, p.client, buf, 100, RS_MSG_ZEROCOPY, NULL));
    w_pass(w, RS_MS(300));
    rs_msg m = room_for(0);
    FAILS(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE), RS_EAGAIN);
}

TEST(one_blocking_zero_copy_write_is_one_number)
{
    begin();
    set(C, p.client, SOCKET, ZEROCOPY, 1);
    set(C, p.client, SOCKET, 7, 8000);
    OK(rs_fcntl(C, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_send(C, NOW, p.client, buf, 60000, RS_MSG_ZEROCOPY, NULL);
    CHECK(r.parked != 0);
    CHECK_EQ(OK(finish(w, &w->client, r, buf, 60000, RS_SEC(60))), 60000);
    w_pass(w, RS_SEC(5));
    rs_msg m = room_for(0);
    OK(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE));
    CHECK_EQ(word(&m, 0, 8), 0);
    CHECK_EQ(word(&m, 0, 12), 0);
    FAILS(rs_recvmsg(C, NOW, p.client, &m, RS_MSG_ERRQUEUE), RS_EAGAIN);
}

TEST(seventeen_pieces_fill_a_segment)
{
    begin();
    set(C, p.client, SOCKET, ZEROCOPY, 1);
    uint32_t ones[40];
    for (int i = 0; i < 40; i++) ones[i] = 1;
    rs_msg m = {.buf = buf, .len = 40, .pieces = ones, .piece_count = 40};
    CHECK_EQ(OK(rs_sendmsg(C, NOW, p.client, &m, RS_MSG_ZEROCOPY)), 40);
    CHECK_EQ(probe(w, &w->client, p.client).data_segs_out, 2); /* 17, 17; the last 6 wait for an ACK (Nagle) */
    w_pass(w, RS_SEC(1));
    CHECK_EQ(probe(w, &w->client, p.client).data_segs_out, 3);
}
