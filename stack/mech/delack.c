#include "delack.h"

#include "../base/time.h"

enum { QUICK_START = 16, QUICK_LEAST = 2 };

void rs_delack_init(rs_delack *d, const rs_delack_params *p, rs_time now)
{
    *d = (rs_delack){.p = *p, .last_data = now, .deadline = RS_NEVER};
}

/* The budget is half the window in full-sized segments: enough to bring the peer through its slow start. */
static void fill_budget(rs_delack *d, const rs_delack_quick *q)
{
    uint32_t n = q->rcv_mss ? q->rcv_wnd / (2 * q->rcv_mss) : 0;
    if (n == 0) n = QUICK_LEAST;
    if (n > q->budget) n = q->budget;
    if (n > d->quick) d->quick = (uint8_t)n;
}

void rs_delack_go_quick(rs_delack *d, const rs_delack_quick *q)
{
    if (!d->p.linux_form) return;
    fill_budget(d, q);
    d->pingpong = 0;
    d->ato = d->p.min;
}

/* Learns the spacing of arrivals. */
static void adapt(rs_delack *d, const rs_delack_data *e)
{
    rs_delack_quick q = {.budget = QUICK_START, .rcv_mss = e->rcv_mss, .rcv_wnd = e->rcv_wnd};
    rs_dur gap = rs_time_diff(e->now, d->last_data), half = {d->p.min.us / 2};
    if (rs_dur_is_zero(d->ato)) {
        fill_budget(d, &q);
        d->ato = d->p.min;
    } else if (gap.us <= half.us) {
        d->ato = rs_dur_add((rs_dur){d->ato.us / 2}, half);
    } else if (rs_dur_less(gap, d->ato)) {
        d->ato = rs_dur_add((rs_dur){d->ato.us / 2}, gap);
        d->ato = rs_dur_max(rs_dur_min(d->ato, e->rto), d->p.min);
    } else if (rs_dur_less(e->rto, gap)) {
        fill_budget(d, &q); /* the peer has been idle and is in slow start again */
    }
    d->last_data = e->now;
}

/* How long to wait: the spacing of arrivals, but not more than a round trip or `max`. */
static rs_dur linux_delay(const rs_delack *d, rs_dur srtt)
{
    rs_dur delay = rs_dur_min(d->ato, d->p.max);
    if (rs_dur_less(d->p.min, delay) && srtt.us > 0) delay = rs_dur_min(delay, rs_dur_max(srtt, d->p.min));
    return delay;
}

static rs_delack_act wait_or_ack(rs_delack *d, rs_time now, rs_dur delay)
{
    rs_time then = rs_time_add(now, delay);
    if (rs_time_is_never(d->deadline)) {
        d->deadline = then;
        return RS_DELACK_LATER;
    }
    /* The timer runs already; with less than a quarter of the delay left, waiting gains nothing (Linux). */
    rs_time soon = rs_time_add(now, (rs_dur){delay.us / 4});
    if (d->p.linux_form && rs_time_before_eq(d->deadline, soon)) return RS_DELACK_NOW;
    d->deadline = rs_time_min(d->deadline, then);
    return RS_DELACK_LATER;
}

/* A short segment, or a full one with PSH: more may not follow soon. */
static void note_end(rs_delack *d, const rs_delack_data *e)
{
    if (e->len < e->rcv_mss) d->ends = d->ends ? 2 : 1;
    else if (e->push && !d->ends) d->ends = 1;
}

/* Text lies beyond a gap. */
static rs_delack_act merge(rs_delack *d, const rs_delack_data *e)
{
    enum { TELLS_A_LOSS = 3 };
    if (d->merged >= e->merge.most) return RS_DELACK_NOW;
    if (!rs_seq_eq(d->dup_nxt, e->merge.nxt)) d->dups = 0;
    d->dup_nxt = e->merge.nxt;
    if (d->dups < TELLS_A_LOSS) {
        d->dups++;
        return RS_DELACK_NOW;
    }
    if (e->merge.delay.us <= 0) return RS_DELACK_NOW;
    if (d->merged++ == 0) d->deadline = rs_time_min(d->deadline, rs_time_add(e->now, e->merge.delay));
    return RS_DELACK_LATER;
}

rs_delack_act rs_delack_on_data(rs_delack *d, const rs_delack_data *e)
{
    d->owed = true;
    if (!d->p.linux_form) {
        if (e->must_ack || e->unacked_bytes >= 2 * e->rcv_mss) return RS_DELACK_NOW;
        return wait_or_ack(d, e->now, d->p.max);
    }
    if (e->len) { /* a FIN alone says nothing about the spacing of arrivals */
        adapt(d, e);
        note_end(d, e);
        if (e->window_grew) d->quick |= 1; /* an even budget grows by one: such a segment costs nothing of it */
    }
    if (e->must_ack) return RS_DELACK_NOW;
    if (e->fin_waits) d->pingpong = d->p.pingpong_thresh;
    if (e->unacked_bytes > e->rcv_mss && e->window_moves) return RS_DELACK_NOW;
    if (d->quick > 0 && !rs_delack_interactive(d)) return RS_DELACK_NOW;
    if (e->gap) return merge(d, e);
    return wait_or_ack(d, e->now, linux_delay(d, e->srtt));
}

void rs_delack_on_ack_sent(rs_delack *d)
{
    if (d->owed && d->quick > 0 && --d->quick == 0) d->ato = d->p.min;
    d->owed = false;
    d->ends = d->merged = 0;
    d->deadline = RS_NEVER;
}

bool rs_delack_on_read(const rs_delack *d, const rs_delack_read *e)
{
    if (!d->p.linux_form || !d->owed) return false;
    if (e->unacked_bytes > e->rcv_mss) return true;
    return e->empty && (d->ends == 2 || (d->ends == 1 && !rs_delack_interactive(d)));
}

void rs_delack_postpone(rs_delack *d, rs_time now)
{
    d->owed = true;
    d->last_data = now;
    d->deadline = rs_time_add(now, d->p.max);
}

void rs_delack_on_data_sent(rs_delack *d, rs_time now)
{
    if (!d->p.linux_form || rs_dur_is_zero(d->ato)) return;
    if (rs_dur_less(rs_time_diff(now, d->last_data), d->ato) && d->pingpong < UINT8_MAX) d->pingpong++;
}

bool rs_delack_on_timer(rs_delack *d, rs_dur rto)
{
    d->deadline = RS_NEVER;
    if (!d->owed) return false;
    if (!d->p.linux_form || d->merged) return true;
    if (rs_delack_interactive(d)) {
        d->pingpong = 0;
        d->ato = d->p.min;
    } else {
        d->ato = rs_dur_max(rs_dur_min(rs_dur_mul(d->ato, 2), rto), d->p.min);
    }
    return true;
}

bool rs_delack_set_quick(rs_delack *d, bool on)
{
    d->pingpong = on ? 0 : d->p.pingpong_thresh;
    return on && d->owed;
}

const char *rs_delack_broken(const rs_delack *d)
{
    if (!rs_time_is_never(d->deadline) && !d->owed) return "D1: the timer runs and nothing is owed";
    if (!d->p.linux_form && (d->quick || d->ato.us || d->ends))
        return "D2: Linux's variables are in use in the RFC form";
    if (d->ato.us != 0 && rs_dur_less(d->ato, d->p.min)) return "D2: ato is below its minimum";
    return NULL;
}
