/* verdict.h — O47 and O48: what RFC 9293 3.10.7 and RFC 5961 let one arriving segment do to one connection.
 *
 *     fz_verdict v = {...}; looks before and after, the segment, what was answered at once
 *     fz_check_verdict(&v);
 *
 * The looks are the stack's own numbers; what may follow from them is worked out here, from the documents, with
 * distances of 64 bits. Where the documents leave a choice, or preset linux is known to differ, nothing is said. */
#ifndef FZ_ORACLE_VERDICT_H
#define FZ_ORACLE_VERDICT_H

#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

/* What the host answered at once, on the same 4-tuple. */
typedef struct fz_reply {
    unsigned segments, acks, resets, syns; /* acks: with ACK, neither RST nor SYN */
    uint32_t ack;                          /* of the newest with ACK */
    uint32_t reset_seq, reset_ack;         /* of the newest reset */
    bool reset_acks;
} fz_reply;
/* Counts a segment of the host into the reply. */
void fz_reply_add(fz_reply *r, const cf_tcp *t);

typedef struct fz_verdict {
    bool linux_preset;
    bool listening; /* a listener takes segments of this 4-tuple when no connection does */
    bool alive;     /* before */
    bool alive_after;
    bool stamps_old;      /* so much time since the last segment that TS.Recent may be out of date (RFC 7323 5.5) */
    bool stamps_outdated; /* nothing has come for so long that TS.Recent must not be heeded (RFC 7323 5.5) */
    bool contradicts;     /* the peer has ended its stream before, or may have: another end, or bytes behind it, is
                             hostile */
    bool unheard;         /* what the host says may not have reached the wire: its device refuses */
    bool memory_short;    /* the host says that it refused something for want of memory */
    bool limited;         /* ... that it would have answered, but did so too often (RFC 5961 7) */
    uint32_t longest;     /* most text that the host put into one segment so far */
    const cf_tcp *in;
    uint32_t text; /* bytes of payload of in */
    fz_reply reply;
    rs_probe before, after; /* last: all that is in front of them begins anew with each segment */
} fz_verdict;

/* About a segment of so many bytes of payload (kept): nothing is known yet. The looks have no value yet. */
void fz_verdict_begin(fz_verdict *v, const cf_tcp *in, uint32_t text);
/* Fails (fail.h) when the reaction is none that the documents allow. Returns the class of the segment, for counters:
 * less than FZ_VERDICT_CLASSES. */
unsigned fz_check_verdict(const fz_verdict *v);
enum { FZ_VERDICT_CLASSES = 24 };

#endif
