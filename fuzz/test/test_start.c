#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/start.h"

static fz_host h;
static const fz_watch silent;

static rs_state state_at(fz_start start, bool linux_preset, bool ipv6)
{
    fz_header header = {.start = start,
                        .linux_preset = linux_preset,
                        .ipv6 = ipv6,
                        .peer_mss = 1460,
                        .peer_ts = true,
                        .peer_sack = true,
                        .irs = 0x12345678};
    fz_host_open(&h, &header, &silent);
    fz_start_at(&h);
    return fz_look(&h, &h.tuple[0]) ? h.tuple[0].last.state : RS_CLOSED;
}

TEST(every_start_is_in_the_state_it_names)
{
    static const struct {
        fz_start start;
        rs_state state;
    } rows[] = {
        {FZ_AT_LISTEN, RS_CLOSED},
        {FZ_AT_SYN_SENT, RS_SYN_SENT},
        {FZ_AT_SYN_RECEIVED, RS_SYN_RECEIVED},
        {FZ_AT_SIMULTANEOUS, RS_SYN_RECEIVED},
        {FZ_AT_ESTABLISHED, RS_ESTABLISHED},
        {FZ_AT_ESTABLISHED_ACTIVE, RS_ESTABLISHED},
        {FZ_AT_IN_FLIGHT, RS_ESTABLISHED},
        {FZ_AT_ZERO_WINDOW, RS_ESTABLISHED},
        {FZ_AT_HOLE, RS_ESTABLISHED},
        {FZ_AT_UNREAD, RS_ESTABLISHED},
        {FZ_AT_RECOVERY, RS_ESTABLISHED},
        {FZ_AT_TIMED_OUT, RS_ESTABLISHED},
        {FZ_AT_FIN_WAIT_1, RS_FIN_WAIT_1},
        {FZ_AT_FIN_WAIT_2, RS_FIN_WAIT_2},
        {FZ_AT_CLOSE_WAIT, RS_CLOSE_WAIT},
        {FZ_AT_CLOSING, RS_CLOSING},
        {FZ_AT_LAST_ACK, RS_LAST_ACK},
        {FZ_AT_TIME_WAIT, RS_TIME_WAIT},
        {FZ_AT_CLOSED, RS_CLOSED},
    };
    for (unsigned i = 0; i < 4 * FZ_STARTS; i++) {
        unsigned row = i / 4;
        rs_state got = state_at(rows[row].start, i & 1, i & 2);
        if (got != rows[row].state) CHECK_FAIL("start %s gives %s", fz_start_name(rows[row].start), rs_state_name(got));
    }
}

TEST(the_prepared_difficulties_are_there)
{
    state_at(FZ_AT_IN_FLIGHT, false, false);
    CHECK(h.tuple[0].last.snd_nxt != h.tuple[0].last.snd_una);
    state_at(FZ_AT_ZERO_WINDOW, false, false);
    CHECK(h.tuple[0].last.notsent_bytes > 0);
    state_at(FZ_AT_HOLE, false, false);
    CHECK(h.tuple[0].last.ooo_bytes > 0);
    state_at(FZ_AT_UNREAD, false, false);
    CHECK(h.tuple[0].last.rcvq_bytes > 0);
    state_at(FZ_AT_TIMED_OUT, false, false);
    CHECK(h.tuple[0].last.total_retrans > 0);
}

TEST(the_host_s_numbers_can_be_made_to_wrap)
{
    fz_header header = {
        .start = FZ_AT_ESTABLISHED, .iss_wraps = true, .iss_before_wrap = 10, .irs = 5, .peer_mss = 1460};
    fz_host_open(&h, &header, &silent);
    fz_start_at(&h);
    CHECK(fz_look(&h, &h.tuple[0]));
    CHECK_EQ(h.tuple[0].last.iss, 0xffffffffu - 80);
}
