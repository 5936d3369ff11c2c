/* resolve.c — names to numbers, before anything runs: constants, errno names, calls and their arguments; and the order
 * of times that no run could keep. packetdrill finds all this only when the event is reached. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../packet/addr.h"
#include "../text/arena.h"
#include "calls.h"
#include "symbols.h"

typedef struct resolver {
    cf_script *s;
    cf_diags *diags;
    cf_severity severity;
    cf_call *call; /* the call at hand */
    bool ok;
} resolver;

static cf_diag *report(resolver *r, cf_span span, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

static cf_diag *report(resolver *r, cf_span span, const char *fmt, ...)
{
    char msg[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    r->ok = false;
    if (r->call && !r->call->problem) {
        r->call->problem = cf_arena_copy(r->s->mem, msg, strlen(msg));
        r->call->problem_span = span;
    }
    return cf_diag_add(r->diags, r->severity, &r->s->src, span, "%s", msg);
}

/* ---------- names ---------- */

static void unknown_symbol(resolver *r, cf_span span, const char *name, const char *what)
{
    cf_diag *d = report(r, span, "unknown %s '%s'", what, name);
    const char *near = cf_symbol_nearest(name);
    if (*name >= '0' && *name <= '9') cf_diag_hint(d, "numbers are decimal, or 0x and hexadecimal digits");
    else if (near) cf_diag_hint(d, "did you mean %s?", near);
    else cf_diag_hint(d, "a symbol of your own needs a definition: -D %.60s=...", name);
}

static bool symbol(resolver *r, cf_span span, const char *name, int64_t *value)
{
    if (cf_symbol(name, value)) return true;
    unknown_symbol(r, span, name, "symbol");
    return false;
}

static void check_address(resolver *r, const cf_expr *x)
{
    cf_addr a;
    bool v6 = x->kind == CF_X_INET6_ADDR, parsed = cf_addr_parse(x->str, &a);
    bool free_family = x->kind == CF_X_INET_ADDR && parsed; /* in a sockaddr, inet_addr holds either family */
    if (free_family || (parsed && (a.family == 6) == v6)) return;
    report(r, x->span, "'%.60s' is not an IPv%d address", x->str, v6 ? 6 : 4);
}

static bool is_integer(const cf_expr *x)
{
    return x->kind == CF_X_INT || x->kind == CF_X_WORD || x->kind == CF_X_OR;
}

static void resolve_expr(resolver *r, cf_expr *x);

static void resolve_or(resolver *r, cf_expr *x)
{
    for (uint32_t i = 0; i < 2; i++)
        if (!is_integer(x->kid[i])) report(r, x->kid[i]->span, "'|' joins integers only");
    x->resolved = x->kid[0]->resolved && x->kid[1]->resolved;
    x->num = x->kid[0]->num | x->kid[1]->num;
}

/* A member of struct tcp_md5sig, or of those of TCP_AO_*. */
static bool is_key_member(const cf_expr *x)
{
    return x->kind == CF_X_PAIR && (strncmp(x->word, "tcpm_", 5) == 0 || strncmp(x->word, "ao_", 3) == 0);
}

static void resolve_expr(resolver *r, cf_expr *x)
{
    for (uint32_t i = 0; i < x->count; i++) resolve_expr(r, x->kid[i]);
    if (is_key_member(x)) return;
    if (x->kind == CF_X_WORD || x->kind == CF_X_PAIR || x->kind == CF_X_SOCKADDR)
        x->resolved = symbol(r, x->span, x->word, &x->num);
    if (x->kind == CF_X_OR) resolve_or(r, x);
    if (x->kind == CF_X_INET_ADDR || x->kind == CF_X_INET6_ADDR) check_address(r, x);
}

/* ---------- arguments ---------- */

static bool list_of_integers(const cf_expr *x, uint32_t count)
{
    if (x->kind != CF_X_LIST || x->count != count) return false;
    for (uint32_t i = 0; i < count; i++)
        if (!is_integer(x->kid[i])) return false;
    return true;
}

static bool list_of(const cf_expr *x, cf_expr_kind kind)
{
    if (x->kind != CF_X_LIST) return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (x->kid[i]->kind != kind) return false;
    return true;
}

static bool is_null(const cf_expr *x)
{
    return is_integer(x) && x->num == 0;
}

static bool option_shape(const cf_expr *x)
{
    static const cf_expr_kind shapes[] = {CF_X_STRING, CF_X_LINGER,    CF_X_GRE,       CF_X_MPLS,
                                          CF_X_LIST,   CF_X_INET_ADDR, CF_X_INET6_ADDR};
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        if (x->kind == shapes[i]) return true;
    return x->kind == CF_X_SET && x->count && is_key_member(x->kid[0]);
}

static bool is_address(const cf_expr *x)
{
    return x->kind == CF_X_ELLIPSIS || x->kind == CF_X_SOCKADDR;
}

/* Does the value fit the kind letter of calls.def? */
static bool fits(char kind, const cf_expr *x)
{
    switch (kind) {
    case 'i':
    case 'f': return is_integer(x);
    case 'e': return is_address(x);
    case 'E': return is_address(x) || is_integer(x);
    case 'b': return x->kind == CF_X_ELLIPSIS || is_null(x);
    case 's': return x->kind == CF_X_STRING;
    case 'l': return list_of_integers(x, 1);
    case 'L': return list_of_integers(x, 2);
    case 'v': return list_of(x, CF_X_IOVEC);
    case 'm': return x->kind == CF_X_MSGHDR;
    case 'p': return list_of(x, CF_X_POLLFD);
    case 'x': return x->kind == CF_X_EPOLLEV;
    case 'o': return option_shape(x);
    case 'n': return list_of_integers(x, 1) || is_null(x);
    default: return false;
    }
}

static const char *wanted(char kind)
{
    static const struct {
        char kind;
        const char *text;
    } texts[] = {{'i', "an integer"},
                 {'f', "a file descriptor"},
                 {'e', "'...'"},
                 {'E', "'...' or an address family"},
                 {'b', "'...' or NULL"},
                 {'s', "a string"},
                 {'l', "a list of one integer, as in [4]"},
                 {'L', "a list of two integers, as in [5, 6]"},
                 {'v', "a list of buffers, as in [{..., 1000}]"},
                 {'m', "{msg_name(...)=..., msg_iov(1)=[...], msg_flags=0}"},
                 {'p', "a list of {fd=, events=, revents=}"},
                 {'x', "{events=, fd=} (or ptr, u32, u64)"},
                 {'o', "a value such as [1], \"text\" or {onoff=1, linger=2}"},
                 {'n', "an offset, as in [0], or NULL"}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].kind == kind) return texts[i].text;
    return "another kind of value";
}

static bool in_32_bits(const cf_expr *x)
{
    return !is_integer(x) || !x->resolved || (x->num >= INT32_MIN && x->num <= UINT32_MAX);
}

/* The value of TCP_SAVED_SYN is not written: it is the SYN of the script. */
static bool is_left_open(const cf_call *c, char kind, const cf_expr *x)
{
    return kind == 'o' && x->kind == CF_X_ELLIPSIS && strcmp(c->name, "getsockopt") == 0;
}

static void check_arguments(resolver *r, const cf_call *c, const cf_call_desc *d)
{
    for (uint32_t i = 0; i < c->argc; i++) {
        const cf_expr *x = c->argv[i];
        if (is_integer(x) && !x->resolved) continue; /* reported already */
        if (!fits(d->kinds[i], x) && !is_left_open(c, d->kinds[i], x))
            report(r, x->span, "bad type of argument %u of %s: expected %s", i + 1, d->name, wanted(d->kinds[i]));
        else if (!in_32_bits(x)) report(r, x->span, "value out of range for 32-bit integer: %lld", (long long)x->num);
    }
}

static void check_call(resolver *r, const cf_call *c)
{
    const cf_call_desc *d = cf_call_find(c->name);
    if (!d) {
        const char *names[CF_CALLS];
        for (size_t i = 0; i < CF_CALLS; i++) names[i] = cf_calls[i].name;
        cf_diag *m = report(r, c->name_span, "unknown system call '%s'", c->name);
        const char *near = cf_nearest(c->name, names, CF_CALLS);
        if (near) cf_diag_hint(m, "did you mean %s?", near);
        return;
    }
    if (c->argc >= d->min && c->argc <= d->max) {
        check_arguments(r, c, d);
        return;
    }
    if (d->min == d->max) report(r, c->span, "%s expects %u arguments but got %u", d->name, d->min, c->argc);
    else report(r, c->span, "%s expects %u to %u arguments but got %u", d->name, d->min, d->max, c->argc);
}

static void resolve_call(resolver *r, cf_call *c)
{
    r->call = c;
    for (uint32_t i = 0; i < c->argc; i++) resolve_expr(r, c->argv[i]);
    check_call(r, c);
    if (c->result->kind != CF_X_INT) {
        cf_diag *d = report(r, c->result->span, "the expected result must be a number");
        int64_t v;
        if (c->result->kind == CF_X_WORD && cf_symbol(c->result->word, &v)) cf_diag_hint(d, "write %lld", (long long)v);
    }
    if (c->errno_name) {
        c->errno_value = cf_errno_value(c->errno_name);
        if (!c->errno_value) unknown_symbol(r, c->errno_span, c->errno_name, "errno name");
    }
    r->call = NULL;
}

/* ---------- times ---------- */

static bool is_absolute(const cf_event *e)
{
    return e->time_kind == CF_T_ABSOLUTE || e->time_kind == CF_T_ABS_RANGE;
}

static void check_times(resolver *r)
{
    const cf_event *e = r->s->event;
    for (uint32_t i = 0; i < r->s->events; i++) {
        if (i == 0 && e[i].time_us != 0) report(r, e[i].time_span, "the first event must be at time 0");
        if (i == 0 || !is_absolute(&e[i]) || !is_absolute(&e[i - 1]) || e[i].time_us >= e[i - 1].time_us) continue;
        report(r, e[i].time_span, "time goes backward: the event before is at %lld.%06lld",
               (long long)(e[i - 1].time_us / 1000000), (long long)(e[i - 1].time_us % 1000000));
    }
}

bool cf_script_resolve(cf_script *s, bool lenient, cf_diags *diags)
{
    resolver r = {.s = s, .diags = diags, .severity = lenient ? CF_WARNING : CF_ERROR, .ok = true};
    check_times(&r);
    for (uint32_t i = 0; i < s->events; i++)
        if (s->event[i].kind == CF_EV_CALL) resolve_call(&r, &s->event[i].call);
    return lenient || r.ok;
}
