#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "../prog/play.h"
#include "../prog/segment.h"
#include "../prog/stray.h"

static fz_host host;
static fz_program program;
static unsigned sent, arrived;

static void on_sent(void *ctx, rs_time now, const cf_packet *p)
{
    (void)ctx, (void)now, (void)p;
    sent++;
}

static void on_arrives(void *ctx, rs_time now, const cf_packet *p)
{
    (void)ctx, (void)now, (void)p;
    arrived++;
}

static void after(void *ctx, fz_host *h, int step)
{
    (void)ctx, (void)h, (void)step;
}

static const fz_watch watch = {.sent = on_sent, .arrives = on_arrives};

static void start(fz_start where, bool linux_preset, bool ipv6)
{
    memset(&program, 0, sizeof program);
    program.header =
        (fz_header){.start = where, .linux_preset = linux_preset, .ipv6 = ipv6, .peer_mss = 1460, .irs = 7};
    fz_play(&host, &program, &watch, after);
    sent = arrived = 0;
}

TEST(strays_draw_nothing_and_change_nothing_wherever_the_connection_is)
{
    for (int where = 0; where < FZ_STARTS; where++)
        for (int way = 0; way < 4; way++)
            for (int kind = 0; kind < FZ_STRAYS; kind++) {
                start((fz_start)where, way & 1, way & 2);
                rs_probe before = {0}, now = {0};
                fz_tuple t = host.tuple[0];
                if (fz_look(&host, &t)) before = t.last;
                uint32_t seen = host.seen;
                fz_stray(&host, 0, (fz_stray_kind)kind);
                CHECK_EQ(host.seen - seen, 0);
                t = host.tuple[0];
                if (fz_look(&host, &t)) now = t.last;
                if (sent || arrived || before.state != now.state || before.rcv_nxt != now.rcv_nxt ||
                    before.snd_una != now.snd_una || before.ts_recent != now.ts_recent)
                    CHECK_FAIL("%s, way %d, stray %d: %u sent", fz_start_name((fz_start)where), way, kind, sent);
            }
}

/* The same right: they do arrive. */
TEST(without_what_makes_it_stray_it_is_taken)
{
    start(FZ_AT_ESTABLISHED, false, false);
    fz_tuple *t = &host.tuple[0];
    CHECK(fz_look(&host, t));
    uint32_t next = t->last.rcv_nxt;
    fz_send(&host, t, &(fz_segment){.flags = CF_ACK, .seq = next, .ack = t->last.snd_max, .win = 100, .len = 10});
    CHECK(fz_look(&host, t));
    CHECK_EQ(t->last.rcv_nxt - next, 10);
    CHECK_EQ(arrived, 1);
    fz_send(&host, t, &(fz_segment){.flags = CF_RST, .seq = t->last.rcv_nxt});
    CHECK(!fz_look(&host, t));
}
