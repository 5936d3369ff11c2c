/* What was agreed on, timestamps, SACK. */
#include "judge.h"

/* A SYN+ACK may take up what the SYN offers, and later segments what both offered. A SYN that the capture does not have
 * may have offered anything. */
static void not_offered(cf_case *c)
{
    const cf_marks *m = &c->marks;
    const cf_speaker *peer = c->peer;
    bool answers = !cf_is_syn(c->s) || cf_has_ack(c->s);
    if (!answers || !peer->syn || cf_is_rst(c->s) || c->s->opt_len == 0) return;
    const char *odd = m->ts && !peer->ts                               ? "timestamps"
                      : m->scale && !peer->scale                       ? "window scale"
                      : (m->sack_ok || m->sacks > 0) && !peer->sack_ok ? "SACK"
                                                                       : NULL;
    cf_judge(c, CF_RULE_NOT_OFFERED, !odd, "%s, which the other end did not offer", odd ? odd : "");
}

static void no_stamp(cf_case *c)
{
    if (cf_is_rst(c->s) || cf_is_syn(c->s) || !cf_stamped(c->scene)) return;
    cf_judge(c, CF_RULE_NO_STAMP, c->marks.ts, "no timestamp on a segment of %u bytes", c->s->len);
}

/* Where packets may have changed places, new bytes show which was sent later. */
static void stamp_back(cf_case *c)
{
    if (!c->marks.ts || !c->me->stamped || cf_is_rst(c->s)) return;
    if (c->me->stamp_unsure || c->s->at_ns - c->me->stamp_ns > CF_STAMP_OLD_NS) return;
    cf_offset at = cf_unroll(c->me->stamp, c->marks.ts_val);
    bool newer = c->s->len > 0 && c->s->pos >= c->me->stamp_end && !(c->s->mark & CF_M_AGAIN);
    if (!c->tap && !newer) return;
    cf_judge(c, CF_RULE_STAMP_BACK, at >= c->me->stamp, "timestamp %u after %u", c->marks.ts_val,
             cf_roll(c->me->stamp));
}

static void echo(cf_case *c)
{
    const cf_marks *m = &c->marks;
    if (!m->ts || cf_is_rst(c->s)) return;
    if (!cf_has_ack(c->s)) {
        cf_judge(c, CF_RULE_ECHO_OF_NOTHING, m->ts_ecr == 0, "echo %u on a segment without ACK", m->ts_ecr);
        return;
    }
    const cf_speaker *peer = c->peer;
    if (!c->tap || m->ts_ecr == 0 || !peer->stamped || !peer->syn || c->scene->lossy) return;
    if (peer->stamp_unsure || c->s->at_ns - peer->stamp_ns > CF_STAMP_OLD_NS) return;
    cf_offset at = cf_unroll(peer->stamp, m->ts_ecr);
    cf_judge_doubtful(c, CF_RULE_ECHO_UNSEEN, at <= peer->stamp, (cf_doubt){CF_PROOF_STAMP, at},
                      "echo %u, and the newest that came is %u", m->ts_ecr, cf_roll(peer->stamp));
    /* Once text has come in order, what counts is at least as new as its stamp: a SYN before the first one that is here
     * does not matter any more. */
    if (c->s->ack_pos > 1)
        cf_judge(c, CF_RULE_ECHO_UNSEEN, at >= peer->first_stamp, "echo %u, and the other end began with %u", m->ts_ecr,
                 cf_roll(peer->first_stamp));
}

/* ---------- SACK (RFC 2018, RFC 2883) ---------- */

static void block(cf_case *c, unsigned i, cf_offset from, cf_offset to)
{
    const cf_speaker *peer = c->peer;
    cf_judge(c, CF_RULE_SACK_FORM, from < to, "block %u from %lld to %lld", i + 1, (long long)from, (long long)to);
    if (c->tap && from < to && peer->syn && !c->scene->lossy)
        cf_judge_doubtful(c, CF_RULE_SACK_UNSENT, cf_cover_has(&peer->cover, from, to),
                          (cf_doubt){to > peer->end ? CF_PROOF_NUMBER : CF_PROOF_NONE, to},
                          "block %u from %lld to %lld never came", i + 1, (long long)from, (long long)to);
    if (i > 0)
        cf_judge(c, CF_RULE_SACK_BELOW, from > c->s->ack_pos, "block %u from %lld, and %lld is acknowledged", i + 1,
                 (long long)from, (long long)c->s->ack_pos);
}

static void sack(cf_case *c)
{
    if (cf_is_syn(c->s) || cf_is_rst(c->s) || !cf_has_ack(c->s)) return;
    for (unsigned i = 0; i < c->marks.sacks; i++) {
        cf_offset near = c->s->ack_pos - c->s->ack; /* positions less numbers of the wire */
        cf_offset from = cf_unroll(c->s->ack, c->marks.sack[2 * i]),
                  to = cf_unroll(c->s->ack, c->marks.sack[2 * i + 1]);
        block(c, i, from + near, to + near);
    }
}

void cf_judge_option(cf_case *c)
{
    not_offered(c);
    no_stamp(c);
    stamp_back(c);
    echo(c);
    sack(c);
}
