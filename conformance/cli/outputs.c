#include "outputs.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include "../suite/worker.h"
#include "../text/term.h"
#include "cli.h"

static const struct {
    void (*write)(FILE *out, const cf_report *rep);
    size_t name;   /* where in cf_args */
    bool of_parts; /* good for a part of the runs */
} kinds[CF_OUTPUTS] = {
    {cf_report_jsonl, offsetof(cf_args, json), true},
    {cf_report_junit, offsetof(cf_args, junit), false},
    {cf_report_tap, offsetof(cf_args, tap), false},
    {cf_report_github, offsetof(cf_args, github), false},
};

static const char *name_of(const cf_args *a, size_t kind)
{
    return *(const char *const *)(const void *)((const char *)a + kinds[kind].name);
}

bool cf_outputs_open(cf_outputs *o, const cf_args *a)
{
    *o = (cf_outputs){0};
    for (size_t i = 0; i < CF_OUTPUTS; i++) {
        const char *name = name_of(a, i);
        if (!name) continue;
        o->to[i] = strcmp(name, "-") == 0 ? stdout : fopen(name, "we");
        if (o->to[i]) continue;
        cf_complain(CF_EXIT_USAGE, "%s: %s", name, strerror(errno));
        cf_outputs_close(o, a);
        return false;
    }
    return true;
}

void cf_outputs_write(const cf_outputs *o, const cf_args *a, cf_report *rep, bool whole)
{
    FILE *people = stdout;
    for (size_t i = 0; i < CF_OUTPUTS; i++)
        if (o->to[i] == stdout) people = stderr;
    rep->colour = cf_term_wants_colour(people);
    (a->quiet ? cf_report_quiet : cf_report_tty)(people, rep);
    for (size_t i = 0; i < CF_OUTPUTS; i++)
        if (o->to[i] && (whole || kinds[i].of_parts)) kinds[i].write(o->to[i], rep);
}

bool cf_outputs_close(cf_outputs *o, const cf_args *a)
{
    bool all = true;
    for (size_t i = 0; i < CF_OUTPUTS; i++) {
        FILE *f = o->to[i];
        o->to[i] = NULL;
        if (!f || f == stdout) continue;
        bool ok = !ferror(f);
        ok = fclose(f) == 0 && ok;
        if (!ok) cf_complain(CF_EXIT_USAGE, "%s: could not be written whole", name_of(a, i));
        all = all && ok;
    }
    return all;
}

static bool is_stdout(const char *name)
{
    return name && strcmp(name, "-") == 0;
}

bool cf_report_on_stdout(const cf_args *a)
{
    return is_stdout(a->json) || is_stdout(a->html);
}

bool cf_reports_fit(const cf_args *a)
{
    if (!is_stdout(a->json) || !is_stdout(a->html)) return true;
    cf_complain(CF_EXIT_USAGE, "--json - and --html - would share standard output: name a file for one of them");
    return false;
}

bool cf_report_put(const char *path, const cf_buf *b)
{
    bool out = is_stdout(path);
    FILE *f = out ? stdout : fopen(path, "we");
    bool ok = f && fwrite(cf_buf_str(b), 1, b->len, f) == b->len;
    if (f && !out && fclose(f) != 0) ok = false;
    if (!ok) cf_complain(CF_EXIT_USAGE, "%s: %s", path, strerror(errno));
    return ok;
}

void cf_progress_start(cf_progress *p, const cf_args *a)
{
    *p = (cf_progress){.shown = cf_term_is_tty(stderr) && !a->quiet, .last_us = 0};
}

void cf_progress_show(void *progress, const cf_result *r, uint32_t finished, uint32_t total)
{
    cf_progress *p = progress;
    int64_t now = cf_clock_us();
    if (!p->shown || (now - p->last_us < 50000 && finished != total)) return;
    p->last_us = now;
    fprintf(stderr, "\r\033[K%u of %u  %.60s @%s", finished, total, r->id, r->variant);
    fflush(stderr);
}

void cf_progress_end(cf_progress *p)
{
    if (p->shown) fputs("\r\033[K", stderr);
}
