/* see tcbs.h */
#include "tcbs.h"

#include <string.h>

#include "../base/check.h"

/* The words behind the endpoints, in groups with one mask each. */
enum {
    WORD = 4,
    GROUP = 32,
    WORDS = (sizeof(rs_tcb) - sizeof(rs_tcb_name)) / WORD,
    GROUPS = (WORDS + GROUP - 1) / GROUP,
    FULL_BYTES = (sizeof(rs_tcb) + RS_TCB_LINE - 1) / RS_TCB_LINE * RS_TCB_LINE
};
_Static_assert(WORDS % 2 == 0 && sizeof(rs_tcb_name) % (2 * WORD) == 0, "a TCB is whole pairs of words");

typedef struct packed {
    rs_tcb_name name;
    uint32_t mask[GROUPS];
    uint32_t word[WORDS + 1]; /* as many as the masks have bits; room for one that turns out to be equal */
} packed;

/* An idle connection that has carried nothing, one that has carried something, one with a history. */
static const uint32_t packed_bytes[RS_PACKED_SIZES] = {576, 704, 1024};

static uint64_t lines(uint64_t bytes)
{
    return (bytes + RS_TCB_LINE - 1) / RS_TCB_LINE * RS_TCB_LINE;
}

/* How many may rest. */
static uint32_t packed_cap(uint32_t cap, uint32_t most)
{
    return most < cap ? cap : 0;
}

uint64_t rs_tcbs_bytes(uint32_t cap, uint32_t most)
{
    uint64_t bytes = lines((uint64_t)cap * sizeof(rs_tcb_place)) + FULL_BYTES; /* the form has the size of a slot */
    for (int k = 0; k < RS_PACKED_SIZES; k++) bytes += (uint64_t)packed_cap(cap, most) * packed_bytes[k];
    return bytes + (uint64_t)cap * FULL_BYTES;
}

void rs_tcbs_init(rs_tcbs *s, void *memory, uint32_t cap, uint32_t most)
{
    char *at = memory;
    *s = (rs_tcbs){.most = most, .form_at = (uint64_t)((uintptr_t)memory - (uintptr_t)s)};
    at += FULL_BYTES;
    rs_pool_init(&s->numbers, at, sizeof(rs_tcb_place), cap);
    at += (size_t)lines((uint64_t)cap * sizeof(rs_tcb_place));
    rs_pool_init(&s->awake, at, FULL_BYTES, cap);
    at += (size_t)cap * FULL_BYTES;
    for (int k = 0; k < RS_PACKED_SIZES; k++) {
        rs_pool_init(&s->packed[k], at, packed_bytes[k], packed_cap(cap, most));
        at += (size_t)packed_cap(cap, most) * packed_bytes[k];
    }
}

const void *rs_tcbs_form(const rs_tcbs *s)
{
    return (const char *)(uintptr_t)s + s->form_at;
}

static rs_tcb_place *place(rs_tcbs *s, uint32_t i)
{
    return rs_pool_at(&s->numbers, i);
}

static uint32_t take_full_slot(rs_tcbs *s)
{
    enum { STEPS = 2, OWED_MOST = 1 << 20 };
    uint32_t slot = rs_pool_take(&s->awake);
    if (s->awake.live > s->most && s->owed < OWED_MOST) s->owed += STEPS;
    return slot;
}

uint32_t rs_tcbs_take(rs_tcbs *s)
{
    uint32_t i = rs_pool_take(&s->numbers);
    if (i == RS_NIL) return RS_NIL;
    *place(s, i) = (rs_tcb_place){take_full_slot(s), RS_TCB_AWAKE};
    rs_tcbs_at(s, i)->self = i;
    return i;
}

static rs_pool *pool_of(rs_tcbs *s, const rs_tcb_place *p)
{
    return p->in == RS_TCB_AWAKE ? &s->awake : &s->packed[p->in - RS_TCB_PACKED];
}

void rs_tcbs_give(rs_tcbs *s, uint32_t i)
{
    rs_tcb_place *p = place(s, i);
    rs_check(p->in != RS_TCB_NOWHERE);
    rs_pool_give(pool_of(s, p), p->at);
    p->in = RS_TCB_NOWHERE;
    rs_pool_give(&s->numbers, i);
}

/* --- packing ----------------------------------------------------------------------------------------------------- */

/* The words of one group that differ go behind the n there are; returns the mask. Most pairs are equal: one look does
 * for both. */
static uint32_t pack_group(packed *out, uint32_t *n, const char *from, const char *like, uint32_t words)
{
    uint32_t mask = 0;
    for (uint32_t j = 0; j < words; j += 2) {
        uint32_t a[2], b[2];
        memcpy(a, from + (size_t)j * WORD, sizeof a);
        memcpy(b, like + (size_t)j * WORD, sizeof b);
        if (memcmp(a, b, sizeof a) == 0) continue;
        for (uint32_t k = 0; k < 2; k++) {
            out->word[*n] = a[k];
            *n += a[k] != b[k];
            mask |= (uint32_t)(a[k] != b[k]) << (j + k);
        }
    }
    return mask;
}

/* The words of a TCB without those that are as in the form; returns how many bytes that takes. */
static size_t pack(packed *out, const rs_tcb *t, const void *form)
{
    const char *from = (const char *)t + sizeof(rs_tcb_name), *like = (const char *)form + sizeof(rs_tcb_name);
    uint32_t n = 0;
    memcpy(&out->name, t, sizeof out->name);
    for (uint32_t g = 0; g < GROUPS; g++) {
        size_t at = (size_t)g * GROUP * WORD;
        out->mask[g] = pack_group(out, &n, from + at, like + at, g + 1 < GROUPS ? GROUP : WORDS - g * GROUP);
    }
    return offsetof(packed, word) + (size_t)n * WORD;
}

static void unpack(rs_tcb *t, const packed *p, const void *form)
{
    const uint32_t *word = p->word;
    memcpy(t, form, sizeof *t);
    memcpy(t, &p->name, sizeof p->name);
    for (uint32_t g = 0; g < GROUPS; g++) {
        char *to = (char *)t + sizeof(rs_tcb_name) + (size_t)g * GROUP * WORD;
        for (uint32_t mask = p->mask[g]; mask; mask &= mask - 1)
            memcpy(to + (size_t)__builtin_ctz(mask) * WORD, word++, WORD);
    }
}

/* Without the compiler's builtin: where the processor has no instruction for it, that is a function of libgcc. */
static uint32_t bits_in(uint32_t mask)
{
    mask -= mask >> 1 & 0x55555555u;
    mask = (mask & 0x33333333u) + (mask >> 2 & 0x33333333u);
    mask = (mask + (mask >> 4)) & 0x0f0f0f0fu;
    return mask * 0x01010101u >> 24;
}

static size_t bytes_of(const packed *p)
{
    size_t n = 0;
    for (uint32_t g = 0; g < GROUPS; g++) n += bits_in(p->mask[g]);
    return offsetof(packed, word) + n * WORD;
}

/* --- rest -------------------------------------------------------------------------------------------------------- */

static bool is_idle(const rs_tcb *t)
{
    return t->listener == RS_NIL && t->fo_listener == RS_NIL && !t->output_pending && t->sndq.segs == 0 &&
           t->sndq.bytes.len == 0 && t->rcvq.bytes.len == 0;
}

/* A full slot that no number names holds what was there before. */
static bool in_use(const rs_tcbs *s, uint32_t slot)
{
    uint32_t i = ((const rs_tcb *)rs_pool_at(&s->awake, slot))->self;
    return i < s->numbers.high && rs_tcbs_place(s, i)->in == RS_TCB_AWAKE && rs_tcbs_place(s, i)->at == slot;
}

static void lay_down(rs_tcbs *s, uint32_t slot)
{
    const rs_tcb *t = rs_pool_at(&s->awake, slot);
    void *form = (char *)(uintptr_t)s + s->form_at;
    packed p;
    if (!s->formed) memcpy(form, t, sizeof *t);
    s->formed = true;
    size_t bytes = pack(&p, t, form);
    for (uint32_t k = 0; k < RS_PACKED_SIZES; k++) {
        if (bytes > packed_bytes[k]) continue;
        uint32_t at = rs_pool_take(&s->packed[k]);
        memcpy(rs_pool_at(&s->packed[k], at), &p, bytes);
        *place(s, t->self) = (rs_tcb_place){at, RS_TCB_PACKED + k};
        rs_pool_give(&s->awake, slot);
        return;
    }
}

void rs_tcbs_step(rs_tcbs *s)
{
    if (s->awake.live <= s->most) {
        s->owed = 0;
        return;
    }
    s->owed--;
    if (s->hand >= s->awake.high) s->hand = 0;
    uint32_t slot = s->hand++;
    if (in_use(s, slot) && is_idle(rs_pool_at(&s->awake, slot))) lay_down(s, slot);
}

rs_tcb *rs_tcbs_wake(rs_tcbs *s, uint32_t i)
{
    rs_tcb_place *p = place(s, i), was = *p;
    rs_check(was.in >= RS_TCB_PACKED);
    *p = (rs_tcb_place){take_full_slot(s), RS_TCB_AWAKE};
    rs_tcb *t = rs_pool_at(&s->awake, p->at);
    unpack(t, rs_pool_at(pool_of(s, &was), was.at), rs_tcbs_form(s));
    rs_pool_give(pool_of(s, &was), was.at);
    return t;
}

const rs_tcb *rs_tcbs_look(const rs_tcbs *s, uint32_t i, rs_tcb *room)
{
    if (!rs_tcbs_rests(s, i)) return rs_tcbs_at(s, i);
    unpack(room, (const packed *)(const void *)rs_tcbs_name(s, i), rs_tcbs_form(s));
    return room;
}

void rs_tcbs_expect_place(const rs_tcbs *s, uint32_t i)
{
    __builtin_prefetch(rs_tcbs_place(s, i));
}

void rs_tcbs_expect(const rs_tcbs *s, uint32_t i)
{
    const rs_tcb_place *p = rs_tcbs_place(s, i);
    if (p->in == RS_TCB_NOWHERE) return;
    size_t size = p->in == RS_TCB_AWAKE ? FULL_BYTES : packed_bytes[p->in - RS_TCB_PACKED];
    const char *at = (const char *)rs_tcbs_name(s, i);
    for (size_t off = 0; off < size; off += RS_TCB_LINE) __builtin_prefetch(at + off);
}

static const char *place_broken(const rs_tcbs *s, uint32_t i)
{
    const rs_tcb_place *p = rs_tcbs_place(s, i);
    if (p->in == RS_TCB_NOWHERE) return NULL;
    if (p->in >= RS_TCB_PACKED + RS_PACKED_SIZES) return "T1: a place that does not exist";
    if (p->in == RS_TCB_AWAKE) return in_use(s, p->at) && rs_tcbs_at(s, i)->self == i ? NULL : "T1: a slot of another";
    if (bytes_of((const packed *)(const void *)rs_tcbs_name(s, i)) > packed_bytes[p->in - RS_TCB_PACKED])
        return "T3: more is packed than its slot holds";
    return NULL;
}

const char *rs_tcbs_broken(const rs_tcbs *s)
{
    const char *why = rs_pool_broken(&s->numbers);
    if (!why) why = rs_pool_broken(&s->awake);
    uint32_t slots = s->awake.live, used = 0;
    for (int k = 0; k < RS_PACKED_SIZES; k++) {
        if (!why) why = rs_pool_broken(&s->packed[k]);
        slots += s->packed[k].live;
    }
    for (uint32_t i = 0; !why && i < s->numbers.high; i++) {
        used += rs_tcbs_place(s, i)->in != RS_TCB_NOWHERE;
        why = place_broken(s, i);
    }
    if (why) return why;
    return used == s->numbers.live && used == slots ? NULL : "T2: a slot is in use without a number";
}
