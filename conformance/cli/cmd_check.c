/* tcprove check: read, resolve, report; nothing runs. */
#include <unistd.h>

#include "../suite/meta.h"
#include "../text/mem.h"
#include "../text/term.h"
#include "cli.h"

typedef struct { const cf_reqs *reqs; const cf_script *script; const cf_front *front; cf_diags *diags; } cite_walk;

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

static bool check_one(const cf_args *a, const cf_pick *p, const cf_reqs *reqs)
{
    uint32_t count;
    cf_define *defines = cf_join_defines(a, p->variant, &count);
    cf_parse_env env = {.mode = p->variant->mode, .mode_forced = true, .defines = defines, .define_count = count};
    cf_diags diags = {0};
    cf_script s;
    bool ok = cf_script_parse_file(&s, p->test->path, &env, &diags) && cf_script_resolve(&s, false, &diags);
    if (ok) check_cites(&s, reqs, &diags);
    cf_diags_print(stderr, &diags, cf_term_wants_colour(stderr));
    cf_script_free(&s);
    cf_diags_free(&diags);
    free(defines);
    return ok;
}

/* Checks every script in its first variant, and in the others as well while it is fine. */
static int check_all(const cf_args *a, const cf_selection *sel, const cf_reqs *reqs)
{
    uint32_t good = 0, bad = 0;
    for (uint32_t i = 0; i < sel->count;) {
        const cf_test *t = sel->picks[i].test;
        bool ok = true;
        for (; i < sel->count && sel->picks[i].test == t; i++) ok = ok && check_one(a, &sel->picks[i], reqs);
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
