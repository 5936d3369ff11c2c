#include "suspect.h"

#include <stdarg.h>

#include "../text/mem.h"
#include "judge.h"

/* ---------- suspicions ---------- */

/* Until the other end is heard again, one dropped packet of it explains them all: a train of segments that a window
 * update let out, or that echo the same stamp. */
static bool new_occasion(cf_case *c, cf_rule_id rule)
{
    uint64_t *last = &c->scene->occasion[c->dir][rule], heard = c->peer->packets + 1;
    bool fresh = *last != heard;
    *last = heard;
    return fresh;
}

/* Further ones are counted as if they had not been proven: a capture that is so full of them has enough. */
static void hold(cf_case *c, const cf_finding *f, cf_doubt doubt, bool fresh)
{
    cf_scene *sc = c->scene;
    if (sc->suspects == CF_SUSPECTS_KEPT) {
        cf_audit_hold(sc->audit, f, fresh);
        return;
    }
    cf_suspect *x = &sc->suspect[sc->suspects++];
    *x = (cf_suspect){
        .finding = *f, .doubt = doubt, .fresh = fresh, .end = c->me->end, .stamped = c->me->stamped || c->marks.ts};
    if (!x->stamped) return;
    x->stamp = c->me->stamped ? c->me->stamp : (cf_offset)c->marks.ts_val - 1;
    if (!c->me->stamped || !c->marks.ts) return;
    cf_offset own = cf_unroll(c->me->stamp, c->marks.ts_val);
    if (own > x->stamp) x->stamp = own - 1; /* an echo of it is an answer to it */
}

bool cf_judge_doubtful(cf_case *c, cf_rule_id rule, bool ok, cf_doubt doubt, const char *fmt, ...)
{
    cf_scene *sc = c->scene;
    sc->audit->judged[rule]++;
    if (ok) return true;
    va_list ap;
    va_start(ap, fmt);
    cf_finding f = cf_finding_of(c, rule, fmt, ap);
    va_end(ap);
    if (sc->complete) cf_audit_note(sc->audit, &f);
    else hold(c, &f, doubt, new_occasion(c, rule));
    return false;
}

/* ---------- proofs ---------- */

/* s was sent by somebody who had the suspicious packet, or a later one of its sender. */
static bool knows(const cf_scene *sc, const cf_suspect *x, const cf_seg *s, const cf_marks *m)
{
    const cf_speaker *accused = &sc->end[x->finding.dir];
    if (!cf_has_ack(s) || cf_is_rst(s)) return false;
    if (s->ack_pos > x->end) return true;
    return x->stamped && m->ts && cf_unroll(accused->stamp, m->ts_ecr) > x->stamp;
}

static bool proves(const cf_scene *sc, const cf_suspect *x, const cf_seg *s, const cf_marks *m)
{
    const cf_speaker *from = &sc->end[s->dir];
    switch (x->doubt.proof) {
    case CF_PROOF_NONE: return false;
    case CF_PROOF_STAMP: return m->ts && cf_unroll(from->stamp, m->ts_val) < x->doubt.value;
    case CF_PROOF_NUMBER: return cf_taken(s) == 0 && s->pos + 1 < x->doubt.value;
    }
    return false;
}

void cf_suspects_hear(cf_scene *sc, const cf_seg *s)
{
    cf_marks m;
    if (sc->suspects == 0 || s->kind != CF_SEG_TCP || s->mark & CF_M_BAD_SUM) return;
    cf_marks_read(&m, s);
    for (uint32_t i = 0; i < sc->suspects;) {
        const cf_suspect *x = &sc->suspect[i];
        if (x->finding.dir == s->dir || !knows(sc, x, s, &m) || !proves(sc, x, s, &m)) {
            i++;
            continue;
        }
        cf_audit_note(sc->audit, &x->finding);
        sc->suspect[i] = sc->suspect[--sc->suspects];
    }
}

/* ---------- the whole capture ---------- */

void cf_suspects_leave(cf_scene *sc)
{
    for (uint32_t i = 0; i < sc->suspects; i++) cf_audit_hold(sc->audit, &sc->suspect[i].finding, sc->suspect[i].fresh);
    sc->suspects = 0;
}

static int by_place(const void *x, const void *y)
{
    const cf_finding *a = x, *b = y;
    if (a->conn != b->conn) return a->conn < b->conn ? -1 : 1;
    if (a->frame != b->frame) return a->frame < b->frame ? -1 : 1;
    return (int)a->rule - (int)b->rule;
}

static bool no_accident(const cf_audit *a, int rule)
{
    return !a->lossy && a->occasions[rule] >= CF_SUSPECTS_ENOUGH &&
           (uint64_t)a->occasions[rule] * CF_SUSPECTS_SHARE >= a->judged[rule];
}

void cf_suspects_count(cf_audit *a)
{
    for (uint32_t i = 0; i < a->held_count; i++)
        if (no_accident(a, (int)a->held[i].rule)) cf_audit_note(a, &a->held[i]);
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++)
        if (no_accident(a, i)) {
            a->by_rule[i] += a->held_beyond[i];
            a->broken[cf_rules_of_audit[i].class] += a->held_beyond[i];
            a->suspected[i] = 0;
        }
    if (a->count) qsort(a->finding, a->count, sizeof *a->finding, by_place);
}
