/* tcprove import: the connections of a capture as scripts, each run on the reference stack to see whether it is the
 * same there. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "../capture/infer.h"
#include "../capture/search.h"
#include "../capture/view.h"
#include "../packet/addr.h"
#include "../run/result.h"
#include "../target/target.h"
#include "../text/json.h"
#include "../text/mem.h"
#include "cli.h"

typedef struct {
    cf_args *a;
    cf_capture capture;
    char *base; /* file names begin with it */
    cf_addr local;
    bool has_local;
    FILE *people; /* standard output, or standard error when that is taken by JSON */
    uint32_t scripts, reproduced, refused;
    uint32_t beyond; /* connections that were not looked at */
    char first_refusal[300];
    cf_buf json;
    cf_json j;
} work;

/* One end of one connection. */
typedef struct {
    uint32_t conn;
    int side;
    cf_recording r;
    char *path;
    cf_told told;
    char *how; /* what is not compared; NULL: nothing was tried yet */
    cf_result result;
    bool passed;
    uint32_t same; /* packets of the recording before the one where it went another way */
} job;

/* A job being tried. */
typedef struct {
    work *w;
    job *j;
    const char *title;
} attempt;

static const char *side_name(int side)
{
    return side == CF_CLIENT ? "client" : "server";
}

/* ---------- trying ---------- */

static void run(job *j, const char *text, size_t len, cf_result *result)
{
    cf_run_opts o = {.target = cf_target_find("ref"),
                     .preset = "linux",
                     .variant = "import",
                     .seed = 1,
                     .mode = j->r.conn->family == 6 ? CF_MODE_IPV6 : CF_MODE_IPV4,
                     .mode_given = true};
    cf_run_text(j->path, text, len, j->path, &o, result);
}

/* Takes the place of what is kept. */
static void keep(job *j, const job *better, const cf_guess *g)
{
    cf_buf how = {0};
    cf_guess_text(g, &how);
    free(j->how);
    cf_told_free(&j->told);
    cf_result_free(&j->result);
    j->told = better->told;
    j->result = better->result;
    j->passed = better->passed;
    j->same = better->same;
    j->how = cf_mem_str(cf_buf_str(&how));
    cf_buf_free(&how);
}

/* Which packet of the whole recording is meant by one of what was made of it. */
static uint32_t in_recording(const job *j, const cf_recording *r, uint32_t packet)
{
    uint32_t i = 0;
    if (r == &j->r || packet >= r->count) return r == &j->r ? packet : j->r.count;
    while (i < j->r.count && j->r.segs[i].number != r->segs[packet].number) i++;
    return i;
}

/* Keeps what passes, or what gets farthest. */
static bool try_guess(void *ctx, const cf_recording *r, const cf_guess *g, cf_tried *tried)
{
    const attempt *a = ctx;
    job *j = a->j, now = {.path = j->path};
    bool no_run = a->w->a->no_run;
    char why[400];
    if (!cf_infer(&now.told, r, g, a->title, why, sizeof why)) {
        cf_complain(CF_EXIT_INVALID, "%s: %s", j->path, why);
        cf_told_free(&now.told);
        return false;
    }
    if (!no_run) run(j, cf_buf_str(&now.told.text), now.told.text.len, &now.result);
    bool well = !no_run && now.result.outcome == CF_PASS, whole = !g->upto || g->upto >= r->count;
    now.passed = well && whole;
    tried->passed = now.passed || no_run;
    tried->same = well ? (whole ? r->count : g->upto) : cf_told_packet(&now.told, r, now.result.line);
    now.same = in_recording(j, r, tried->same);
    if (whole && (!j->how || now.passed || now.same > j->same)) {
        keep(j, &now, g);
    } else {
        cf_told_free(&now.told);
        cf_result_free(&now.result);
    }
    return true;
}

static bool save(const job *j)
{
    FILE *f = fopen(j->path, "w");
    bool ok = f && fwrite(cf_buf_str(&j->told.text), 1, j->told.text.len, f) == j->told.text.len;
    if (f && fclose(f) != 0) ok = false;
    if (!ok) cf_complain(CF_EXIT_USAGE, "%s: %s", j->path, strerror(errno));
    return ok;
}

/* ---------- telling ---------- */

static void tell_lines(work *w, const char *lines, bool quiet)
{
    for (const char *at = lines; *at;) {
        size_t n = strcspn(at, "\n");
        if (!quiet) fprintf(w->people, "    left out: %.*s\n", (int)n, at);
        cf_json_text(&w->j, NULL, at, n);
        at += n + (at[n] == '\n');
    }
}

/* Which packet it was, and what it had to be. */
static void tell_failure(work *w, const job *j)
{
    char line[300];
    cf_view v;
    fprintf(w->people, "%s: not reproduced: %s\n", j->path, j->result.message ? j->result.message : "no reason");
    if (j->same == j->r.count) return;
    const cf_seg *s = &j->r.segs[j->same];
    cf_view_of(&v, j->r.conn, s);
    cf_view_print(&v, line, sizeof line);
    fprintf(w->people, "    the first %u of %u packets are the same; then comes packet %llu of the capture: %c %s\n",
            j->same, j->r.count, (unsigned long long)s->number, s->dir == j->side ? '>' : '<', line);
}

static void tell_job(work *w, const job *j)
{
    const char *how = j->how;
    bool quiet = w->a->quiet && (j->passed || w->a->no_run);
    cf_json_string(&w->j, "script", j->path);
    cf_json_bool(&w->j, "run", !w->a->no_run);
    cf_json_bool(&w->j, "reproduced", j->passed);
    cf_json_string(&w->j, "relaxed", how);
    cf_json_string(&w->j, "message", j->passed ? NULL : j->result.message);
    if (!quiet && w->a->no_run) fprintf(w->people, "%s: written\n", j->path);
    if (!quiet && j->passed) fprintf(w->people, "%s: reproduced%s%s\n", j->path, *how ? ", " : "", how);
    if (!quiet && !j->passed && !w->a->no_run) tell_failure(w, j);
    cf_json_uint(&w->j, "packets", j->r.count);
    cf_json_uint(&w->j, "same", j->same);
    cf_json_array(&w->j, "left_out");
    tell_lines(w, j->r.left_out, quiet);
    tell_lines(w, cf_buf_str(&j->told.notes), quiet);
    cf_json_end(&w->j);
}

/* A title may have 120 characters, and a file's name more than that. */
static char *title_of(const work *w, const job *j)
{
    char *title =
        cf_mem_fmt("Connection %u of a capture, the %s under test: %.60s", j->conn + 1, side_name(j->side), w->base);
    for (char *c = title; *c; c++)
        if ((unsigned char)*c < ' ' || *c == '#') *c = '_'; /* a line may not end here, nor a remark begin */
    for (size_t n = strlen(title); title[n - 1] == '.' || title[n - 1] == ' '; n--) title[n - 1] = '\0';
    return title;
}

static void refuse(work *w, const job *j, const char *why)
{
    char name[120];
    if (!w->refused++) snprintf(w->first_refusal, sizeof w->first_refusal, "%s", why);
    cf_conn_name(&w->capture.conns.items[j->conn], name, sizeof name);
    if (!w->a->quiet)
        fprintf(w->people, "connection %u (%s), the %s under test: left out: %s\n", j->conn + 1, name,
                side_name(j->side), why);
    cf_json_string(&w->j, "refused", why);
}

static bool convert(work *w, job *j)
{
    char *title = title_of(w, j);
    cf_search(&j->r, try_guess, &(attempt){w, j, title});
    free(title);
    if (!j->how) { /* a capture may hold what the language cannot say; the next connection is another matter */
        refuse(w, j, "no script can say one of its packets");
        return true;
    }
    if (!save(j)) return false;
    w->scripts++;
    w->reproduced += j->passed;
    tell_job(w, j);
    return true;
}

static bool take(work *w, uint32_t conn, int side)
{
    char why[300];
    bool ok = true;
    job j = {.conn = conn, .side = side};
    j.path = cf_mem_fmt("%s/%s-%u-%s.pkt", w->a->output ? w->a->output : ".", w->base, conn + 1, side_name(side));
    cf_json_object(&w->j, NULL);
    cf_json_uint(&w->j, "connection", conn + 1);
    cf_json_string(&w->j, "side", side_name(side));
    if (cf_record(&j.r, &w->capture, conn, side, why, sizeof why)) {
        ok = convert(w, &j);
        cf_recording_free(&j.r);
    } else {
        refuse(w, &j, why);
    }
    cf_json_end(&w->j);
    free(j.path);
    free(j.how);
    cf_told_free(&j.told);
    cf_result_free(&j.result);
    return ok;
}

/* ---------- choosing ---------- */

static bool wanted(const work *w, const cf_conn *k, int side)
{
    cf_addr a = {.family = k->family};
    memcpy(a.b, k->addr[side], 16);
    if (w->has_local) return cf_addr_same(&a, &w->local);
    return !w->a->side || strcmp(w->a->side, "both") == 0 || strcmp(w->a->side, side_name(side)) == 0;
}

/* A script and its runs for every connection: of a capture of many, so many are enough for one call. */
enum { CONNECTIONS_MOST = 1000 };

static bool take_some(work *w)
{
    const cf_conns *c = &w->capture.conns;
    uint32_t taken = 0, i = w->a->connection ? w->a->connection - 1 : 0, end = w->a->connection ? i + 1 : c->count;
    for (; i < end && i < c->count && taken < CONNECTIONS_MOST; i++) {
        uint32_t before = w->scripts + w->refused;
        for (int side = 0; side < 2; side++)
            if (wanted(w, &c->items[i], side) && !take(w, i, side)) return false;
        taken += w->scripts + w->refused > before;
    }
    w->beyond = i < end && i < c->count ? c->count - i : 0;
    if (w->beyond)
        fprintf(w->people, "left out: connections %u to %u, after %u others (--connection N takes one of them)\n",
                i + 1, c->count, taken);
    return true;
}

static int take_all(work *w)
{
    const cf_conns *c = &w->capture.conns;
    if (!take_some(w)) return CF_EXIT_USAGE;
    if (!c->count) return cf_complain(CF_EXIT_UNREADABLE, "%s: it holds no TCP connection", w->capture.path);
    if (!w->scripts && !w->refused)
        return cf_complain(CF_EXIT_USAGE, "%s: no connection is selected; it has %u", w->capture.path, c->count);
    if (!w->scripts)
        return cf_complain(CF_EXIT_UNREADABLE, "%s: none of its %u connections became a script; the first: %s",
                           w->capture.path, c->count, w->first_refusal);
    return w->a->no_run || w->reproduced == w->scripts ? CF_EXIT_OK : CF_EXIT_UNEXPECTED;
}

static char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *name = cf_mem_str(strcmp(path, "-") == 0 ? "stdin" : slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name) *dot = '\0';
    return name;
}

static int check_usage(work *w)
{
    const cf_args *a = w->a;
    static const char *const sides[] = {"client", "server", "both"};
    bool known = !a->side;
    for (int i = 0; i < 3 && !known; i++) known = strcmp(a->side, sides[i]) == 0;
    if (a->words.count != 1)
        return cf_complain(CF_EXIT_USAGE, "import wants one capture, got %u words", a->words.count);
    if (!known) return cf_complain(CF_EXIT_USAGE, "--side is client, server or both; got \"%s\"", a->side);
    if (a->local && !cf_addr_parse(a->local, &w->local))
        return cf_complain(CF_EXIT_USAGE, "--local wants an IP address; got \"%s\"", a->local);
    w->has_local = a->local != NULL;
    if (a->output && mkdir(a->output, 0777) != 0 && errno != EEXIST)
        return cf_complain(CF_EXIT_USAGE, "%s: %s", a->output, strerror(errno));
    return CF_EXIT_OK;
}

static int put_json(work *w, int status)
{
    if (!w->a->json) return status;
    bool out = strcmp(w->a->json, "-") == 0;
    FILE *f = out ? stdout : fopen(w->a->json, "w");
    bool ok = f && fprintf(f, "%s\n", cf_buf_str(&w->json)) > 0;
    if (f && !out && fclose(f) != 0) ok = false;
    return ok ? status : cf_complain(CF_EXIT_USAGE, "%s: %s", w->a->json, strerror(errno));
}

static int import_all(work *w)
{
    cf_buf left = {0};
    cf_capture_left_out(&w->capture, &left);
    cf_json_object(&w->j, NULL);
    cf_json_string(&w->j, "capture", w->capture.path);
    cf_json_array(&w->j, "left_out");
    tell_lines(w, cf_buf_str(&left), false);
    cf_json_end(&w->j);
    cf_json_array(&w->j, "scripts");
    int status = take_all(w);
    cf_json_end(&w->j);
    cf_json_uint(&w->j, "beyond", w->beyond);
    cf_json_end(&w->j);
    cf_buf_free(&left);
    if (!w->a->no_run && w->scripts)
        fprintf(w->people, "%u of %u scripts reproduce the capture on the reference stack\n", w->reproduced,
                w->scripts);
    if (w->capture.damage && status <= CF_EXIT_UNEXPECTED)
        status = cf_complain(CF_EXIT_UNREADABLE, "%s: %s; the scripts are of what came before", w->capture.path,
                             w->capture.damage);
    return put_json(w, status);
}

int cf_cmd_import(cf_args *a)
{
    char why[600];
    work w = {.a = a, .people = a->json && strcmp(a->json, "-") == 0 ? stderr : stdout};
    w.j.out = &w.json;
    int status = check_usage(&w);
    if (status) return status;
    if (!cf_capture_read(&w.capture, a->words.items[0], false, why, sizeof why))
        return cf_complain(CF_EXIT_UNREADABLE, "%s", why);
    w.base = base_name(w.capture.path);
    status = import_all(&w);
    free(w.base);
    cf_buf_free(&w.json);
    cf_capture_free(&w.capture);
    return status;
}
