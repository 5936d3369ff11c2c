#define CHECK_MAIN
#include "check.h"

#include "../mech/sndq.h"
#include "mech_pools.h"

static record_pool record_arena;
static rs_pool *blocks, *records;
static rs_sndq q;

static const uint8_t text[20000];

static void open_queue(uint32_t iss)
{
    blocks = fresh_blocks(POOL_BLOCKS_MAX);
    records = fresh_records(&record_arena, POOL_RECORDS_MAX);
    rs_sndq_init(&q, rs_seq_of(iss));
}

static void sound(void)
{
    CHECK_SOUND(rs_sndq_broken(blocks, records, &q));
    CHECK_SOUND(rs_pool_broken(records));
    CHECK_SOUND(rs_pool_broken(blocks));
}

static void write_text(uint32_t len)
{
    CHECK_EQ(rs_sndq_append(blocks, &q, &(rs_sndq_write){.data = text, .len = len, .limit_bytes = 100000}), len);
    sound();
}

static rs_sndq_chunk look(uint32_t max_len)
{
    return rs_sndq_next(records, &q, max_len);
}

/* Sends the next chunk of at most max_len bytes at `us`. */
static uint32_t send_one(uint32_t max_len, int64_t us)
{
    rs_sndq_chunk c = look(max_len);
    uint32_t rec = rs_sndq_cut(records, &q, &c, (rs_time){us});
    sound();
    return rec;
}

static void resend(uint32_t rec, int64_t us)
{
    rs_sndq_resent(records, &q, rec, (rs_time){us});
    sound();
}

static rs_sndq_acked ack(uint32_t una)
{
    rs_sndq_acked a = rs_sndq_ack(blocks, records, &q, rs_seq_of(una));
    sound();
    return a;
}

static const rs_sndrec *rec_of(uint32_t i)
{
    return rs_sndq_rec(records, i);
}

/* n segments of 100 bytes from sequence number 1, sent at 10, 20, 30 ... */
static void send_hundreds(uint32_t n)
{
    open_queue(1);
    write_text(100 * n);
    for (uint32_t i = 0; i < n; i++) send_one(100, 10 * (i + 1));
}

/* --- SYN and FIN */

TEST(a_syn_takes_one_number_and_goes_alone)
{
    open_queue(0xffffffff);
    rs_sndq_queue_syn(&q);
    write_text(10);
    rs_sndq_chunk c = look(1000);
    CHECK_EQ(c.flags, RS_SYN);
    CHECK_EQ(c.len, 0);
    CHECK(!c.last);
    send_one(1000, 1);
    CHECK_EQ(q.nxt.raw, 0);
    CHECK_EQ(rs_sndq_unsent(&q), 10);
    CHECK_EQ(send_one(1000, 2), rec_of(rs_sndq_first(&q))->next);
    rs_sndq_acked a = ack(0);
    CHECK(!a.fin && a.rtt_valid);
    CHECK_EQ(a.bytes, 0);
    CHECK_EQ(a.segs, 1);
    CHECK_EQ(ack(10).bytes, 10);
}

TEST(a_fin_rides_on_the_chunk_that_empties_the_queue)
{
    open_queue(1);
    write_text(150);
    rs_sndq_queue_fin(&q);
    CHECK_EQ(look(100).flags & RS_FIN, 0);
    CHECK(!look(100).last);
    send_one(100, 1);
    rs_sndq_chunk c = look(100);
    CHECK_EQ(c.len, 50);
    CHECK(c.flags & RS_FIN);
    CHECK(c.last);
    send_one(100, 2);
    CHECK_EQ(q.nxt.raw, 152);
    CHECK(!rs_sndq_has_unsent(&q));
    CHECK(!ack(151).fin);
    CHECK_EQ(rs_sndq_flight(&q), 1);
    rs_sndq_acked a = ack(152);
    CHECK(a.fin);
    CHECK_EQ(a.bytes, 0);
}

TEST(a_fin_held_back_goes_alone_later_and_nothing_follows_it)
{
    open_queue(1);
    write_text(50);
    rs_sndq_queue_fin(&q);
    rs_sndq_chunk c = look(100);
    c.flags = 0;
    rs_sndq_cut(records, &q, &c, (rs_time){1});
    sound();
    CHECK_EQ(look(0).flags, RS_FIN);
    send_one(0, 2);
    CHECK_EQ(rs_sndq_append(blocks, &q, &(rs_sndq_write){.data = text, .len = 1, .limit_bytes = 1000}), 0);
    CHECK_EQ(look(100).flags, 0);
    CHECK_EQ(send_one(100, 3), RS_NIL);
}

/* --- filling */

TEST(the_queue_takes_no_more_than_its_limit_counting_what_is_out)
{
    open_queue(1);
    rs_sndq_write w = {.data = text, .len = 80, .limit_bytes = 100};
    CHECK_EQ(rs_sndq_append(blocks, &q, &w), 80);
    send_one(50, 1);
    CHECK_EQ(rs_sndq_append(blocks, &q, &w), 20);
    CHECK_EQ(rs_sndq_append(blocks, &q, &w), 0);
    ack(31);
    CHECK_EQ(rs_sndq_append(blocks, &q, &w), 30);
    CHECK_EQ(rs_sndq_unacked(&q), 20);
    CHECK_EQ(rs_sndq_unsent(&q), 80);
}

TEST(push_marks_the_segment_with_the_last_byte_and_newer_pushes_replace_it)
{
    open_queue(1);
    write_text(150);
    rs_sndq_mark_push(&q);
    CHECK_EQ(look(100).flags, 0);
    CHECK_EQ(look(150).flags, RS_PSH);
    write_text(100);
    CHECK_EQ(look(150).flags, RS_PSH);
    rs_sndq_mark_push(&q);
    CHECK_EQ(look(150).flags, 0);
    send_one(200, 1);
    CHECK_EQ(look(200).flags, RS_PSH);
    send_one(200, 2);
    write_text(10);
    CHECK_EQ(look(200).flags, 0);
}

TEST(a_push_that_is_kept_stays_beside_the_newest)
{
    open_queue(1);
    write_text(100);
    rs_sndq_mark_push(&q);
    rs_sndq_keep_push(&q);
    write_text(100);
    rs_sndq_mark_push(&q);
    rs_sndq_keep_push(&q); /* one is kept already */
    write_text(100);
    rs_sndq_mark_push(&q);
    CHECK_EQ(look(50).flags, 0);
    CHECK_EQ(look(100).flags, RS_PSH);
    send_one(100, 1);
    CHECK_EQ(look(100).flags, 0);
    CHECK_EQ(look(200).flags, RS_PSH);
}

TEST(what_joins_a_pushed_piece_takes_the_push_along)
{
    open_queue(1);
    write_text(100);
    rs_sndq_mark_push(&q);
    rs_sndq_keep_push(&q);
    rs_seq end = q.end;
    write_text(20);
    rs_sndq_widen_push(&q, end);
    CHECK_EQ(look(100).flags, 0);
    CHECK_EQ(look(120).flags, RS_PSH);
    write_text(20);
    rs_sndq_widen_push(&q, end); /* the push is no longer there */
    CHECK_EQ(look(120).flags, RS_PSH);
    CHECK(rs_sndq_broken(blocks, records, &q) == NULL);
}

TEST(no_segment_crosses_the_end_of_a_record)
{
    open_queue(1);
    write_text(30);
    CHECK(rs_sndq_mark_eor(records, &q));
    CHECK(rs_sndq_mark_eor(records, &q));
    CHECK_EQ(records->live, 1);
    write_text(70);
    CHECK(rs_sndq_mark_eor(records, &q));
    rs_sndq_chunk c = look(1000);
    CHECK_EQ(c.len, 30);
    CHECK(c.eor && !c.last);
    CHECK_EQ(look(20).len, 20);
    CHECK(!look(20).eor);
    uint32_t first = send_one(1000, 1);
    CHECK(rec_of(first)->eor);
    CHECK_EQ(look(1000).len, 70);
    CHECK(look(1000).last);
    send_one(1000, 2);
    CHECK_EQ(rs_sndq_merge(records, &q, first, 1000), 0);
}

TEST(without_a_record_slot_nothing_is_sent_or_marked)
{
    open_queue(1);
    records = fresh_records(&record_arena, 1);
    write_text(200);
    send_one(100, 1);
    CHECK_EQ(send_one(100, 2), RS_NIL);
    CHECK_EQ(q.nxt.raw, 101);
    CHECK(!rs_sndq_mark_eor(records, &q));
    CHECK_EQ(rs_sndq_split(records, &q, rs_sndq_first(&q), 50), RS_NIL);
    sound();
}

/* --- acknowledgment */

TEST(an_ack_frees_whole_records_and_trims_the_one_it_ends_in)
{
    send_hundreds(4);
    rs_sndq_acked a = ack(251);
    CHECK_EQ(a.bytes, 250);
    CHECK_EQ(a.segs, 2);
    CHECK_EQ(a.new_segs, 2);
    CHECK(a.rtt_valid && !a.any_retrans);
    CHECK_EQ(a.oldest_sent.us, 10);
    CHECK_EQ(rec_of(rs_sndq_first(&q))->seq.raw, 251);
    CHECK_EQ(rec_of(rs_sndq_first(&q))->len, 50);
    CHECK_EQ(q.segs, 2);
}

TEST(an_ack_outside_what_is_out_changes_nothing)
{
    send_hundreds(2);
    CHECK_EQ(ack(1).segs, 0);
    CHECK_EQ(ack(202).segs, 0);
    CHECK_EQ(ack(0xfffffff0).segs, 0);
    CHECK_EQ(q.una.raw, 1);
    CHECK_EQ(q.segs, 2);
}

TEST(a_segment_sent_twice_gives_no_round_trip_sample)
{
    send_hundreds(3);
    resend(rs_sndq_first(&q), 50);
    rs_sndq_acked a = ack(201);
    CHECK(a.any_retrans && !a.rtt_valid);
    CHECK(ack(301).rtt_valid);
}

/* Every record that lies wholly in [from, to); how many of them were not SACKed before. */
static uint32_t sack(uint32_t from, uint32_t to)
{
    uint32_t before = q.sacked_segs;
    for (uint32_t i = rs_sndq_first(&q); i != RS_NIL; i = rec_of(i)->next) {
        if (rs_seq_before(rec_of(i)->seq, rs_seq_of(from))) continue;
        if (rs_seq_before_eq(rs_sndrec_end(rec_of(i)), rs_seq_of(to))) rs_sndq_sack(records, &q, i);
    }
    return q.sacked_segs - before;
}

TEST(a_sample_comes_only_from_what_was_not_sacked_before)
{
    send_hundreds(3);
    CHECK_EQ(sack(101, 301), 2);
    sound();
    rs_sndq_acked a = ack(301);
    CHECK(a.rtt_valid);
    CHECK_EQ(a.oldest_sent.us, 10);
    CHECK_EQ(a.new_segs, 1);
    send_hundreds(1);
    sack(1, 101);
    CHECK(!ack(101).rtt_valid);
}

/* --- loss, retransmission, split, merge */

TEST(lost_records_are_found_oldest_first_and_once_each)
{
    send_hundreds(4);
    uint32_t first = rs_sndq_first(&q), second = rec_of(first)->next, third = rec_of(second)->next;
    rs_sndq_lose(records, &q, third);
    CHECK_EQ(rs_sndq_next_lost(records, &q), third);
    rs_sndq_lose(records, &q, second);
    CHECK_EQ(rs_sndq_next_lost(records, &q), second);
    CHECK_EQ(rs_sndq_inflight(&q), 2);
    resend(second, 100);
    CHECK_EQ(rs_sndq_inflight(&q), 3);
    CHECK_EQ(rs_sndq_next_lost(records, &q), third);
    resend(third, 110);
    CHECK_EQ(rs_sndq_next_lost(records, &q), RS_NIL);
    rs_sndq_lose(records, &q, second);
    CHECK_EQ(rs_sndq_next_lost(records, &q), second);
    CHECK_EQ(rs_sndq_inflight(&q), 3);
    ack(201);
    CHECK_EQ(rs_sndq_next_lost(records, &q), RS_NIL);
    CHECK_EQ(rs_sndq_inflight(&q), 2);
}

TEST(a_timeout_loses_everything_not_sacked_and_all_of_it_once_sack_is_forgotten)
{
    send_hundreds(4);
    sack(201, 301);
    rs_sndq_lose_all(records, &q);
    sound();
    CHECK_EQ(q.lost_segs, 3);
    CHECK_EQ(rs_sndq_inflight(&q), 0);
    CHECK_EQ(rs_sndq_next_lost(records, &q), rs_sndq_first(&q));
    rs_sndq_unsack_all(records, &q);
    sound();
    CHECK_EQ(rs_sndq_inflight(&q), 1);
    rs_sndq_lose_all(records, &q);
    sound();
    CHECK_EQ(q.lost_segs, 4);
}

TEST(only_records_wholly_inside_a_sack_block_are_sacked)
{
    send_hundreds(4);
    rs_sndq_lose(records, &q, rec_of(rs_sndq_first(&q))->next);
    CHECK_EQ(sack(51, 350), 2);
    sound();
    CHECK_EQ(q.lost_segs, 0);
    CHECK_EQ(sack(51, 350), 0);
}

TEST(a_copy_sent_without_a_loss_stays_in_flight_until_it_is_reported_as_a_duplicate)
{
    send_hundreds(2);
    uint32_t first = rs_sndq_first(&q);
    rs_sndq_lose(records, &q, first);
    resend(first, 50);
    rs_sndq_unlose_all(records, &q);
    sound();
    CHECK_EQ(rs_sndq_inflight(&q), 3);
    sack(1, 101);
    sound();
    CHECK_EQ(rs_sndq_inflight(&q), 2);
    rs_sndq_arrived_twice(records, &q, first);
    sound();
    CHECK_EQ(rs_sndq_inflight(&q), 1);
}

TEST(a_probe_is_no_retransmission_that_is_out)
{
    send_hundreds(2);
    uint32_t first = rs_sndq_first(&q);
    rs_sndq_probed(records, first, (rs_time){70});
    sound();
    CHECK_EQ(rs_sndq_inflight(&q), 2);
    CHECK_EQ(rec_of(first)->last_sent.us, 70);
    CHECK(ack(101).any_retrans);
}

TEST(a_loss_is_news_once_for_each_time_it_was_sent)
{
    send_hundreds(2);
    uint32_t first = rs_sndq_first(&q);
    CHECK(rs_sndq_lose(records, &q, first));
    CHECK(!rs_sndq_lose(records, &q, first));
    resend(first, 50);
    CHECK(rs_sndq_lose(records, &q, first));
    CHECK_EQ(rs_sndq_lose_all(records, &q), 1);
    sound();
}

TEST(splitting_keeps_push_and_fin_on_the_second_part)
{
    open_queue(1);
    write_text(100);
    rs_sndq_mark_push(&q);
    rs_sndq_queue_fin(&q);
    uint32_t a = send_one(1000, 5);
    rs_sndq_lose(records, &q, a);
    uint32_t b = rs_sndq_split(records, &q, a, 60);
    sound();
    CHECK_EQ(rec_of(a)->len, 60);
    CHECK_EQ(rec_of(a)->flags, 0);
    CHECK_EQ(rec_of(b)->seq.raw, 61);
    CHECK_EQ(rec_of(b)->len, 40);
    CHECK_EQ(rec_of(b)->flags, RS_PSH | RS_FIN);
    CHECK_EQ(rec_of(b)->first_sent.us, 5);
    CHECK_EQ(q.lost_segs, 2);
    CHECK_EQ(q.segs, 2);
}

TEST(small_neighbours_are_merged_for_a_retransmission_up_to_one_segment)
{
    send_hundreds(5);
    uint32_t first = rs_sndq_first(&q);
    rs_sndq_lose_all(records, &q);
    CHECK_EQ(rs_sndq_merge(records, &q, first, 399), 2);
    sound();
    CHECK_EQ(rec_of(first)->len, 300);
    CHECK_EQ(q.segs, 3);
    CHECK_EQ(q.lost_segs, 3);
    sack(301, 401);
    CHECK_EQ(rs_sndq_merge(records, &q, first, 1000), 0);
}

TEST(clearing_gives_everything_back)
{
    send_hundreds(3);
    write_text(500);
    rs_sndq_mark_eor(records, &q);
    rs_sndq_queue_fin(&q);
    rs_sndq_clear(blocks, records, &q);
    sound();
    CHECK_EQ(blocks->live + records->live, 0);
    CHECK_EQ(q.una.raw, 301);
    CHECK(!rs_sndq_has_unsent(&q));
}

/* --- against a model: the stream as an array, the ends of user records, and which bytes are out */

enum { STREAM = 60000 };

typedef struct model {
    uint8_t byte[STREAM], eor[STREAM + 1]; /* eor[n]: a record ends before offset n */
    uint32_t base, una, nxt, end;          /* offsets; base is the sequence number of offset 0 */
} model;

static void step_write(model *m, rs_rng *rng)
{
    uint32_t n = rs_rng_below(rng, 4000);
    if (m->end + n > STREAM) n = STREAM - m->end;
    rs_rng_fill(rng, m->byte + m->end, n);
    rs_sndq_write w = {.data = m->byte + m->end, .len = n, .limit_bytes = 20000};
    rs_seq before = q.end;
    uint32_t took = rs_sndq_append(blocks, &q, &w);
    CHECK(took <= n);
    if (rs_rng_below(rng, 4) == 0) rs_sndq_widen_push(&q, before);
    m->end += took;
    if (rs_rng_below(rng, 4) == 0 && m->end > m->nxt && rs_sndq_mark_eor(records, &q)) m->eor[m->end] = 1;
    if (rs_rng_below(rng, 4) == 0) rs_sndq_mark_push(&q);
    if (rs_rng_below(rng, 4) == 0) rs_sndq_keep_push(&q);
}

static void step_send(model *m, rs_rng *rng)
{
    rs_sndq_chunk c = look(1 + rs_rng_below(rng, 1500));
    if (c.len == 0) return;
    for (uint32_t k = 1; k < c.len; k++) CHECK(!m->eor[m->nxt + k]);
    CHECK_EQ(c.eor, m->eor[m->nxt + c.len]);
    CHECK_EQ(c.last, m->nxt + c.len == m->end);
    uint32_t rec = rs_sndq_cut(records, &q, &c, (rs_time){1});
    if (rec == RS_NIL) return;
    CHECK_EQ(rec_of(rec)->seq.raw, m->base + m->nxt);
    m->nxt += c.len;
}

static void step_ack(model *m, rs_rng *rng)
{
    uint32_t to = m->una + rs_rng_below(rng, m->nxt - m->una + 1);
    rs_sndq_acked a = rs_sndq_ack(blocks, records, &q, rs_seq_of(m->base + to));
    CHECK_EQ(a.bytes, to - m->una);
    m->una = to;
}

/* A random record, RS_NIL if there is none. */
static uint32_t some_record(rs_rng *rng)
{
    uint32_t i = rs_sndq_first(&q);
    for (uint32_t n = rs_rng_below(rng, q.segs + 1); n > 1; n--) i = rec_of(i)->next;
    return i;
}

static void step_repair(model *m, rs_rng *rng)
{
    uint32_t rec = some_record(rng), what = rs_rng_below(rng, 6);
    if (rec == RS_NIL) return;
    uint32_t at = rec_of(rec)->seq.raw - m->base, len = rec_of(rec)->len;
    if (what == 0 && len > 1) rs_sndq_split(records, &q, rec, 1 + rs_rng_below(rng, len - 1));
    if (what == 1) rs_sndq_merge(records, &q, rec, 3000);
    if (what == 2) rs_sndq_lose(records, &q, rec);
    if (what == 3) rs_sndq_resent(records, &q, rec, (rs_time){2});
    if (what == 4) sack(m->base + at, m->base + at + 3000);
    if (what == 5 && rs_rng_below(rng, 4) == 0) rs_sndq_lose_all(records, &q);
}

static void compare(model *m, rs_rng *rng)
{
    static uint8_t out[STREAM];
    uint32_t at = m->una + rs_rng_below(rng, m->end - m->una + 1), n = rs_rng_below(rng, m->end - at + 1);
    rs_sum sum = rs_sndq_copy(blocks, &q, &(rs_sndq_span){.seq = rs_seq_of(m->base + at), .len = n, .to = out});
    CHECK(memcmp(out, m->byte + at, n) == 0);
    CHECK_EQ(rs_sum_finish(sum), rs_sum_finish(rs_sum_bytes(out, n)));
    CHECK_EQ(rs_sndq_bytes(&q), m->end - m->una);
    CHECK_EQ(rs_sndq_unsent(&q), m->end - m->nxt);
    CHECK_EQ(rs_sndq_flight(&q), m->nxt - m->una);
    uint32_t lost = RS_NIL;
    for (uint32_t i = rs_sndq_first(&q); i != RS_NIL && lost == RS_NIL; i = rec_of(i)->next)
        if (rec_of(i)->lost && !rec_of(i)->retrans_out) lost = i;
    CHECK_EQ(rs_sndq_next_lost(records, &q), lost);
}

TEST(random_use_keeps_the_stream_and_the_books_in_order)
{
    static model m;
    rs_rng rng = rs_rng_of(3);
    for (int round = 0; round < 30; round++) {
        memset(&m, 0, sizeof m);
        m.base = round % 2 ? 0xffffffffu - rs_rng_below(&rng, STREAM / 2) : rs_rng_u32(&rng);
        open_queue(m.base);
        records = fresh_records(&record_arena, 4 + rs_rng_below(&rng, 60));
        for (int step = 0; step < 400; step++) {
            uint32_t what = rs_rng_below(&rng, 8);
            if (what < 2) step_write(&m, &rng);
            if (what == 2 || what == 3) step_send(&m, &rng);
            if (what == 4) step_ack(&m, &rng);
            if (what > 4) step_repair(&m, &rng);
            sound();
            compare(&m, &rng);
        }
        CHECK(m.una > 4000);
        rs_sndq_clear(blocks, records, &q);
        CHECK_EQ(blocks->live + records->live, 0);
    }
}

TEST(what_is_set_aside_stays_so_until_it_is_sent_again)
{
    send_hundreds(1);
    uint32_t r = rs_sndq_first(&q);
    rs_sndq_set_aside(records, r);
    CHECK(rec_of(r)->set_aside);
    resend(r, 5);
    CHECK(!rec_of(r)->set_aside);
    rs_sndq_sent_anew(records, r, (rs_time){9});
    CHECK_EQ(rec_of(r)->last_sent.us, 9);
    sound();
}
