#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/rare.h"
#include "../prog/settings.h"
#include "../prog/start.h"

static fz_host h;
static unsigned syns_with_text;

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    syns_with_text += cf_packet_tcp(p) && (cf_packet_tcp(p)->flags & 2) && p->text_len > 0;
}

static const fz_watch watch = {.sent = on_sent};

static void open_at(fz_start start, uint8_t setting)
{
    static fz_header header;
    header = (fz_header){.start = start, .linux_preset = true, .setting = {setting}};
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
}

TEST(every_call_with_every_small_argument_ends_in_a_sound_host)
{
    for (unsigned call = 0; call < 16; call++) {
        for (unsigned arg = 0; arg < 24; arg++) {
            open_at(FZ_AT_ESTABLISHED, 0);
            if (arg & 1) fz_host_clone(&h);
            fz_step s = {.kind = FZ_RARE, .arg = {(uint8_t)call, (uint8_t)arg, (uint8_t)arg, (uint8_t)arg}};
            fz_rare(&h, &s);
            s.actor = 2;
            fz_rare(&h, &s);
            CHECK_SOUND(rs_stack_broken(h.st));
        }
    }
}

TEST(a_key_makes_the_peer_unheard)
{
    open_at(FZ_AT_ESTABLISHED, 0);
    CHECK(!h.keyed);
    fz_rare(&h, &(fz_step){.kind = FZ_RARE, .arg = {6, 1}});
    CHECK(!h.keyed); /* there was none to take away */
    fz_rare(&h, &(fz_step){.kind = FZ_RARE, .arg = {6}});
    CHECK(h.keyed);
}

TEST(text_goes_with_a_syn_where_no_cookie_is_needed)
{
    open_at(FZ_AT_LISTEN, 15);
    syns_with_text = 0;
    fz_rare(&h, &(fz_step){.kind = FZ_RARE, .arg = {9, 1}});
    CHECK_EQ(syns_with_text, 1);
    CHECK(h.conn >= 0);
    CHECK_EQ(h.by_fd[h.conn]->wrote, 1000);
}

TEST(numbers_behind_a_list_mean_what_was_there_first)
{
    for (unsigned n = 0; n < 256; n++) {
        open_at(FZ_AT_ESTABLISHED, 0);
        fz_rare(&h, &(fz_step){.kind = FZ_RARE, .arg = {0, (uint8_t)n, (uint8_t)n}});
        fz_rare(&h, &(fz_step){.kind = FZ_RARE, .arg = {4, (uint8_t)n}});
        CHECK_SOUND(rs_stack_broken(h.st));
        CHECK_EQ((fz_rare_touches(&(fz_step){.arg = {0, (uint8_t)n}}) & FZ_TOUCH_TIMES) != 0,
                 n == 18 || (n > 22 && n % 20 == 18) ||
                     (n > 22 ? n % 20 == 4 || (n % 20 > 5 && n % 20 < 9) : n == 4 || (n > 5 && n < 9)));
    }
}

TEST(it_is_known_what_steps_leave_open)
{
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {0}}), FZ_TOUCH_FAST_OPEN);
    CHECK(fz_rare_touches(&(fz_step){.arg = {0, 6}}) & FZ_TOUCH_TIMES);
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {0, 9}}), 0);
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {4}}), FZ_TOUCH_LOSS | FZ_TOUCH_WINDOW);
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {6}}), FZ_TOUCH_ANY);
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {9}}), FZ_TOUCH_FAST_OPEN);
    CHECK_EQ(fz_rare_touches(&(fz_step){.arg = {12, 6}}), 0);
}
