#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/calls.h"
#include "../prog/fail.h"
#include "../prog/play.h"
#include "../prog/settings.h"

static fz_host h;
static int steps_done;

static void after(void *ctx, fz_host *host, int step)
{
    (void)ctx;
    CHECK_SOUND(rs_stack_broken(host->st));
    steps_done = step + 1;
}

static const fz_watch silent;

TEST(a_program_runs_step_by_step)
{
    fz_program p = {.header = {.start = FZ_AT_IN_FLIGHT, .peer_mss = 1460},
                    .count = 3,
                    .step = {{.kind = FZ_TIME, .arg = {0}}, {.kind = FZ_SEG}, {.kind = FZ_FAIR}}};
    fz_play(&h, &p, &silent, after);
    CHECK_EQ(steps_done, 3);
    CHECK(fz_look(&h, &h.tuple[0]));
    CHECK_EQ(h.tuple[0].last.sndq_bytes, 0); /* FAIR acknowledged everything */
}

TEST(an_honest_peer_gets_everything_even_after_a_zero_window)
{
    fz_program p = {.header = {.start = FZ_AT_ZERO_WINDOW, .peer_mss = 1460}};
    fz_play(&h, &p, &silent, after);
    CHECK(h.tuple[0].syn_seen);
    CHECK(fz_fair(&h, 100));
    CHECK_EQ(h.tuple[0].last.sndq_bytes, 0);
}

TEST(it_is_known_which_knob_a_step_sets)
{
    const char *value;
    CHECK_STR(fz_knob_of(&(fz_step){.kind = FZ_KNOB, .arg = {3}}, &value), "net.ipv4.tcp_retries2");
    CHECK_STR(value, "3");
    CHECK_STR(fz_knob_of(&(fz_step){.kind = FZ_KNOB, .arg = {1, 0x80}}, &value), "net.ipv4.tcp_congestion_control");
    CHECK_STR(value, "reno");
    CHECK_STR(fz_knob_of(&(fz_step){.kind = FZ_KNOB, .arg = {0, 0x80}}, &value), "");
}

TEST(a_peer_that_begins_to_sign_is_not_understood)
{
    fz_program p = {.header = {.start = FZ_AT_IN_FLIGHT, .linux_preset = true, .peer_mss = 1460}, .count = 2};
    p.step[0] = (fz_step){.kind = FZ_KNOB, .arg = {0, 0x80}};
    while (!fz_setting_signs(p.step[0].arg[0])) p.step[0].arg[0]++;
    p.step[1].kind = FZ_FAIR;
    fz_catch();
    fz_play(&h, &p, &silent, after);
    CHECK(fz_caught() == NULL);
    CHECK(h.keyed);
}

TEST(every_kind_of_step_works_in_every_start)
{
    for (unsigned start = 0; start < FZ_STARTS; start++) {
        for (unsigned kind = 0; kind < FZ_KINDS; kind++) {
            fz_program p = {.header = {.start = (fz_start)start, .peer_mss = 1460, .ipv6 = start & 1}, .count = 1};
            p.step[0].kind = (fz_kind)kind;
            fz_play(&h, &p, &silent, after);
            CHECK_EQ(steps_done, 1);
        }
    }
}

/* The peer believes that the host has sent more than it has: its acknowledgments are of nothing, and the host can
 * neither take them nor go on. Seen from outside that is a host that does not progress. */
static void deceive(void *ctx, fz_host *host, int step)
{
    (void)ctx;
    if (step == -1) host->tuple[0].end += 100000;
}

TEST(a_host_that_gives_up_on_an_honest_peer_is_found)
{
    fz_program p = {.header = {.start = FZ_AT_IN_FLIGHT, .peer_mss = 1460}, .count = 1, .step = {{.kind = FZ_FAIR}}};
    fz_catch();
    fz_play(&h, &p, &silent, deceive);
    CHECK_STR(fz_caught(), "O51 progress");
    CHECK(!h.tuple[0].alive);
}

TEST(a_host_that_needs_too_many_answers_is_found)
{
    fz_program p = {.header = {.start = FZ_AT_ZERO_WINDOW, .peer_mss = 1460}};
    fz_play(&h, &p, &silent, after);
    CHECK(!fz_fair(&h, 1));
}

TEST(the_next_byte_of_an_honest_peer_is_taken)
{
    static const fz_start open[] = {FZ_AT_ESTABLISHED, FZ_AT_FIN_WAIT_1, FZ_AT_FIN_WAIT_2};
    for (unsigned i = 0; i < 3; i++) {
        fz_program p = {.header = {.start = open[i], .peer_mss = 1460, .irs = 0xfffffffe}};
        fz_play(&h, &p, &silent, after);
        for (unsigned n = 1; n <= 3; n++) { /* the numbers wrap on the way */
            CHECK(fz_peer_speaks(&h));
            CHECK_EQ(h.tuple[0].last.rcv_nxt, h.header->irs + 1 + n);
            CHECK_EQ(h.tuple[0].last.rcvq_bytes, 1);
            fz_read_all(&h, h.conn);
        }
    }
}

TEST(a_byte_that_is_not_taken_is_found)
{
    fz_program p = {.header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460}};
    fz_play(&h, &p, &silent, after);
    h.tuple[0].end += 5000; /* the peer acknowledges what was never sent: its text is dropped */
    CHECK(!fz_peer_speaks(&h));
}

TEST(an_aftermath_is_played_behind_the_program_and_fits)
{
    fz_program p = {.header = {.start = FZ_AT_IN_FLIGHT, .peer_mss = 1460}};
    fz_aftermath(&p, 1, false);
    unsigned quiet = p.count;
    fz_play(&h, &p, &silent, after);
    CHECK(quiet > 0 && h.conn >= 0 && h.tuple[0].alive); /* nobody has called anything */
    p.count = 0;
    fz_aftermath(&p, 2, false);
    CHECK(p.count > quiet);
    fz_play(&h, &p, &silent, after);
    CHECK(h.conn < 0); /* the user has gone */
    p.count = FZ_STEPS_MAX - 1;
    fz_aftermath(&p, 2, true);
    CHECK_EQ(p.told_at, FZ_STEPS_MAX); /* behind the program's own steps, and then in the end */
    CHECK_EQ(p.count, FZ_STEPS_MAX);
}
