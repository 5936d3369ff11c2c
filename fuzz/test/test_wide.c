#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../prog/segment.h"
#include "../prog/start.h"
#include "../prog/wide.h"

static fz_host h;
static unsigned syns, cookies;

static void on_sent(void *ctx, rs_time at, const cf_packet *p)
{
    (void)ctx;
    (void)at;
    const cf_tcp *t = cf_packet_tcp(p);
    cf_opt_val v;
    bool syn = (t->flags & (CF_SYN | CF_ACK)) == CF_SYN;
    syns += syn;
    cookies += syn && cf_tcp_opt_find(t, CF_OPT_FO, &v) && v.n > 0;
}

static const fz_watch watch = {.sent = on_sent};

static void open_at(fz_start start, bool ipv6)
{
    static fz_header header;
    header = (fz_header){.start = start, .linux_preset = true, .ipv6 = ipv6, .peer_mss = 1460, .irs = 5};
    syns = cookies = 0;
    fz_host_open(&h, &header, &watch);
    fz_host_set(&h, "net.ipv4.tcp_fastopen", "3");
    fz_start_at(&h);
}

static void run(uint8_t what, uint8_t number, uint8_t how)
{
    fz_wide(&h, &(fz_step){.kind = FZ_WIDE, .arg = {what, number, how}});
    CHECK_SOUND(rs_stack_broken(h.st));
}

TEST(two_listeners_share_a_port)
{
    open_at(FZ_AT_CLOSED, false);
    run(0, 3, 0);
    rs_fd first = h.listener;
    run(0, 3, 0);
    CHECK(first >= 0 && h.listener > first);
    CHECK(h.shares_port);
    open_at(FZ_AT_LISTEN, false); /* this one has not asked for it */
    first = h.listener;
    run(0, 3, 0);
    CHECK_EQ(h.listener, first);
    CHECK(!h.shares_port);
}

TEST(a_stranger_gives_a_cookie_and_gets_it_back)
{
    for (unsigned v6 = 0; v6 < 2; v6++) {
        open_at(FZ_AT_ESTABLISHED, v6);
        fz_tuple kept = h.tuple[2];
        rs_fd conn = h.conn;
        run(2, 5, 1);
        CHECK_EQ(syns, 5);
        CHECK_EQ(cookies, 0);
        run(2, 5, 1);
        CHECK_EQ(cookies, 5);
        CHECK_EQ(h.conn, conn);
        CHECK_EQ(h.tuple[2].local_port, kept.local_port);
        CHECK_EQ(h.header->shift.peer_addr, 0);
    }
}

TEST(every_small_argument_ends_in_a_sound_host)
{
    for (unsigned n = 0; n < 64; n++) {
        open_at(n & 1 ? FZ_AT_ESTABLISHED : FZ_AT_CLOSED, n & 2);
        if (n & 4) fz_host_clone(&h);
        run((uint8_t)n, (uint8_t)(n % 7), (uint8_t)(n / 4));
    }
}

TEST(strangers_leave_room_in_the_books)
{
    open_at(FZ_AT_ESTABLISHED, false);
    for (unsigned n = 0; n < 20; n++) run(2, 39, 0);
    CHECK(h.streams > FZ_STEPS_MAX && h.streams + FZ_STEPS_MAX < FZ_STREAMS);
}
