/* run.c — cf_run_script: read, check, decide what applies, run, and fill the record.
 *
 * A run on a virtual clock is repeatable, so the story of what happened is not written down while everything goes well:
 * a failed run is simply run again with the dialogue on. */
#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "../script/front.h"
#include "../spec/req.h"
#include "../text/mem.h"
#include "exec.h"
#include "sha256.h"
#include "story.h"

#define LIMIT_US (INT64_C(400) * 86400000000) /* a script may wait for months: PAWS forgets after 24 days */

typedef struct job {
    const char *path, *id;
    const char *text; /* NULL: path is read */
    size_t text_len;
    const cf_run_opts *opts;
    cf_script script;
    cf_settings set;
    cf_result *res;
    bool story; /* this pass writes the dialogue down */
} job;

static int64_t wall_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---------- before the run ---------- */

/* The signature of an error begins with who is to blame: "script", "usage", "target", "error". The command line's exit
 * status depends on it (cli/cmd_run.c). */
static void blame(job *j, const char *whom, uint32_t line)
{
    if (line) snprintf(j->res->signature, sizeof j->res->signature, "%s line %u", whom, line);
    else snprintf(j->res->signature, sizeof j->res->signature, "%s", whom);
}

static void stop(job *j, cf_outcome o, char *message)
{
    j->res->outcome = o;
    free(j->res->message);
    j->res->message = message;
    snprintf(j->res->signature, sizeof j->res->signature, "%.150s", o == CF_NA ? message : "error");
}

static void report_diags(job *j, const cf_diags *d)
{
    const cf_diag *first = NULL;
    for (uint32_t i = 0; i < d->count && !first; i++)
        if (d->items[i].severity == CF_ERROR) first = &d->items[i];
    if (!first) {
        stop(j, CF_RUN_ERROR, cf_mem_fmt("%s: not a valid script", j->path));
        blame(j, "script", 0);
        return;
    }
    uint32_t line = 0, column = 0;
    if (first->src) cf_source_place(first->src, first->span.start, &line, &column);
    if (first->src)
        stop(j, CF_RUN_ERROR, cf_mem_fmt("%s:%u:%u: error: %s", first->src->path, line, column, first->msg));
    else stop(j, CF_RUN_ERROR, cf_mem_str(first->msg)); /* it names the file */
    blame(j, "script", line);
    j->res->line = line;
    j->res->span = first->span;
    if (first->hint[0]) j->res->hint = cf_mem_str(first->hint);
}

/* What a script says that means nothing to us goes into the notes of its run. */
static void note_warnings(job *j, const cf_diags *d)
{
    for (uint32_t i = 0; i < d->count; i++) {
        const cf_diag *w = &d->items[i];
        uint32_t line = 0, column = 0;
        if (w->severity != CF_WARNING || strncmp(w->msg, "front matter", 12) != 0 || !w->src) continue;
        cf_source_place(w->src, w->span.start, &line, &column);
        char *before = j->res->notes;
        j->res->notes = cf_mem_fmt("%s%sline %u: %s", before ? before : "", before ? "\n" : "", line, w->msg);
        free(before);
    }
}

static bool parse(job *j)
{
    cf_diags d = {0};
    cf_parse_env env = {.mode = j->opts->mode,
                        .mode_forced = j->opts->mode_given,
                        .defines = j->opts->defines,
                        .define_count = j->opts->define_count};
    bool ok = j->text ? cf_script_parse_text(&j->script, j->path, j->text, j->text_len, &env, &d)
                      : cf_script_parse_file(&j->script, j->path, &env, &d);
    ok = ok && cf_script_resolve(&j->script, true, &d);
    if (ok) note_warnings(j, &d);
    else report_diags(j, &d);
    cf_diags_free(&d);
    cf_settings_defaults(&j->set, env.mode);
    if (j->opts->mtu) j->set.mtu = j->opts->mtu;
    if (j->script.src.text) cf_sha256_hex(j->script.src.text, j->script.src.len, j->res->script_sha);
    return ok;
}

static bool apply_options(job *j)
{
    char why[300];
    const cf_script *s = &j->script;
    for (uint32_t i = 0; i < s->options; i++) {
        if (strcmp(s->option[i].name, "define") == 0 || strcmp(s->option[i].name, "ip_version") == 0) continue;
        if (cf_settings_apply(&j->set, s->option[i].name, s->option[i].value, why, sizeof why)) continue;
        stop(j, CF_RUN_ERROR, cf_mem_fmt("%s: %s", j->path, why));
        blame(j, "script", 0);
        j->res->span = s->option[i].span;
        return false;
    }
    for (uint32_t i = 0; i < j->opts->option_count; i++) {
        if (cf_settings_apply_text(&j->set, j->opts->options[i], why, sizeof why)) continue;
        stop(j, CF_RUN_ERROR, cf_mem_str(why));
        blame(j, "usage", 0);
        return false;
    }
    if (cf_settings_check(&j->set, why, sizeof why)) return true;
    stop(j, CF_RUN_ERROR, cf_mem_str(why));
    blame(j, "usage", 0);
    return false;
}

/* ---------- front matter ---------- */

static char *joined(const cf_script *s, const char *key)
{
    cf_buf b = {0};
    const char *v;
    for (uint32_t i = 0; (v = cf_front_nth(s, key, i)); i++) cf_buf_printf(&b, "%s%s", i ? " " : "", v);
    return b.len ? cf_buf_take(&b) : NULL;
}

/* The level that is written, or the strongest in brackets behind a requirement: "RFC5961-3.2 (MUST)". */
static char *level_of(const cf_script *s)
{
    const char *written = cf_script_front(s, "level"), *v;
    const char *best = NULL;
    size_t best_len = 0;
    int weight = 0;
    if (written) return cf_mem_str(written);
    for (uint32_t i = 0; (v = cf_front_nth(s, "spec", i)); i++) {
        for (const char *open = strchr(v, '('); open; open = strchr(open + 1, '(')) {
            size_t n = strcspn(open + 1, ")");
            char *one = cf_mem_copy(open + 1, n);
            int w = cf_req_weight(one);
            free(one);
            if (w <= weight) continue;
            weight = w;
            best = open + 1;
            best_len = n;
        }
    }
    return best ? cf_mem_copy(best, best_len) : NULL;
}

static void take_front(job *j)
{
    j->res->title = cf_mem_str(cf_script_front(&j->script, "title"));
    j->res->spec = joined(&j->script, "spec");
    j->res->level = level_of(&j->script);
}

/* One word of "needs". "-x" asks that the target has it not. */
static bool need_met(job *j, const char *word)
{
    bool not = *word == '-';
    int bit = cf_cap_find(word + not);
    if (bit < 0) {
        stop(j, CF_RUN_ERROR, cf_mem_fmt("%s: \"needs: %s\": there is no such capability", j->path, word));
        blame(j, "script", 0);
        return false;
    }
    bool has = j->opts->target->caps >> bit & 1;
    if (has != not) return true;
    stop(j, CF_NA, cf_mem_fmt("needs %s", word));
    return false;
}

static bool needs_met(job *j)
{
    char *all = joined(&j->script, "needs");
    bool ok = true;
    char *rest = all;
    for (char *w; ok && rest && (w = strsep(&rest, " \t,"));)
        if (*w) ok = need_met(j, w);
    free(all);
    return ok;
}

/* ---------- the run ---------- */

static cf_target *open_target(job *j)
{
    char why[300] = "no reason given";
    uint32_t n = j->opts->set_count;
    cf_tuning *tuning = cf_mem_zero(n, sizeof *tuning);
    char **names = cf_mem_zero(n, sizeof *names);
    for (uint32_t i = 0; i < n; i++) {
        names[i] = cf_mem_str(j->opts->sets[i]);
        char *eq = strchr(names[i], '=');
        if (eq) *eq = '\0';
        tuning[i] = (cf_tuning){names[i], eq ? eq + 1 : ""};
    }
    cf_open o = {.mode = j->set.mode,
                 .local = j->set.local,
                 .remote = j->set.remote,
                 .gateway = j->set.gateway,
                 .local_prefix = j->set.local_prefix,
                 .remote_prefix = j->set.remote_prefix,
                 .mtu = j->set.mtu,
                 .preset = j->opts->preset,
                 .seed = j->opts->seed,
                 .late_us = j->opts->late_us,
                 .memory_blocks = j->set.memory_blocks,
                 .memory_records = j->set.memory_records,
                 .tuning = tuning,
                 .tunings = n,
                 .gso_mss = j->set.gso_mss,
                 .speed = j->set.speed,
                 .anyip = j->set.anyip,
                 .punctual = j->opts->punctual,
                 .arg = j->opts->target_arg,
                 .arg_flags = j->set.so_flags};
    cf_target *t = j->opts->target->open(&o, why, sizeof why);
    for (uint32_t i = 0; i < n; i++) free(names[i]);
    free(names);
    free(tuning);
    if (!t) {
        stop(j, CF_RUN_ERROR, cf_mem_fmt("target %s does not start: %s", j->opts->target->name, why));
        blame(j, "target", 0);
    }
    return t;
}

static cf_pcap *open_pcap(const job *j)
{
    char text[300];
    if (!j->opts->pcap_path) return NULL;
    snprintf(text, sizeof text, "tcprove; target %s; script %s; variant %s; seed %llx", j->res->target, j->id,
             j->res->variant ? j->res->variant : "-", (unsigned long long)j->opts->seed);
    return cf_pcap_new(text);
}

static void close_pcap(job *j, cf_pcap *p)
{
    char why[300];
    if (!p) return;
    if (cf_pcap_write(p, j->opts->pcap_path, why, sizeof why)) {
        free(j->res->pcap);
        j->res->pcap = cf_mem_str(j->opts->pcap_path);
    } else {
        stop(j, CF_RUN_ERROR, cf_mem_fmt("the capture cannot be written: %s", why));
        blame(j, "usage", 0);
    }
    cf_pcap_free(p);
}

static char *script_dir(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? cf_mem_copy(path, slash == path ? 1 : (size_t)(slash - path)) : NULL;
}

/* Real commands and files are meant from the script's folder. Gives the folder to go back to; -1: nothing changed. */
static int enter_script_dir(const char *path)
{
    char *dir = script_dir(path);
    int home = dir ? open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (home >= 0 && chdir(dir) != 0) {
        close(home);
        home = -1;
    }
    free(dir);
    return home;
}

static void leave_script_dir(int home)
{
    if (home < 0) return;
    if (fchdir(home) != 0) perror("tcprove: cannot go back to the folder of before");
    close(home);
}

static void run_guarded(void *ctx)
{
    cf_exec_run(ctx);
}

static void finish_exec(job *j, cf_exec *x)
{
    j->res->hash = x->dialogue.hash;
    j->res->packets_in = x->dialogue.packets_in;
    j->res->packets_out = x->dialogue.packets_out;
    if (!x->over) j->res->outcome = CF_PASS;
    if (j->story) {
        cf_story_take(&x->dialogue, x->ev && x->ev->kind == CF_EV_CODE, j->res);
        cf_story_explain(j->res);
    }
    j->res->calls = cf_buf_take(&x->ledger.calls);
    j->res->info = cf_buf_take(&x->ledger.info);
    close_pcap(j, x->pcap);
    if (x->blocked) cf_marshal_free(&x->blocked_call);
    cf_dialogue_free(&x->dialogue);
    cf_map_free(&x->map);
    cf_shell_free(&x->shell);
    cf_code_free(&x->code);
    free(x->fds);
}

static void run_once(job *j)
{
    char why[300];
    cf_target *t = open_target(j);
    if (!t) return;
    bool host = t->ops->caps & CF_CAP(HOST_SHELL);
    char *dir = host ? NULL : script_dir(j->path);
    int home = host && !j->opts->stay_here ? enter_script_dir(j->path) : -1;
    cf_exec x = {.opts = j->opts, .script = &j->script, .set = j->set, .res = j->res, .ops = t->ops, .t = t};
    x.clock = (cf_clock){.tolerance_us = j->set.tolerance_us, .tolerance_percent = j->set.tolerance_percent};
    x.shell = (cf_shell){.t = t, .host = j->opts->shell_host, .dir = dir};
    x.pcap = open_pcap(j);
    cf_map_init(&x.map);
    cf_dialogue_init(&x.dialogue, j->story, x.pcap);
    if (j->story && t->ops->story) t->ops->story(t, cf_dialogue_hear, &x.dialogue);
    x.live_start_us = x.dialogue.live_start_us = t->ops->now(t);
    if (!t->ops->guarded) {
        cf_exec_run(&x);
    } else if (!t->ops->guarded(t, run_guarded, &x, why, sizeof why)) {
        x.over = false;
        cf_exec_error(&x, cf_exec_here(&x), "the target is broken: %s", why);
        snprintf(j->res->signature, sizeof j->res->signature, "target broken: %.120s", why);
    }
    leave_script_dir(home);
    finish_exec(j, &x);
    t->ops->close(t);
    free(dir);
}

/* Makes room for the second pass: everything the first one has said goes. */
static void forget(cf_result *r)
{
    char **texts[] = {&r->message, &r->hint, &r->script_packet, &r->wire_packet, &r->notes, &r->calls, &r->info};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        free(*texts[i]);
        *texts[i] = NULL;
    }
    free(r->diff);
    r->diff = NULL;
    r->diffs = 0;
    r->signature[0] = '\0';
    r->outcome = CF_PASS;
}

static bool worth_a_story(const cf_result *r)
{
    return r->outcome == CF_FAIL || r->outcome == CF_RUN_ERROR;
}

static void run_with_story(job *j)
{
    bool virtual = j->opts->target->caps & CF_CAP(VIRTUAL_CLOCK);
    j->story = j->opts->story || j->opts->verbose || !virtual;
    run_once(j);
    if (j->story || !worth_a_story(j->res)) return;
    uint64_t hash = j->res->hash;
    forget(j->res);
    j->story = true;
    run_once(j);
    if (hash == j->res->hash) return;
    char *was = j->res->message;
    j->res->message = cf_mem_fmt("two runs of the same script differ; the second said: %s", was ? was : "pass");
    j->res->outcome = CF_UNSTEADY;
    free(was);
}

/* ---------- after the run ---------- */

static void weigh(cf_result *r)
{
    bool should = r->level && cf_req_weight(r->level) < 3 && cf_req_weight(r->level) > 0;
    bool seen = r->level && strcasecmp(r->level, "observed") == 0;
    if (r->outcome == CF_FAIL && should) r->outcome = CF_LAX;
    if (seen && (r->outcome == CF_FAIL || r->outcome == CF_PASS)) r->outcome = CF_SEEN;
}

static char *target_name(const cf_run_opts *o)
{
    if (o->target_arg && *o->target_arg) return cf_mem_fmt("%s:%s", o->target->name, o->target_arg);
    return o->preset ? cf_mem_fmt("%s/%s", o->target->name, o->preset) : cf_mem_str(o->target->name);
}

/* The configuration of the reference stack: the command line's, else the script's own, else the documents'. A script
 * that was written for one preset says nothing about another. */
static bool choose_preset(job *j, cf_run_opts *o)
{
    const char *own = cf_script_front(&j->script, "preset"), *like = o->target->like;
    if (!o->preset && !like) o->preset = own ? own : "rfc";
    bool fits = !own || strcmp(own, like ? like : o->preset) == 0;
    if (!fits) stop(j, CF_NA, cf_mem_fmt("written for preset %s", own));
    free(j->res->target);
    j->res->target = target_name(o);
    return fits;
}

/* --so_filename chooses the target. A script may do so itself only where its commands run for real as well. */
static bool choose_library(job *j, cf_run_opts *o)
{
    bool asked = false;
    if (!j->set.so_filename) return true;
    for (uint32_t i = 0; i < o->option_count; i++) asked = asked || strncmp(o->options[i], "so_filename=", 12) == 0;
    if (!asked && !(o->target->caps & CF_CAP(HOST_SHELL))) {
        stop(j, CF_NA, cf_mem_str("loads a library (--so_filename); name it on the command line"));
        return false;
    }
    o->target = cf_target_find("so");
    o->target_arg = j->set.so_filename;
    free(j->res->target);
    j->res->target = target_name(o);
    return true;
}

static void run_job(job *j)
{
    int64_t began = wall_us();
    cf_run_opts o = *j->opts;
    const cf_run_opts *asked = j->opts;
    if (!o.max_virtual_us) o.max_virtual_us = LIMIT_US;
    *j->res = (cf_result){.id = cf_mem_str(j->id),
                          .variant = cf_mem_str(o.variant),
                          .path = cf_mem_str(j->path),
                          .target = target_name(&o),
                          .seed = o.seed};
    j->opts = &o;
    bool ok = parse(j);
    if (ok) take_front(j);
    ok = ok && choose_preset(j, &o) && apply_options(j) && choose_library(j, &o) && needs_met(j);
    if (ok && !j->set.dry_run) run_with_story(j);
    weigh(j->res);
    cf_script_free(&j->script);
    j->opts = asked;
    j->res->wall_us = wall_us() - began;
}

void cf_run_script(const char *path, const char *id, const cf_run_opts *opts, cf_result *out)
{
    job j = {.path = path, .id = id ? id : path, .opts = opts, .res = out};
    run_job(&j);
}

void cf_run_text(const char *path, const char *text, size_t len, const char *id, const cf_run_opts *opts,
                 cf_result *out)
{
    job j = {.path = path, .text = text, .text_len = len, .id = id ? id : path, .opts = opts, .res = out};
    run_job(&j);
}
