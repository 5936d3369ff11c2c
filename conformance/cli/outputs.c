#include "outputs.h"

#include <errno.h>
#include <string.h>

#include "../suite/worker.h"
#include "../text/term.h"
#include "cli.h"

typedef void report_fn(FILE *out, const cf_report *rep);

static bool is_stdout(const char *name)
{
    return name && strcmp(name, "-") == 0;
}

static bool write_one(const char *name, report_fn *write, const cf_report *rep)
{
    if (!name) return true;
    if (is_stdout(name)) {
        write(stdout, rep);
        return true;
    }
    FILE *f = fopen(name, "w");
    if (!f) {
        cf_complain(CF_EXIT_USAGE, "%s: %s", name, strerror(errno));
        return false;
    }
    write(f, rep);
    bool ok = !ferror(f);
    ok = fclose(f) == 0 && ok;
    if (!ok) cf_complain(CF_EXIT_USAGE, "%s: could not be written whole", name);
    return ok;
}

bool cf_outputs_write(const cf_args *a, cf_report *rep)
{
    bool taken = is_stdout(a->json) || is_stdout(a->junit) || is_stdout(a->tap) || is_stdout(a->github);
    FILE *people = taken ? stderr : stdout;
    rep->colour = cf_term_wants_colour(people);
    (a->quiet ? cf_report_quiet : cf_report_tty)(people, rep);
    bool ok = write_one(a->json, cf_report_jsonl, rep);
    ok = write_one(a->junit, cf_report_junit, rep) && ok;
    ok = write_one(a->tap, cf_report_tap, rep) && ok;
    return write_one(a->github, cf_report_github, rep) && ok;
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
