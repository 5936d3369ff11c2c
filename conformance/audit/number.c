/* Sequence numbers, acknowledgments, windows. */
#include "judge.h"

enum {
    MSS_LEAST = 88, /* smaller ones are raised by who sends (RFC 9293 3.7.1, CVE-2019-11479) */
    MSS_V4 = 536,
    MSS_V6 = 1220
};

/* Never beyond what has come. What has come to an end is known where the capture was taken there, from the SYN on: what
 * passes elsewhere may have come by another way before. */
static void ack_beyond(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || !cf_has_ack(s) || cf_is_rst(s) || c->scene->lossy) return;
    const cf_speaker *peer = c->peer;
    if (peer->unplaced || peer->cover.full || !peer->syn) return;
    cf_offset come = cf_cover_reach(&peer->cover, 0);
    cf_doubt doubt = {s->ack_pos > peer->end ? CF_PROOF_NUMBER : CF_PROOF_NONE, s->ack_pos};
    cf_judge_doubtful(c, CF_RULE_ACK_BEYOND, s->ack_pos <= come, doubt,
                      "acknowledges %lld, and all that came in a row ends at %lld", (long long)s->ack_pos,
                      (long long)come);
}

/* Elsewhere packets may have changed places: there only a newer timestamp shows which was sent later. */
static void ack_back(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!cf_has_ack(s) || cf_is_rst(s) || !c->me->acks) return;
    bool later =
        c->tap || (c->marks.ts && c->me->stamped && cf_unroll(c->me->stamp, c->marks.ts_val) > c->me->acked_stamp);
    if (!later) return;
    cf_judge(c, CF_RULE_ACK_BACK, s->ack_pos >= c->me->acked, "acknowledges %lld after %lld", (long long)s->ack_pos,
             (long long)c->me->acked);
}

/* A SYN without the option among SYNs that have it: which of them was answered is not known. */
static bool scale_unsure(const cf_speaker *e)
{
    return e->scale != e->all_scale;
}

/* One position beyond the edge is a probe (RFC 9293 3.8.6.1), or a FIN at the edge. */
static void overrun(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || cf_taken(s) == 0 || cf_is_syn(s) || cf_is_rst(s) || !c->peer->offers || c->scene->lossy) return;
    if (!c->me->syn || !c->peer->syn) return; /* the scale is not known */
    if (scale_unsure(c->me) || scale_unsure(c->peer)) return;
    cf_offset end = s->pos + cf_taken(s);
    cf_judge_doubtful(c, CF_RULE_OVERRUN, end <= c->peer->edge + 1, (cf_doubt){CF_PROOF_NONE, 0},
                      "sends up to %lld, and the window ends at %lld", (long long)end, (long long)c->peer->edge);
}

/* What goes out later was lost on the way to the capture, in the queues of the sending machine. */
static void own_gap(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || cf_taken(s) == 0 || cf_is_rst(s) || !c->me->syn || c->scene->lossy) return;
    bool filled = cf_cover_has(&c->scene->whole[c->dir], c->me->end, s->pos);
    cf_judge(c, CF_RULE_OWN_GAP, s->pos <= c->me->end || filled, "continues at %lld, and had sent up to %lld",
             (long long)s->pos, (long long)c->me->end);
}

/* Less than a unit of the window scale is lost in rounding (RFC 7323 2.4). */
static void shrink(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || !cf_has_ack(s) || cf_is_rst(s) || cf_is_syn(s) || !c->me->offers || !c->me->syn || !c->peer->syn)
        return;
    if (scale_unsure(c->me) || scale_unsure(c->peer)) return;
    if (c->peer->fin && s->ack_pos > c->peer->fin_at) return; /* nothing more will come: nobody reads it */
    cf_offset edge = cf_edge_of(c->me, s, cf_scaled(c->scene)), unit = (cf_offset)1 << c->me->shift;
    cf_judge(c, CF_RULE_SHRINK, edge + unit > c->me->edge, "the window ends at %lld, before at %lld", (long long)edge,
             (long long)c->me->edge);
}

static cf_offset mss_of(const cf_case *c)
{
    cf_offset by_default = c->scene->conn->family == 6 ? MSS_V6 : MSS_V4, mss = c->peer->mss;
    return c->peer->no_mss && mss < by_default ? by_default : mss;
}

/* What a card will cut is no segment: its checksum shows it (seg.h). Elsewhere one may have put segments together, and
 * summed them. */
static void too_long(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || s->len == 0 || !c->peer->syn || s->mark & CF_M_NO_SUM) return;
    cf_offset most = mss_of(c) - s->opt_len;
    if (mss_of(c) < MSS_LEAST) return;
    cf_judge(c, CF_RULE_TOO_LONG, s->len <= most, "%u bytes with %u bytes of options, and the MSS is %lld", s->len,
             s->opt_len, (long long)mss_of(c));
}

/* Until the other end says something; a tail loss probe may be one segment more (RFC 8985 7.3). */
static void initial_window(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->tap || s->len == 0 || !c->peer->syn || !c->me->syn || c->peer->acked > 1 || c->scene->lossy) return;
    if (mss_of(c) < MSS_LEAST || c->peer->packets > c->scene->heard[c->dir]) return;
    cf_offset mss = mss_of(c), most = 10 * mss > 14600 ? 2 * mss > 14600 ? 2 * mss : 14600 : 10 * mss;
    cf_offset sent = s->pos + (cf_offset)s->len - 1;
    cf_judge_doubtful(c, CF_RULE_INITIAL_WINDOW, sent <= most + mss, (cf_doubt){CF_PROOF_NONE, 0},
                      "%lld bytes are under way and %lld are usual", (long long)sent, (long long)most);
}

void cf_judge_number(cf_case *c)
{
    ack_beyond(c);
    ack_back(c);
    overrun(c);
    own_gap(c);
    shrink(c);
    too_long(c);
    initial_window(c);
}
