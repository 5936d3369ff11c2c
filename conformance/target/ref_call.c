/* ref_call.c — calls that end at once, calls that wait, and who drives the clock meanwhile. */
#include <stdlib.h>
#include <string.h>

#include "ref.h"

static void start(cf_ref *r, const cf_call_in *in)
{
    cf_ref_wait *w = &r->wait;
    w->active = true;
    w->done = false;
    w->in = *in;
    w->out = (cf_call_out){0};
    rs_ret got = cf_ref_begin(r, in, &w->out);
    w->parked = w->out.unsupported ? 0 : got.parked;
    if (w->parked) return;
    w->done = true;
    cf_ref_finish(r, in, got, &w->out);
}

/* The buffer a parked call is resumed with: the one it was made with. */
static void *resume_buffer(cf_ref *r, size_t *len)
{
    cf_ref_wait *w = &r->wait;
    if (w->in.id == CF_CALL_poll) {
        *len = w->in.polls * sizeof w->polls[0];
        return w->polls;
    }
    if (w->in.id == CF_CALL_epoll_wait) {
        *len = w->events_cap * sizeof *w->events;
        return w->events;
    }
    if (w->in.id == CF_CALL_sendfile || w->in.id == CF_CALL_splice) {
        *len = w->moved_len;
        return w->moved;
    }
    *len = w->in.len;
    if (w->in.id == CF_CALL_accept) return &w->peer;
    return w->in.buf_null ? NULL : w->in.buf;
}

static rs_ret resume(cf_ref *r)
{
    size_t len;
    if (r->wait.in.id == CF_CALL_recvmsg) return rs_call_resume_msg(r->st, r->now, r->wait.parked, &r->wait.msg);
    void *buf = resume_buffer(r, &len);
    return rs_call_resume(r->st, r->now, r->wait.parked, buf, len);
}

bool cf_ref_call_poke(cf_ref *r)
{
    cf_ref_wait *w = &r->wait;
    if (!w->active || w->done || !rs_call_ready(r->st, w->parked)) return false;
    rs_ret got = resume(r);
    if (got.parked) {
        w->parked = got.parked;
        return false;
    }
    w->done = true;
    cf_ref_finish(r, &w->in, got, &w->out);
    return true;
}

/* The call stands alone: only the clock can end it, so the clock runs until it does. */
static void finish_alone(cf_ref *r)
{
    cf_ref_wait *w = &r->wait;
    cf_ref_settle(r);
    while (!w->done && cf_ref_step(r, INT64_MAX - 1)) {}
    if (w->done) return;
    rs_ret got = rs_call_cancel(r->st, r->now, w->parked);
    w->done = true;
    cf_ref_finish(r, &w->in, got, &w->out);
    w->out.hung = true;
}

/* Puts the call in progress aside, with its buffers; takes it back. */
static cf_ref_wait set_aside(cf_ref *r)
{
    cf_ref_wait kept = r->wait;
    r->wait.events = NULL;
    r->wait.moved = NULL;
    return kept;
}

static void take_back(cf_ref *r, const cf_ref_wait *kept)
{
    free(r->wait.events);
    free(r->wait.moved);
    r->wait = *kept;
}

/* A second call while one is parked: it must end at once, or it is the one thing a script cannot ask for. */
static void call_beside(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    cf_ref_wait parked = set_aside(r);
    start(r, in);
    if (!r->wait.done) {
        rs_ret got = rs_call_cancel(r->st, r->now, r->wait.parked);
        cf_ref_finish(r, in, got, &r->wait.out);
        r->wait.out.hung = true;
    }
    *out = r->wait.out;
    take_back(r, &parked);
    cf_ref_settle(r);
}

void cf_ref_call(cf_target *t, const cf_call_in *in, cf_call_out *out)
{
    cf_ref *r = cf_ref_of(t);
    if (r->wait.active && !r->wait.done) {
        call_beside(r, in, out);
        return;
    }
    cf_ref_wait kept = set_aside(r); /* a call that has ended, but was not asked for yet */
    start(r, in);
    finish_alone(r);
    *out = r->wait.out;
    take_back(r, &kept);
}

bool cf_ref_call_begin(cf_target *t, const cf_call_in *in)
{
    cf_ref *r = cf_ref_of(t);
    if (r->wait.active) return false;
    start(r, in);
    cf_ref_settle(r);
    return true;
}

bool cf_ref_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out)
{
    cf_ref *r = cf_ref_of(t);
    if (!r->wait.active) return false;
    while (!r->wait.done && cf_ref_step(r, deadline_us)) {}
    if (!r->wait.done) {
        if (r->now.us < deadline_us) r->now.us = deadline_us;
        return false;
    }
    *out = r->wait.out;
    r->wait.active = false;
    return true;
}
