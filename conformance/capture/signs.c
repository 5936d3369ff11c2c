/* see signs.h */
#include "signs.h"

#include "../packet/encode.h"

enum { ANSWER_NS = 1000000 };

const cf_seg *cf_next_of_stack(const cf_recording *r, uint32_t i)
{
    for (uint32_t k = i + 1; k < r->count; k++)
        if (r->segs[k].dir == r->side) return &r->segs[k];
    return NULL;
}

bool cf_sign_taken(const cf_recording *r, uint32_t i)
{
    const cf_seg *s = &r->segs[i], *next = cf_next_of_stack(r, i);
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
