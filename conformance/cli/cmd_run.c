/* tcprove run: choose, run, judge, report. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../script/length.h"
#include "../script/parser.h"
#include "../suite/expect.h"
#include "../suite/pool.h"
#include "../suite/worker.h"
#include "../target/target.h"
#include "../text/buf.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "again.h"
#include "cli.h"
#include "outputs.h"
#include "stop.h"

/* Everything of one `tcprove run`; each array has one item for each pick. */
typedef struct {
    cf_args *a;
    cf_named_target target;
    cf_places places;
    cf_selection sel;
    cf_reqs reqs;
    cf_expect expect;
    cf_job *jobs;
    char **pcaps;
    cf_result *results;
    char **said;
    cf_entry *entries; /* of the results there are: a run that was stopped leaves some out */
    uint32_t entry_count, entry_scripts;
    char **texts; /* of entries: listed_at and again, two for each */
    cf_source *sources;
    cf_outputs outputs;
    int64_t elapsed_us;
} session;

/* ---------- what is asked for ---------- */

static int find_target(session *s)
{
    int status = cf_choose_target("--target", s->a->target, &s->target);
    for (uint32_t i = 0; i < s->a->options.count && !status; i++)
        if (strncmp(s->a->options.items[i], "so_filename=", 12) == 0) s->target.ops = cf_target_find("so");
    return status;
}

static int read_expectations(session *s)
{
    cf_diags diags = {0};
    bool ok = true;
    for (uint32_t i = 0; i < s->a->expects.count; i++)
        ok = cf_expect_read(&s->expect, s->a->expects.items[i], &diags) && ok;
    cf_diags_print(stderr, &diags, cf_term_wants_colour(stderr));
    cf_diags_free(&diags);
    return ok ? CF_EXIT_OK : CF_EXIT_INVALID;
}

static int check_usage(const session *s)
{
    const cf_args *a = s->a;
    static const char *const presets[] = {"rfc", "linux"};
    if (a->preset && strcmp(a->preset, presets[0]) != 0 && strcmp(a->preset, presets[1]) != 0)
        return cf_complain(CF_EXIT_USAGE, "unknown preset \"%s\"; there are rfc and linux", a->preset);
    if (a->pcap_dir && a->repeat > 1)
        return cf_complain(CF_EXIT_USAGE,
                           "--pcap-dir and --repeat exclude each other: there is one capture for each run");
    if (a->late_us && strcmp(a->target, "ref") != 0)
        return cf_complain(CF_EXIT_USAGE, "--late is for the reference stack; on %s time passes by itself", a->target);
    const char *files[] = {a->json, a->junit, a->tap, a->github};
    int on_stdout = 0;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) on_stdout += files[i] && strcmp(files[i], "-") == 0;
    if (on_stdout > 1) return cf_complain(CF_EXIT_USAGE, "only one report can go to standard output");
    return CF_EXIT_OK;
}

/* ---------- jobs ---------- */

/* dir/close/fin@ipv4.pcapng, with the folders made; owned, NULL when they cannot be made. */
static char *capture_path(const char *dir, const cf_pick *p)
{
    const char *id = p->test->id;
    while (*id == '/' || *id == '.') id++;
    char *path = cf_mem_fmt("%s/%s@%s.pcapng", dir, id, p->variant->name);
    for (char *c = path + 1; *c; c++) {
        if (*c != '/') continue;
        *c = '\0';
        bool ok = mkdir(path, 0777) == 0 || errno == EEXIST;
        *c = '/';
        if (ok) continue;
        cf_complain(CF_EXIT_USAGE, "cannot make the folder for %s: %s", path, strerror(errno));
        free(path);
        return NULL;
    }
    return path;
}

/* packetdrill's options for a job: those of the variant, then those of the command line (the later one wins). */
static const char **join_options(const cf_args *a, const cf_variant *v, uint32_t *count)
{
    const char **all = cf_mem_zero(v->option_count + a->options.count, sizeof *all);
    *count = 0;
    for (uint32_t i = 0; i < v->option_count; i++) all[(*count)++] = v->options[i];
    for (uint32_t i = 0; i < a->options.count; i++) all[(*count)++] = a->options.items[i];
    return all;
}

static cf_run_opts options_for(const session *s, const cf_pick *p)
{
    const cf_args *a = s->a;
    cf_run_opts o = cf_variant_opts(a, p->variant);
    o.target = s->target.ops;
    o.target_arg = s->target.arg;
    o.preset = a->preset;
    o.sets = a->sets.items;
    o.set_count = a->sets.count;
    o.shell_host = a->shell_host;
    o.strict_segments = a->strict_segments;
    o.sockets = a->ss;
    o.sockets_line = a->at_line;
    o.verbose = a->verbose;
    o.story = true;
    o.options = join_options(a, p->variant, &o.option_count);
    return o;
}

/* 0 when it does not parse: the run will say so. */
static int64_t length_of(const cf_job *j)
{
    cf_script script;
    cf_diags diags = {0};
    cf_parse_env env = {
        .mode = j->opts.mode, .mode_forced = true, .defines = j->opts.defines, .define_count = j->opts.define_count};
    int64_t us = cf_script_parse_file(&script, j->path, &env, &diags) ? cf_script_length_us(&script) : 0;
    cf_diags_free(&diags);
    cf_script_free(&script);
    return us;
}

static int make_jobs(session *s)
{
    uint32_t n = s->sel.count;
    bool real = s->target.ops->caps & CF_CAP(REAL_CLOCK);
    s->jobs = cf_mem_zero(n, sizeof *s->jobs);
    s->pcaps = cf_mem_zero(n, sizeof *s->pcaps);
    for (uint32_t i = 0; i < n; i++) {
        const cf_pick *p = &s->sel.picks[i];
        s->jobs[i] = (cf_job){.path = p->test->path, .id = p->test->id, .opts = options_for(s, p)};
        if (real) s->jobs[i].length_us = length_of(&s->jobs[i]);
        if (!s->a->pcap_dir) continue;
        s->pcaps[i] = capture_path(s->a->pcap_dir, p);
        if (!s->pcaps[i]) return CF_EXIT_USAGE;
        s->jobs[i].opts.pcap_path = s->pcaps[i];
    }
    return CF_EXIT_OK;
}

/* Runs at once and time for each, when nothing else is asked for: a real clock goes on while others work, so many runs
 * that mostly wait fit beside each other. */
enum { REAL_RUNS_PER_CPU = 8, LIMIT_S = 60, REAL_LIMIT_S = 180 };

static int run_jobs(session *s)
{
    cf_progress progress;
    char why[300];
    bool real = s->target.ops->caps & CF_CAP(REAL_CLOCK);
    uint32_t workers = cf_pool_cpus() * (real ? REAL_RUNS_PER_CPU : 1);
    int64_t limit_us = (real ? REAL_LIMIT_S : LIMIT_S) * INT64_C(1000000);
    cf_pool_opts o = {
        .workers = s->a->jobs_given ? s->a->jobs : workers,
        .repeat = s->a->repeat,
        .same_packets = (s->target.ops->caps & CF_CAP(VIRTUAL_CLOCK)) != 0,
        .timeout_us = s->a->timeout_us >= 0 ? s->a->timeout_us : limit_us,
        .real_clock = real,
        .run = cf_run_script,
        .done = cf_progress_show,
        .ctx = &progress,
        .stop = &cf_stop_asked,
    };
    s->results = cf_mem_zero(s->sel.count, sizeof *s->results);
    s->said = cf_mem_zero(s->sel.count, sizeof *s->said);
    int64_t start = cf_clock_us();
    cf_progress_start(&progress, s->a);
    cf_stop_watch();
    if (s->target.ops->runs_begin) s->target.ops->runs_begin();
    bool ok = cf_pool_run(s->jobs, s->sel.count, &o, s->results, s->said, why, sizeof why);
    if (s->target.ops->runs_end) s->target.ops->runs_end();
    cf_stop_unwatch();
    cf_progress_end(&progress);
    s->elapsed_us = cf_clock_us() - start;
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_TARGET, "%s", why);
}

/* ---------- judging ---------- */

static void judge_one(session *s, uint32_t i)
{
    static const cf_surprise surprises[] = {[CF_V_EXPECTED] = CF_S_NONE,
                                            [CF_V_UNEXPECTED] = CF_S_WORSE,
                                            [CF_V_UNEXPECTED_PASS] = CF_S_PASS,
                                            [CF_V_DIFFERENT] = CF_S_DIFFERENT};
    cf_entry *e = &s->entries[s->entry_count++];
    cf_verdict v = cf_expect_judge(&s->expect, &s->results[i]);
    *e = (cf_entry){
        .r = &s->results[i], .surprise = surprises[v.kind], .expected = cf_outcome_name(CF_PASS), .said = s->said[i]};
    if (v.line) {
        const char *path = s->expect.files[v.line->file]->path, *slash = strrchr(path, '/');
        e->expected = cf_outcome_name(v.line->outcome);
        e->listed_at = s->texts[2 * i] = cf_mem_fmt("%s:%u", slash ? slash + 1 : path, v.line->line);
        e->listed_signature = v.line->signature;
        e->listed_reason = v.line->reason;
    } else if (v.kind == CF_V_EXPECTED) {
        e->expected = cf_outcome_name(e->r->outcome);
    }
    if (v.kind == CF_V_EXPECTED) return;
    e->again = s->texts[2 * i + 1] = cf_again(s->a, &s->sel.picks[i]);
    const char *why;
    if (cf_source_read(&s->sources[i], s->jobs[i].path, &why)) e->src = &s->sources[i];
}

/* When everything was run, a line of an expectation file that fitted nothing may be out of date: say so. */
static void tell_unused(const session *s)
{
    for (uint32_t i = 0; i < s->expect.count && s->sel.everything && s->entry_count == s->sel.count; i++) {
        const cf_expect_line *l = &s->expect.items[i];
        if (!l->used)
            fprintf(stderr, "%s:%u: no run is called %s @%s; the line may be out of date\n",
                    s->expect.files[l->file]->path, l->line, l->test, l->variant);
    }
}

static int exit_status(const session *s)
{
    bool any[CF_EXIT_INVALID + 1] = {false};
    for (uint32_t i = 0; i < s->entry_count; i++) {
        const cf_entry *e = &s->entries[i];
        if (e->surprise != CF_S_NONE) any[cf_exit_of(e->r)] = true;
    }
    static const int worst_first[] = {CF_EXIT_USAGE, CF_EXIT_TARGET, CF_EXIT_INVALID, CF_EXIT_UNEXPECTED};
    for (size_t i = 0; i < sizeof worst_first / sizeof *worst_first; i++)
        if (any[worst_first[i]]) return worst_first[i];
    return CF_EXIT_OK;
}

static int report(session *s)
{
    uint32_t n = s->sel.count;
    s->entries = cf_mem_zero(n, sizeof *s->entries);
    s->texts = cf_mem_zero(2 * (size_t)n, sizeof *s->texts);
    s->sources = cf_mem_zero(n, sizeof *s->sources);
    const cf_test *last = NULL;
    for (uint32_t i = 0; i < n; i++) {
        if (!s->results[i].id) continue;
        judge_one(s, i);
        s->entry_scripts += s->sel.picks[i].test != last;
        last = s->sel.picks[i].test;
    }
    char *target = cf_mem_fmt("%s (%s)", s->target.ops->name, s->target.ops->what);
    cf_report rep = {.version = CF_VERSION,
                     .target = target,
                     .preset = s->a->preset,
                     .seed = s->a->seed,
                     .entries = s->entries,
                     .count = s->entry_count,
                     .scripts = s->entry_scripts,
                     .elapsed_us = s->elapsed_us,
                     .reqs = &s->reqs,
                     .verbose = s->a->verbose};
    cf_outputs_write(&s->outputs, s->a, &rep, s->entry_count == n);
    bool written = cf_outputs_close(&s->outputs, s->a);
    free(target);
    tell_unused(s);
    int status = exit_status(s);
    return written || status ? status : CF_EXIT_USAGE;
}

/* ---------- the whole ---------- */

/* Says what is there, and ends as the signal would have ended it: the shell must know that it was not a normal end. */
static void end_by_signal(const session *s)
{
    fprintf(stderr, "tcprove: stopped: %u of %u runs had finished%s\n", s->entry_count, s->sel.count,
            s->a->json ? "; their records are written" : "");
    fflush(NULL);
    raise(cf_stop_asked);
}

static void free_session(session *s)
{
    for (uint32_t i = 0; i < s->sel.count; i++) {
        if (s->jobs) free((void *)(uintptr_t)s->jobs[i].opts.defines);
        if (s->jobs) free((void *)(uintptr_t)s->jobs[i].opts.options);
        if (s->pcaps) free(s->pcaps[i]);
        if (s->results) cf_result_free(&s->results[i]);
        if (s->said) free(s->said[i]);
        if (s->sources && s->sources[i].text) cf_source_free(&s->sources[i]);
        if (s->texts) free(s->texts[2 * i]);
        if (s->texts) free(s->texts[2 * i + 1]);
    }
    free(s->jobs);
    free(s->pcaps);
    free(s->results);
    free(s->said);
    free(s->sources);
    free(s->texts);
    free(s->entries);
    cf_expect_free(&s->expect);
    cf_reqs_free(&s->reqs);
    cf_selection_free(&s->sel);
    cf_places_free(&s->places);
}

int cf_cmd_run(cf_args *a)
{
    if (a->dry_run) return cf_cmd_check(a);
    session s = {.a = a};
    char why[400];
    int status = check_usage(&s);
    if (!status) status = find_target(&s);
    if (!status) status = cf_choose(a, &s.places, &s.sel);
    if (!status && !cf_reqs_load(&s.reqs, s.places.spec, why, sizeof why))
        status = cf_complain(CF_EXIT_INVALID, "%s", why);
    if (!status) status = read_expectations(&s);
    if (!status) status = make_jobs(&s);
    if (!status && !cf_outputs_open(&s.outputs, a)) status = CF_EXIT_USAGE;
    if (!status) status = run_jobs(&s);
    if (!status) status = report(&s);
    cf_outputs_close(&s.outputs, a); /* when nothing has run */
    if (cf_stop_asked) end_by_signal(&s);
    free_session(&s);
    return status;
}
