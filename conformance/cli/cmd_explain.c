/* tcprove explain: what a word means. */
#include "../text/mem.h"
#include "cli.h"

static bool explain(const cf_reqs *reqs, const cf_tests *tests, const char *spec_dir, const char *word)
{
    return cf_explain_script(stdout, reqs, tests, word) || cf_explain_requirement(stdout, reqs, tests, word) ||
           cf_explain_audit(stdout, reqs, word) || cf_explain_state(stdout, spec_dir, tests, word) ||
           cf_explain_reason(stdout, word);
}

static int explain_words(const cf_args *a, const cf_places *places, const cf_reqs *reqs, const cf_tests *tests)
{
    for (uint32_t i = 0; i < a->words.count; i++) {
        if (i) putchar('\n');
        if (explain(reqs, tests, places->spec, a->words.items[i])) continue;
        return cf_complain(CF_EXIT_USAGE,
                           "\"%s\" is no script, requirement, document, state, rule of audit or drop reason; "
                           "try `tcprove list` or `tcprove explain RFC9293`",
                           a->words.items[i]);
    }
    return CF_EXIT_OK;
}

int cf_cmd_explain(cf_args *a)
{
    cf_places places;
    cf_reqs reqs;
    cf_tests tests = {0};
    char why[400];
    if (!a->words.count) return cf_complain(CF_EXIT_USAGE, "explain what? (see `tcprove help explain`)");
    if (!cf_find_places(a, &places)) return CF_EXIT_USAGE;
    int status = CF_EXIT_INVALID;
    if (!cf_reqs_load(&reqs, places.spec, why, sizeof why)) {
        cf_complain(status, "%s", why);
    } else {
        if (cf_tests_add_dir(&tests, places.root, "", true, why, sizeof why))
            status = explain_words(a, &places, &reqs, &tests);
        else cf_complain(status, "%s", why);
        cf_reqs_free(&reqs);
    }
    cf_tests_free(&tests);
    cf_places_free(&places);
    return status;
}
