/* suspect.h — what looks like a violation, and is none if the capture dropped one packet that the end had received or
 * sent. An acknowledgment that was dropped leaves no trace: nobody sends it again. So a suspicion is held until
 *
 *   - the other end contradicts that packet: something it sends later, knowing the packet at hand, cannot follow the
 * one that would explain it (its clock is still behind, its numbers not so far; a window that is too small says
 * nothing, for an end may take back what it has offered, RFC 9293 3.8.6), or
 *   - it takes CF_SUSPECTS_ENOUGH such packets to explain those of the kind (all until the other end is heard again are
 * explained by one), and one for every CF_SUSPECTS_SHARE judgements of the rule, in a capture that shows no loss at
 * all: that is no accident, or
 *   - the user says that the capture is complete (cf_audit_opts.complete): then it is a finding at once.
 *
 * Others are only counted. Private to conformance/audit. */
#ifndef CF_AUDIT_SUSPECT_H
#define CF_AUDIT_SUSPECT_H

#include "../packet/offset.h"
#include "audit.h"

enum { CF_SUSPECTS_ENOUGH = 3, CF_SUSPECTS_SHARE = 10000, CF_SUSPECTS_KEPT = 16 };

/* What the other end shows later if nothing was dropped. */
typedef enum {
    CF_PROOF_NONE,  /* nothing that it could show */
    CF_PROOF_STAMP, /* a timestamp before value */
    CF_PROOF_NUMBER /* in a bare acknowledgment, a sequence number more than one before value (one is a probe) */
} cf_proof;

typedef struct cf_doubt {
    cf_proof proof;
    cf_offset value;
} cf_doubt;

typedef struct cf_suspect {
    cf_finding finding;
    cf_doubt doubt;
    cf_offset end, stamp; /* who acknowledges or echoes more than that knows the packet */
    bool stamped;
    bool fresh; /* the first of its rule since the other end was heard */
} cf_suspect;

struct cf_case;
struct cf_scene;
struct cf_seg;

/* As cf_judge, for a rule that rests on what is not in the capture. */
bool cf_judge_doubtful(struct cf_case *c, cf_rule_id rule, bool ok, cf_doubt doubt, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* A packet of the connection, before it is taken up: does it prove a suspicion against the other end? */
void cf_suspects_hear(struct cf_scene *sc, const struct cf_seg *s);
/* The connection ends: what was not proven waits for more of its kind. */
void cf_suspects_leave(struct cf_scene *sc);
/* The capture ends. */
void cf_suspects_count(cf_audit *a);

#endif
