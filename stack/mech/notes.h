/* notes.h — what a socket has to tell beside its stream (the error queue), and the marks in the stream that make it.
 *
 *      una          nxt            end
 *       |.....m.......|....m....m...|        a mark lies on the last byte of what one SEND wrote
 *             |  reached by transmission or by acknowledgment
 *             v
 *      notes: oldest -> ... -> newest        read with MSG_ERRQUEUE, one at a time
 *
 * A mark waits for its byte: to be sent (SCHED, SND stamps, each time it is sent), to be acknowledged (ACK stamp, or
 * the completion of zero-copy writes, numbered lo to hi). Completions that follow one another are told as one note.
 * The queue knows positions and numbers; which stamps are wanted is the caller's business.
 *
 * Memory: a note and a mark take one slot of the records pool; a note with statistics one block besides. When there is
 * none, the note is lost, as the error queue of a full socket loses it.
 *
 *   M1  marks ascend                      M2  count is the number of notes
 *   M3  head and tail are both set or both RS_NIL, for notes and for marks */
#ifndef RS_MECH_NOTES_H
#define RS_MECH_NOTES_H

#include "../include/refstack/types.h"
#include "../wire/seq.h"
#include "blocks.h"

/* Who a note comes from: SO_EE_ORIGIN_* of Linux. */
enum { RS_NOTE_LOCAL = 1, RS_NOTE_ICMP = 2, RS_NOTE_ICMP6 = 3, RS_NOTE_STAMP = 4, RS_NOTE_ZEROCOPY = 5 };
/* What a stamp tells: SCM_TSTAMP_* of Linux. */
enum { RS_STAMP_SND = 0, RS_STAMP_SCHED = 1, RS_STAMP_ACK = 2 };
/* What a mark waits for. */
enum { RS_MARK_SCHED = 1, RS_MARK_SND = 2, RS_MARK_ACK = 4, RS_MARK_ZEROCOPY = 8 };

typedef struct rs_note {
    uint32_t next;
    int32_t err;
    uint32_t info, data;
    uint8_t origin, type, code;
    bool has_stamp;
    bool has_packet; /* a copy of what was sent belongs to it */
    uint16_t stats_len;
    uint32_t stats; /* block with stats_len bytes of statistics, RS_NIL: none */
    rs_time at;     /* valid while has_stamp */
} rs_note;
_Static_assert(sizeof(rs_note) <= RS_RECORD_BYTES, "a note fits its slot");

typedef struct rs_note_mark {
    uint32_t next;
    rs_seq at;       /* the last byte of the write */
    uint32_t kinds;  /* RS_MARK_* */
    uint32_t lo, hi; /* zero-copy writes that complete here; valid with RS_MARK_ZEROCOPY */
} rs_note_mark;
_Static_assert(sizeof(rs_note_mark) <= RS_RECORD_BYTES, "a mark fits its slot");

typedef struct rs_notes {
    uint32_t head, tail, count;    /* notes, oldest first */
    uint32_t mark_head, mark_tail; /* marks, in sequence */
    uint32_t writes;               /* zero-copy writes so far: the number of the next one */
    rs_seq base;                   /* stamps count bytes from here (SOF_TIMESTAMPING_OPT_ID) */
} rs_notes;

void rs_notes_init(rs_notes *n);
/* Gives back everything. */
void rs_notes_clear(rs_pool *blocks, rs_pool *records, rs_notes *n);

/* Appends a note (next, stats and stats_len are set here). stats: bytes to go with it, NULL for none. False: no slot.
 * A completion that follows the newest note's joins it. */
typedef struct rs_note_stats {
    const uint8_t *data;
    uint32_t len; /* <= RS_BLOCK_BYTES */
} rs_note_stats;
bool rs_notes_add(rs_pool *blocks, rs_pool *records, rs_notes *n, const rs_note *what, const rs_note_stats *stats);
/* The oldest note, or NULL; and away with it. Its statistics, or NULL. */
const rs_note *rs_notes_first(const rs_pool *records, const rs_notes *n);
const uint8_t *rs_note_stats_of(const rs_pool *blocks, const rs_note *note);
void rs_notes_drop_first(rs_pool *blocks, rs_pool *records, rs_notes *n);

/* Forgets every note but completions, which somebody counts on. */
void rs_notes_purge(rs_pool *blocks, rs_pool *records, rs_notes *n);

/* A mark on byte `at`, which is not before the newest mark. False: no slot. */
bool rs_notes_mark(rs_pool *records, rs_notes *n, const rs_note_mark *m);
/* Stamps wanted on bytes from `from` on are not wanted any more (the data was joined by newer data). */
void rs_notes_unmark_stamps(rs_pool *records, rs_notes *n, rs_seq from);
/* The newest zero-copy mark, if it is on byte `from` or later: it may be extended. */
rs_note_mark *rs_notes_last_zerocopy(const rs_pool *records, const rs_notes *n, rs_seq from);
/* That mark now ends with the write `hi` on byte `at`, at or behind the newest mark. False: no slot, nothing changed.
 */
typedef struct rs_note_reach {
    rs_seq at;
    uint32_t hi;
} rs_note_reach;
bool rs_notes_extend(rs_pool *records, rs_notes *n, rs_note_mark *m, const rs_note_reach *to);
/* The first mark at or after byte `from`; RS_NIL. The one after it: ->next. */
uint32_t rs_notes_mark_from(const rs_pool *records, const rs_notes *n, rs_seq from);
static inline rs_note_mark *rs_notes_mark_at(const rs_pool *records, uint32_t i)
{
    return rs_pool_at(records, i);
}
void rs_notes_drop_first_mark(rs_pool *records, rs_notes *n);

const char *rs_notes_broken(const rs_pool *records, const rs_notes *n);

#endif
