/* judge.h — what a rule sees of a packet, and how it says what it found. Private to conformance/audit. */
#ifndef CF_AUDIT_JUDGE_H
#define CF_AUDIT_JUDGE_H

#include <stdarg.h>

#include "../packet/encode.h"
#include "audit.h"
#include "speaker.h"
#include "suspect.h"

/* A packet that is sent again and again while the other end is silent. */
typedef struct cf_chain {
    bool open;
    cf_offset pos;
    unsigned times;
    int64_t at_ns, gap_ns; /* of the newest; between the last two */
} cf_chain;

/* Everything about the connection at hand. */
typedef struct cf_scene {
    cf_audit *audit;
    const cf_conn *conn;
    uint32_t number;
    cf_speaker end[2];
    cf_cover whole[2]; /* positions each end sends in the whole connection */
    bool lossy;        /* the capture lost packets of it */
    bool tap[2], side[2];
    uint64_t heard[2]; /* packets of the other end before the first bytes of this one */
    cf_chain chain[2];
    bool any;              /* there was a packet before */
    cf_seg last;           /* it */
    unsigned war;          /* acknowledgments of acknowledgments in a row */
    int64_t war_ns;        /* when that began */
    int64_t asked_ns[2];   /* since when bytes wait for the acknowledgment of this end; 0: none do */
    cf_offset asked_to[2]; /* up to where */
    bool complete;         /* the capture is known to be */
    cf_suspect suspect[CF_SUSPECTS_KEPT];
    uint32_t suspects;
    uint64_t occasion[2]
                     [CF_RULES_OF_AUDIT]; /* when a rule was doubted last: packets of the other end so far, and one */
    int64_t heard_ns[2];                  /* when the other end last sent something else than a reset */
} cf_scene;

/* A packet of an end that is judged. */
typedef struct cf_case {
    cf_scene *scene;
    const cf_seg *s;
    cf_marks marks;
    cf_speaker *me, *peer;
    uint8_t dir;
    bool tap; /* the capture was taken at this end */
} cf_case;

/* Counts that the rule is judged, and answers ok. */
bool cf_judge(cf_case *c, cf_rule_id rule, bool ok, const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* What a rule says of the packet at hand. */
cf_finding cf_finding_of(const cf_case *c, cf_rule_id rule, const char *fmt, va_list ap);
/* A finding; a suspicion that nothing has proven, with an occasion of its own or not (suspect.h). */
void cf_audit_note(cf_audit *a, const cf_finding *f);
void cf_audit_hold(cf_audit *a, const cf_finding *f, bool fresh);

/* The rules of a file, in order. */
void cf_judge_wire(cf_case *c);
void cf_judge_number(cf_case *c);
void cf_judge_option(cf_case *c);
void cf_judge_resent(cf_case *c);
void cf_judge_quiet(cf_case *c);
/* quiet.c and resent.c: every packet of the connection, after it was judged; of any end, ICMP included. */
void cf_watch_resent(cf_scene *sc, const cf_seg *s);
void cf_watch_quiet(cf_scene *sc, const cf_seg *s);

/* Both ends offered it in every SYN that is there. */
static inline bool cf_scaled(const cf_scene *sc)
{
    return sc->end[0].all_scale && sc->end[1].all_scale;
}
static inline bool cf_stamped(const cf_scene *sc)
{
    return sc->end[0].all_ts && sc->end[1].all_ts;
}
static inline bool cf_is_rst(const cf_seg *s)
{
    return (s->flags & CF_RST) != 0;
}
static inline bool cf_is_syn(const cf_seg *s)
{
    return (s->flags & CF_SYN) != 0;
}
static inline bool cf_has_ack(const cf_seg *s)
{
    return (s->flags & CF_ACK) != 0;
}

#endif
