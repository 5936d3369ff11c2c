#define CHECK_MAIN
#include "../tcp/reason.h"

#include "fix.h"

TEST(every_reason_has_a_name_and_a_text_of_its_own)
{
    CHECK(rs_drop_reasons() > 40);
    for (unsigned i = 0; i < rs_drop_reasons(); i++) {
        CHECK(rs_drop_name(i)[0] && rs_drop_text(i)[0]);
        for (unsigned j = 0; j < i; j++) CHECK(strcmp(rs_drop_name(i), rs_drop_name(j)) != 0);
    }
    CHECK_STR(rs_drop_name(rs_drop_reasons()), "?");
}

static rs_event told;

static void hook(void *ctx, const rs_event *ev)
{
    *(int *)ctx += 1;
    told = *ev;
}

TEST(a_drop_is_counted_and_told_with_its_section)
{
    int heard = 0;
    fix *f = fresh(rs_config_rfc());
    f->env.trace = hook;
    f->env.trace_ctx = &heard;
    peer_sends(f, RS_RST);
    CHECK_EQ(heard, 1);
    CHECK_EQ(f->count.drops[RS_WHY_NO_CONNECTION_RST], 1);
    CHECK_STR(told.why, "NO_CONNECTION_RST");
    CHECK_STR(told.rfc, "9293 3.10.7.1");
    silence(f, RS_SEC(1));
}
