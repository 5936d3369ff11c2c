#define CHECK_MAIN
#include "check.h"

#include "../mech/rcvq.h"
#include "mech_pools.h"

static record_pool record_arena;
static rs_pool *blocks, *records;
static rs_rcvq q;

static const uint8_t text[10000];

/* A queue that expects sequence number 1. */
static void open_queue(void)
{
    blocks = fresh_blocks(POOL_BLOCKS_MAX);
    records = fresh_records(&record_arena, POOL_RECORDS_MAX);
    rs_rcvq_init(&q, rs_seq_of(1));
}

static rs_rcvq_took take(const rs_rcvq_in *in)
{
    rs_rcvq_took t = rs_rcvq_take(blocks, records, &q, in);
    CHECK_SOUND(rs_rcvq_broken(blocks, records, &q));
    return t;
}

static rs_rcvq_took words(uint32_t seq, const char *s)
{
    uint32_t len = (uint32_t)strlen(s);
    return take(&(rs_rcvq_in){.seq = rs_seq_of(seq), .text = (const uint8_t *)s, .len = len, .edge = rs_seq_of(999)});
}

/* Segment [seq, end) of zeros, window far away. */
static rs_rcvq_took segment(uint32_t seq, uint32_t end)
{
    return take(&(rs_rcvq_in){.seq = rs_seq_of(seq), .text = text, .len = end - seq, .edge = rs_seq_of(50000)});
}

static rs_rcvq_took fin(uint32_t seq, uint32_t end)
{
    rs_rcvq_in in = {.seq = rs_seq_of(seq), .text = text, .len = end - seq, .fin = true, .edge = rs_seq_of(50000)};
    return take(&in);
}

/* Is SACK block n (D-SACK first) start:end ? */
static void sack_is(uint32_t n, uint32_t start, uint32_t end)
{
    rs_range out[4];
    uint32_t count = rs_rcvq_sack_blocks(records, &q, &(rs_rcvq_sack){.out = out, .max = 4, .with_dup = true});
    CHECK(n < count);
    CHECK_EQ(out[n].start.raw, start);
    CHECK_EQ(out[n].end.raw, end);
}

static uint32_t sack_count(void)
{
    rs_range out[8];
    return rs_rcvq_sack_blocks(records, &q, &(rs_rcvq_sack){.out = out, .max = 8, .with_dup = true});
}

/* --- trimming */

static rs_trim trim(uint32_t seq, uint32_t end, bool has_fin)
{
    rs_trim_in in = {.seq = rs_seq_of(seq), .len = end - seq, .fin = has_fin};
    in.nxt = rs_seq_of(1000);
    in.edge = rs_seq_of(1500);
    return rs_rcvq_trim(&in);
}

TEST(a_segment_inside_the_window_is_kept_whole)
{
    rs_trim t = trim(1000, 1500, false);
    CHECK_EQ(t.skip, 0);
    CHECK_EQ(t.len, 500);
    CHECK_EQ(t.cut, 0);
    CHECK(!t.old && !t.fin);
}

TEST(old_bytes_are_trimmed_off_the_front_and_late_ones_off_the_back)
{
    rs_trim t = trim(900, 1600, true);
    CHECK_EQ(t.skip, 100);
    CHECK_EQ(t.len, 500);
    CHECK_EQ(t.cut, 100);
    CHECK(!t.fin);
}

TEST(a_fin_just_inside_the_right_edge_is_kept_and_one_at_the_edge_is_not)
{
    CHECK(trim(1000, 1499, true).fin);
    CHECK(!trim(1000, 1500, true).fin);
}

TEST(a_segment_before_the_window_is_old_and_an_empty_one_is_not)
{
    CHECK(trim(900, 1000, false).old);
    CHECK(trim(899, 999, true).old);
    CHECK(!trim(899, 999, true).fin);
    CHECK(!trim(900, 1000, true).old);
    CHECK(trim(900, 1000, true).fin);
    CHECK(!trim(1000, 1000, false).old);
    CHECK(!trim(900, 900, false).old);
}

TEST(trimming_works_across_the_wrap_of_the_sequence_space)
{
    rs_trim_in in = {.seq = rs_seq_of(0xfffffff0), .len = 64, .nxt = rs_seq_of(0xfffffff8), .edge = rs_seq_of(16)};
    rs_trim t = rs_rcvq_trim(&in);
    CHECK_EQ(t.skip, 8);
    CHECK_EQ(t.len, 24);
    CHECK_EQ(t.cut, 32);
}

/* --- order */

TEST(in_order_text_moves_rcv_nxt_and_can_be_read)
{
    uint8_t out[8];
    open_queue();
    rs_rcvq_took t = words(1, "abcdef");
    CHECK_EQ(t.new_bytes, 6);
    CHECK(t.advanced && !t.filled && !t.beyond_gap);
    CHECK_EQ(q.nxt.raw, 7);
    CHECK_EQ(rs_rcvq_peek(blocks, &q, &(rs_chain_span){.to = out, .at = 4, .len = 8}), 2);
    CHECK(memcmp(out, "ef", 2) == 0);
    CHECK_EQ(rs_rcvq_read(blocks, &q, out, 4), 4);
    CHECK(memcmp(out, "abcd", 4) == 0);
    CHECK_EQ(rs_rcvq_read(blocks, &q, NULL, 99), 2);
    CHECK_EQ(q.bytes.blocks, 0);
}

TEST(text_beyond_a_gap_waits_until_the_gap_is_filled)
{
    open_queue();
    rs_rcvq_took t = segment(1001, 2001);
    CHECK(t.beyond_gap && !t.advanced);
    CHECK_EQ(t.ooo_bytes, 1000);
    CHECK_EQ(rs_rcvq_ready(&q), 0);
    CHECK_EQ(q.ooo_bytes, 1000);
    t = segment(1, 1001);
    CHECK(t.filled);
    CHECK_EQ(t.new_bytes, 2000);
    CHECK_EQ(q.nxt.raw, 2001);
    CHECK_EQ(q.island_count, 0);
    CHECK_EQ(records->live, 0);
}

TEST(the_first_copy_of_a_byte_wins)
{
    uint8_t out[6];
    open_queue();
    words(3, "CD");
    rs_rcvq_took t = words(1, "abxxef");
    CHECK_EQ(t.new_bytes, 6);
    CHECK_EQ(t.dup_bytes, 2);
    CHECK_EQ(rs_rcvq_read(blocks, &q, out, 6), 6);
    CHECK(memcmp(out, "abCDef", 6) == 0);
}

TEST(nothing_at_or_beyond_the_right_edge_is_taken)
{
    open_queue();
    rs_rcvq_in in = {.seq = rs_seq_of(1), .text = text, .len = 100, .fin = true, .edge = rs_seq_of(51)};
    rs_rcvq_took t = take(&in);
    CHECK_EQ(t.new_bytes, 50);
    CHECK(!t.fin && !q.fin_known);
    t = take(&(rs_rcvq_in){.seq = rs_seq_of(51), .text = text, .len = 1, .edge = rs_seq_of(51)});
    CHECK(!t.advanced);
}

/* --- SACK and D-SACK: the cases observed on a live stack */

TEST(sack_reports_the_island_that_changed_last_first)
{
    open_queue();
    segment(2001, 3001);
    segment(4001, 5001);
    segment(6001, 7001);
    segment(3001, 3501);
    sack_is(0, 2001, 3501);
    sack_is(1, 6001, 7001);
    sack_is(2, 4001, 5001);
    rs_seq edge;
    CHECK(rs_rcvq_newest_edge(records, &q, &edge));
    CHECK_EQ(edge.raw, 3501);
}

TEST(islands_that_meet_become_one)
{
    open_queue();
    segment(2001, 3001);
    segment(4001, 5001);
    segment(3001, 4001);
    CHECK_EQ(sack_count(), 1);
    sack_is(0, 2001, 5001);
}

TEST(a_duplicate_in_order_segment_is_reported_whole)
{
    open_queue();
    segment(1, 1001);
    rs_rcvq_took t = segment(1, 1001);
    CHECK_EQ(t.dup_bytes, 1000);
    CHECK(!t.advanced && !t.beyond_gap);
    sack_is(0, 1, 1001);
    rs_rcvq_dup_reported(&q);
    CHECK_EQ(sack_count(), 0);
}

TEST(a_partly_old_segment_reports_its_old_part)
{
    open_queue();
    segment(1, 1001);
    rs_rcvq_took t = segment(501, 1501);
    CHECK_EQ(t.new_bytes, 500);
    sack_is(0, 501, 1001);
    CHECK_EQ(sack_count(), 1);
}

TEST(a_duplicate_inside_an_island_is_reported_before_the_island)
{
    open_queue();
    segment(3001, 5001);
    segment(7001, 8001);
    segment(3001, 4001);
    sack_is(0, 3001, 4001);
    sack_is(1, 3001, 5001);
    sack_is(2, 7001, 8001);
}

TEST(a_segment_that_straddles_an_island_reports_the_overlap)
{
    open_queue();
    segment(3001, 5001);
    rs_rcvq_took t = segment(4501, 5501);
    CHECK_EQ(t.ooo_bytes, 500);
    sack_is(0, 4501, 5001);
    sack_is(1, 3001, 5501);
}

TEST(duplicates_that_touch_are_reported_as_one_block_and_others_replace_it)
{
    open_queue();
    rs_rcvq_note_dup(&q, (rs_range){rs_seq_of(10), rs_seq_of(20)});
    rs_rcvq_note_dup(&q, (rs_range){rs_seq_of(20), rs_seq_of(30)});
    sack_is(0, 10, 30);
    rs_rcvq_note_dup(&q, (rs_range){rs_seq_of(50), rs_seq_of(60)});
    sack_is(0, 50, 60);
}

/* --- FIN */

TEST(a_fin_in_order_takes_effect_at_once_and_takes_one_number)
{
    open_queue();
    rs_rcvq_took t = fin(1, 101);
    CHECK(t.fin && t.advanced);
    CHECK_EQ(q.nxt.raw, 102);
    CHECK_EQ(rs_rcvq_ready(&q), 100);
    CHECK(!rs_rcvq_at_eof(&q));
    rs_rcvq_read(blocks, &q, NULL, 100);
    CHECK(rs_rcvq_at_eof(&q));
}

TEST(a_fin_beyond_a_gap_waits_for_the_gap)
{
    open_queue();
    rs_rcvq_took t = fin(101, 201);
    CHECK(!t.fin && q.fin_known && !q.fin_taken);
    sack_is(0, 101, 202);
    CHECK_EQ(q.ooo_bytes, 100);
    t = segment(1, 101);
    CHECK(t.fin && t.filled);
    CHECK_EQ(t.new_bytes, 200);
    CHECK_EQ(q.nxt.raw, 202);
}

TEST(a_bare_fin_beyond_a_gap_is_an_island_of_one_number_and_no_byte)
{
    open_queue();
    fin(101, 101);
    sack_is(0, 101, 102);
    CHECK_EQ(q.ooo_bytes, 0);
    CHECK_EQ(q.bytes.blocks, 0);
    CHECK(segment(1, 101).fin);
}

TEST(text_behind_a_known_fin_is_refused)
{
    open_queue();
    fin(101, 201);
    rs_rcvq_took t = segment(151, 401);
    CHECK_EQ(t.refused_bytes, 200);
    sack_is(1, 101, 202);
    t = segment(1, 301);
    CHECK(t.fin);
    CHECK_EQ(q.nxt.raw, 202);
    CHECK_EQ(segment(202, 301).refused_bytes, 99);
}

TEST(a_fin_beyond_a_gap_and_in_front_of_what_has_arrived_is_ignored)
{
    open_queue();
    segment(201, 301);
    rs_rcvq_took t = fin(101, 151);
    CHECK(!q.fin_known);
    CHECK_EQ(t.ooo_bytes, 50);
    t = segment(1, 101);
    CHECK(!t.fin);
    CHECK_EQ(q.nxt.raw, 151);
}

TEST(a_fin_next_in_order_drops_the_text_behind_it)
{
    open_queue();
    segment(51, 301);
    rs_rcvq_took t = fin(1, 101);
    CHECK(t.fin && t.advanced);
    CHECK_EQ(t.dropped_bytes, 250);
    CHECK_EQ(t.new_bytes, 100);
    CHECK_EQ(q.nxt.raw, 102);
    CHECK_EQ(q.island_count, 0);
    CHECK_EQ(segment(102, 301).refused_bytes, 199);
}

TEST(a_fin_whose_text_does_not_fit_in_memory_does_not_count)
{
    open_queue();
    blocks = fresh_blocks(1);
    rs_rcvq_took t = fin(1, 3001);
    CHECK_EQ(t.new_bytes, RS_BLOCK_BYTES);
    CHECK_EQ(t.refused_bytes, 3000 - RS_BLOCK_BYTES);
    CHECK(!t.fin && !q.fin_known);
    rs_rcvq_read(blocks, &q, NULL, RS_BLOCK_BYTES);
    CHECK(fin(1, 3001).fin);
}

/* --- limits */

TEST(one_island_too_many_is_refused_and_the_others_stay)
{
    open_queue();
    for (uint32_t i = 0; i < RS_RCVQ_ISLANDS; i++) segment(10 * i + 11, 10 * i + 16);
    CHECK_EQ(q.island_count, RS_RCVQ_ISLANDS);
    rs_rcvq_took t = segment(9001, 9006);
    CHECK_EQ(t.refused_bytes, 5);
    CHECK(t.beyond_gap);
    CHECK_EQ(segment(16, 21).ooo_bytes, 5);
    CHECK_EQ(q.island_count, RS_RCVQ_ISLANDS - 1);
}

TEST(clearing_gives_everything_back_and_keeps_rcv_nxt)
{
    open_queue();
    segment(1, 101);
    fin(201, 3001);
    segment(4001, 5001);
    rs_rcvq_clear(blocks, records, &q);
    CHECK_EQ(blocks->live + records->live, 0);
    CHECK_EQ(q.nxt.raw, 101);
    CHECK_SOUND(rs_rcvq_broken(blocks, records, &q));
}

/* --- against a model: an array of bytes with a mark on each that has arrived */

enum { STREAM = 30000 };

typedef struct model {
    uint8_t byte[STREAM + 1], have[STREAM + 1];
    uint32_t nxt, base; /* nxt as an offset; sequence number of offset 0 */
} model;

static void model_take(model *m, const uint8_t *data, uint32_t at, uint32_t len)
{
    for (uint32_t i = 0; i < len; i++) {
        if (!m->have[at + i]) m->byte[at + i] = data[i];
        m->have[at + i] = 1;
    }
    while (m->have[m->nxt]) m->nxt++;
}

static void check_islands(const model *m)
{
    rs_range out[RS_RCVQ_ISLANDS];
    uint32_t n = rs_rcvq_sack_blocks(records, &q, &(rs_rcvq_sack){.out = out, .max = RS_RCVQ_ISLANDS});
    uint32_t covered = 0, expected = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t s = out[i].start.raw - m->base, e = out[i].end.raw - m->base;
        CHECK(s < e && e <= STREAM && !m->have[s - 1] && !m->have[e]);
        for (uint32_t k = s; k < e; k++) CHECK(m->have[k]);
        covered += e - s;
    }
    for (uint32_t k = m->nxt; k < STREAM; k++) expected += m->have[k];
    CHECK_EQ(covered, expected);
    CHECK_EQ(q.ooo_bytes, expected);
}

/* One random segment near RCV.NXT, old and new parts included, with bytes that differ from copy to copy. */
static void random_segment(model *m, rs_rng *rng)
{
    static uint8_t data[3000];
    uint32_t low = m->nxt > 2000 ? m->nxt - 2000 : 0;
    uint32_t at = rs_rng_below(rng, 8) ? low + rs_rng_below(rng, 8000) : m->nxt, len = rs_rng_below(rng, sizeof data);
    if (at >= STREAM) return;
    if (at + len > STREAM) len = STREAM - at;
    rs_rng_fill(rng, data, len);
    uint32_t edge = m->nxt + 5000 < STREAM ? m->nxt + 5000 : STREAM;
    rs_rcvq_in in = {.seq = rs_seq_of(m->base + at), .text = data, .len = len, .edge = rs_seq_of(m->base + edge)};
    take(&in);
    uint32_t stop = at + len < edge ? at + len : edge;
    if (stop > at) model_take(m, data, at, stop - at);
    CHECK_EQ(q.nxt.raw - m->base, m->nxt);
}

TEST(random_overlapping_segments_give_the_same_stream_as_an_array_does)
{
    static model m;
    static uint8_t out[4000];
    rs_rng rng = rs_rng_of(99);
    for (int round = 0; round < 40; round++) {
        open_queue();
        memset(&m, 0, sizeof m);
        m.base = round % 2 ? 0xffffffffu - rs_rng_below(&rng, STREAM) : rs_rng_u32(&rng);
        rs_rcvq_init(&q, rs_seq_of(m.base));
        uint32_t read = 0;
        for (int step = 0; step < 300 && read < STREAM; step++) {
            random_segment(&m, &rng);
            if (step % 16 == 0) check_islands(&m);
            if (rs_rng_below(&rng, 3)) continue;
            uint32_t n = rs_rcvq_read(blocks, &q, out, rs_rng_below(&rng, sizeof out));
            CHECK(memcmp(out, m.byte + read, n) == 0);
            read += n;
        }
        CHECK(m.nxt > 10000);
        rs_rcvq_clear(blocks, records, &q);
        CHECK_EQ(blocks->live + records->live, 0);
    }
}

TEST(a_scarce_memory_never_corrupts_the_stream)
{
    static model m;
    static uint8_t data[3000], out[3000];
    rs_rng rng = rs_rng_of(5);
    open_queue();
    blocks = fresh_blocks(3);
    records = fresh_records(&record_arena, 3);
    for (uint32_t k = 0; k < STREAM; k++) m.byte[k] = (uint8_t)(k * 7 + k / 256);
    uint32_t read = 0;
    for (int step = 0; step < 3000; step++) {
        uint32_t nxt = q.nxt.raw - 1, at = rs_rng_below(&rng, 4) ? read + rs_rng_below(&rng, 5000) : nxt;
        uint32_t len = rs_rng_below(&rng, sizeof data);
        if (at + len > STREAM) continue;
        memcpy(data, m.byte + at, len);
        take(&(rs_rcvq_in){.seq = rs_seq_of(1 + at), .text = data, .len = len, .edge = rs_seq_of(1 + read + 5000)});
        uint32_t n = rs_rcvq_read(blocks, &q, out, rs_rng_below(&rng, sizeof out));
        CHECK(memcmp(out, m.byte + read, n) == 0);
        read += n;
    }
    CHECK(read > 10000);
}
