#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../../conformance/packet/encode.h"
#include "../oracle/receiver.h"
#include "../prog/fail.h"

static fz_receiver receiver;
static rs_probe conn;

static void start(bool linux_preset)
{
    receiver = (fz_receiver){.linux_preset = linux_preset};
    conn = (rs_probe){.state = RS_ESTABLISHED, .rcvbuf = 60000, .rcv_wnd = 60000, .rcv_mss = 1000, .adv_mss = 1460};
    fz_receiver_look(&receiver, &conn, false);
}

static void tells(void)
{
    fz_receiver_sent(&receiver, &(cf_tcp){.flags = CF_ACK});
}

/* The oracle that speaks up during the look. */
static const char *look(bool answered)
{
    fz_catch();
    fz_receiver_look(&receiver, &conn, answered);
    return fz_caught();
}

TEST(what_was_read_takes_no_room)
{
    start(false);
    conn.rcv_wnd = 58000; /* too little to be told */
    tells();
    CHECK(look(false) == NULL);
    conn.rcv_wnd = 50000;
    CHECK(look(false) == NULL); /* it was not told */
    tells();
    CHECK_STR(look(false), "O10 window");
    conn.ooo_bytes = 10000;
    tells();
    CHECK(look(false) == NULL);
}

TEST(a_smaller_buffer_or_a_user_who_asks_for_less_is_no_leak)
{
    start(false);
    conn.rcv_wnd = conn.rcvbuf = 30000;
    tells();
    CHECK(look(false) == NULL);
    conn.rcv_wnd = 10000;
    receiver.clamped = true;
    tells();
    CHECK(look(false) == NULL);
}

TEST(a_closed_window_opens_when_most_is_read)
{
    start(false);
    conn.rcv_wnd = 0;
    conn.rcvq_bytes = 50000;
    CHECK(look(false) == NULL);
    conn.rcvq_bytes = 10000;
    CHECK_STR(look(false), "O37 silly window");
    receiver.unheard = true; /* the device did not take what would have opened it */
    CHECK(look(false) == NULL);
}

TEST(no_more_is_offered_than_fits_beside_what_waits)
{
    start(false);
    conn.rcv_nxt = 5000;
    conn.rcvq_bytes = 20000;
    conn.rcv_adv = 5000 + 40000 + 7500 /* pushed on by roundings */ + 1;
    CHECK(look(false) == NULL);
    conn.rcv_adv += 1;
    CHECK_STR(look(false), "O29 offer");
    receiver.syn_text = conn.rcvbuf; /* it may have been kept */
    fz_receiver_begins(&receiver);
    CHECK(look(false) == NULL);
    receiver.syn_text = 0;
    conn.rcv_wscale = 7; /* the field cannot say it more exactly */
    CHECK(look(false) == NULL);
}

static const char *kept(uint32_t bytes, uint32_t charged)
{
    start(true);
    fz_receiver_arrives(&receiver, &conn);
    conn.ooo_bytes += bytes;
    conn.rcv_mem += charged;
    return look(true);
}

TEST(text_beyond_a_gap_is_charged_with_its_packet)
{
    CHECK_STR(kept(1, 1), "O55 memory");
    CHECK(kept(1, 768) == NULL);
    CHECK(kept(0, 0) == NULL);
}

TEST(a_new_incarnation_has_a_window_of_its_own)
{
    start(false);
    fz_receiver_begins(&receiver);
    conn.rcv_wnd = 10000;
    tells();
    CHECK(look(false) == NULL);
}
