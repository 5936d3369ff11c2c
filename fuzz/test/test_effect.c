#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/calls.h"
#include "../prog/effect.h"
#include "../prog/fail.h"
#include "../prog/start.h"

static fz_host h;
static fz_effect e;
static const fz_watch watch;

static void start(fz_start at)
{
    static fz_header header;
    header = (fz_header){.start = at, .irs = 77, .peer_mss = 1000, .blocking = true};
    fz_host_open(&h, &header, &watch);
    fz_start_at(&h);
    fz_effect_before(&e, &h, h.conn);
}

#define SAID(what) (fz_catch(), (what), fz_caught())

TEST(close_with_unread_text_resets)
{
    start(FZ_AT_UNREAD);
    CHECK_STR(SAID(fz_effect_of_close(&e, &h, false)), "O61 calls");
    h.out.resets = 1;
    CHECK(SAID(fz_effect_of_close(&e, &h, false)) == NULL);
}

TEST(close_with_a_linger_time_of_0_resets)
{
    start(FZ_AT_FIN_WAIT_2);
    CHECK(SAID(fz_effect_of_close(&e, &h, false)) == NULL);
    CHECK_STR(SAID(fz_effect_of_close(&e, &h, true)), "O61 calls");
}

TEST(another_holder_keeps_the_connection)
{
    start(FZ_AT_UNREAD);
    h.by_fd[7] = h.by_fd[h.conn];
    fz_effect_before(&e, &h, h.conn);
    CHECK(e.shared);
    CHECK(SAID(fz_effect_of_close(&e, &h, true)) == NULL);
}

TEST(shutdown_begins_to_close)
{
    start(FZ_AT_ESTABLISHED);
    CHECK_STR(SAID(fz_effect_of_shutdown(&e, &h, h.conn)), "O61 calls");
}

TEST(the_last_byte_is_pushed)
{
    rs_probe p;
    start(FZ_AT_IN_FLIGHT);
    CHECK(rs_probe_fd(h.st, h.now, h.conn, &p));
    h.out = (fz_out){.text = true, .end = p.snd_max};
    CHECK_STR(SAID(fz_effect_of_send(&e, &h, h.conn, false, false)), "O61 calls");
    CHECK(SAID(fz_effect_of_send(&e, &h, h.conn, true, false)) == NULL);
    h.out.last_pushed = true;
    CHECK(SAID(fz_effect_of_send(&e, &h, h.conn, false, false)) == NULL);
}

TEST(nothing_small_goes_behind_what_is_out)
{
    start(FZ_AT_IN_FLIGHT);
    h.out = (fz_out){.text = true, .last_pushed = true, .small = true, .small_len = 100};
    CHECK_STR(SAID(fz_effect_of_send(&e, &h, h.conn, false, false)), "O37 silly window");
    h.hurries = true;
    CHECK(SAID(fz_effect_of_send(&e, &h, h.conn, false, false)) == NULL);
}

TEST(a_read_opens_a_closed_window_and_not_by_a_little)
{
    start(FZ_AT_ESTABLISHED);
    e.before.rcv_wnd = 0;
    e.before.rcvq_bytes = 100;
    h.out.acks = 0;
    CHECK_STR(SAID(fz_effect_of_recv(&e, &h, h.conn)), "O37 silly window");
    start(FZ_AT_ESTABLISHED);
    e.before.last_ack_sent = e.before.rcv_nxt;
    e.before.rcv_adv -= 5;
    h.out.acks = 1;
    CHECK_STR(SAID(fz_effect_of_recv(&e, &h, h.conn)), "O37 silly window");
    h.clamps = true; /* half of what the user has left of the buffer may be as little */
    CHECK(SAID(fz_effect_of_recv(&e, &h, h.conn)) == NULL);
    e.before.rcv_adv -= 5000;
    CHECK(SAID(fz_effect_of_recv(&e, &h, h.conn)) == NULL);
}

TEST(calls_of_a_sound_host_have_their_effects)
{
    static const fz_step write = {.kind = FZ_CALL, .arg = {0, 1}}, read = {.kind = FZ_CALL, .arg = {4, 7}};
    start(FZ_AT_UNREAD);
    CHECK(SAID((fz_call(&h, &write), fz_call(&h, &read), fz_push(&h, h.conn), fz_effect_of_nodelay(&h, h.conn),
                fz_effect_check_sleepers(&h))) == NULL);
}

/* A call that the host knows nothing of, as if it had been forgotten. */
static const char *forgets(fz_call_kind kind, rs_fd fd, bool wants_all)
{
    h.parked[0] = (fz_parked){.number = 77, .fd = fd, .kind = kind, .stream = h.by_fd[fd], .wants_all = wants_all};
    const char *said = SAID(fz_effect_check_sleepers(&h));
    h.parked[0].number = 0;
    return said;
}

TEST(who_waits_though_poll_says_that_it_need_not_is_found)
{
    start(FZ_AT_UNREAD);
    CHECK_STR(forgets(FZ_READS, h.conn, false), "O61 calls");
    CHECK(forgets(FZ_READS, h.conn, true) == NULL); /* more may have to come */
    CHECK_STR(forgets(FZ_WRITES, h.conn, false), "O61 calls");
    CHECK(forgets(FZ_ACCEPTS, h.listener, false) == NULL);
    start(FZ_AT_ESTABLISHED);
    CHECK(forgets(FZ_READS, h.conn, false) == NULL);
}

TEST(a_write_with_nodelay_leaves_nothing_behind)
{
    static const fz_step write = {.kind = FZ_CALL, .arg = {0, 1}};
    start(FZ_AT_ESTABLISHED);
    fz_push(&h, h.conn);
    CHECK(h.by_fd[h.conn]->nodelay);
    CHECK(SAID((fz_call(&h, &write), fz_call(&h, &write))) == NULL);
}
