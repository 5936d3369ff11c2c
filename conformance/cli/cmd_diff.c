/* tcprove diff: two captures or two folders of them, compared by meaning. */
#include <string.h>

#include "../capture/folder.h"
#include "../capture/show.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "cli.h"
#include "outputs.h"

typedef struct {
    cf_args *a;
    cf_rules rules;
    cf_diff_opts opts;
    cf_diff_show show;
    cf_buf text, json, html;
    cf_json j;
} work;

static bool load_rules(work *w)
{
    char why[400];
    cf_places places;
    if (w->a->rules) {
        if (cf_rules_load(&w->rules, w->a->rules, why, sizeof why)) return true;
        cf_complain(CF_EXIT_USAGE, "%s", why);
        return false;
    }
    if (!cf_find_places(w->a, &places)) return false;
    char *path = cf_mem_fmt("%s/diff-rules.tsv", places.spec);
    bool ok = cf_rules_load(&w->rules, path, why, sizeof why);
    if (!ok) cf_complain(CF_EXIT_USAGE, "%s", why);
    free(path);
    cf_places_free(&places);
    return ok;
}

/* ---------- two captures ---------- */

static int diff_files(work *w, const char *a, const char *b)
{
    char why[600];
    cf_diff d;
    if (!cf_diff_files(&d, a, b, &w->opts, why, sizeof why)) return cf_complain(CF_EXIT_UNREADABLE, "%s", why);
    cf_diff_text(&w->text, &d, &w->show);
    if (w->a->json) cf_diff_json(&w->j, &d);
    if (w->a->html) cf_diff_html(&w->html, &d);
    int status = cf_diff_equal(&d) ? CF_EXIT_OK : CF_EXIT_UNEXPECTED;
    for (int i = 0; i < 2; i++)
        if (d.damaged[i])
            status =
                cf_complain(CF_EXIT_UNREADABLE, "%s is damaged: only what came before that was compared", i ? b : a);
    cf_diff_free(&d);
    return status;
}

/* ---------- two folders ---------- */

static void tell_file(work *w, const cf_folder_file *f)
{
    const char *only = f->in_b ? "only in B" : "only in A", *problem = f->problem ? f->problem : only;
    bool compared = f->in_a && f->in_b && !f->problem;
    cf_buf_printf(&w->text, "== %s%s%s\n", f->name, compared ? "" : ": ", compared ? "" : problem);
    if (compared) cf_diff_text(&w->text, &f->diff, &w->show);
    cf_buf_putc(&w->text, '\n');
    cf_diff_html_line(&w->html, compared ? "file" : "must", f->name);
    if (compared) cf_diff_html(&w->html, &f->diff);
    else cf_diff_html_line(&w->html, "note", problem);
    cf_json_object(&w->j, NULL);
    cf_json_string(&w->j, "name", f->name);
    if (compared) cf_diff_json(&w->j, &f->diff);
    else cf_json_string(&w->j, "problem", problem);
    cf_json_end(&w->j);
}

static int tell_folders(work *w, const cf_folder_diff *f)
{
    bool unreadable = false;
    cf_json_uint(&w->j, "compared", f->compared);
    cf_json_uint(&w->j, "equal", f->equal);
    cf_json_object(&w->j, "counts");
    for (int c = 0; c < CF_DC_COUNT; c++) cf_json_uint(&w->j, cf_diff_class_name((cf_diff_class)c), f->counts[c]);
    cf_json_end(&w->j);
    cf_json_array(&w->j, "files");
    for (uint32_t i = 0; i < f->count; i++) {
        tell_file(w, &f->files[i]);
        unreadable = unreadable || f->files[i].problem;
    }
    cf_json_end(&w->j);
    cf_buf_printf(&w->text, "%u of %u files equal", f->equal, f->compared);
    for (int c = 0; c < CF_DC_COUNT; c++)
        cf_buf_printf(&w->text, "%s%llu %s", c ? ", " : ": ", (unsigned long long)f->counts[c],
                      cf_diff_class_name((cf_diff_class)c));
    cf_buf_putc(&w->text, '\n');
    if (f->damaged)
        return cf_complain(CF_EXIT_UNREADABLE, "%u file%s damaged: only what came before that was compared", f->damaged,
                           f->damaged == 1 ? " is" : "s are");
    return unreadable ? CF_EXIT_UNREADABLE : f->count ? CF_EXIT_UNEXPECTED : CF_EXIT_OK;
}

static int diff_folders(work *w, const char *a, const char *b)
{
    char why[600];
    cf_folder_diff f;
    int status;
    if (cf_diff_folders(&f, a, b, &w->opts, why, sizeof why)) status = tell_folders(w, &f);
    else status = cf_complain(CF_EXIT_UNREADABLE, "%s", why);
    cf_folder_diff_free(&f);
    return status;
}

/* ---------- the whole ---------- */

static const char *last_line(const char *text)
{
    size_t n = strlen(text);
    while (n > 1 && text[n - 2] != '\n') n--;
    return text + (n ? n - 1 : 0);
}

static int put_out(work *w, int status)
{
    const cf_args *a = w->a;
    cf_json_end(&w->j);
    cf_diff_html_foot(&w->html);
    cf_buf_putc(&w->json, '\n');
    if (status == CF_EXIT_UNREADABLE && !w->text.len) return status;
    const char *text = cf_buf_str(&w->text);
    fputs(a->quiet ? last_line(text) : text, cf_report_on_stdout(a) ? stderr : stdout);
    bool ok = !a->json || cf_report_put(a->json, &w->json);
    ok = (!a->html || cf_report_put(a->html, &w->html)) && ok;
    return ok ? status : CF_EXIT_USAGE;
}

static int compare(work *w, const char *a, const char *b)
{
    bool folders = cf_is_folder(a);
    if (folders != cf_is_folder(b))
        return cf_complain(CF_EXIT_USAGE, "%s is a folder and %s is not: give two captures or two folders",
                           folders ? a : b, folders ? b : a);
    char *title = cf_mem_fmt("tcprove diff %s %s", a, b);
    cf_diff_html_head(&w->html, title);
    free(title);
    cf_json_object(&w->j, NULL);
    return put_out(w, folders ? diff_folders(w, a, b) : diff_files(w, a, b));
}

int cf_cmd_diff(cf_args *a)
{
    if (a->words.count != 2)
        return cf_complain(CF_EXIT_USAGE, "diff wants two captures or two folders, got %u word%s", a->words.count,
                           a->words.count == 1 ? "" : "s");
    if (!cf_reports_fit(a)) return CF_EXIT_USAGE;
    work w = {.a = a, .opts = cf_diff_defaults()};
    w.j.out = &w.json;
    if (!load_rules(&w)) return CF_EXIT_USAGE;
    w.opts.rules = &w.rules;
    w.opts.bytes_only = a->by_bytes;
    w.opts.no_time = a->no_time;
    w.opts.time_ns = a->apart_ns;
    w.show = (cf_diff_show){cf_term_width(stdout), cf_term_wants_colour(stdout), a->summary};
    int status = compare(&w, a->words.items[0], a->words.items[1]);
    cf_rules_free(&w.rules);
    cf_buf_free(&w.text);
    cf_buf_free(&w.json);
    cf_buf_free(&w.html);
    return status;
}
