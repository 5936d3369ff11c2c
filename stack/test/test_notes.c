/* The error queue and the marks that fill it, by themselves. */
#define CHECK_MAIN
#include "../mech/notes.h"

#include <string.h>

#include "check.h"
#include "mech_pools.h"

static record_pool record_arena;
static rs_pool *blocks, *records;
static rs_notes n;

static void fresh_queue(uint32_t record_slots)
{
    blocks = fresh_blocks(2);
    records = fresh_records(&record_arena, record_slots);
    rs_notes_init(&n);
}

static void sound(void)
{
    CHECK_SOUND(rs_notes_broken(records, &n));
    CHECK_SOUND(rs_pool_broken(records));
    CHECK_SOUND(rs_pool_broken(blocks));
}

static bool add(uint8_t origin, uint32_t lo, uint32_t hi)
{
    bool kept = rs_notes_add(blocks, records, &n, &(rs_note){.origin = origin, .info = lo, .data = hi}, NULL);
    sound();
    return kept;
}

static void mark(uint32_t at, uint32_t kinds, uint32_t number)
{
    CHECK(rs_notes_mark(records, &n, &(rs_note_mark){.at = rs_seq_of(at), .kinds = kinds, .lo = number, .hi = number}));
    sound();
}

TEST(notes_are_read_in_the_order_they_came)
{
    fresh_queue(8);
    add(RS_NOTE_STAMP, 1, 10);
    add(RS_NOTE_STAMP, 2, 20);
    CHECK_EQ(n.count, 2);
    CHECK_EQ(rs_notes_first(records, &n)->data, 10);
    rs_notes_drop_first(blocks, records, &n);
    CHECK_EQ(rs_notes_first(records, &n)->data, 20);
    rs_notes_drop_first(blocks, records, &n);
    CHECK(rs_notes_first(records, &n) == NULL);
    CHECK_EQ(records->live, 0);
}

TEST(completions_that_follow_one_another_become_one)
{
    fresh_queue(8);
    add(RS_NOTE_ZEROCOPY, 0, 0);
    add(RS_NOTE_ZEROCOPY, 1, 3);
    CHECK_EQ(n.count, 1);
    CHECK_EQ(rs_notes_first(records, &n)->info, 0);
    CHECK_EQ(rs_notes_first(records, &n)->data, 3);
    add(RS_NOTE_ZEROCOPY, 5, 5); /* 4 is missing */
    CHECK_EQ(n.count, 2);
}

TEST(a_stamp_between_two_completions_keeps_them_apart)
{
    fresh_queue(8);
    add(RS_NOTE_ZEROCOPY, 0, 0);
    add(RS_NOTE_STAMP, 0, 99);
    add(RS_NOTE_ZEROCOPY, 1, 1);
    CHECK_EQ(n.count, 3);
}

TEST(a_purge_leaves_completions_only)
{
    fresh_queue(8);
    add(RS_NOTE_STAMP, 0, 1);
    add(RS_NOTE_ZEROCOPY, 0, 0);
    add(RS_NOTE_ICMP, 0, 0);
    add(RS_NOTE_ZEROCOPY, 2, 2);
    rs_notes_purge(blocks, records, &n);
    sound();
    CHECK_EQ(n.count, 2);
    CHECK_EQ(rs_notes_first(records, &n)->info, 0);
    rs_notes_drop_first(blocks, records, &n);
    CHECK_EQ(rs_notes_first(records, &n)->info, 2);
}

TEST(statistics_take_a_block_and_give_it_back)
{
    fresh_queue(4);
    uint8_t bytes[100];
    memset(bytes, 7, sizeof bytes);
    rs_note_stats stats = {bytes, sizeof bytes};
    CHECK(rs_notes_add(blocks, records, &n, &(rs_note){.origin = RS_NOTE_STAMP}, &stats));
    CHECK_EQ(blocks->live, 1);
    CHECK_EQ(rs_notes_first(records, &n)->stats_len, 100);
    CHECK_EQ(rs_note_stats_of(blocks, rs_notes_first(records, &n))[99], 7);
    rs_notes_clear(blocks, records, &n);
    sound();
    CHECK_EQ(blocks->live, 0);
}

TEST(without_memory_a_note_is_lost_and_nothing_else)
{
    fresh_queue(1);
    CHECK(add(RS_NOTE_STAMP, 0, 1));
    CHECK(!add(RS_NOTE_STAMP, 0, 2));
    CHECK_EQ(n.count, 1);
    uint8_t byte = 1;
    rs_note_stats stats = {&byte, 1};
    fresh_queue(4);
    rs_pool_take(blocks);
    rs_pool_take(blocks); /* no block is left for statistics */
    CHECK(!rs_notes_add(blocks, records, &n, &(rs_note){.origin = RS_NOTE_STAMP}, &stats));
    CHECK_EQ(records->live, 0);
    sound();
}

TEST(marks_are_found_from_a_byte_on)
{
    fresh_queue(8);
    mark(100, RS_MARK_ACK, 0);
    mark(200, RS_MARK_SND, 0);
    uint32_t i = rs_notes_mark_from(records, &n, rs_seq_of(101));
    CHECK_EQ(rs_notes_mark_at(records, i)->at.raw, 200);
    CHECK_EQ(rs_notes_mark_from(records, &n, rs_seq_of(201)), RS_NIL);
    rs_notes_drop_first_mark(records, &n);
    sound();
    CHECK_EQ(rs_notes_mark_at(records, n.mark_head)->at.raw, 200);
}

TEST(newer_data_takes_the_stamps_of_its_chunk_and_leaves_completions)
{
    fresh_queue(8);
    mark(100, RS_MARK_ACK, 0);
    mark(200, RS_MARK_SND | RS_MARK_ACK, 0);
    mark(200, RS_MARK_ZEROCOPY, 5);
    rs_notes_unmark_stamps(records, &n, rs_seq_of(150));
    sound();
    CHECK_EQ(rs_notes_mark_at(records, n.mark_head)->at.raw, 100);
    CHECK_EQ(rs_notes_mark_at(records, n.mark_tail)->kinds, RS_MARK_ZEROCOPY);
    CHECK_EQ(records->live, 2);
}

TEST(an_extended_completion_goes_behind_the_marks_it_passes)
{
    fresh_queue(8);
    mark(100, RS_MARK_ZEROCOPY, 3);
    mark(150, RS_MARK_ACK, 0);
    rs_note_mark *m = rs_notes_last_zerocopy(records, &n, rs_seq_of(100));
    CHECK(rs_notes_extend(records, &n, m, &(rs_note_reach){rs_seq_of(200), 4}));
    sound();
    CHECK_EQ(rs_notes_mark_at(records, n.mark_head)->at.raw, 150);
    m = rs_notes_mark_at(records, n.mark_tail);
    CHECK_EQ(m->at.raw, 200);
    CHECK_EQ(m->lo, 3);
    CHECK_EQ(m->hi, 4);
    CHECK(rs_notes_extend(records, &n, m, &(rs_note_reach){rs_seq_of(300), 5}));
    CHECK_EQ(m->at.raw, 300);
    sound();
}

TEST(the_newest_completion_is_found_only_where_it_may_be_extended)
{
    fresh_queue(8);
    mark(100, RS_MARK_ZEROCOPY, 1);
    mark(200, RS_MARK_ACK, 0);
    CHECK(rs_notes_last_zerocopy(records, &n, rs_seq_of(101)) == NULL);
    CHECK_EQ(rs_notes_last_zerocopy(records, &n, rs_seq_of(100))->hi, 1);
}
