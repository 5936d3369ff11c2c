#include "audit.h"

#include <arpa/inet.h>
#include <stdarg.h>

#include "../text/mem.h"
#include "judge.h"

const cf_rule_of_audit cf_rules_of_audit[CF_RULES_OF_AUDIT] = {
#define X(name, class, oracle, requirement, text) {#name, CF_BY_##class, oracle, requirement, text},
#include "rule.def"
#undef X
};

/* ---------- findings ---------- */

void cf_audit_note(cf_audit *a, const cf_finding *f)
{
    a->by_rule[f->rule]++;
    a->broken[cf_rules_of_audit[f->rule].class]++;
    if (a->count == CF_FINDINGS_MAX) return;
    a->finding = cf_mem_grow(a->finding, a->count, &a->cap, sizeof *a->finding);
    a->finding[a->count++] = *f;
}

void cf_audit_hold(cf_audit *a, const cf_finding *f, bool fresh)
{
    a->suspected[f->rule]++;
    a->occasions[f->rule] += fresh;
    if (a->held_count == CF_FINDINGS_MAX) {
        a->held_beyond[f->rule]++;
        return;
    }
    a->held = cf_mem_grow(a->held, a->held_count, &a->held_cap, sizeof *a->held);
    a->held[a->held_count++] = *f;
}

cf_finding cf_finding_of(const cf_case *c, cf_rule_id rule, const char *fmt, va_list ap)
{
    cf_finding f = {.rule = rule, .conn = c->scene->number, .frame = c->s->number, .dir = c->dir};
    f.at_ns = c->s->at_ns - c->scene->conn->start_ns;
    vsnprintf(f.text, sizeof f.text, fmt, ap);
    return f;
}

bool cf_judge(cf_case *c, cf_rule_id rule, bool ok, const char *fmt, ...)
{
    c->scene->audit->judged[rule]++;
    if (ok) return true;
    va_list ap;
    va_start(ap, fmt);
    cf_finding f = cf_finding_of(c, rule, fmt, ap);
    va_end(ap);
    cf_audit_note(c->scene->audit, &f);
    return false;
}

void cf_audit_free(cf_audit *a)
{
    free(a->finding);
    free(a->held);
    memset(a, 0, sizeof *a);
}

/* ---------- ends ---------- */

bool cf_end_choice_read(cf_end_choice *out, const char *text)
{
    static const char *const names[] = {"client", "server", "both"};
    memset(out, 0, sizeof *out);
    for (unsigned i = 0; i < 3; i++)
        if (strcmp(text, names[i]) == 0) {
            out->which = (cf_which_ends)(CF_ENDS_CLIENT + (int)i);
            return true;
        }
    out->which = CF_ENDS_ADDRESS;
    out->family = inet_pton(AF_INET, text, out->addr) == 1 ? 4 : inet_pton(AF_INET6, text, out->addr) == 1 ? 6 : 0;
    return out->family != 0;
}

static bool chosen(const cf_end_choice *e, const cf_conn *k, int dir)
{
    switch (e->which) {
    case CF_ENDS_NONE: return false;
    case CF_ENDS_CLIENT: return dir == CF_CLIENT;
    case CF_ENDS_SERVER: return dir == CF_SERVER;
    case CF_ENDS_BOTH: return true;
    case CF_ENDS_ADDRESS: return k->family == e->family && memcmp(k->addr[dir], e->addr, 16) == 0;
    }
    return false;
}

/* ---------- a connection ---------- */

/* What each end sends altogether, and whether the capture has it all: bytes that are acknowledged and never come were
 * lost by the capture. Where it was taken at the end that acknowledges, it may be that end which is wrong: there only
 * bytes that their sender itself counts as sent were lost. */
static void look_ahead(cf_scene *sc, cf_conns *conns)
{
    cf_offset acked[2] = {0, 0}, low[2] = {INT64_MAX, INT64_MAX}, said[2] = {0, 0};
    for (uint32_t i = sc->conn->first; i != CF_NO_SEG;) {
        const cf_seg *s = cf_conns_seg(conns, i);
        if (s->kind == CF_SEG_TCP && !cf_is_rst(s) && !(s->mark & CF_M_BAD_SUM)) {
            cf_cover_add(&sc->whole[s->dir], s->pos, s->pos + cf_taken(s));
            if (cf_taken(s) && s->pos < low[s->dir]) low[s->dir] = s->pos;
            if (s->pos + cf_taken(s) > said[s->dir]) said[s->dir] = s->pos + cf_taken(s);
            if (cf_has_ack(s) && s->ack_pos > acked[s->dir]) acked[s->dir] = s->ack_pos;
        }
        i = s->next;
    }
    for (int d = 0; d < 2; d++) {
        cf_offset to = sc->tap[!d] && said[d] < acked[!d] ? said[d] : acked[!d];
        if (low[d] < to && !cf_cover_has(&sc->whole[d], low[d], to)) sc->lossy = true;
    }
}

/* An end that has not answered the SYN speaks of a connection before this one (RFC 9293 3.5.1), or its SYN+ACK was lost
 * by the capture: its numbers mean nothing here. */
static bool of_another(const cf_scene *sc, const cf_seg *s)
{
    return sc->end[!s->dir].syn && !sc->end[s->dir].syn && !cf_is_syn(s) && !cf_is_rst(s);
}

static void judge(cf_scene *sc, const cf_seg *s)
{
    cf_case c = {.scene = sc, .s = s, .dir = s->dir, .tap = sc->tap[s->dir]};
    c.me = &sc->end[s->dir];
    c.peer = &sc->end[!s->dir];
    cf_marks_read(&c.marks, s);
    if (sc->side[s->dir]) {
        sc->audit->packets++;
        cf_judge_wire(&c);
        if (s->mark & CF_M_BAD_SUM || of_another(sc, s)) return;
        cf_judge_number(&c);
        cf_judge_option(&c);
        cf_judge_resent(&c);
        cf_judge_quiet(&c);
    }
}

static void take(cf_scene *sc, const cf_seg *s)
{
    cf_marks m;
    if (s->kind == CF_SEG_TCP && sc->end[s->dir].sent_count == 0) sc->heard[s->dir] = sc->end[!s->dir].packets;
    cf_watch_resent(sc, s);
    cf_watch_quiet(sc, s);
    if (s->kind != CF_SEG_TCP || s->mark & CF_M_BAD_SUM || of_another(sc, s)) return;
    cf_marks_read(&m, s);
    cf_speaker_took(&sc->end[s->dir], s, &m, cf_scaled(sc));
}

static void run(cf_scene *sc, cf_conns *conns)
{
    if (!sc->lossy) look_ahead(sc, conns);
    if (sc->lossy) sc->audit->lossy++;
    for (uint32_t i = sc->conn->first; i != CF_NO_SEG;) {
        cf_seg s = *cf_conns_seg(conns, i); /* lends until the next call */
        if (s.kind == CF_SEG_TCP) judge(sc, &s);
        cf_suspects_hear(sc, &s);
        take(sc, &s);
        i = s.next;
    }
    cf_suspects_leave(sc);
}

void cf_audit_run(cf_audit *a, cf_capture *c, const cf_audit_opts *o)
{
    memset(a, 0, sizeof *a);
    cf_scene *sc = cf_mem_zero(1, sizeof *sc);
    for (uint32_t i = 0; i < c->conns.count; i++) {
        memset(sc, 0, sizeof *sc);
        sc->audit = a;
        sc->conn = &c->conns.items[i];
        sc->number = i;
        sc->lossy = c->read.dropped > 0; /* of any connection, nobody knows of which */
        sc->complete = o->complete && !sc->lossy;
        for (int d = 0; d < 2; d++) {
            sc->tap[d] = chosen(&o->tap, sc->conn, d);
            sc->side[d] = chosen(&o->side, sc->conn, d);
        }
        run(sc, &c->conns);
    }
    free(sc);
    cf_suspects_count(a);
}
