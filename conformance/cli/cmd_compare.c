/* tcprove compare: the same scripts on the reference stack and on the other side; what differs, and may it? */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../compare/sheet.h"
#include "../suite/pool.h"
#include "../target/target.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "cli.h"
#include "outputs.h"
#include "stop.h"

/* One of the two: a target that runs, or a folder of what one did before. */
typedef struct {
    const cf_target_ops *target; /* NULL: the golden */
    const char *arg, *preset;
    cf_job *jobs;
    char **pcaps; /* one for each pick; owned */
    cf_result *results;
    char **said;
} side;

typedef struct {
    cf_args *a;
    cf_places places;
    cf_selection sel;
    cf_rules rules;
    cf_diff_opts opts;
    char *folder; /* captures of this command */
    const char **sets;
    uint32_t set_count;
    cf_golden golden; /* folder NULL: a live side */
    side ref, other;
    cf_sheet sheet;
    int worst; /* CF_EXIT_TARGET or CF_EXIT_INVALID when a target did not start, or something is no script; else 0 */
} work;

/* ---------- the other side ---------- */

static int find_golden(work *w, const char *name)
{
    char why[400];
    char *folder = strchr(name, '/') ? cf_mem_str(name) : cf_mem_fmt("%s/../golden/%s", w->places.root, name);
    bool ok = cf_golden_open(&w->golden, folder, why, sizeof why);
    free(folder);
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_USAGE, "no golden \"%s\": %s", name, why);
}

static int find_other(work *w)
{
    const char *with = w->a->with ? w->a->with : "linux";
    cf_named_target found;
    if (strncmp(with, "golden:", 7) == 0) return find_golden(w, with + 7);
    int status = cf_choose_target("--with (golden:NAME or a target)", with, &found);
    w->other.target = found.ops;
    w->other.arg = found.arg;
    return status;
}

/* ---------- running ---------- */

/* What a machine's owner may have chosen for all namespaces, set back to Linux's own on both sides; then --set. */
static const char *const common_sets[] = {"net.ipv4.tcp_congestion_control=cubic"};
enum { COMMON_SETS = sizeof common_sets / sizeof *common_sets };

static void gather_sets(work *w)
{
    w->set_count = COMMON_SETS + w->a->sets.count;
    w->sets = cf_mem_zero(w->set_count, sizeof *w->sets);
    memcpy(w->sets, common_sets, sizeof common_sets);
    if (w->a->sets.count) memcpy(w->sets + COMMON_SETS, w->a->sets.items, w->a->sets.count * sizeof *w->sets);
}

static void make_job(const work *w, side *s, uint32_t i)
{
    const cf_pick *p = &w->sel.picks[i];
    cf_run_opts o = cf_variant_opts(w->a, p->variant);
    o.target = s->target;
    o.target_arg = s->arg;
    o.preset = s->preset;
    o.sets = w->sets;
    o.set_count = w->set_count;
    s->pcaps[i] = cf_mem_fmt("%s/%s-%u.pcapng", w->folder, s == &w->ref ? "a" : "b", i);
    o.pcap_path = s->pcaps[i];
    s->jobs[i] = (cf_job){.path = p->test->path, .id = p->test->id, .opts = o};
}

enum { REAL_RUNS_PER_CPU = 8, LIMIT_S = 60, REAL_LIMIT_S = 180 };

static bool is_real(const side *s)
{
    return s->target && (s->target->caps & CF_CAP(REAL_CLOCK));
}

static int run_jobs(work *w, const side *s, uint32_t workers, const cf_job *jobs, uint32_t n, cf_result *out,
                    char **said)
{
    char why[300];
    cf_progress progress;
    cf_pool_opts o = {.workers = workers,
                      .repeat = 1,
                      .timeout_us = (is_real(s) ? REAL_LIMIT_S : LIMIT_S) * INT64_C(1000000),
                      .real_clock = is_real(s),
                      .run = cf_run_script,
                      .done = cf_progress_show,
                      .ctx = &progress,
                      .stop = &cf_stop_asked};
    cf_progress_start(&progress, w->a);
    if (s->target && s->target->runs_begin) s->target->runs_begin();
    bool ok = cf_pool_run(jobs, n, &o, out, said, why, sizeof why);
    if (s->target && s->target->runs_end) s->target->runs_end();
    cf_progress_end(&progress);
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_TARGET, "%s", why);
}

static int run_side(work *w, side *s)
{
    uint32_t n = w->sel.count, workers = cf_pool_cpus() * (is_real(s) ? REAL_RUNS_PER_CPU : 1);
    s->jobs = cf_mem_zero(n, sizeof *s->jobs);
    s->results = cf_mem_zero(n, sizeof *s->results);
    s->said = cf_mem_zero(n, sizeof *s->said);
    s->pcaps = cf_mem_zero(n, sizeof *s->pcaps);
    for (uint32_t i = 0; i < n; i++) make_job(w, s, i);
    return run_jobs(w, s, w->a->jobs_given ? w->a->jobs : workers, s->jobs, n, s->results, s->said);
}

/* ---------- what came out ---------- */

static const char *text_or_none(const char *text)
{
    return text ? text : "";
}

static cf_golden_run of_result(const cf_result *r)
{
    if (!r->id) return (cf_golden_run){0};
    return (cf_golden_run){cf_outcome_name(r->outcome), r->signature, text_or_none(r->calls),
                           text_or_none(r->info),       "",           r->virtual_us};
}

static bool applies(const cf_golden_run *r)
{
    return r->outcome && strcmp(r->outcome, cf_outcome_name(CF_NA)) != 0;
}

/* A command of the script that the other side's machine refuses, although the script may go on without it: then the
 * two are not configured alike. Queues (tc qdisc), routes (ip). */
static const char *refused_there(const work *w, uint32_t i)
{
    const char *said = w->golden.folder ? NULL : w->other.said[i];
    const char *notes = w->golden.folder ? NULL : w->other.results[i].notes;
    if (said && strstr(said, "qdisc kind is unknown"))
        return "asks for a queue (tc qdisc) that the other side's machine does not have";
    if ((said && strstr(said, "RTNETLINK answers")) || (notes && strstr(notes, "RTNETLINK answers")))
        return "has a command that the other side's machine refuses (RTNETLINK)";
    return NULL;
}

/* A command that failed, a program that is missing: nothing was sent. */
static bool not_set_up_there(const work *w, uint32_t i)
{
    if (w->golden.folder) return false;
    const cf_result *r = &w->other.results[i];
    return r->outcome == CF_RUN_ERROR && r->message && strstr(r->message, "error executing init");
}

/* What a kernel did with an older text of the script says nothing about this one. */
static bool is_stale(const work *w, const cf_sheet_run *r, uint32_t i)
{
    char now[CF_GOLDEN_MARK];
    if (!w->golden.folder || !*r->b.script) return false;
    return !cf_golden_mark(w->sel.picks[i].test->path, now) || strcmp(now, r->b.script) != 0;
}

/* NULL: both ran. */
static const char *why_left_out(const work *w, const cf_sheet_run *r, uint32_t i)
{
    if (!r->a.outcome) return "did not run here";
    if (!r->b.outcome) return w->golden.folder ? "is not in the golden" : "did not run on the other side";
    if (is_stale(w, r, i)) return "has another text now than when it was recorded";
    if (!applies(&r->a)) return "is not applicable to the reference stack with this preset";
    if (!applies(&r->b)) return "is not applicable to the other side";
    if (not_set_up_there(w, i)) return "could not be set up on the other side's machine (`tcprove run` tells why)";
    return refused_there(w, i);
}

/* A run that was ended, or whose target did not start, has no capture; the others are still worth comparing. */
static const char *without_capture(const work *w, uint32_t i)
{
    if (!w->ref.results[i].pcap) return "left no capture here";
    return w->golden.folder || w->other.results[i].pcap ? NULL : "left no capture on the other side";
}

/* What cannot run at all, on a side that was asked to: the exit status tells it too. */
static const char *why_broken(work *w, uint32_t i)
{
    static char why[400];
    const cf_result *a = &w->ref.results[i], *b = w->golden.folder ? NULL : &w->other.results[i];
    const cf_result *r = a->id && a->outcome == CF_RUN_ERROR && cf_exit_of(a) >= CF_EXIT_TARGET ? a : b;
    if (!r || !r->id || r->outcome != CF_RUN_ERROR || cf_exit_of(r) < CF_EXIT_TARGET) return NULL;
    if (cf_exit_of(r) > w->worst) w->worst = cf_exit_of(r);
    if (cf_exit_of(r) == CF_EXIT_INVALID) return "is no valid script (`tcprove check` tells why)";
    snprintf(why, sizeof why, "could not run: %s", r->message ? r->message : r->signature);
    return why;
}

static int tell_pick(work *w, cf_sheet *sheet, uint32_t i)
{
    char why[600];
    const cf_pick *p = &w->sel.picks[i];
    cf_sheet_run r = {.id = p->test->id, .variant = p->variant->name, .a = of_result(&w->ref.results[i])};
    if (!w->golden.folder) r.b = of_result(&w->other.results[i]);
    else cf_golden_find(&w->golden, p->test->id, p->variant->name, &r.b);
    const char *left_out = why_left_out(w, &r, i);
    if (!left_out) left_out = without_capture(w, i);
    const char *broken = why_broken(w, i);
    if (broken) left_out = broken;
    if (left_out) {
        cf_sheet_left_out(sheet, &r, left_out);
        return CF_EXIT_OK;
    }
    char *theirs = w->golden.folder ? cf_mem_fmt("%s/%s@%s.pcapng", w->golden.folder, r.id, r.variant)
                                    : cf_mem_str(w->other.pcaps[i]);
    r.a_pcap = w->ref.pcaps[i];
    r.b_pcap = theirs;
    bool ok = cf_sheet_compare(sheet, &r, &w->opts, why, sizeof why);
    free(theirs);
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_UNREADABLE, "%s@%s: %s", r.id, r.variant, why);
}

/* ---------- trying again ---------- */

/* What differs against the rules on a real clock may be the doing of the machine: it is tried again alone, as `run`
 * does. More of it than this is no accident. */
enum { AGAIN_MOST = 32, AGAIN_ROUNDS = 2 };

static uint64_t how_grave(work *w, uint32_t i)
{
    cf_sheet trial = {.rules = &w->rules, .show = {.summary = true}};
    cf_sheet_begin(&trial, "");
    uint64_t grave = tell_pick(w, &trial, i) ? 0 : trial.grave;
    cf_sheet_free(&trial);
    return grave;
}

static int run_again(work *w, uint32_t i)
{
    side *s = &w->other;
    cf_result again = {0};
    char *said = NULL;
    int status = run_jobs(w, s, 1, &s->jobs[i], 1, &again, &said);
    if (status || !again.id) {
        free(said);
        return status;
    }
    cf_result_free(&s->results[i]);
    free(s->said[i]);
    s->results[i] = again;
    s->said[i] = said;
    return CF_EXIT_OK;
}

static int try_again(work *w)
{
    uint32_t picks[AGAIN_MOST], n = 0;
    if (!is_real(&w->other)) return CF_EXIT_OK;
    for (uint32_t i = 0; i < w->sel.count; i++) {
        if (!how_grave(w, i)) continue;
        if (n == AGAIN_MOST) return CF_EXIT_OK;
        picks[n++] = i;
    }
    for (uint32_t k = 0; k < n && !cf_stop_asked; k++) {
        bool grave = true;
        for (int round = 0; round < AGAIN_ROUNDS && grave && !cf_stop_asked; round++) {
            int status = run_again(w, picks[k]);
            if (status) return status;
            grave = how_grave(w, picks[k]) > 0;
        }
        w->sheet.repeated++;
        w->sheet.settled += !grave;
    }
    return CF_EXIT_OK;
}

/* ---------- the report ---------- */

static int tell_all(work *w)
{
    int status = CF_EXIT_OK;
    char *title = cf_mem_fmt("tcprove compare --with %s", w->a->with ? w->a->with : "linux");
    w->sheet.rules = &w->rules;
    w->sheet.show = (cf_diff_show){cf_term_width(stdout), cf_term_wants_colour(stdout), w->a->summary};
    w->sheet.pages = w->a->html != NULL;
    cf_sheet_begin(&w->sheet, title);
    free(title);
    for (uint32_t i = 0; i < w->sel.count && !status && !cf_stop_asked; i++) status = tell_pick(w, &w->sheet, i);
    cf_sheet_end(&w->sheet);
    if (cf_stop_asked) return CF_EXIT_TARGET;
    if (!status && !w->sheet.compared)
        return cf_complain(w->worst ? w->worst : CF_EXIT_USAGE, "nothing could be compared:\n%s",
                           cf_buf_str(&w->sheet.text));
    return status;
}

static int put_out(const work *w)
{
    const cf_sheet *s = &w->sheet;
    fputs(cf_buf_str(w->a->quiet ? &s->brief : &s->text), cf_report_on_stdout(w->a) ? stderr : stdout);
    bool ok = !w->a->json || cf_report_put(w->a->json, &s->json);
    ok = (!w->a->html || cf_report_put(w->a->html, &s->html)) && ok;
    if (!ok) return CF_EXIT_USAGE;
    if (w->worst) return w->worst;
    return s->counts[CF_DC_MUST] || s->counts[CF_DC_UNEXPLAINED] ? CF_EXIT_UNEXPECTED : CF_EXIT_OK;
}

/* ---------- the whole ---------- */

static int load_rules(work *w)
{
    char why[400];
    char *path = w->a->rules ? cf_mem_str(w->a->rules) : cf_mem_fmt("%s/diff-rules.tsv", w->places.spec);
    bool ok = cf_rules_load(&w->rules, path, why, sizeof why);
    free(path);
    w->opts = cf_diff_defaults();
    w->opts.rules = &w->rules;
    w->opts.bytes_only = w->a->by_bytes;
    w->opts.no_time = w->a->no_time;
    w->opts.time_ns = w->a->apart_ns;
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_USAGE, "%s", why);
}

static int make_folder(work *w)
{
    const char *tmp = getenv("TMPDIR");
    w->folder = cf_mem_fmt("%s/tcprove-compare-XXXXXX", tmp && *tmp ? tmp : "/tmp");
    if (mkdtemp(w->folder)) return CF_EXIT_OK;
    cf_complain(CF_EXIT_USAGE, "%s: %s", w->folder, strerror(errno));
    free(w->folder);
    w->folder = NULL;
    return CF_EXIT_USAGE;
}

static void free_side(side *s, uint32_t n)
{
    for (uint32_t i = 0; s->jobs && i < n; i++) {
        if (s->pcaps[i]) unlink(s->pcaps[i]);
        free(s->pcaps[i]);
        free(s->said[i]);
        free((void *)(uintptr_t)s->jobs[i].opts.defines);
        cf_result_free(&s->results[i]);
    }
    free(s->jobs);
    free(s->pcaps);
    free(s->results);
    free(s->said);
}

static void free_work(work *w)
{
    free_side(&w->ref, w->sel.count);
    free_side(&w->other, w->sel.count);
    if (w->folder) rmdir(w->folder);
    free((void *)(uintptr_t)w->sets);
    free(w->folder);
    cf_golden_close(&w->golden);
    cf_rules_free(&w->rules);
    cf_selection_free(&w->sel);
    cf_places_free(&w->places);
    cf_sheet_free(&w->sheet);
}

/* Whoever asks it to stop gets it with its captures cleared away. */
static int run_both(work *w)
{
    int status = run_side(w, &w->ref);
    if (!status && !w->golden.folder && !cf_stop_asked) status = run_side(w, &w->other);
    if (!status && !cf_stop_asked) status = try_again(w);
    if (!status && !cf_stop_asked) status = tell_all(w);
    if (cf_stop_asked) return cf_complain(CF_EXIT_TARGET, "stopped; nothing is compared");
    return status ? status : put_out(w);
}

int cf_cmd_compare(cf_args *a)
{
    work w = {.a = a};
    const char *preset = a->preset ? a->preset : "linux";
    if (strcmp(preset, "rfc") != 0 && strcmp(preset, "linux") != 0)
        return cf_complain(CF_EXIT_USAGE, "unknown preset \"%s\"; there are rfc and linux", preset);
    if (!cf_reports_fit(a)) return CF_EXIT_USAGE;
    w.ref.target = cf_target_find("ref");
    w.ref.preset = preset;
    int status = cf_choose(a, &w.places, &w.sel);
    if (status) return status;
    status = find_other(&w);
    if (!status) status = load_rules(&w);
    gather_sets(&w);
    if (!status) status = make_folder(&w);
    cf_stop_watch();
    if (!status) status = run_both(&w);
    free_work(&w);
    cf_stop_unwatch();
    return status;
}
