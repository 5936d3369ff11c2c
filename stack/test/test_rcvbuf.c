#define CHECK_MAIN
#include "fix.h"

#include "../tcp/rcvbuf.h"

static void fill(fix *f, unsigned segs)
{
    for (unsigned i = 0; i < segs; i++) peer_sends(f, RS_ACK, .len = FIX_MSS);
}

TEST(linux_counts_memory_and_gives_it_back_as_the_user_reads)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    fill(f, 4);
    CHECK_EQ(f->t->rmem.used, 4 * 2304);
    CHECK_EQ(rs_rcvbuf_now(f->t).held, 4 * 2304);
    CHECK_EQ(call_receive(f, 2000), 2000);
    CHECK_EQ(f->t->rmem.used, 2 * 2304);
    CHECK_EQ(call_receive(f, 2000), 2000);
    CHECK_EQ(f->t->rmem.used, 0);
}

TEST(the_rfc_form_counts_bytes)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    fill(f, 2);
    CHECK_EQ(rs_rcvbuf_now(f->t).held, 2 * FIX_MSS);
    CHECK_EQ(f->t->rmem.used, 0);
}

TEST(a_reader_who_keeps_up_makes_the_buffer_grow)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    uint32_t before = f->t->wnd.buf;
    f->t->drs.rtt8_us = 8 * 10000;
    for (int round = 0; round < 8; round++) {
        fill(f, 20);
        pass(f, RS_MS(10));
        CHECK_EQ(call_receive(f, 20 * FIX_MSS), 20 * FIX_MSS);
        f->t->drs.rtt8_us = 8 * 10000;
    }
    CHECK(f->t->wnd.buf >= before);
    CHECK(f->t->drs.space > 10 * FIX_MSS);
    CHECK_EQ(f->t->opts.rcvbuf, f->t->wnd.buf);
}

TEST(a_buffer_of_fixed_size_refuses_what_it_has_no_memory_for)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.rcvbuf_locked = true;
    f->t->opts.rcvbuf = f->t->wnd.buf = 3 * 2304;
    fill(f, 4);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 4 * FIX_MSS); /* one packet may lie beyond it */
    ignore_sent(f);
    fill(f, 1);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), 4 * FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK)->wnd, 0);
    CHECK_EQ(rs_rcv_wnd(f->t), 0);
}

TEST(text_beyond_gaps_is_given_up_first)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.rcvbuf_locked = true;
    f->t->opts.rcvbuf = f->t->wnd.buf = 3 * 2304;
    for (int i = 1; i < 5; i++) peer_sends(f, RS_ACK, .seq = i * FIX_MSS, .len = FIX_MSS);
    CHECK_EQ(f->t->rcvq.ooo_bytes, 4 * FIX_MSS);
    peer_sends(f, RS_ACK, .len = FIX_MSS);
    CHECK_EQ(f->t->rcvq.ooo_bytes, 0);
    CHECK_EQ(rs_rcvq_ready(&f->t->rcvq), FIX_MSS);
}

TEST(a_low_water_mark_that_the_buffer_cannot_reach_makes_it_larger)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.rcvlowat = 200000;
    rs_rcvbuf_low_water(&f->env, f->t);
    CHECK_EQ(f->t->wnd.buf, 400000);
    CHECK_EQ(f->t->wnd.clamp, 200000);
}

TEST(what_is_read_before_the_connection_is_open_says_nothing_of_the_reader)
{
    fix *f = crossed(rs_config_linux());
    rs_tcb *t = f->t;
    uint32_t buf = t->wnd.buf;
    t->drs.rtt8_us = 8;
    rs_rcvbuf_read(&f->env, t, 1000);
    CHECK_EQ(t->wnd.buf, buf);
    CHECK_EQ(t->drs.since.us, 0);
}

TEST(before_the_connection_is_open_segments_are_as_large_as_announced)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->rcv.mss = 0;
    CHECK_EQ(rs_rcvbuf_now(f->t).mss, f->t->rcv.adv_mss);
    f->t->rcv.mss = 700;
    CHECK_EQ(rs_rcvbuf_now(f->t).mss, 700);
}
