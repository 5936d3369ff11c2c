/* see signs.h */
#include "signs.h"

#include "../packet/encode.h"
#include "../packet/opts.h"

enum { ANSWER_NS = 1000000 };

const cf_seg *cf_next_of_stack(const cf_recording *r, uint32_t i)
{
    for (uint32_t k = i + 1; k < r->count; k++)
        if (r->segs[k].dir == r->side) return &r->segs[k];
    return NULL;
}

static bool has_signature(const cf_seg *s)
{
    for (uint32_t k = 0; k < s->opt_len;) {
        if (s->opts[k] == CF_KIND_MD5 || s->opts[k] == CF_KIND_AO) return true;
        bool single = s->opts[k] <= CF_KIND_NOP || k + 1 >= s->opt_len || s->opts[k + 1] < 2;
        k += single ? 1 : s->opts[k + 1];
    }
    return false;
}

/* Who signs nothing has no key, and takes nothing that is signed (RFC 2385, RFC 5925). */
static bool has_key(const cf_recording *r)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->segs[i].kind == CF_SEG_TCP && r->segs[i].dir == r->side && has_signature(&r->segs[i])) return true;
    return false;
}

bool cf_sign_taken(const cf_recording *r, uint32_t i)
{
    const cf_seg *s = &r->segs[i], *next = cf_next_of_stack(r, i);
    if (has_signature(s) && !has_key(r)) return false;
    if (!next) return true;
    if (next->flags & CF_RST) return next->at_ns - s->at_ns >= ANSWER_NS;
    bool bare = !s->len && !(s->flags & CF_FIN), answer = next == s + 1 && next->at_ns - s->at_ns < ANSWER_NS;
    if (bare && answer && !next->len && !(next->flags & CF_FIN)) return false;
    return !(next->flags & CF_SYN) && !(s->len && !next->len && next->ack_pos <= s->pos);
}

bool cf_sign_half_open(const cf_recording *r, uint32_t i, cf_offset before)
{
    cf_offset first = before + 1, got = first; /* positions: the first byte is 1 */
    for (uint32_t k = i; k < r->count; k++) {
        const cf_seg *s = &r->segs[k];
        if (s->kind != CF_SEG_TCP) continue;
        if (s->dir != r->side && s->len && s->pos + (cf_offset)s->len > got) got = s->pos + (cf_offset)s->len;
        if (s->dir == r->side && s->flags & CF_RST) return false;
        if (s->dir == r->side && got > first && s->flags & CF_ACK && s->ack_pos >= got) return true;
    }
    return false;
}

bool cf_sign_unasked(const cf_recording *r, uint32_t i)
{
    const cf_seg *s = &r->segs[i], *before = i ? s - 1 : NULL;
    bool answer = before && before->dir != r->side && s->at_ns - before->at_ns < ANSWER_NS;
    return s->kind == CF_SEG_TCP && s->dir == r->side && s->flags & CF_RST && !answer;
}
