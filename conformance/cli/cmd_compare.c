/* tcprove compare: the same scripts on the reference stack and on the other side; what differs, and may it? */
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../capture/folder.h"
#include "../capture/show.h"
#include "../suite/pool.h"
#include "../target/target.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "cli.h"
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
    char *folder, *golden; /* captures of this command; folder of the golden, NULL: a live side */
    cf_tsv recorded;       /* of the golden: test, variant, outcome, signature */
    side ref, other;
    cf_buf text, json;
    cf_json j;
    uint32_t compared, equal, left_out;
    uint64_t counts[CF_DC_COUNT];
} work;

/* ---------- the other side ---------- */

static int find_golden(work *w, const char *name)
{
    char why[400];
    w->golden = strchr(name, '/') ? cf_mem_str(name) : cf_mem_fmt("%s/../golden/%s", w->places.root, name);
    char *path = cf_mem_fmt("%s/outcomes.tsv", w->golden);
    bool ok = cf_tsv_read(&w->recorded, path, why, sizeof why);
    free(path);
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_USAGE, "no golden \"%s\": %s", name, why);
}

static int find_other(work *w)
{
    const char *with = w->a->with ? w->a->with : "linux", *colon = strchr(with, ':');
    if (strncmp(with, "golden:", 7) == 0) return find_golden(w, with + 7);
    char *name = cf_mem_copy(with, colon ? (size_t)(colon - with) : strlen(with));
    w->other.target = cf_target_find(name);
    w->other.arg = colon ? colon + 1 : NULL;
    if (!w->other.target) cf_complain(CF_EXIT_USAGE, "--with wants a target or golden:NAME; got \"%s\"", with);
    free(name);
    return w->other.target ? CF_EXIT_OK : CF_EXIT_USAGE;
}

/* ---------- running ---------- */

static void make_job(const work *w, side *s, uint32_t i)
{
    const cf_pick *p = &w->sel.picks[i];
    cf_run_opts o = {.target = s->target,
                     .target_arg = s->arg,
                     .preset = s->preset,
                     .mode = p->variant->mode,
                     .mode_given = true,
                     .variant = p->variant->name,
                     .options = p->variant->options,
                     .option_count = p->variant->option_count,
                     .sets = w->a->sets.items,
                     .set_count = w->a->sets.count,
                     .seed = w->a->seed};
    o.defines = cf_join_defines(w->a, p->variant, &o.define_count);
    s->pcaps[i] = cf_mem_fmt("%s/%s-%u.pcapng", w->folder, s == &w->ref ? "a" : "b", i);
    o.pcap_path = s->pcaps[i];
    s->jobs[i] = (cf_job){p->test->path, p->test->id, o};
}

enum { REAL_RUNS_PER_CPU = 8, LIMIT_S = 60, REAL_LIMIT_S = 180 };

static int run_side(work *w, side *s)
{
    char why[300];
    uint32_t n = w->sel.count;
    bool real = s->target->caps & CF_CAP(REAL_CLOCK);
    cf_pool_opts o = {.workers = w->a->jobs_given ? w->a->jobs : cf_pool_cpus() * (real ? REAL_RUNS_PER_CPU : 1),
                      .repeat = 1,
                      .timeout_us = (real ? REAL_LIMIT_S : LIMIT_S) * INT64_C(1000000),
                      .real_clock = real,
                      .run = cf_run_script,
                      .stop = &cf_stop_asked};
    s->jobs = cf_mem_zero(n, sizeof *s->jobs);
    s->results = cf_mem_zero(n, sizeof *s->results);
    s->said = cf_mem_zero(n, sizeof *s->said);
    s->pcaps = cf_mem_zero(n, sizeof *s->pcaps);
    for (uint32_t i = 0; i < n; i++) make_job(w, s, i);
    cf_stop_watch();
    bool ok = cf_pool_run(s->jobs, n, &o, s->results, s->said, why, sizeof why);
    cf_stop_unwatch();
    return ok ? CF_EXIT_OK : cf_complain(CF_EXIT_TARGET, "%s", why);
}

/* ---------- what came out ---------- */

typedef struct {
    const char *outcome, *signature; /* outcome NULL: not there */
} verdict;

static verdict of_result(const cf_result *r)
{
    return r->id ? (verdict){cf_outcome_name(r->outcome), r->signature} : (verdict){NULL, NULL};
}

static verdict of_golden(const work *w, const cf_pick *p)
{
    for (uint32_t i = 0; i < w->recorded.rows; i++)
        if (strcmp(cf_tsv_cell(&w->recorded, i, "test"), p->test->id) == 0 &&
            strcmp(cf_tsv_cell(&w->recorded, i, "variant"), p->variant->name) == 0)
            return (verdict){cf_tsv_cell(&w->recorded, i, "outcome"), cf_tsv_cell(&w->recorded, i, "signature")};
    return (verdict){NULL, NULL};
}

static bool applies(verdict v)
{
    return v.outcome && strcmp(v.outcome, cf_outcome_name(CF_NA)) != 0;
}

static void tell_name(work *w, const cf_pick *p)
{
    cf_buf_printf(&w->text, "== %s@%s", p->test->id, p->variant->name);
    cf_json_object(&w->j, NULL);
    cf_json_string(&w->j, "id", p->test->id);
    cf_json_string(&w->j, "variant", p->variant->name);
}

static void leave_out(work *w, const cf_pick *p, verdict a, verdict b)
{
    const char *why = !a.outcome                ? "did not run here"
                      : !b.outcome && w->golden ? "is not in the golden"
                      : !b.outcome              ? "did not run on the other side"
                      : !applies(a)             ? "is not applicable to the reference stack with this preset"
                                                : "is not applicable to the other side";
    w->left_out++;
    tell_name(w, p);
    cf_buf_printf(&w->text, ": left out: it %s\n\n", why);
    cf_json_string(&w->j, "left_out", why);
    cf_json_end(&w->j);
}

/* Results of system calls are judged by the script: verdicts that agree mean calls that agree with it, and a verdict
 * that does not has the call in its signature. No rule explains that. */
static void tell_verdicts(work *w, verdict a, verdict b)
{
    w->counts[CF_DC_UNEXPLAINED]++;
    cf_buf_printf(&w->text, "unexplained: outcome here %s%s%s, there %s%s%s\n", a.outcome, *a.signature ? ", " : "",
                  a.signature, b.outcome, *b.signature ? ", " : "", b.signature);
    cf_json_object(&w->j, "outcome");
    cf_json_string(&w->j, "here", a.outcome);
    cf_json_string(&w->j, "here_signature", a.signature);
    cf_json_string(&w->j, "there", b.outcome);
    cf_json_string(&w->j, "there_signature", b.signature);
    cf_json_end(&w->j);
}

static int tell_pick(work *w, uint32_t i, verdict a, verdict b)
{
    const cf_pick *p = &w->sel.picks[i];
    char *theirs = w->golden ? cf_mem_fmt("%s/%s@%s.pcapng", w->golden, p->test->id, p->variant->name)
                             : cf_mem_str(w->other.pcaps[i]);
    char why[600];
    cf_diff d;
    bool same = strcmp(a.outcome, b.outcome) == 0 && strcmp(a.signature, b.signature) == 0;
    bool ok = cf_diff_files(&d, w->ref.pcaps[i], theirs, &w->opts, why, sizeof why);
    free(theirs);
    if (!ok) return cf_complain(CF_EXIT_UNREADABLE, "%s@%s: %s", p->test->id, p->variant->name, why);
    w->compared++;
    w->equal += same && cf_diff_equal(&d);
    if (!same || !cf_diff_equal(&d)) {
        cf_diff_show show = {cf_term_width(stdout), cf_term_wants_colour(stdout), w->a->summary};
        tell_name(w, p);
        cf_buf_putc(&w->text, '\n');
        if (!same) tell_verdicts(w, a, b);
        cf_diff_text(&w->text, &d, &show);
        cf_buf_putc(&w->text, '\n');
        cf_diff_json(&w->j, &d);
        cf_json_end(&w->j);
    }
    for (int c = 0; c < CF_DC_COUNT; c++) w->counts[c] += cf_diff_class_count(&d, (cf_diff_class)c);
    cf_diff_free(&d);
    return CF_EXIT_OK;
}

static void tell_total(work *w)
{
    cf_buf_printf(&w->text, "%u compared, %u equal, %u left out\n", w->compared, w->equal, w->left_out);
    cf_json_end(&w->j);
    cf_json_uint(&w->j, "compared", w->compared);
    cf_json_uint(&w->j, "equal", w->equal);
    cf_json_uint(&w->j, "left_out", w->left_out);
    cf_json_object(&w->j, "counts");
    for (int c = 0; c < CF_DC_COUNT; c++) {
        const char *name = cf_diff_class_name((cf_diff_class)c);
        cf_buf_printf(&w->text, "  %-12s %6llu\n", name, (unsigned long long)w->counts[c]);
        cf_json_uint(&w->j, name, w->counts[c]);
    }
    cf_json_end(&w->j);
}

static int tell_all(work *w)
{
    int status = CF_EXIT_OK;
    cf_json_object(&w->j, NULL);
    cf_json_array(&w->j, "scripts");
    for (uint32_t i = 0; i < w->sel.count && !status; i++) {
        verdict a = of_result(&w->ref.results[i]);
        verdict b = w->golden ? of_golden(w, &w->sel.picks[i]) : of_result(&w->other.results[i]);
        if (applies(a) && applies(b)) status = tell_pick(w, i, a, b);
        else leave_out(w, &w->sel.picks[i], a, b);
    }
    tell_total(w);
    cf_json_end(&w->j);
    cf_buf_putc(&w->json, '\n');
    if (!status && !w->compared)
        return cf_complain(CF_EXIT_USAGE, "nothing could be compared:\n%s", cf_buf_str(&w->text));
    return status;
}

static int put_out(const work *w)
{
    const char *to = w->a->json;
    bool taken = to && strcmp(to, "-") == 0;
    if (!w->a->quiet) fputs(cf_buf_str(&w->text), taken ? stderr : stdout);
    FILE *f = !to ? NULL : taken ? stdout : fopen(to, "w");
    bool ok = !to || (f && fwrite(cf_buf_str(&w->json), 1, w->json.len, f) == w->json.len);
    if (f && !taken && fclose(f) != 0) ok = false;
    if (!ok) return cf_complain(CF_EXIT_USAGE, "%s: %s", to, strerror(errno));
    return w->counts[CF_DC_MUST] || w->counts[CF_DC_UNEXPLAINED] ? CF_EXIT_UNEXPECTED : CF_EXIT_OK;
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
    free(w->folder);
    if (w->golden && w->recorded.cell) cf_tsv_free(&w->recorded);
    free(w->golden);
    cf_rules_free(&w->rules);
    cf_selection_free(&w->sel);
    cf_places_free(&w->places);
    cf_buf_free(&w->text);
    cf_buf_free(&w->json);
}

int cf_cmd_compare(cf_args *a)
{
    work w = {.a = a};
    w.j.out = &w.json;
    const char *preset = a->preset ? a->preset : "linux";
    if (strcmp(preset, "rfc") != 0 && strcmp(preset, "linux") != 0)
        return cf_complain(CF_EXIT_USAGE, "unknown preset \"%s\"; there are rfc and linux", preset);
    w.ref.target = cf_target_find("ref");
    w.ref.preset = preset;
    int status = cf_choose(a, &w.places, &w.sel);
    if (status) return status;
    status = find_other(&w);
    if (!status) status = load_rules(&w);
    if (!status) status = make_folder(&w);
    if (!status) status = run_side(&w, &w.ref);
    if (!status && !w.golden && !cf_stop_asked) status = run_side(&w, &w.other);
    if (!status && cf_stop_asked) status = cf_complain(CF_EXIT_TARGET, "stopped; nothing is compared");
    if (!status) status = tell_all(&w);
    if (!status) status = put_out(&w);
    free_work(&w);
    return status;
}
