#include "clock.h"

#include <stdio.h>

#define SECOND INT64_C(1000000)

int64_t cf_clock_tolerance(int64_t usecs, double percent, int64_t span_us)
{
    int64_t share = (int64_t)(percent / 100.0 * (double)span_us);
    return share > usecs ? share : usecs;
}

static bool is_relative(cf_time_kind k)
{
    return k == CF_T_RELATIVE || k == CF_T_REL_RANGE || k == CF_T_ANY;
}

static bool is_range(cf_time_kind k)
{
    return k == CF_T_ABS_RANGE || k == CF_T_REL_RANGE;
}

static bool is_inbound(const cf_event *ev)
{
    return ev->kind == CF_EV_PACKET && ev->pkt.dir == CF_IN;
}

const char *cf_clock_resolve(const cf_clock *c, const cf_event *ev, int64_t now_us, cf_when *out)
{
    bool relative = is_relative(ev->time_kind);
    *out = (cf_when){.kind = ev->time_kind};
    if (relative) out->base_us = c->any && c->prev_inbound && is_inbound(ev) ? c->prev_us : now_us;
    if (!c->any) {
        out->base_us = 0;
        if (ev->time_us != 0) return "the first event must be at time 0";
    }
    out->at_us = out->base_us + ev->time_us;
    out->end_us = is_range(ev->time_kind) ? out->base_us + ev->time_end_us : out->at_us;
    out->since_us = c->any ? c->prev_us : 0;
    out->slack_us =
        c->any ? cf_clock_tolerance(c->tolerance_us, c->tolerance_percent, out->at_us - c->prev_us) : c->tolerance_us;
    out->checked = c->any && ev->time_kind != CF_T_ANY;
    bool both_absolute = c->any && !relative && !is_relative(c->prev_kind);
    if (both_absolute && out->at_us < c->prev_us) return "time goes backwards";
    return NULL;
}

cf_when cf_clock_end_of_call(const cf_clock *c, const cf_event *ev, const cf_when *start)
{
    cf_when w = *start;
    w.at_us = w.end_us = (is_relative(ev->time_kind) ? start->base_us : 0) + ev->call.end_us;
    w.slack_us = cf_clock_tolerance(c->tolerance_us, c->tolerance_percent, w.at_us - start->at_us);
    w.checked = true;
    return w;
}

void cf_clock_pass(cf_clock *c, const cf_event *ev, const cf_when *w)
{
    c->any = true;
    c->prev_inbound = is_inbound(ev);
    c->prev_us = w->at_us;
    c->prev_kind = ev->time_kind;
}

bool cf_clock_holds(const cf_when *w, int64_t happened_us)
{
    return !w->checked || (happened_us >= w->at_us - w->slack_us && happened_us <= w->end_us + w->slack_us);
}

static double sec(int64_t us)
{
    return (double)us / 1e6;
}

const char *cf_clock_text(const cf_when *w, const char *what, int64_t happened_us, char *out, size_t cap)
{
    if (w->kind == CF_T_REL_RANGE)
        snprintf(out, cap, "timing error: expected %s in relative time range +%.6f~+%.6f sec but happened at %+.6f sec",
                 what, sec(w->at_us - w->base_us), sec(w->end_us - w->base_us), sec(happened_us - w->base_us));
    else if (w->kind == CF_T_ABS_RANGE)
        snprintf(out, cap, "timing error: expected %s in time range %.6f~%.6f sec but happened at %.6f sec", what,
                 sec(w->at_us), sec(w->end_us), sec(happened_us));
    else
        snprintf(out, cap, "timing error: expected %s at %.6f sec but happened at %.6f sec; tolerance %.6f sec", what,
                 sec(w->at_us), sec(happened_us), sec(w->slack_us));
    return out;
}

int64_t cf_clock_patience(const cf_when *w)
{
    if (w->kind == CF_T_ANY) return INT64_MAX;
    int64_t latest = w->end_us > w->at_us ? w->end_us : w->at_us;
    return ((latest - w->since_us + 2 * SECOND) / SECOND) * SECOND;
}
