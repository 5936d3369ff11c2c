/* see tell.h */
#include "tell.h"

#include "../base/time.h"
#include "output.h"
#include "reason.h"
#include "recovery.h"
#include "stats.h"

/* SO_TIMESTAMPING, as far as sending is concerned (numbers of Linux). */
enum { TX_SOFTWARE = 1 << 1, OPT_ID = 1 << 7, TX_SCHED = 1 << 8, TX_ACK = 1 << 9, OPT_TSONLY = 1 << 11 };
enum { OPT_STATS = 1 << 12 };

/* What a note takes from the receive buffer, which bounds the error queue. */
enum { NOTE_COST = 768, NOTES_LEAST = 4 };

void rs_tell_wake(rs_env *env, rs_tcb *t, enum rs_wake kind)
{
    t->wake[kind] = ++env->host->wakes;
}

void rs_tell_readable(rs_env *env, rs_tcb *t)
{
    if (rs_tcb_events(env, t) & (RS_TCB_EV_READABLE | RS_TCB_EV_URGENT)) rs_tell_wake(env, t, RS_WAKE_IN);
}

void rs_tell_room(rs_env *env, rs_tcb *t)
{
    if (!t->snd.nospace || !t->was_open) return;
    if (rs_recovery_inflight(t) < t->cc.cwnd_segs) rs_output_grow_buffer(env, t);
    if (!(rs_tcb_events(env, t) & RS_TCB_EV_WRITABLE)) return;
    t->snd.nospace = false;
    rs_tell_wake(env, t, RS_WAKE_OUT);
}

/* --- notes */

static void add(rs_env *env, rs_tcb *t, const rs_note *note, const rs_note_stats *stats)
{
    uint32_t most = t->opts.rcvbuf / NOTE_COST;
    if (most < NOTES_LEAST) most = NOTES_LEAST;
    bool kept = t->notes.count < most && rs_notes_add(env->blocks, env->records, &t->notes, note, stats);
    if (kept) rs_tell_wake(env, t, RS_WAKE_ERROR);
    else rs_drop(env, t->self, NULL, RS_WHY_NOTE_NO_MEMORY);
}

/* The option of the socket decides what a stamp looks like; which stamps are made was decided by the write. */
static void stamp(rs_env *env, rs_tcb *t, const rs_note_mark *m, uint32_t what, uint8_t ttl)
{
    uint8_t bytes[RS_STATS_BYTES_MAX];
    uint32_t flags = t->opts.stamping;
    rs_note_stats stats = {bytes, 0};
    rs_note note = {.err = RS_ENOMSG, .origin = RS_NOTE_STAMP, .info = what, .has_stamp = true, .at = env->now};
    if (flags & OPT_ID) note.data = rs_seq_dist(t->notes.base, m->at);
    note.has_packet = !(flags & OPT_TSONLY);
    if ((flags & OPT_TSONLY) && (flags & OPT_STATS)) stats.len = rs_stats_write(env, t, ttl, bytes);
    add(env, t, &note, &stats);
}

static void complete(rs_env *env, rs_tcb *t, const rs_note_mark *m)
{
    /* Nothing here reads the user's memory after the call: the bytes were copied, and the code says so. */
    enum { COPIED = 1 };
    add(env, t, &(rs_note){.origin = RS_NOTE_ZEROCOPY, .code = COPIED, .info = m->lo, .data = m->hi}, NULL);
}

/* --- marks */

static uint32_t wanted(uint32_t stamps)
{
    return (stamps & TX_SCHED ? RS_MARK_SCHED : 0u) | (stamps & TX_SOFTWARE ? RS_MARK_SND : 0u) |
           (stamps & TX_ACK ? RS_MARK_ACK : 0u);
}

static void mark(rs_env *env, rs_tcb *t, const rs_note_mark *m)
{
    if (!rs_notes_mark(env->records, &t->notes, m)) rs_drop(env, t->self, NULL, RS_WHY_NOTE_NO_MEMORY);
}

/* Writes that share the last chunk are completed together, and a write that goes on with what it began: if all of that
 * is acknowledged already, it has been told. */
static void mark_zerocopy(rs_env *env, rs_tcb *t, const rs_tcp_write *w, rs_seq tail)
{
    bool goes_on = w->zerocopy_goes_on;
    rs_seq last = rs_seq_sub(t->sndq.end, 1);
    rs_note_mark *m = rs_notes_last_zerocopy(env->records, &t->notes, goes_on ? t->sndq.una : tail);
    uint32_t number = goes_on ? t->notes.writes - 1 : t->notes.writes++;
    bool joins = m && m->hi + !goes_on == number;
    if (goes_on && !joins) return;
    if (!joins) mark(env, t, &(rs_note_mark){.at = last, .kinds = RS_MARK_ZEROCOPY, .lo = number, .hi = number});
    else if (!rs_notes_extend(env->records, &t->notes, m, &(rs_note_reach){last, number}))
        rs_drop(env, t->self, NULL, RS_WHY_NOTE_NO_MEMORY);
}

void rs_tell_wrote(rs_env *env, rs_tcb *t, const rs_tcp_write *w, const rs_tell_place *p)
{
    uint32_t kinds = wanted(w->stamps);
    if (w->zerocopy) mark_zerocopy(env, t, w, p->tail_before);
    if (!kinds) return;
    rs_notes_unmark_stamps(env->records, &t->notes, p->tail_now);
    mark(env, t, &(rs_note_mark){.at = rs_seq_sub(t->sndq.end, 1), .kinds = kinds});
}

void rs_tell_sent(rs_env *env, rs_tcb *t, const rs_tell_text *x)
{
    rs_seq end = rs_seq_add(x->seq, x->len);
    for (uint32_t i = rs_notes_mark_from(env->records, &t->notes, x->seq); i != RS_NIL;) {
        const rs_note_mark *m = rs_notes_mark_at(env->records, i);
        if (!rs_seq_before(m->at, end)) return;
        if (m->kinds & RS_MARK_SCHED) stamp(env, t, m, RS_STAMP_SCHED, 0);
        if (m->kinds & RS_MARK_SND) stamp(env, t, m, RS_STAMP_SND, 0);
        i = m->next;
    }
}

void rs_tell_acked(rs_env *env, rs_tcb *t, uint8_t ttl)
{
    while (t->notes.mark_head != RS_NIL) {
        rs_note_mark m = *rs_notes_mark_at(env->records, t->notes.mark_head);
        if (!rs_seq_before(m.at, t->sndq.una)) return;
        rs_notes_drop_first_mark(env->records, &t->notes);
        if (m.kinds & RS_MARK_ACK) stamp(env, t, &m, RS_STAMP_ACK, ttl);
        if (m.kinds & RS_MARK_ZEROCOPY) complete(env, t, &m);
    }
}

void rs_tell_ended(rs_env *env, rs_tcb *t)
{
    while (t->notes.mark_head != RS_NIL) {
        rs_note_mark m = *rs_notes_mark_at(env->records, t->notes.mark_head);
        rs_notes_drop_first_mark(env->records, &t->notes);
        if (t->user && (m.kinds & RS_MARK_ZEROCOPY)) complete(env, t, &m);
    }
}

void rs_tell_icmp(rs_env *env, rs_tcb *t, const rs_icmp_error *e)
{
    uint8_t origin = t->family == RS_IPV6 ? RS_NOTE_ICMP6 : RS_NOTE_ICMP;
    rs_note note = {.err = e->err, .origin = origin, .type = e->type, .code = e->code, .has_packet = true};
    add(env, t, &note, NULL);
}
