#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"
#include "../prog/play.h"
#include "../prog/settings.h"
#include "../prog/start.h"
#include "../world/pair.h"

static fz_host h;

TEST(every_row_names_a_knob_that_there_is)
{
    static const fz_watch nobody;
    for (unsigned row = 0; row < 256; row++) {
        fz_header header = {.start = FZ_AT_LISTEN, .linux_preset = row & 1, .setting = {(uint8_t)row}};
        fz_catch();
        fz_host_open(&h, &header, &nobody);
        fz_start_at(&h);
        CHECK(fz_caught() == NULL);
        CHECK_SOUND(rs_stack_broken(h.st));
    }
}

TEST(of_each_knob_that_a_program_sets_somebody_has_said_what_it_leaves_open)
{
    for (unsigned row = 0; row < 256; row++) {
        const char *value, *knob = fz_setting_knob((uint8_t)row, &value);
        CHECK(!knob || (fz_knob_touches(knob) & FZ_TOUCH_ANY) != FZ_TOUCH_ANY);
    }
    for (unsigned row = 0; row < 128; row++) {
        const char *value, *knob = fz_knob_of(&(fz_step){.kind = FZ_KNOB, .arg = {(uint8_t)row}}, &value);
        CHECK((fz_knob_touches(knob) & FZ_TOUCH_ANY) != FZ_TOUCH_ANY);
    }
    for (unsigned side = 0; side < 256; side++) {
        static fz_pair_program pair;
        uint8_t head[FZ_PAIR_HEADER] = {[8] = (uint8_t)side, [9] = 0xff, [10] = 4};
        fz_pair_decode(&pair, head, sizeof head);
        for (unsigned i = 0; i < pair.plan.host[0].knobs; i++)
            CHECK((fz_knob_touches(pair.plan.host[0].knob[i].name) & FZ_TOUCH_ANY) != FZ_TOUCH_ANY);
    }
}

TEST(what_a_knob_leaves_open_goes_by_its_name)
{
    CHECK_EQ(fz_knob_touches("net.ipv4.tcp_congestion_control"), FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW);
    CHECK_EQ(fz_knob_touches("net.ipv4.tcp_fastopen_key"), FZ_TOUCH_FAST_OPEN);
    CHECK_EQ(fz_knob_touches("net.ipv4.ip_default_ttl"), 0);
    CHECK_EQ(fz_knob_touches("refstack.device_drops"), FZ_TOUCH_SENT);
    CHECK_EQ(fz_knob_touches("refstack.route.mtu"), FZ_TOUCH_WINDOW);
    CHECK_EQ(fz_knob_touches("net.ipv4.tcp_shrink_window"), FZ_TOUCH_EDGE);
    CHECK_EQ(fz_knob_touches("net.ipv4.no_such_knob"), FZ_TOUCH_ANY);
    CHECK_EQ(fz_knob_touches("refstack.abe"), FZ_TOUCH_WINDOW);
}
