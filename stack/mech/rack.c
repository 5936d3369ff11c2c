#include "rack.h"

#include "../base/time.h"

void rs_rack_init(rs_rack *r)
{
    *r = (rs_rack){.steps = 1};
}

/* Later, or at the same time and further on: a burst is sent in one instant. */
static bool sent_after(rs_time a, rs_seq a_end, rs_time b, rs_seq b_end)
{
    return rs_time_before(b, a) || (rs_time_eq(a, b) && rs_seq_after(a_end, b_end));
}

void rs_rack_on_delivered(rs_rack *r, const rs_rack_delivery *d)
{
    rs_dur rtt = rs_time_diff(d->now, d->sent);
    if (d->retransmitted && (rs_dur_is_zero(d->min_rtt) || rs_dur_less(rtt, d->min_rtt))) return;
    r->advanced = true;
    r->rtt = rs_dur_max(rtt, RS_US(0));
    if (r->any && !sent_after(d->sent, d->end, r->sent, r->end)) return;
    r->any = true;
    r->sent = d->sent;
    r->end = d->end;
}

rs_dur rs_rack_window(const rs_rack *r, const rs_rack_view *v)
{
    bool haste = v->in_recovery || (v->sacked_segs >= v->dup_thresh && !v->no_dup_thresh);
    if (!v->reordering_seen && haste) return RS_US(0);
    return rs_dur_min(rs_dur_mul(RS_US(v->min_rtt.us >> 2), r->steps), v->srtt);
}

bool rs_rack_outrun(const rs_rack *r, rs_time sent, rs_seq end)
{
    return r->any && sent_after(r->sent, r->end, sent, end);
}

rs_dur rs_rack_left(const rs_rack *r, rs_time now, rs_time sent, rs_dur window)
{
    return rs_time_diff(rs_time_add(rs_time_add(sent, r->rtt), window), now);
}

void rs_rack_adapt(rs_rack *r, const rs_rack_round *o)
{
    if ((int32_t)(o->sent_delivered - r->last_delivered) < 0) r->dsack_seen = false;
    if (!r->dsack_seen) {
        if (!r->persist) r->steps = 1;
        return;
    }
    if (r->steps < UINT8_MAX) r->steps++;
    r->dsack_seen = false;
    r->last_delivered = o->delivered;
    r->persist = RS_RACK_PERSIST;
}

void rs_rack_undone(rs_rack *r)
{
    if (r->persist < RS_RACK_PERSIST) r->persist++;
}

void rs_rack_recovered(rs_rack *r)
{
    if (r->persist) r->persist--;
}

const char *rs_rack_broken(const rs_rack *r)
{
    if (r->steps == 0) return "K1: no reordering window";
    if (r->persist > RS_RACK_PERSIST) return "K2: the window is kept for too long";
    return r->rtt.us < 0 ? "K3: a negative round trip" : NULL;
}
