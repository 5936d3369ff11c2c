#include "call_diff.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One call of the text; the pieces point into it. */
typedef struct {
    int line;
    const char *name, *err, *output;
    int name_len, err_len, output_len;
    int64_t result, at_us; /* at_us < 0: it did not block */
} call;

static int piece(const char **at, const char *stop)
{
    int n = (int)strcspn(*at, stop);
    *at += n;
    return n;
}

/* "20:recv=-1/EAGAIN{...}@1000"; false at the end, or at what is no such text. */
static bool next_call(const char **at, call *c)
{
    char *end;
    *c = (call){.at_us = -1, .err = "", .output = ""};
    *at += strspn(*at, " ");
    c->line = (int)strtol(*at, &end, 10);
    if (end == *at || *end != ':') return false;
    *at = c->name = end + 1;
    c->name_len = piece(at, "= ");
    if (**at != '=') return false;
    c->result = strtoll(*at + 1, &end, 10);
    *at = end;
    if (**at == '/') {
        c->err = ++*at;
        c->err_len = piece(at, "{@ ");
    }
    if (**at == '{') {
        c->output = *at;
        c->output_len = piece(at, "@ ");
    }
    if (**at == '@') c->at_us = strtoll(*at + 1, &end, 10);
    piece(at, " ");
    return true;
}

static void tell(const cf_run_diff *d, const call *c, cf_diff_facts *f, const char *a, int a_len, const char *b,
                 int b_len)
{
    char where[80];
    f->kind = CF_D_CALL;
    f->script = true;
    cf_difference x = cf_difference_of(d->rules, f);
    snprintf(where, sizeof where, "line %d %.*s", c->line, c->name_len, c->name);
    snprintf(x.a, sizeof x.a, "%.*s", a_len, a);
    snprintf(x.b, sizeof x.b, "%.*s", b_len, b);
    d->emit(d->ctx, where, &x);
}

static void tell_numbers(const cf_run_diff *d, const call *c, const char *field, int64_t x, int64_t y)
{
    char a[40], b[40];
    cf_diff_facts f = {.field = field, .x = x, .y = y};
    int n = snprintf(a, sizeof a, "%lld", (long long)x), m = snprintf(b, sizeof b, "%lld", (long long)y);
    tell(d, c, &f, a, n, b, m);
}

static bool same_text(const char *a, int n, const char *b, int m)
{
    return n == m && memcmp(a, b, (size_t)n) == 0;
}

/* False: they are not alike enough for what follows to be compared. */
static bool compare_call(const cf_run_diff *d, const call *a, const call *b)
{
    cf_diff_facts err = {.field = "errno", .absent = {a->err_len == 0, b->err_len == 0}}, output = {.field = "output"};
    if (a->line != b->line || !same_text(a->name, a->name_len, b->name, b->name_len)) {
        tell_numbers(d, a, "count", a->line, b->line);
        return false;
    }
    bool same = a->result == b->result;
    if (!same) tell_numbers(d, a, "result", a->result, b->result);
    if (!same_text(a->err, a->err_len, b->err, b->err_len)) tell(d, a, &err, a->err, a->err_len, b->err, b->err_len);
    else if (same && !same_text(a->output, a->output_len, b->output, b->output_len))
        tell(d, a, &output, a->output, a->output_len, b->output, b->output_len);
    int64_t late = b->at_us - a->at_us;
    if (!d->no_time && a->at_us >= 0 && b->at_us >= 0 && (late > d->time_us || -late > d->time_us))
        tell_numbers(d, a, "time", a->at_us, b->at_us);
    return same;
}

void cf_call_diff(const cf_run_diff *d, const char *a, const char *b)
{
    call x, y;
    for (;;) {
        bool in_a = next_call(&a, &x), in_b = next_call(&b, &y);
        if (in_a && in_b) {
            if (!compare_call(d, &x, &y)) return;
            continue;
        }
        if (in_a != in_b && d->both_whole) tell_numbers(d, in_a ? &x : &y, "count", in_a, in_b);
        return;
    }
}
