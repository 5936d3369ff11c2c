/* clock.h — when an event is due, and whether what happened was in time.
 *
 * Script time 0 is the live start. Everything here is script time in microseconds. The rules, in the order they bite:
 *
 *   base       A relative time counts from the moment the event before it was finished; between two injected packets it
 *              counts from the first one's own time, so that bursts do not drift.
 *   tolerance  max(usecs, percent of (event time - resolved time of the event before)); the end of a blocking call uses
 *              (end - start of the call) instead. Ranges are widened by the tolerance at both ends.
 *   unchecked  the very first event, and events timed with "*". */
#ifndef CF_RUN_CLOCK_H
#define CF_RUN_CLOCK_H

#include "../script/ast.h"

typedef struct cf_clock {
    int64_t tolerance_us;
    double tolerance_percent;
    bool any;          /* an event is behind us */
    bool prev_inbound; /* it was an injected packet */
    int64_t prev_us;   /* its resolved time */
    cf_time_kind prev_kind;
} cf_clock;

typedef struct cf_when {
    cf_time_kind kind;
    int64_t base_us, at_us, end_us; /* end_us: of a range, else at_us */
    int64_t slack_us;               /* the tolerance */
    int64_t since_us;               /* resolved time of the event before; 0 if there is none */
    bool checked;
} cf_when;

int64_t cf_clock_tolerance(int64_t usecs, double percent, int64_t span_us);
/* The event becomes current at now_us. NULL, or what is wrong with its time (static text). */
const char *cf_clock_resolve(const cf_clock *c, const cf_event *ev, int64_t now_us, cf_when *out);
/* The end of a blocking call that was due at *start. */
cf_when cf_clock_end_of_call(const cf_clock *c, const cf_event *ev, const cf_when *start);
/* The event is behind us. */
void cf_clock_pass(cf_clock *c, const cf_event *ev, const cf_when *w);
bool cf_clock_holds(const cf_when *w, int64_t happened_us);
/* "timing error: expected outbound packet at 0.100000 sec but happened at ..." into out; returns out. */
const char *cf_clock_text(const cf_when *w, const char *what, int64_t happened_us, char *out, size_t cap);
/* How long one receive waits for the outbound packet of an event; INT64_MAX for "*". */
int64_t cf_clock_patience(const cf_when *w);

#endif
