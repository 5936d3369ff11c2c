#include "exec.h"

#include "sockets.h"

#include <stdarg.h>
#include <stdio.h>

#include "../packet/encode.h"
#include "../text/mem.h"

/* The live start lies this long after the target's clock began, so that events fall in the middle of a timer tick. */
enum { START_DELAY_US = 250 };
/* From here on a time is off: what is sent at once comes sooner, what a timer sends comes on a tick of its clock. */
enum { OFF_US = 1000 };

/* ---------- verdicts ---------- */

cf_where cf_exec_here(const cf_exec *x)
{
    return x->ev ? (cf_where){x->ev->line, x->ev->span} : (cf_where){0};
}

/* The first verdict stands. signature: what went wrong, short and stable, without the line; NULL: the message itself.
 */
static void put_verdict(cf_exec *x, cf_outcome outcome, const char *signature, cf_where at, const char *fmt, va_list ap)
{
    cf_buf b = {0};
    if (x->over) return;
    x->over = true;
    x->res->virtual_us = cf_exec_now(x);
    x->res->outcome = outcome;
    x->res->line = at.line;
    x->res->span = at.span;
    if (outcome != CF_NA) {
        if (at.line) cf_buf_printf(&b, "%s:%u: ", x->res->path, at.line);
        else cf_buf_printf(&b, "%s: ", x->res->path);
    }
    cf_buf_vprintf(&b, fmt, ap);
    cf_buf_make_printable(&b);
    free(x->res->message);
    x->res->message = cf_buf_take(&b);
    char *sign = x->res->signature;
    if (!signature) snprintf(sign, sizeof x->res->signature, "%.150s", x->res->message);
    else if (at.line) snprintf(sign, sizeof x->res->signature, "%.130s line %u", signature, at.line);
    else snprintf(sign, sizeof x->res->signature, "%.150s", signature);
}

bool cf_exec_fail(cf_exec *x, cf_where at, const char *signature, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_verdict(x, CF_FAIL, signature, at, fmt, ap);
    va_end(ap);
    return false;
}

bool cf_exec_error(cf_exec *x, cf_where at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_verdict(x, CF_RUN_ERROR, "error", at, fmt, ap);
    va_end(ap);
    return false;
}

bool cf_exec_invalid(cf_exec *x, cf_where at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_verdict(x, CF_RUN_ERROR, "script", at, fmt, ap);
    va_end(ap);
    return false;
}

bool cf_exec_na(cf_exec *x, cf_where at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    put_verdict(x, CF_NA, NULL, at, fmt, ap);
    va_end(ap);
    return false;
}

void cf_exec_hint(cf_exec *x, const char *fmt, ...)
{
    cf_buf b = {0};
    va_list ap;
    va_start(ap, fmt);
    cf_buf_vprintf(&b, fmt, ap);
    va_end(ap);
    cf_buf_make_printable(&b);
    free(x->res->hint);
    x->res->hint = cf_buf_take(&b);
}

void cf_exec_note(cf_exec *x, const char *fmt, ...)
{
    cf_buf b = {0};
    va_list ap;
    if (x->res->notes) cf_buf_printf(&b, "%s\n", x->res->notes);
    va_start(ap, fmt);
    cf_buf_vprintf(&b, fmt, ap);
    va_end(ap);
    cf_buf_make_printable(&b);
    free(x->res->notes);
    x->res->notes = cf_buf_take(&b);
}

/* ECN cannot be expected of a stack that does not speak it: flags or a code point in what it sends. */
static bool wants_ecn(const cf_pkt *p)
{
    const cf_ip_spec *ip = &p->ip;
    bool marked = ip->given && (ip->tos_check == CF_TOS_ECT01 || (ip->tos_check == CF_TOS_ECN && ip->tos & 3));
    return marked || p->has_ace || (p->flags & (CF_ECE | CF_CWR | CF_AE));
}

/* Options the stack would have to send: what else can an expectation of them be? */
static const char *missing_option(const cf_exec *x, const cf_pkt *p)
{
    static const struct {
        cf_opt_kind kind;
        cf_caps cap;
        const char *name;
    } table[] = {
        {CF_O_FO, CF_CAP(FASTOPEN), "the Fast Open option (FO)"},
        {CF_O_FOEXP, CF_CAP(FASTOPEN), "the Fast Open option (FOEXP)"},
        {CF_O_MD5, CF_CAP(MD5), "the MD5 option"},
        {CF_O_AO, CF_CAP(AO), "the authentication option (AO)"},
        {CF_O_ACCECN0, CF_CAP(ACCECN), "the AccECN option"},
        {CF_O_ACCECN1, CF_CAP(ACCECN), "the AccECN option"},
    };
    for (uint32_t i = 0; i < p->opts; i++)
        for (size_t k = 0; k < sizeof table / sizeof *table; k++)
            if (table[k].kind == p->opt[i].kind && !(x->ops->caps & table[k].cap)) return table[k].name;
    return NULL;
}

bool cf_exec_can_packet(cf_exec *x, const cf_pkt *p)
{
    cf_where at = {x->ev->line, p->span};
    const char *option = p->dir == CF_OUT ? missing_option(x, p) : NULL;
    if (option) return cf_exec_na(x, at, "%s", option);
    if (p->dir == CF_OUT && wants_ecn(p) && !(x->ops->caps & CF_CAP(ECN)))
        return cf_exec_na(x, at, "explicit congestion notification");
    if (p->dir == CF_IN && x->set.gso_mss && p->len > x->set.gso_mss && !(x->ops->caps & CF_CAP(GRO)))
        return cf_exec_na(x, at, "aggregated packets (--mss)");
    if (p->outers && !(x->ops->caps & CF_CAP(ENCAPSULATION))) return cf_exec_na(x, at, "encapsulated packets");
    if (p->psp && !(x->ops->caps & CF_CAP(PSP))) return cf_exec_na(x, at, "PSP packets");
    return true;
}

/* ---------- time ---------- */

int64_t cf_exec_now(const cf_exec *x)
{
    return x->ops->now(x->t) - x->live_start_us;
}

bool cf_exec_wait_until(cf_exec *x, int64_t at_us)
{
    int64_t live = at_us + x->live_start_us;
    if (live > x->limit_us)
        return cf_exec_error(x, cf_exec_here(x), "the script waits beyond %.0f s of simulated time, the limit of a run",
                             (double)(x->limit_us - x->live_start_us) / 1e6);
    if (live > x->ops->now(x->t)) x->ops->sleep_until(x->t, live);
    return cf_exec_poll_blocked(x);
}

void cf_exec_note_margin(cf_exec *x, const cf_when *w, int64_t happened_us)
{
    int64_t off = happened_us > w->end_us ? happened_us - w->end_us : w->at_us - happened_us;
    int64_t margin = w->slack_us - off;
    if (!w->checked || off < OFF_US || (x->res->off && margin >= x->res->margin_us)) return;
    x->res->off = true;
    x->res->margin_us = margin;
}

bool cf_exec_in_time(cf_exec *x, const char *what)
{
    char text[240];
    int64_t now = cf_exec_now(x);
    if (cf_clock_holds(&x->when, now)) return true;
    return cf_exec_fail(x, cf_exec_here(x), "time late", "%s", cf_clock_text(&x->when, what, now, text, sizeof text));
}

/* ---------- events ---------- */

static bool run_packet(cf_exec *x)
{
    return x->ev->pkt.dir == CF_IN ? cf_exec_inbound(x) : cf_exec_outbound(x);
}

static bool run_command(cf_exec *x)
{
    if (!cf_exec_wait_until(x, x->when.at_us) || !cf_exec_in_time(x, "command")) return false;
    return cf_exec_command(x, x->ev->text, cf_exec_here(x), NULL);
}

static bool run_code(cf_exec *x)
{
    if (!cf_exec_wait_until(x, x->when.at_us) || !cf_exec_in_time(x, "data collection for code")) return false;
    const cf_sock *s = x->map.under_test;
    bool inside = cf_code_looks_inside(x->ev, x->t);
    cf_code_of of = {s ? s->live_fd : -1, s ? s->local_port : 0, s ? s->remote_port : 0};
    if (!s && !inside)
        return cf_exec_error(x, cf_exec_here(x), "runtime error in code: no socket to take TCP_INFO from");
    if (of.live_fd < 0 && !inside)
        return cf_exec_error(x, cf_exec_here(x),
                             "runtime error in code: the connection has no descriptor before accept()");
    if (!cf_code_take(&x->code, x->ev, x->t, &of))
        return cf_exec_na(x, cf_exec_here(x), "TCP_INFO of the connection under test");
    const char *missing = cf_code_missing(&x->code);
    return !missing || cf_exec_na(x, cf_exec_here(x), "%s in TCP_INFO", missing);
}

static bool run_event(cf_exec *x)
{
    const char *wrong = cf_clock_resolve(&x->clock, x->ev, cf_exec_now(x), &x->when);
    if (wrong) return cf_exec_invalid(x, (cf_where){x->ev->line, x->ev->time_span}, "%s", wrong);
    switch (x->ev->kind) {
    case CF_EV_PACKET: return run_packet(x);
    case CF_EV_CALL: return cf_exec_call(x);
    case CF_EV_COMMAND: return run_command(x);
    case CF_EV_CODE: return run_code(x);
    }
    return false;
}

/* Once. */
static void show_sockets(cf_exec *x)
{
    cf_buf b = {0};
    if (!x->opts->sockets || x->sockets_shown) return;
    x->sockets_shown = true;
    cf_buf *to = x->opts->sockets_to;
    bool listed = cf_sockets_text(to ? to : &b, x->t, x->opts->netstat ? CF_SOCKETS_NETSTAT : CF_SOCKETS_SS);
    if (!to || !listed) cf_exec_note(x, "%s", listed ? cf_buf_str(&b) : "this target cannot list its sockets");
    cf_buf_free(&b);
}

static bool run_events(cf_exec *x)
{
    for (uint32_t i = 0; i < x->script->events; i++) {
        x->ev = &x->script->event[i];
        if (x->opts->sockets_line && x->ev->line >= x->opts->sockets_line) show_sockets(x);
        if (!run_event(x) || !cf_exec_poll_blocked(x)) return false;
        cf_clock_pass(&x->clock, x->ev, &x->when);
    }
    bool done;
    if (!cf_exec_await_blocked(x, &done)) return false;
    if (done) return true;
    return cf_exec_fail(x, (cf_where){x->blocked->line, x->blocked->span}, "call still blocked",
                        "runtime error: exiting while a blocking %s call is in progress", x->blocked->call.name);
}

/* ---------- the run ---------- */

/* "--init_scripts a,b" */
static bool run_init_scripts(cf_exec *x)
{
    const char *p = x->set.init_scripts;
    while (p && *p) {
        size_t n = strcspn(p, ",");
        char *one = cf_mem_copy(p, n);
        bool ok = cf_exec_command(x, one, (cf_where){0}, "init script");
        free(one);
        if (!ok) return false;
        p += n + (p[n] == ',');
    }
    return true;
}

static bool run_init(cf_exec *x)
{
    const cf_script *s = x->script;
    if (!run_init_scripts(x)) return false;
    if (!s->init_cmd) return true;
    cf_where at = {0};
    uint32_t column;
    cf_source_place(&s->src, s->init_span.start, &at.line, &column);
    at.span = s->init_span;
    if (!cf_exec_command(x, s->init_cmd, at, "init command")) return false;
    x->init_done = true;
    return true;
}

static bool run_cleanup(cf_exec *x)
{
    if (!x->script->cleanup_cmd || !x->init_done) return true;
    return cf_exec_command(x, x->script->cleanup_cmd, (cf_where){.span = x->script->cleanup_span}, "cleanup command");
}

static void check_target(cf_exec *x)
{
    const char *broken = x->ops->broken ? x->ops->broken(x->t) : NULL;
    if (!broken) return;
    x->over = false; /* a target that contradicts itself outweighs every other verdict */
    cf_exec_error(x, cf_exec_here(x), "the target is broken: %s", broken);
    snprintf(x->res->signature, sizeof x->res->signature, "target broken: %.120s", broken);
}

static void begin(cf_exec *x, bool timed)
{
    bool own = timed && x->ops->run_begin;
    x->live_start_us = own ? x->ops->run_begin(x->t) : x->ops->now(x->t) + START_DELAY_US;
    x->dialogue.live_start_us = x->live_start_us;
    x->limit_us = x->live_start_us + x->opts->max_virtual_us;
    x->begun = true;
}

void cf_exec_run(cf_exec *x)
{
    bool ok = run_init(x);
    begin(x, ok);
    if (ok) {
        x->ops->sleep_until(x->t, x->live_start_us);
        ok = run_events(x) && cf_exec_quiet(x);
        cf_exec_take_info(x, -1);
        if (!ok) cf_exec_drain(x);
        else cf_exec_keep_rest(x);
        show_sockets(x);
        if (ok) x->res->virtual_us = cf_exec_now(x);
        if (x->ops->late) x->res->late_us = x->ops->late(x->t);
        if (x->ops->run_end) x->ops->run_end(x->t);
        bool cleaned = run_cleanup(x);
        x->dialogue.on = false; /* the farewell is no part of the story, nor of the capture */
        x->dialogue.pcap = NULL;
        if (ok && cleaned && cf_exec_code(x)) cf_exec_reset_all(x);
    }
    check_target(x);
}
