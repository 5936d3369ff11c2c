#include "speaker.h"

#include <string.h>

#include "../packet/bytes.h"
#include "../packet/encode.h"
#include "../packet/opts.h"

enum { TS_LEN = 10, SHIFT_MAX = 14 };

/* ---------- options ---------- */

static void read_sack(cf_marks *m, const uint8_t *o)
{
    unsigned n = (o[1] - 2u) / 8u;
    for (unsigned i = 0; i < n && m->sacks < CF_MARK_SACKS; i++, m->sacks++) {
        m->sack[2 * m->sacks] = cf_get32(o + 2 + 8 * i);
        m->sack[2 * m->sacks + 1] = cf_get32(o + 6 + 8 * i);
    }
}

/* False: a length that this kind cannot have. */
static bool read_one(cf_marks *m, const uint8_t *o)
{
    switch (o[0]) {
    case CF_KIND_MSS:
        if (o[1] != 4) return false;
        m->mss = true;
        m->mss_val = cf_get16(o + 2);
        return true;
    case CF_KIND_WSCALE:
        if (o[1] != 3) return false;
        m->scale = true;
        m->shift = o[2];
        return true;
    case CF_KIND_SACK_OK: m->sack_ok = o[1] == 2; return m->sack_ok;
    case CF_KIND_SACK:
        if (o[1] < 10 || (o[1] - 2) % 8) return false;
        read_sack(m, o);
        return true;
    case CF_KIND_TS:
        if (o[1] != TS_LEN) return false;
        m->ts = true;
        m->ts_val = cf_get32(o + 2);
        m->ts_ecr = cf_get32(o + 6);
        return true;
    default: return true;
    }
}

static bool any_set(const uint8_t *p, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (p[i]) return true;
    return false;
}

void cf_marks_read(cf_marks *m, const cf_seg *s)
{
    memset(m, 0, sizeof *m);
    for (unsigned i = 0; i < s->opt_len;) {
        const uint8_t *o = s->opts + i;
        if (o[0] == CF_KIND_EOL) {
            m->dirty_padding = any_set(o, s->opt_len - i);
            return;
        }
        if (o[0] == CF_KIND_NOP) {
            i++;
            continue;
        }
        if (i + 2 > s->opt_len || o[1] < 2 || i + o[1] > s->opt_len) {
            m->bad_form = true;
            return;
        }
        if (!read_one(m, o)) m->bad_form = true;
        i += o[1];
    }
}

/* ---------- what an end has said ---------- */

cf_offset cf_taken(const cf_seg *s)
{
    return (cf_offset)s->len + (s->flags & CF_SYN ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
}

cf_offset cf_edge_of(const cf_speaker *me, const cf_seg *s, bool scaled)
{
    unsigned shift = scaled && !(s->flags & CF_SYN) ? me->shift : 0;
    return s->ack_pos + ((cf_offset)s->win << shift);
}

static void took_syn(cf_speaker *me, const cf_marks *m)
{
    me->all_ts = (me->all_ts || !me->syn) && m->ts;
    me->all_scale = (me->all_scale || !me->syn) && m->scale;
    me->syn = true;
    me->scale = me->scale || m->scale;
    me->sack_ok = me->sack_ok || m->sack_ok;
    me->ts = me->ts || m->ts;
    uint8_t shift = m->shift > SHIFT_MAX ? SHIFT_MAX : m->shift;
    if (m->scale && shift > me->shift) me->shift = shift;
    if (m->mss && m->mss_val > me->mss) me->mss = m->mss_val;
    if (!m->mss) me->no_mss = true;
}

static void took_ack(cf_speaker *me, const cf_seg *s, bool scaled)
{
    cf_offset edge = cf_edge_of(me, s, scaled);
    if (!me->acks || s->ack_pos > me->acked) {
        me->acked = s->ack_pos;
        me->acked_stamp = me->stamp;
    }
    if (!me->offers || edge > me->edge) me->edge = edge;
    me->acks = me->offers = true;
}

static void took_stamp(cf_speaker *me, const cf_seg *s, const cf_marks *m)
{
    cf_offset at = me->stamped ? cf_unroll(me->stamp, m->ts_val) : (cf_offset)m->ts_val;
    if (!me->stamped) me->first_stamp = at;
    if (me->stamped && s->at_ns - me->stamp_ns > CF_STAMP_OLD_NS) me->stamp_unsure = true;
    if (!me->stamped || at > me->stamp) {
        me->stamp = at;
        /* What is sent again tells nothing of new bytes that it may have passed on the way. */
        me->stamp_end = s->pos < me->end ? INT64_MAX : s->pos + cf_taken(s);
        me->stamp_ns = s->at_ns;
    }
    if (at < me->first_stamp) me->first_stamp = at;
    me->stamped = true;
}

static void took_text(cf_speaker *me, const cf_seg *s)
{
    if (s->len == 0 || s->mark & CF_M_CUT) return;
    cf_offset text = s->pos + (s->flags & CF_SYN ? 1 : 0);
    me->sent[me->sent_count++ % CF_SENT_KEPT] = (cf_sent){text, s->len, s->hash};
}

void cf_speaker_took(cf_speaker *me, const cf_seg *s, const cf_marks *m, bool scaled)
{
    bool rst = (s->flags & CF_RST) != 0;
    if (s->flags & CF_SYN && s->pos == 0) took_syn(me, m);
    else if (s->flags & CF_SYN) me->unplaced = true;
    if (m->ts && !rst) took_stamp(me, s, m);
    if (s->flags & CF_ACK && !rst) took_ack(me, s, scaled);
    if (rst) {
        if (me->acks && s->pos == me->end) me->reset = true; /* in SYN-SENT it only refuses what came */
    } else {
        cf_offset end = s->pos + cf_taken(s);
        cf_cover_add(&me->cover, s->pos, end);
        if (end > me->end) me->end = end;
        took_text(me, s);
        if (s->flags & CF_FIN && !me->fin) {
            me->fin = true;
            me->fin_at = end - 1;
        }
    }
    me->packets++;
}
