#define CHECK_MAIN
#include "run_fix.h"

static bool told(const cf_result *r, const char *kind, const char *text)
{
    for (uint32_t i = 0; i < r->stories; i++)
        if (strcmp(r->story[i].kind, kind) == 0 && strstr(r->story[i].text, text)) return true;
    return false;
}

TEST(the_story_tells_states_timers_retransmissions_and_drops)
{
    cf_run_opts o = fix_opts();
    o.story = true;
    cf_result r = fix_run_with(HANDSHAKE "+0 write(4, ..., 100) = 100\n"
                                         "+0 > P. 1:101(100) ack 1\n"
                                         "* > P. 1:101(100) ack 1\n"
                                         "* > P. 1:101(100) ack 1\n"
                                         "+0 < . 900000:900000(0) ack 1 win 257\n",
                               &o);
    bool states = told(&r, "state", "SYN-RECEIVED -> ESTABLISHED");
    bool timers = told(&r, "timer", "timer ran out");
    bool again = told(&r, "rexmit", "100 bytes");
    bool drop = told(&r, "drop", "[");
    cf_result_free(&r);
    CHECK(states);
    CHECK(timers);
    CHECK(again);
    CHECK(drop);
}
