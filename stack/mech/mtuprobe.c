#include "mtuprobe.h"

#include "../base/time.h"

static uint16_t clamp(uint32_t v)
{
    return v > UINT16_MAX ? UINT16_MAX : (uint16_t)v;
}

void rs_mtup_begin(rs_mtup *m, const rs_mtup_range *r)
{
    uint32_t low = r->low < r->high ? r->low : r->high; /* what the peer takes is never searched beyond */
    *m = (rs_mtup){.on = true, .low = clamp(low), .high = clamp(r->high), .since = r->now};
}

uint32_t rs_mtup_next(const rs_mtup *m, uint32_t threshold)
{
    uint32_t wide = (uint32_t)m->high - m->low;
    if (!m->on || m->size || wide == 0 || wide < threshold) return 0;
    uint32_t middle = ((uint32_t)m->high + m->low) / 2;
    return middle > m->low ? middle : m->high;
}

void rs_mtup_reopen(rs_mtup *m, const rs_mtup_range *r, rs_dur interval)
{
    if (!m->on || m->size || rs_dur_less(rs_time_diff(r->now, m->since), interval)) return;
    rs_mtup_range again = {m->low, r->high, r->now};
    rs_mtup_begin(m, &again);
}

void rs_mtup_sent_probe(rs_mtup *m, const rs_mtup_sent *s)
{
    m->size = clamp(s->size);
    m->start = s->start;
    m->end = s->end;
}

bool rs_mtup_on_ack(rs_mtup *m, rs_seq una)
{
    if (!m->size || rs_seq_before(una, m->end)) return false;
    m->low = m->size;
    m->size = 0;
    return true;
}

bool rs_mtup_on_loss(rs_mtup *m, rs_seq una)
{
    if (!m->size || !rs_seq_eq(una, m->start)) return false;
    m->high = (uint16_t)(m->size - 1);
    m->size = 0;
    return true;
}

void rs_mtup_black_hole(rs_mtup *m, uint32_t low)
{
    m->low = low < m->high ? clamp(low) : m->high;
    m->size = 0;
}

void rs_mtup_bound(rs_mtup *m, uint32_t mtu)
{
    if (!m->on || mtu >= m->high) return;
    m->high = clamp(mtu);
    if (m->low > m->high) m->low = m->high;
    if (m->size > m->high) m->size = 0;
}

const char *rs_mtup_broken(const rs_mtup *m)
{
    if (m->on && m->low > m->high) return "M1: the range of packet sizes is upside down";
    if (m->size && (m->size <= m->low || m->size > m->high)) return "M2: a probe outside the range";
    return NULL;
}
