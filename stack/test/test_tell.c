/* What one connection tells beside its stream: stamps, completions, ICMP errors, wake-ups. */
#define CHECK_MAIN
#include "../tcp/tell.h"

#include "fix.h"

enum { SND = 1 << 1, SOFTWARE = 1 << 4, OPT_ID = 1 << 7, SCHED = 1 << 8, ACK = 1 << 9, TSONLY = 1 << 11 };
enum { STATS = 1 << 12 };

static fix *f;
static const uint8_t text[100000];

static void open_with(uint32_t stamping)
{
    f = conn_in(RS_ESTABLISHED, rs_config_linux());
    f->t->opts.stamping = stamping;
    f->t->notes.base = f->t->sndq.una;
}

static void write(size_t len, rs_tcp_write w)
{
    w.data = text;
    w.len = len;
    CHECK_EQ(rs_tcp_send(&f->env, f->t, &w), len);
}

static void note_is(uint8_t origin, uint32_t info, uint32_t data)
{
    const rs_note *n = rs_notes_first(f->env.records, &f->t->notes);
    CHECK(n != NULL);
    CHECK_EQ(n->origin, origin);
    CHECK_EQ(n->info, info);
    CHECK_EQ(n->data, data);
    rs_notes_drop_first(f->env.blocks, f->env.records, &f->t->notes);
}

static void no_more_notes(void)
{
    CHECK_EQ(f->t->notes.count, 0);
}

TEST(a_write_is_stamped_when_it_is_sent_and_when_it_is_acknowledged)
{
    open_with(SND | SCHED | ACK | OPT_ID);
    write(1500, (rs_tcp_write){.stamps = SND | SCHED | ACK});
    note_is(RS_NOTE_STAMP, RS_STAMP_SCHED, 1499);
    note_is(RS_NOTE_STAMP, RS_STAMP_SND, 1499);
    no_more_notes();
    peer_sends(f, RS_ACK, .ack = -1);
    no_more_notes();
    peer_sends(f, RS_ACK);
    note_is(RS_NOTE_STAMP, RS_STAMP_ACK, 1499);
    no_more_notes();
}

TEST(a_retransmission_is_stamped_again_when_it_is_sent)
{
    open_with(SND | OPT_ID);
    write(500, (rs_tcp_write){.stamps = SND});
    note_is(RS_NOTE_STAMP, RS_STAMP_SND, 499);
    pass(f, RS_SEC(2));
    note_is(RS_NOTE_STAMP, RS_STAMP_SND, 499);
}

TEST(without_ids_stamps_carry_no_number)
{
    open_with(SND);
    write(500, (rs_tcp_write){.stamps = SND});
    note_is(RS_NOTE_STAMP, RS_STAMP_SND, 0);
}

TEST(a_write_that_joins_an_unsent_one_takes_its_stamp_over)
{
    open_with(ACK | OPT_ID);
    write(FIX_WND, (rs_tcp_write){.more = true});
    write(10, (rs_tcp_write){.stamps = ACK});
    write(10, (rs_tcp_write){.stamps = ACK});
    for (int i = 0; i < 20; i++) {
        peer_sends(f, RS_ACK);
        pass(f, RS_MS(1));
    }
    note_is(RS_NOTE_STAMP, RS_STAMP_ACK, FIX_WND + 19);
    no_more_notes();
}

TEST(writes_without_copying_are_numbered_and_told_when_acknowledged)
{
    open_with(0);
    write(500, (rs_tcp_write){.zerocopy = true});
    no_more_notes();
    peer_sends(f, RS_ACK);
    note_is(RS_NOTE_ZEROCOPY, 0, 0);
    write(500, (rs_tcp_write){.zerocopy = true});
    peer_sends(f, RS_ACK);
    note_is(RS_NOTE_ZEROCOPY, 1, 1);
}

TEST(a_write_that_goes_on_keeps_its_number)
{
    open_with(0);
    write(500, (rs_tcp_write){.zerocopy = true});
    write(500, (rs_tcp_write){.zerocopy = true, .zerocopy_goes_on = true});
    CHECK_EQ(f->t->notes.writes, 1);
}

TEST(a_connection_that_ends_completes_what_it_was_given)
{
    open_with(ACK);
    write(500, (rs_tcp_write){.zerocopy = true, .stamps = ACK});
    peer_sends(f, RS_RST);
    state_is(f, RS_CLOSED);
    note_is(RS_NOTE_ZEROCOPY, 0, 0);
    no_more_notes();
}

TEST(statistics_go_with_a_stamp_that_has_no_packet)
{
    open_with(SND | TSONLY | STATS);
    write(500, (rs_tcp_write){.stamps = SND});
    const rs_note *n = rs_notes_first(f->env.records, &f->t->notes);
    CHECK(n->stats_len > 200);
    CHECK(!n->has_packet);
}

TEST(the_error_queue_is_bounded_by_the_receive_buffer)
{
    open_with(SND);
    f->t->opts.rcvbuf = 10 * 768;
    for (int i = 0; i < 30; i++) {
        write(10, (rs_tcp_write){.stamps = SND});
        peer_sends(f, RS_ACK);
    }
    CHECK_EQ(f->t->notes.count, 10);
    ignore_sent(f);
}

TEST(an_icmp_error_is_told_to_who_asked)
{
    f = conn_in(RS_SYN_SENT, rs_config_linux());
    f->t->opts.recverr = true;
    rs_icmp_error e = {.kind = RS_ICMP_SOFT, .err = RS_EHOSTUNREACH, .type = 3, .code = 1, .seq = f->t->snd.iss};
    rs_tcp_icmp(&f->env, f->t, &e);
    const rs_note *n = rs_notes_first(f->env.records, &f->t->notes);
    CHECK_EQ(n->err, RS_EHOSTUNREACH);
    CHECK_EQ(n->type, 3);
    CHECK_EQ(n->code, 1);
    CHECK_EQ(n->origin, RS_NOTE_ICMP);
}

TEST(every_arrival_of_text_is_a_new_wake_up)
{
    open_with(0);
    peer_sends(f, RS_ACK, .len = 100);
    uint32_t first = f->t->wake[RS_WAKE_IN];
    CHECK(first != 0);
    peer_sends(f, RS_ACK, .len = 100);
    CHECK(f->t->wake[RS_WAKE_IN] != first);
    uint32_t second = f->t->wake[RS_WAKE_IN];
    peer_sends(f, RS_ACK, .seq = 500, .len = 100); /* beyond a gap: nothing to read */
    CHECK_EQ(f->t->wake[RS_WAKE_IN], second);
    ignore_sent(f);
}

TEST(room_wakes_only_who_asked_for_it)
{
    open_with(0);
    write(2000, (rs_tcp_write){0});
    peer_sends(f, RS_ACK);
    CHECK_EQ(f->t->wake[RS_WAKE_OUT], 0);
    f->t->snd.nospace = true;
    write(2000, (rs_tcp_write){0});
    f->t->snd.nospace = true;
    peer_sends(f, RS_ACK);
    CHECK(f->t->wake[RS_WAKE_OUT] != 0);
    CHECK(!f->t->snd.nospace);
}
