#define CHECK_MAIN
#include "fix.h"

static rs_event heard[32];
static int count;

static void hook(void *ctx, const rs_event *ev)
{
    (void)ctx;
    if (count < 32) heard[count++] = *ev;
}

TEST(a_state_change_is_told_with_both_states_and_both_ends)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    count = 0;
    f->env.trace = hook;
    peer_sends(f, RS_FIN | RS_ACK);
    int at = 0;
    while (at < count && heard[at].kind != RS_EV_STATE) at++;
    CHECK(at < count);
    CHECK_EQ(heard[at].a, RS_ESTABLISHED);
    CHECK_EQ(heard[at].b, RS_CLOSE_WAIT);
    CHECK_STR(heard[at].why, "FIN_TAKEN");
    CHECK_EQ(heard[at].local.port, 80);
    CHECK_EQ(heard[at].remote.port, 4000);
    CHECK_EQ(heard[at].at.us, f->env.now.us);
}
