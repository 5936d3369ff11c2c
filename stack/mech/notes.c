/* see notes.h */
#include "notes.h"

#include <string.h>

#include "../base/check.h"

static rs_note *note_at(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}

void rs_notes_init(rs_notes *n)
{
    *n = (rs_notes){.head = RS_NIL, .tail = RS_NIL, .mark_head = RS_NIL, .mark_tail = RS_NIL};
}

void rs_notes_clear(rs_pool *blocks, rs_pool *records, rs_notes *n)
{
    while (n->head != RS_NIL) rs_notes_drop_first(blocks, records, n);
    while (n->mark_head != RS_NIL) rs_notes_drop_first_mark(records, n);
}

/* --- notes */

static bool joins(const rs_pool *records, const rs_notes *n, const rs_note *what)
{
    if (n->tail == RS_NIL || what->origin != RS_NOTE_ZEROCOPY) return false;
    rs_note *last = note_at(records, n->tail);
    if (last->origin != RS_NOTE_ZEROCOPY || last->code != what->code || last->data + 1 != what->info) return false;
    last->data = what->data;
    return true;
}

static bool keep_stats(rs_pool *blocks, rs_note *note, const rs_note_stats *stats)
{
    note->stats = RS_NIL;
    note->stats_len = 0;
    if (!stats || !stats->len) return true;
    rs_check(stats->len <= RS_BLOCK_BYTES);
    note->stats = rs_pool_take(blocks);
    if (note->stats == RS_NIL) return false;
    memcpy(((rs_block *)rs_pool_at(blocks, note->stats))->data, stats->data, stats->len);
    note->stats_len = (uint16_t)stats->len;
    return true;
}

bool rs_notes_add(rs_pool *blocks, rs_pool *records, rs_notes *n, const rs_note *what, const rs_note_stats *stats)
{
    if (joins(records, n, what)) return true;
    uint32_t i = rs_pool_take(records);
    if (i == RS_NIL) return false;
    rs_note *note = note_at(records, i);
    *note = *what;
    note->next = RS_NIL;
    if (!keep_stats(blocks, note, stats)) {
        rs_pool_give(records, i);
        return false;
    }
    if (n->tail == RS_NIL) n->head = i;
    else note_at(records, n->tail)->next = i;
    n->tail = i;
    n->count++;
    return true;
}

const rs_note *rs_notes_first(const rs_pool *records, const rs_notes *n)
{
    return n->head == RS_NIL ? NULL : note_at(records, n->head);
}

const uint8_t *rs_note_stats_of(const rs_pool *blocks, const rs_note *note)
{
    return note->stats == RS_NIL ? NULL : ((const rs_block *)rs_pool_at(blocks, note->stats))->data;
}

void rs_notes_drop_first(rs_pool *blocks, rs_pool *records, rs_notes *n)
{
    uint32_t i = n->head;
    rs_check(i != RS_NIL);
    const rs_note *note = note_at(records, i);
    if (note->stats != RS_NIL) rs_pool_give(blocks, note->stats);
    n->head = note->next;
    if (n->head == RS_NIL) n->tail = RS_NIL;
    n->count--;
    rs_pool_give(records, i);
}

/* Takes the notes off one by one and puts back those that stay. */
void rs_notes_purge(rs_pool *blocks, rs_pool *records, rs_notes *n)
{
    for (uint32_t left = n->count; left; left--) {
        uint32_t i = n->head;
        if (note_at(records, i)->origin != RS_NOTE_ZEROCOPY) {
            rs_notes_drop_first(blocks, records, n);
            continue;
        }
        if (n->head == n->tail) continue;
        n->head = note_at(records, i)->next;
        note_at(records, i)->next = RS_NIL;
        note_at(records, n->tail)->next = i;
        n->tail = i;
    }
}

/* --- marks */

bool rs_notes_mark(rs_pool *records, rs_notes *n, const rs_note_mark *m)
{
    uint32_t i = rs_pool_take(records);
    if (i == RS_NIL) return false;
    *rs_notes_mark_at(records, i) = *m;
    rs_notes_mark_at(records, i)->next = RS_NIL;
    if (n->mark_tail == RS_NIL) {
        n->mark_head = i;
    } else {
        rs_check(rs_seq_before_eq(rs_notes_mark_at(records, n->mark_tail)->at, m->at));
        rs_notes_mark_at(records, n->mark_tail)->next = i;
    }
    n->mark_tail = i;
    return true;
}

/* Takes the marks out that wait for nothing. */
static void sweep(rs_pool *records, rs_notes *n)
{
    uint32_t *link = &n->mark_head, last = RS_NIL;
    while (*link != RS_NIL) {
        uint32_t i = *link;
        rs_note_mark *m = rs_notes_mark_at(records, i);
        if (m->kinds) {
            last = i;
            link = &m->next;
            continue;
        }
        *link = m->next;
        rs_pool_give(records, i);
    }
    n->mark_tail = last;
}

void rs_notes_unmark_stamps(rs_pool *records, rs_notes *n, rs_seq from)
{
    uint32_t i = rs_notes_mark_from(records, n, from);
    if (i == RS_NIL) return;
    for (; i != RS_NIL; i = rs_notes_mark_at(records, i)->next) rs_notes_mark_at(records, i)->kinds &= RS_MARK_ZEROCOPY;
    sweep(records, n);
}

bool rs_notes_extend(rs_pool *records, rs_notes *n, rs_note_mark *m, const rs_note_reach *to)
{
    if (rs_notes_mark_at(records, n->mark_tail) != m) { /* it passes marks of other kinds: it goes behind them */
        rs_note_mark longer = {.at = to->at, .kinds = RS_MARK_ZEROCOPY, .lo = m->lo, .hi = to->hi};
        if (!rs_notes_mark(records, n, &longer)) return false;
        m->kinds &= ~(uint32_t)RS_MARK_ZEROCOPY;
        sweep(records, n);
        return true;
    }
    m->at = to->at;
    m->hi = to->hi;
    return true;
}

rs_note_mark *rs_notes_last_zerocopy(const rs_pool *records, const rs_notes *n, rs_seq from)
{
    rs_note_mark *found = NULL;
    for (uint32_t i = rs_notes_mark_from(records, n, from); i != RS_NIL; i = rs_notes_mark_at(records, i)->next)
        if (rs_notes_mark_at(records, i)->kinds & RS_MARK_ZEROCOPY) found = rs_notes_mark_at(records, i);
    return found;
}

uint32_t rs_notes_mark_from(const rs_pool *records, const rs_notes *n, rs_seq from)
{
    uint32_t i = n->mark_head;
    while (i != RS_NIL && rs_seq_before(rs_notes_mark_at(records, i)->at, from)) i = rs_notes_mark_at(records, i)->next;
    return i;
}

void rs_notes_drop_first_mark(rs_pool *records, rs_notes *n)
{
    uint32_t i = n->mark_head;
    rs_check(i != RS_NIL);
    n->mark_head = rs_notes_mark_at(records, i)->next;
    if (n->mark_head == RS_NIL) n->mark_tail = RS_NIL;
    rs_pool_give(records, i);
}

const char *rs_notes_broken(const rs_pool *records, const rs_notes *n)
{
    uint32_t count = 0, last = RS_NIL;
    for (uint32_t i = n->head; i != RS_NIL; i = note_at(records, i)->next, count++) last = i;
    if (count != n->count) return "M2: notes are miscounted";
    if (last != n->tail) return "M3: the notes do not end in tail";
    last = RS_NIL;
    for (uint32_t i = n->mark_head; i != RS_NIL; i = rs_notes_mark_at(records, i)->next) {
        if (last != RS_NIL && rs_seq_after(rs_notes_mark_at(records, last)->at, rs_notes_mark_at(records, i)->at))
            return "M1: marks do not ascend";
        last = i;
    }
    return last == n->mark_tail ? NULL : "M3: the marks do not end in mark_tail";
}
