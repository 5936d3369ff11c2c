/* tcbs.h — the TCBs of a host by number, the idle ones in less than half of the memory.
 *
 * A TCB has many fields, and two idle connections differ in few of them. At rest a connection keeps the words that
 * differ from the host's form (the TCB of the connection that went to rest first) and a mask that says which they are.
 * Whoever asks for its TCB gets it in full again, bit for bit: nothing on the wire depends on who rests. Nothing can
 * fail for want of memory either: there is a full slot for every number, reserved and not touched until it is needed,
 * and a TCB that differs in too much simply stays awake.
 *
 *     number -> place -> full slot | mask and words, behind both endpoints as they are: finding needs nothing else
 *
 * Who goes to rest: for each full slot taken while more than `most` are in use, rs_tcbs_rest takes two steps along the
 * full slots, one in each call. A TCB with text queued, sent or received, or in the queue of a listener, is passed
 * over. So a host whose connections are all busy looks at nobody, and memory for full slots grows with the busy ones.
 *
 * Life:   rs_tcbs_init (in an arena, once) -> { rs_tcbs_take | rs_tcbs_at | rs_tcbs_rest | rs_tcbs_give }* .
 * Rule:   a pointer to a TCB is good until rs_tcbs_rest, which is called between the entries of a host only.
 *
 *   T1  every number in use has one place: a full slot whose TCB names it, or a packed one
 *   T2  no slot is in use without a number          T3  what is packed fits its slot */
#ifndef RS_TCP_TCBS_H
#define RS_TCP_TCBS_H

#include "tcb.h"

/* Sizes of packed slots: the least that fits is used. */
enum { RS_PACKED_SIZES = 3, RS_TCB_LINE = 64 };

typedef struct rs_tcb_place {
    uint32_t at; /* slot. First: overwritten while the number is free */
    uint32_t in; /* RS_TCB_*; more: packed, in the slots of size in - RS_TCB_PACKED */
} rs_tcb_place;
enum { RS_TCB_NOWHERE, RS_TCB_AWAKE, RS_TCB_PACKED };

/* What both forms of a TCB begin with. */
typedef struct rs_tcb_name {
    rs_endpoint local, remote;
} rs_tcb_name;
_Static_assert(offsetof(rs_tcb, local) == 0 && offsetof(rs_tcb, remote) == sizeof(rs_endpoint), "endpoints come first");

typedef struct rs_tcbs {
    rs_pool numbers; /* rs_tcb_place */
    rs_pool awake;   /* rs_tcb */
    rs_pool packed[RS_PACKED_SIZES];
    uint64_t form_at; /* bytes from this struct to the form */
    uint32_t most;    /* full slots in use beyond which connections go to rest */
    uint32_t hand;    /* the full slot that is looked at next */
    uint32_t owed;    /* steps still to be taken */
    bool formed;      /* the form is valid */
} rs_tcbs;

/* Memory for numbers below cap, beyond most of which connections rest (never, when most is not less: then no memory
 * is set aside for it); 64-byte aligned, behind s in the same arena. It is kept, and touched as it is used. */
uint64_t rs_tcbs_bytes(uint32_t cap, uint32_t most);
void rs_tcbs_init(rs_tcbs *s, void *memory, uint32_t cap, uint32_t most);

/* A number with a full slot, which holds nothing but the number; RS_NIL when all are in use. */
uint32_t rs_tcbs_take(rs_tcbs *s);
void rs_tcbs_give(rs_tcbs *s, uint32_t i);
/* One step towards rest, if one is owed; rs_tcbs_step takes one that is. */
void rs_tcbs_step(rs_tcbs *s);
static inline void rs_tcbs_rest(rs_tcbs *s)
{
    if (s->owed) rs_tcbs_step(s);
}
/* In full again; for rs_tcbs_at. */
rs_tcb *rs_tcbs_wake(rs_tcbs *s, uint32_t i);
/* The TCB of number i as it is now, without waking it: in `room` when it rests. */
const rs_tcb *rs_tcbs_look(const rs_tcbs *s, uint32_t i, rs_tcb *room);
/* Hints for the caches: the place of i will be asked for soon; its TCB will. */
void rs_tcbs_expect_place(const rs_tcbs *s, uint32_t i);
void rs_tcbs_expect(const rs_tcbs *s, uint32_t i);
/* Lends the form, for a copy. */
const void *rs_tcbs_form(const rs_tcbs *s);
/* NULL or the broken invariant. Walks everything. */
const char *rs_tcbs_broken(const rs_tcbs *s);

static inline const rs_tcb_place *rs_tcbs_place(const rs_tcbs *s, uint32_t i)
{
    return rs_pool_at(&s->numbers, i);
}
static inline bool rs_tcbs_rests(const rs_tcbs *s, uint32_t i)
{
    return rs_tcbs_place(s, i)->in >= RS_TCB_PACKED;
}
/* The TCB of a number in use. Waking it changes nothing that can be seen from outside, so s may be const. */
static inline rs_tcb *rs_tcbs_at(const rs_tcbs *s, uint32_t i)
{
    const rs_tcb_place *p = rs_tcbs_place(s, i);
    return p->in == RS_TCB_AWAKE ? rs_pool_at(&s->awake, p->at) : rs_tcbs_wake((rs_tcbs *)(uintptr_t)s, i);
}
/* Its endpoints, awake or not. */
static inline const rs_tcb_name *rs_tcbs_name(const rs_tcbs *s, uint32_t i)
{
    const rs_tcb_place *p = rs_tcbs_place(s, i);
    return rs_pool_at(p->in == RS_TCB_AWAKE ? &s->awake : &s->packed[p->in - RS_TCB_PACKED], p->at);
}

#endif
