/* When an end has to be silent, and when it must not be. */
#include "judge.h"

enum {
    WAR_LENGTH = 20,
    WAR_NS = 1000000000,
    LATE_NS = 500000000,
    LATE_SLACK_NS = 50000000, /* a machine that wakes late */
    AT_ONCE_NS = 100000,
    BATCH_NS = 1000000 /* what a machine takes in one go has come within that */
};

/* A reset is the first thing this end says, after a SYN only. Elsewhere its SYN+ACK may have been lost on the way, or
 * the two may have crossed. */
static void refusal(cf_case *c)
{
    const cf_seg *s = c->s, *syn = &c->scene->last;
    if (!c->tap || !cf_is_rst(s) || c->me->packets || c->peer->packets != 1 || !cf_is_syn(syn) || cf_has_ack(syn))
        return;
    bool right = cf_has_ack(s) && s->seq == 0 && s->ack == syn->seq + 1 + syn->len;
    cf_judge(c, CF_RULE_REFUSAL, right, "reset with seq %u, ack %u for a SYN with seq %u", s->seq, s->ack, syn->seq);
}

/* Has s the numbers of a reset for `last`, which has not gone to a connection (RFC 9293 3.10.7.1)? */
static bool refuses(const cf_seg *s, const cf_seg *last)
{
    if (!cf_is_rst(s)) return false;
    if (cf_has_ack(last)) return !cf_has_ack(s) && s->seq == last->ack;
    return cf_has_ack(s) && s->seq == 0 && s->ack == last->seq + last->len;
}

/* A machine may take several packets before it answers the first: what came with the reset may have drawn this one. */
static void rst_for_rst(cf_case *c)
{
    const cf_scene *sc = c->scene;
    if (!c->tap || !sc->any || !cf_is_rst(&sc->last) || sc->last.dir == c->dir) return;
    if (c->s->at_ns - sc->last.at_ns > AT_ONCE_NS || c->s->at_ns - sc->heard_ns[c->dir] < BATCH_NS) return;
    cf_judge(c, CF_RULE_RST_FOR_RST, !refuses(c->s, &sc->last), "a reset at once after a reset");
}

static void after_rst(cf_case *c)
{
    if (!c->tap || !c->me->reset || cf_is_syn(c->s)) return;
    cf_judge(c, CF_RULE_AFTER_RST, cf_is_rst(c->s), "%u bytes at %lld after its own reset", c->s->len,
             (long long)c->s->pos);
}

static void war(cf_case *c)
{
    if (!cf_has_ack(c->s) || cf_taken(c->s) || cf_is_rst(c->s)) return;
    cf_judge(c, CF_RULE_ACK_WAR, c->scene->war < WAR_LENGTH, "%u acknowledgments of acknowledgments in a row",
             c->scene->war);
}

/* What is acknowledged in the end, and did not come again meanwhile, was taken when it came. */
static void late(cf_case *c)
{
    int64_t since = c->scene->asked_ns[c->dir];
    if (!c->tap || !since || !cf_has_ack(c->s) || c->s->ack_pos < c->scene->asked_to[c->dir] || cf_is_rst(c->s) ||
        c->me->reset || c->scene->lossy)
        return;
    cf_judge_doubtful(c, CF_RULE_LATE_ACK, c->s->at_ns - since <= LATE_NS + LATE_SLACK_NS, (cf_doubt){CF_PROOF_NONE, 0},
                      "bytes up to %lld waited %lld ms for an acknowledgment", (long long)c->scene->asked_to[c->dir],
                      (long long)((c->s->at_ns - since) / 1000000));
}

void cf_judge_quiet(cf_case *c)
{
    refusal(c);
    rst_for_rst(c);
    after_rst(c);
    war(c);
    late(c);
}

/* An acknowledgment that answers one which said nothing new either. */
static void watch_war(cf_scene *sc, const cf_seg *s)
{
    bool bare = cf_has_ack(s) && cf_taken(s) == 0 && !cf_is_rst(s);
    bool answers = bare && sc->any && sc->last.kind == CF_SEG_TCP && sc->last.dir != s->dir &&
                   cf_taken(&sc->last) == 0 && s->ack_pos == sc->end[s->dir].acked;
    if (!answers || s->at_ns - sc->war_ns > WAR_NS) {
        sc->war = 0;
        sc->war_ns = s->at_ns;
    }
    if (answers) sc->war++;
}

/* Bytes that come in order, in the window, on a connection that both ends have opened, have to be acknowledged. Some
 * may be dropped all the same before TCP takes them (a full listener, a filter, RFC 5082, an old acknowledgment, RFC
 * 5961 5.2); then they come again, and the waiting begins anew. */
static void watch_ask(cf_scene *sc, const cf_seg *s)
{
    const cf_speaker *from = &sc->end[s->dir], *to = &sc->end[!s->dir];
    cf_offset end = s->pos + (cf_offset)s->len;
    if (cf_has_ack(s) && !cf_is_rst(s) && s->ack_pos >= sc->asked_to[s->dir]) sc->asked_ns[s->dir] = 0;
    bool opened = from->syn && to->syn && to->acked >= 1 && from->acked >= 1 && !to->reset;
    bool new_text = s->len > 0 && cf_has_ack(s) && !cf_is_rst(s) && !cf_is_syn(s) && s->pos == to->acked &&
                    end <= to->edge && s->ack_pos <= to->end && !(s->mark & CF_M_BAD_SUM);
    if (sc->asked_ns[!s->dir] && s->len > 0 && s->pos < sc->asked_to[!s->dir]) sc->asked_ns[!s->dir] = s->at_ns;
    if (!opened || !new_text || sc->asked_ns[!s->dir]) return;
    sc->asked_ns[!s->dir] = s->at_ns;
    sc->asked_to[!s->dir] = end;
}

void cf_watch_quiet(cf_scene *sc, const cf_seg *s)
{
    if (s->kind == CF_SEG_TCP) {
        watch_war(sc, s);
        watch_ask(sc, s);
        if (!cf_is_rst(s)) sc->heard_ns[!s->dir] = s->at_ns;
    }
    sc->any = true;
    sc->last = *s;
}
