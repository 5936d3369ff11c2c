#define CHECK_MAIN
#include "fix.h"

static void expect_copies(fix *f, uint16_t flags, const int *secs, int n)
{
    for (int i = 0; i < n; i++) {
        CHECK_EQ(next_timer(f).us, (int64_t)secs[i] * 1000000);
        we_send(f, flags);
    }
}

TEST(a_syn_is_repeated_with_doubling_waits_and_given_up_after_three_minutes)
{
    static const int waits[] = {1, 2, 4, 8, 16, 32, 60};
    fix *f = conn_in(RS_SYN_SENT, rs_config_rfc());
    rs_time start = f->env.now;
    expect_copies(f, RS_SYN, waits, 7);
    next_timer(f);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
    CHECK(rs_time_diff(f->env.now, start).us >= 180000000);
}

TEST(linux_repeats_the_first_syns_every_second)
{
    static const int waits[] = {1, 1, 1, 1, 1, 2, 4, 8, 16, 32};
    fix *f = conn_in(RS_SYN_SENT, rs_config_linux());
    expect_copies(f, RS_SYN, waits, 10);
    CHECK_EQ(next_timer(f).us, 64000000);
    state_is(f, RS_CLOSED);
}

TEST(a_half_open_child_is_forgotten_without_a_word)
{
    static const int waits[] = {1, 2, 4, 8, 16};
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_linux());
    expect_copies(f, RS_SYN | RS_ACK, waits, 5);
    CHECK_EQ(next_timer(f).us, 32000000);
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->l->syn_len, 0);
    silence(f, RS_SEC(10));
}

TEST(data_is_repeated_with_doubling_waits_and_given_up_after_at_least_100_seconds)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    call_send(f, 100);
    we_send(f, RS_ACK | RS_PSH);
    rs_time start = f->env.now;
    int64_t last = next_timer(f).us;
    for (int i = 0; i < 4; i++) {
        we_send(f, RS_ACK | RS_PSH);
        int64_t wait = next_timer(f).us;
        CHECK_EQ(wait, 2 * last);
        last = wait;
    }
    pass(f, RS_SEC(3000));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
    CHECK(rs_time_diff(f->t->stat.data_sent, start).us >= 100000000);
}

TEST(a_fin_is_repeated_until_it_is_acknowledged)
{
    fix *f = conn_in(RS_FIN_WAIT_1, rs_config_rfc());
    next_timer(f);
    we_send(f, RS_FIN | RS_ACK);
    next_timer(f);
    we_send(f, RS_FIN | RS_ACK);
    peer_sends(f, RS_ACK);
    state_is(f, RS_FIN_WAIT_2);
    silence(f, RS_SEC(100));
}

TEST(a_closed_window_is_probed_for_ever_while_the_peer_answers)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        peer_sends(f, RS_ACK, .wnd_zero = true);
        call_send(f, 100);
        CHECK_EQ(f->looked, f->sent_count);
        for (int i = 0; i < 40; i++) {
            next_timer(f);
            CHECK(f->looked < f->sent_count);
            ignore_sent(f);
            peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq), .wnd_zero = true);
        }
        state_is(f, RS_ESTABLISHED);
        peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq));
        uint32_t bytes = 0;
        for (; f->looked < f->sent_count; f->looked++) bytes += (uint32_t)f->sent[f->looked].seg.text.len;
        CHECK(bytes >= 1);
        peer_sends(f, RS_ACK);
        peer_sends(f, RS_ACK); /* Nagle kept the rest behind the probe */
        CHECK_EQ(rs_sndq_bytes(&f->t->sndq), 0);
    }
}

TEST(a_fin_that_waits_for_the_window_is_probed_for_at_growing_intervals)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        call_send(f, 1000);
        peer_sends(f, RS_ACK, .wnd_zero = true);
        call_shutdown(f);
        ignore_sent(f);
        rs_time before = f->env.now;
        for (int i = 0; i < 12 && f->t->state == RS_FIN_WAIT_1; i++) {
            next_timer(f);
            ignore_sent(f);
            peer_sends(f, RS_ACK, .ack = -(int32_t)rs_sndq_flight(&f->t->sndq), .wnd_zero = true);
        }
        CHECK(rs_time_diff(f->env.now, before).us > 300000000);
    }
}

TEST(text_that_was_out_while_the_window_was_closed_is_not_given_up_when_it_opens)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        call_send(f, 3 * FIX_MSS);
        peer_sends(f, RS_ACK, .ack = -3 * FIX_MSS, .wnd_zero = true);
        for (int i = 0; i < 60; i++) {
            next_timer(f);
            peer_sends(f, RS_ACK, .ack = -3 * FIX_MSS, .wnd_zero = true);
        }
        peer_sends(f, RS_ACK, .ack = -3 * FIX_MSS);
        rs_time opened = f->env.now;
        for (int i = 0; i < 3; i++) next_timer(f);
        state_is(f, RS_ESTABLISHED);
        ignore_sent(f);
        pass(f, RS_SEC(5000));
        state_is(f, RS_CLOSED);
        CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
        CHECK(rs_time_diff(f->t->stat.data_sent, opened).us >= 100000000);
    }
}

/* By the documents R2 counts doublings (here 15); Linux looks at the silence: the first timeout after 240 s of it. Of a
 * peer that has answered once more the silence begins there. */
TEST(silence_behind_a_window_that_was_taken_back_ends_the_connection_after_twice_the_longest_timeout_in_linux)
{
    for (int answers = 0; answers < 2; answers++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
        call_send(f, FIX_MSS);
        peer_sends(f, RS_ACK, .ack = -FIX_MSS, .wnd_zero = true);
        for (int i = 0; i < 5 * answers; i++) next_timer(f);
        if (answers) peer_sends(f, RS_ACK, .ack = -FIX_MSS, .wnd_zero = true);
        rs_time heard = f->env.now, before = heard;
        while (f->t->state == RS_ESTABLISHED) {
            before = f->env.now;
            next_timer(f);
        }
        CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
        CHECK(rs_time_diff(before, heard).us <= 240000000);
        CHECK(rs_time_diff(f->env.now, heard).us > 240000000);
        CHECK(rs_time_diff(f->env.now, before).us <= 120000000);
    }
    rs_config documents = rs_config_rfc();
    documents.knobs.retries2 = 15;
    fix *f = conn_in(RS_ESTABLISHED, documents);
    call_send(f, FIX_MSS);
    peer_sends(f, RS_ACK, .ack = -FIX_MSS, .wnd_zero = true);
    rs_time heard = f->env.now;
    while (f->t->state == RS_ESTABLISHED) next_timer(f);
    CHECK(rs_time_diff(f->env.now, heard).us > 600000000);
}

TEST(the_probe_is_one_new_octet_by_the_documents_and_none_in_linux)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 100);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 1);
    f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 100);
    next_timer(f);
    const rs_seg *s = we_send(f, RS_ACK);
    CHECK_EQ(s->text.len, 0);
    CHECK_EQ(s->seq.raw, f->t->sndq.una.raw - 1);
}

TEST(the_probe_with_the_last_octet_leaves_the_fin_behind)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 1);
    call_shutdown(f);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK | RS_PSH)->text.len, 1);
    CHECK_EQ(f->t->sndq.nxt.raw, f->t->sndq.una.raw + 1);
    peer_sends(f, RS_ACK);
    CHECK_EQ(we_send(f, RS_FIN | RS_ACK)->seq.raw, f->t->sndq.una.raw);
}

TEST(unanswered_window_probes_end_the_connection)
{
    rs_config presets[] = {rs_config_rfc(), rs_config_linux()};
    for (int p = 0; p < 2; p++) {
        fix *f = conn_in(RS_ESTABLISHED, presets[p]);
        peer_sends(f, RS_ACK, .wnd_zero = true);
        call_send(f, 100);
        pass(f, RS_SEC(5000));
        state_is(f, RS_CLOSED);
        CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
    }
}

TEST(the_user_timeout_ends_what_is_not_acknowledged_in_time)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->t->opts.user_timeout_ms = 1500;
    call_send(f, 100);
    pass(f, RS_MS(1499));
    state_is(f, RS_ESTABLISHED);
    pass(f, RS_MS(1));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
}

TEST(the_user_timeout_counts_from_the_first_retransmission_in_the_linux_way)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.user_timeout_ms = 1500;
    call_send(f, 100);
    while (!f->t->loss.timeouts) next_timer(f);
    pass(f, RS_MS(1499));
    state_is(f, RS_ESTABLISHED);
    pass(f, RS_MS(1));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
}

TEST(an_orphan_in_fin_wait_2_ends_after_fin_timeout)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    call_close(f);
    peer_sends(f, RS_ACK);
    ignore_sent(f);
    silence(f, RS_SEC(59));
    state_is(f, RS_FIN_WAIT_2);
    silence(f, RS_SEC(2));
    CHECK(rs_tcb_is_dead(f->t));
}

TEST(time_wait_lasts_as_long_as_the_preset_says)
{
    fix *f = conn_in(RS_TIME_WAIT, rs_config_linux());
    silence(f, RS_MS(59999));
    state_is(f, RS_TIME_WAIT);
    silence(f, RS_MS(1));
    state_is(f, RS_CLOSED);
}

static void take_all_records(fix *f, uint32_t *first)
{
    uint32_t i;
    while ((i = rs_pool_take(f->env.records)) != RS_NIL) *first = i;
}

TEST(a_syn_without_memory_for_it_is_sent_when_there_is_some_and_given_up_when_there_never_is)
{
    uint32_t spare = RS_NIL;
    fix *f = fresh(rs_config_rfc());
    take_all_records(f, &spare);
    uint32_t slot = rs_tcbs_take(f->env.conns);
    f->t = rs_tcbs_at(f->env.conns, slot);
    rs_tcp_open o = {.conn = slot, .iss = rs_seq_of(FIX_ISS), .mtu = 1500, .family = RS_IPV4, .listener = RS_NIL};
    rs_tcp_open_active(&f->env, f->t, &o);
    silence(f, RS_MS(900));
    rs_pool_give(f->env.records, spare);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_SYN)->seq.raw, FIX_ISS);
    rs_tcp_abort(&f->env, f->t);
    CHECK_EQ(rs_pool_take(f->env.records), spare);
    rs_tcp_open_active(&f->env, f->t, &o);
    pass(f, RS_SEC(300));
    state_is(f, RS_CLOSED);
    CHECK_EQ(f->t->so_error, RS_ETIMEDOUT);
    silence(f, RS_SEC(1));
}

TEST(window_probes_that_find_no_memory_do_not_count_against_the_peer)
{
    uint32_t spare = RS_NIL;
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 100);
    take_all_records(f, &spare);
    silence(f, RS_SEC(3600));
    state_is(f, RS_ESTABLISHED);
    rs_pool_give(f->env.records, spare);
    next_timer(f);
    CHECK_EQ(we_send(f, RS_ACK)->text.len, 1);
}

TEST(a_burst_that_finds_memory_for_its_beginning_only_is_out_and_its_timer_runs)
{
    uint32_t spare = RS_NIL;
    fix *f = conn_in(RS_ESTABLISHED, rs_config_linux());
    peer_sends(f, RS_ACK, .wnd_zero = true);
    call_send(f, 5 * FIX_MSS);
    ignore_sent(f);
    take_all_records(f, &spare);
    rs_pool_give(f->env.records, spare); /* for one segment */
    f->t->snd.wnd = f->t->snd.max_wnd = 20000;
    next_timer(f);
    we_send(f, RS_ACK);
    CHECK_EQ(f->t->sndq.segs, 1);
    CHECK(!rs_time_is_never(f->t->at_rto));
    CHECK(!f->t->persist.active);
}

static const char *told;

static void hear(void *ctx, const rs_event *ev)
{
    (void)ctx;
    if (ev->kind == RS_EV_TIMER) told = ev->why;
}

TEST(a_timer_is_told_by_its_name)
{
    fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
    f->env.trace = hear;
    call_send(f, 10);
    next_timer(f);
    CHECK_STR(told, "retransmission");
    f = conn_in(RS_TIME_WAIT, rs_config_rfc());
    f->env.trace = hear;
    next_timer(f);
    CHECK_STR(told, "2MSL");
}

TEST(a_deferred_child_spares_its_syn_acks_but_the_last_one)
{
    fix *f = conn_in(RS_SYN_RECEIVED, rs_config_rfc());
    f->cfg.knobs.synack_retries = 1;
    f->l->opts.defer_accept_secs = 7;
    peer_sends(f, RS_ACK);
    state_is(f, RS_SYN_RECEIVED);
    silence(f, RS_MS(6900));
    pass(f, RS_MS(100));
    we_send(f, RS_SYN | RS_ACK);
    peer_sends(f, RS_ACK);
    state_is(f, RS_ESTABLISHED);
}

TEST(a_device_that_takes_nothing_is_no_reason_to_wait_for_ever)
{
    for (int opens = 0; opens < 2; opens++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        call_close(f);
        we_send(f, RS_FIN | RS_ACK);
        peer_sends(f, RS_ACK, .ack = -1, .wnd_zero = true);
        f->out.refused = true;
        pass(f, RS_SEC(1));
        if (opens) peer_sends(f, RS_ACK, .ack = -1);
        silence(f, RS_SEC(60));
        state_is(f, RS_FIN_WAIT_1);
        silence(f, RS_SEC(3600));
        state_is(f, RS_CLOSED);
    }
}

TEST(a_window_probe_that_the_device_refuses_keeps_a_user_but_no_orphan)
{
    for (int orphan = 0; orphan < 2; orphan++) {
        fix *f = conn_in(RS_ESTABLISHED, rs_config_rfc());
        peer_sends(f, RS_ACK, .wnd_zero = true);
        call_send(f, 100);
        f->out.refused = true;
        if (orphan) call_close(f);
        silence(f, RS_SEC(1000));
        state_is(f, orphan ? RS_CLOSED : RS_ESTABLISHED);
    }
}
