/* Parked calls as such; what each call waits for is tested with the call. */
#define CHECK_MAIN
#include "world.h"

static world *w;
#define S (w->client.st)
#define NOW (w->loop.now)
static char buf[100];

TEST(a_deadline_of_a_parked_call_is_a_deadline_of_the_stack)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    int64_t timeout[2] = {0, 123456};
    w_pass(w, RS_SEC(1));
    CHECK(rs_time_is_never(rs_stack_next_deadline(S)));
    OK(rs_setsockopt(S, NOW, p.client, 1, 20, timeout, sizeof timeout));
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_recv(S, NOW, p.client, buf, 10, 0, NULL);
    CHECK_EQ(rs_stack_next_deadline(S).us, NOW.us + 123456);
    CHECK(!rs_call_ready(S, r.parked));
    rs_stack_advance(S, (rs_time){NOW.us + 123456});
    CHECK(rs_call_ready(S, r.parked));
    FAILS(rs_call_resume(S, (rs_time){NOW.us + 123456}, r.parked, buf, 10), RS_EAGAIN);
    CHECK(rs_time_is_never(rs_stack_next_deadline(S)));
}

TEST(a_call_resumed_too_early_stays_parked_under_its_number)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret r = rs_recv(S, NOW, p.client, buf, 10, 0, NULL), again = rs_call_resume(S, NOW, r.parked, buf, 10);
    CHECK_EQ(again.parked, r.parked);
    FAILS(rs_call_cancel(S, NOW, r.parked), RS_EINTR);
}

TEST(there_is_room_for_so_many_parked_calls)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    for (uint32_t i = 0; i < w->client.cfg.limits.parked; i++)
        CHECK(rs_recv(S, NOW, p.client, buf, 10, 0, NULL).parked);
    FAILS(rs_recv(S, NOW, p.client, buf, 10, 0, NULL), RS_ENOBUFS);
    CHECK_SOUND(rs_stack_broken(S));
    rs_close_all(S, NOW);
    CHECK_SOUND(rs_stack_broken(S));
}

TEST(readers_and_writers_of_one_socket_do_not_stand_in_each_others_way)
{
    w = world_of(rs_config_linux(), RS_IPV4);
    pair p = connected(w, 80);
    static char big[200000];
    OK(rs_fcntl(S, NOW, p.client, RS_F_SETFL, 0));
    rs_ret reader = rs_recv(S, NOW, p.client, buf, 10, 0, NULL),
           writer = rs_send(S, NOW, p.client, big, sizeof big, 0, NULL);
    CHECK(reader.parked && writer.parked);
    w_pass(w, RS_SEC(1));
    CHECK(!rs_call_ready(S, reader.parked));
    CHECK(rs_call_ready(S, writer.parked));
}
