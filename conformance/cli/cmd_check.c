/* tcprove check: read, resolve, report; nothing runs. */
#include <unistd.h>

#include "../suite/meta.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "cli.h"

typedef struct {
    const cf_reqs *reqs;
    const cf_script *script;
    const cf_front *front;
    cf_diags *diags;
} cite_walk;

static bool cite_known(void *ctx, const char *id)
{
    const cite_walk *w = ctx;
    if (!cf_reqs_find(w->reqs, id))
        cf_diag_hint(
            cf_diag_add(w->diags, CF_WARNING, &w->script->src, w->front->span, "no requirement is called \"%s\"", id),
            "`tcprove explain RFC9293` (or another document) lists them");
    return true;
}

static void check_cites(const cf_script *s, const cf_reqs *reqs, cf_diags *diags)
{
    for (uint32_t i = 0; i < s->fronts; i++)
        if (strcmp(s->front[i].key, "spec") == 0)
            cf_words(s->front[i].value, cite_known, &(cite_walk){reqs, s, &s->front[i], diags});
}

/* What came of one variant. The script must outlive its diagnostics: they point into it. */
typedef struct {
    cf_script script;
    cf_diags diags;
    bool ok;
} reading;

static void read_variant(reading *r, const cf_args *a, const cf_pick *p, const cf_reqs *reqs)
{
    uint32_t count;
    cf_define *defines = cf_join_defines(a, p->variant, &count);
    cf_parse_env env = {.mode = p->variant->mode, .mode_forced = true, .defines = defines, .define_count = count};
    r->diags = (cf_diags){0};
    r->ok = cf_script_parse_file(&r->script, p->test->path, &env, &r->diags) &&
            cf_script_resolve(&r->script, false, &r->diags);
    if (r->ok) check_cites(&r->script, reqs, &r->diags);
    free(defines);
}

/* A mistake in one variant only (a word of ICMPv4 in IPv6) is a warning: the script is good for something. */
static void soften(cf_diags *diags, const char *variant)
{
    for (uint32_t i = 0; i < diags->count; i++) {
        char msg[sizeof diags->items[i].msg];
        snprintf(msg, sizeof msg, "not valid as %s: %.300s", variant, diags->items[i].msg);
        memcpy(diags->items[i].msg, msg, sizeof msg);
        if (diags->items[i].severity == CF_ERROR) diags->items[i].severity = CF_WARNING;
    }
}

/* Shows every variant that is not valid beside one that is; else the first only, as the others say the same. */
static bool check_script(const cf_args *a, const cf_pick *picks, uint32_t n, const cf_reqs *reqs)
{
    reading r[CF_VARIANTS];
    bool any = false;
    for (uint32_t i = 0; i < n; i++) {
        read_variant(&r[i], a, &picks[i], reqs);
        any = any || r[i].ok;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (any && !r[i].ok) soften(&r[i].diags, picks[i].variant->name);
        if (i == 0 || (any && !r[i].ok)) cf_diags_print(stderr, &r[i].diags, cf_term_wants_colour(stderr));
    }
    for (uint32_t i = 0; i < n; i++) {
        cf_script_free(&r[i].script);
        cf_diags_free(&r[i].diags);
    }
    return any;
}

static int check_all(const cf_args *a, const cf_selection *sel, const cf_reqs *reqs)
{
    uint32_t good = 0, bad = 0;
    for (uint32_t i = 0, n; i < sel->count; i += n) {
        for (n = 1; i + n < sel->count && sel->picks[i + n].test == sel->picks[i].test;) n++;
        bool ok = check_script(a, &sel->picks[i], n, reqs);
        good += ok;
        bad += !ok;
    }
    if (!a->quiet && !bad) printf("%u script%s: no mistakes\n", good, good == 1 ? "" : "s");
    if (bad) printf("%u of %u script%s invalid\n", bad, good + bad, good + bad == 1 ? " is" : "s are");
    return bad ? CF_EXIT_INVALID : CF_EXIT_OK;
}

int cf_cmd_check(cf_args *a)
{
    cf_places places;
    cf_selection sel;
    cf_reqs reqs;
    char why[400];
    int status = cf_choose(a, &places, &sel);
    if (status) return status;
    if (cf_reqs_load(&reqs, places.spec, why, sizeof why)) {
        status = check_all(a, &sel, &reqs);
        cf_reqs_free(&reqs);
    } else {
        status = cf_complain(CF_EXIT_INVALID, "%s", why);
    }
    cf_selection_free(&sel);
    cf_places_free(&places);
    return status;
}
