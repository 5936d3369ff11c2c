/* ref_story.c — the stack's trace events as short texts for the story of a run. */
#include <stdio.h>
#include <string.h>

#include "ref.h"

typedef void text_fn(char *out, size_t cap, const rs_event *ev);

static const char *why(const rs_event *ev)
{
    return ev->why_text ? ev->why_text : ev->why ? ev->why : "";
}

static void on_state(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "%s -> %s: %s", rs_state_name((rs_state)ev->a), rs_state_name((rs_state)ev->b), why(ev));
}

static void on_drop(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "%s%s%s%s", why(ev), ev->why ? " [" : "", ev->why ? ev->why : "", ev->why ? "]" : "");
}

static void on_timer(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "the %s timer ran out", why(ev));
}

static void on_retransmit(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "%lld bytes from %lld again", (long long)ev->b, (long long)ev->a);
}

static void on_cwnd(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "cwnd %lld ssthresh %lld%s%s", (long long)ev->a, (long long)ev->b, ev->why ? ": " : "", why(ev));
}

static void on_error(char *out, size_t cap, const rs_event *ev)
{
    snprintf(out, cap, "%s for the user: %s", rs_status_name((int)ev->a), why(ev));
}

static const struct {
    const char *kind;
    text_fn *text;
} tellers[RS_EV_KINDS] = {
    [RS_EV_DROP] = {"drop", on_drop},    [RS_EV_STATE] = {"state", on_state},
    [RS_EV_TIMER] = {"timer", on_timer}, [RS_EV_RETRANSMIT] = {"rexmit", on_retransmit},
    [RS_EV_CWND] = {"cwnd", on_cwnd},    [RS_EV_ERROR] = {"error", on_error},
};

static void on_trace(void *ctx, const rs_event *ev)
{
    cf_ref *r = ctx;
    char text[400];
    if ((unsigned)ev->kind >= RS_EV_KINDS || !tellers[ev->kind].text) return; /* packets are told by the runner */
    tellers[ev->kind].text(text, sizeof text, ev);
    r->story(r->story_ctx, ev->at.us, tellers[ev->kind].kind, text, ev->rfc);
}

void cf_ref_story(cf_target *t, cf_story_fn *fn, void *ctx)
{
    cf_ref *r = cf_ref_of(t);
    r->story = fn;
    r->story_ctx = ctx;
    rs_stack_on_trace(r->st, fn ? on_trace : NULL, r);
}
