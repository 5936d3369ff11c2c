/* What is sent again: the same bytes, the same FIN, at growing distances. */
#include "judge.h"

/* The sent text that begins at pos, newest first; NULL: not kept. */
static const cf_sent *sent_at(const cf_speaker *me, cf_offset pos, uint32_t most)
{
    uint32_t kept = me->sent_count < CF_SENT_KEPT ? me->sent_count : CF_SENT_KEPT;
    for (uint32_t i = 1; i <= kept; i++) {
        const cf_sent *t = &me->sent[(me->sent_count - i) % CF_SENT_KEPT];
        if (t->pos == pos && t->len <= most) return t;
    }
    return NULL;
}

/* The hash of [pos, pos + len) from what was sent before, piece by piece. False: not to be had from what is kept. */
static bool former_hash(const cf_speaker *me, cf_offset pos, uint32_t len, uint64_t *out)
{
    *out = 0;
    for (uint32_t done = 0; done < len;) {
        const cf_sent *t = sent_at(me, pos + done, len - done);
        if (!t) return false;
        *out = done ? cf_hash_join(*out, t->hash, t->len) : t->hash;
        done += t->len;
    }
    return true;
}

/* A keepalive may carry one byte of anything (RFC 9293 3.8.4), also in the place of an acknowledged FIN. */
static bool is_probe(const cf_case *c)
{
    return c->s->len == 1 && !(c->s->flags & CF_FIN) && c->s->pos + 1 <= c->peer->acked;
}

static void other_bytes(cf_case *c)
{
    const cf_seg *s = c->s;
    uint64_t before;
    cf_offset text = s->pos + (cf_is_syn(s) ? 1 : 0);
    if (s->len == 0 || s->mark & (CF_M_CUT | CF_M_BAD_SUM) || cf_is_rst(s) || is_probe(c)) return;
    if (!former_hash(c->me, text, s->len, &before)) return;
    cf_judge(c, CF_RULE_OTHER_BYTES, before == s->hash, "the %u bytes at %lld are not those sent there before", s->len,
             (long long)text);
}

static void fin(cf_case *c)
{
    const cf_seg *s = c->s;
    if (!c->me->fin || cf_is_rst(s) || cf_taken(s) == 0 || cf_is_syn(s) || is_probe(c)) return;
    cf_offset end = s->pos + cf_taken(s);
    if (s->flags & CF_FIN)
        cf_judge(c, CF_RULE_FIN_MOVES, end - 1 == c->me->fin_at, "FIN at %lld, before at %lld", (long long)(end - 1),
                 (long long)c->me->fin_at);
    else
        cf_judge(c, CF_RULE_AFTER_FIN, end <= c->me->fin_at, "bytes up to %lld, and the FIN is at %lld", (long long)end,
                 (long long)c->me->fin_at);
}

/* Three times the same from the same place while the other end says nothing: only a timer does that, and each time it
 * waits at least as long (RFC 6298 5.5; a quarter is for coarse clocks). */
static void backoff(cf_case *c)
{
    const cf_chain *ch = &c->scene->chain[c->dir];
    const cf_seg *s = c->s;
    if (!c->tap || !ch->open || ch->times < 3 || s->pos != ch->pos || cf_taken(s) == 0 || cf_is_rst(s)) return;
    int64_t gap = s->at_ns - ch->at_ns;
    cf_judge_doubtful(c, CF_RULE_NO_BACKOFF, gap >= ch->gap_ns - ch->gap_ns / 4, (cf_doubt){CF_PROOF_NONE, 0},
                      "again after %lld ms, the time before after %lld ms", (long long)(gap / 1000000),
                      (long long)(ch->gap_ns / 1000000));
}

void cf_judge_resent(cf_case *c)
{
    other_bytes(c);
    fin(c);
    backoff(c);
}

void cf_watch_resent(cf_scene *sc, const cf_seg *s)
{
    if (s->kind != CF_SEG_TCP) {
        sc->chain[0].open = sc->chain[1].open = false; /* RFC 6069: an ICMP error may take a backoff back */
        return;
    }
    cf_chain *ch = &sc->chain[s->dir];
    sc->chain[!s->dir].open = false;
    if (cf_taken(s) == 0) return;
    if (!ch->open || s->pos != ch->pos) {
        /* Others in between (a tail loss probe) do not end the waiting of the first. */
        if (!ch->open || s->pos < ch->pos || !(s->mark & CF_M_AGAIN)) *ch = (cf_chain){true, s->pos, 1, s->at_ns, 0};
        return;
    }
    ch->times++;
    ch->gap_ns = s->at_ns - ch->at_ns;
    ch->at_ns = s->at_ns;
}
