#define CHECK_MAIN
#include "../tcp/recovery.h"
#include "fix.h"

static fix *ten_out(rs_config cfg)
{
    fix *f = conn_in(RS_ESTABLISHED, cfg);
    call_send(f, 30 * FIX_MSS);
    CHECK_EQ(f->t->sndq.segs, 10);
    ignore_sent(f);
    return f;
}

static void duplicate(fix *f)
{
    peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq));
}

TEST(two_duplicate_acks_let_a_new_segment_out_each_and_the_third_resends_the_first)
{
    fix *f = ten_out(rs_config_rfc());
    rs_seq una = f->t->sndq.una, nxt = f->t->sndq.nxt;
    duplicate(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, nxt.raw);
    duplicate(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, nxt.raw + FIX_MSS);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_DISORDER);
    duplicate(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
    CHECK_EQ(f->t->cc.ssthresh_segs,
             5); /* half of the ten, not of the twelve (RFC5681-no-send-in-first-dups-without-lt) */
    silence(f, RS_MS(1));
}

TEST(a_partial_ack_sends_the_next_hole_and_a_full_one_leaves_recovery)
{
    fix *f = ten_out(rs_config_rfc());
    for (int i = 0; i < 3; i++) duplicate(f);
    ignore_sent(f);
    rs_seq una = f->t->sndq.una;
    peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq) + 3 * FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw + 3 * FIX_MSS);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
    CHECK(f->t->cc.cwnd_segs <= f->t->cc.ssthresh_segs);
}

TEST(a_timeout_collapses_the_window_and_slow_start_sends_everything_again)
{
    fix *f = ten_out(rs_config_rfc());
    rs_seq una = f->t->sndq.una;
    CHECK_EQ(next_timer(f).us, rs_rto_timeout(&f->t->rto).us / 2);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw);
    CHECK_EQ(f->t->cc.cwnd_segs, 1);
    CHECK_EQ(f->t->cc.ssthresh_segs, 5);
    CHECK_EQ(f->t->sndq.lost_segs, 10);
    silence(f, RS_MS(100));
    peer_sends(f, RS_ACK, .ack = -9 * FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw + FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw + 2 * FIX_MSS);
    silence(f, RS_MS(1));
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
}

TEST(duplicates_of_an_earlier_recovery_do_not_start_another)
{
    fix *f = ten_out(rs_config_rfc());
    next_timer(f);
    peer_sends(f, RS_ACK, .ack = 0);
    CHECK_EQ(f->t->loss.ca_state, RS_CA_OPEN);
    ignore_sent(f);
    for (int i = 0; i < 4; i++) duplicate(f);
    CHECK(f->t->loss.ca_state != RS_CA_RECOVERY);
}

TEST(a_window_change_or_text_makes_an_ack_no_duplicate)
{
    fix *f = ten_out(rs_config_rfc());
    for (int i = 0; i < 5; i++) peer_sends(f, RS_ACK, .ack = -10 * FIX_MSS, .wnd = (uint16_t)(20000 + i));
    for (int i = 0; i < 5; i++) peer_sends(f, RS_ACK, .ack = -10 * FIX_MSS, .len = 1, .wnd = 20004);
    CHECK_EQ(f->t->loss.dup_acks, 0);
}

TEST(timeouts_under_a_window_shrunk_to_nothing_lower_the_threshold_once_or_each_time)
{
    for (int each = 0; each < 2; each++) {
        rs_config cfg = rs_config_linux();
        cfg.quirks.shrunk_window_recuts = each;
        fix *f = conn_in(RS_ESTABLISHED, cfg);
        call_send(f, 2 * FIX_MSS);
        peer_sends(f, RS_ACK, .ack = -2 * FIX_MSS, .wnd_zero = true);
        next_timer(f);
        uint32_t first = f->t->cc.ssthresh_segs;
        CHECK(first < 10);
        next_timer(f);
        CHECK_EQ(f->t->cc.ssthresh_segs < first, each);
    }
}

TEST(segments_too_big_for_the_path_go_again_in_pieces_with_the_window_unchanged)
{
    fix *f = ten_out(rs_config_rfc());
    rs_seq una = f->t->sndq.una;
    uint32_t cwnd = f->t->cc.cwnd_segs;
    silence(f, RS_MS(500));
    rs_tcp_icmp(&f->env, f->t, &(rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .err = RS_EMSGSIZE, .seq = una, .mtu = 640});
    silence(f, RS_US(0)); /* drained below */
    rs_tcp_output(&f->env, f->t);
    CHECK_EQ(f->t->snd.mss, 600);
    CHECK_EQ(f->t->cc.cwnd_segs, cwnd);
    CHECK_EQ(f->t->at_rto.us, rs_time_add(f->env.now, rs_rto_timeout(&f->t->rto)).us);
    CHECK_EQ(f->out.segs[0].seg.seq.raw, una.raw);
    CHECK_EQ(f->out.segs[0].seg.text.len, 600);
    CHECK_EQ(f->out.segs[1].seg.text.len, 400);
}

TEST(too_big_segments_leave_the_threshold_or_on_linux_lift_it_to_three_quarters_of_the_window)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = ten_out(like_linux ? rs_config_linux() : rs_config_rfc());
        f->t->cc.ssthresh_segs = 4;
        uint32_t cwnd = f->t->cc.cwnd_segs;
        rs_icmp_error e = {.kind = RS_ICMP_TOO_BIG, .err = RS_EMSGSIZE, .seq = f->t->sndq.una, .mtu = 640};
        rs_tcp_icmp(&f->env, f->t, &e);
        CHECK_EQ(f->t->loss.ca_state, RS_CA_LOSS);
        CHECK_EQ(f->t->cc.ssthresh_segs, like_linux ? cwnd / 2 + cwnd / 4 : 4);
        collect(f);
        ignore_sent(f);
    }
}

TEST(a_loss_found_after_a_mark_is_recovered_up_to_all_that_was_out_then)
{
    for (int like_linux = 0; like_linux < 2; like_linux++) {
        fix *f = ten_out(like_linux ? rs_config_linux() : rs_config_rfc());
        f->t->sack_on = true;
        rs_seq una = f->t->sndq.una, nxt = f->t->sndq.nxt;
        rs_recovery_enter_cwr(&f->env, f->t);
        peer_sends(f, RS_ACK, .ack = -8 * FIX_MSS); /* the first two arrived, and more may go */
        rs_seq later = f->t->sndq.nxt;
        CHECK(rs_seq_after(later, nxt));
        ignore_sent(f);
        pass(f, RS_MS(100));
        rs_opts told = {.sack_count = 1, .sack = {{rs_seq_add(una, 3 * FIX_MSS), rs_seq_add(una, 10 * FIX_MSS)}}};
        peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq), .opts = told);
        CHECK_EQ(f->t->loss.ca_state, RS_CA_RECOVERY);
        CHECK_EQ(f->t->loss.recover.raw, (like_linux ? nxt : later).raw);
        ignore_sent(f);
    }
}

TEST(a_receiver_that_reneged_gets_what_it_had_sacked_again_after_a_timeout)
{
    fix *f = ten_out(rs_config_rfc());
    f->t->sack_on = true;
    rs_seq una = f->t->sndq.una;
    rs_opts told = {.sack_count = 1, .sack = {{rs_seq_add(una, FIX_MSS), rs_seq_add(una, 9 * FIX_MSS)}}};
    peer_sends(f, RS_ACK, .ack = -10 * FIX_MSS, .opts = told);
    CHECK_EQ(f->t->sndq.sacked_segs, 8);
    ignore_sent(f);
    peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq) + FIX_MSS);
    ignore_sent(f);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw + FIX_MSS);
    CHECK_EQ(f->t->sndq.sacked_segs, 0);
    peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq) + FIX_MSS);
    CHECK_EQ(we_send(f, RS_ACK)->seq.raw, una.raw + 2 * FIX_MSS);
}
