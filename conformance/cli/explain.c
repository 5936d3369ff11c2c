#include <string.h>
#include <strings.h>

#include "../audit/audit.h"
#include "../spec/machine.h"
#include "../suite/meta.h"
#include "../target/target.h"
#include "cli.h"

/* ---------- requirements and documents ---------- */

typedef struct {
    const char *name;
    bool hit;
} cite;

static bool cites(void *ctx, const char *id)
{
    cite *c = ctx;
    c->hit = c->hit || cf_req_covers(c->name, id);
    return !c->hit;
}

static bool test_cites(const cf_test *t, const char *name)
{
    cite c = {name, false};
    cf_words(t->spec, cites, &c);
    return c.hit;
}

static uint32_t put_tests(FILE *out, const cf_tests *tests, const char *name)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < tests->count; i++) {
        const cf_test *t = &tests->items[i];
        if (!test_cites(t, name)) continue;
        fprintf(out, "  %-9s  %-44s %s\n", n++ ? "" : "tests", t->id, t->title ? t->title : "");
    }
    return n;
}

static void put_requirement(FILE *out, const cf_req *r)
{
    if (strcmp(r->section, "-") == 0) fprintf(out, "%s\n", r->id);
    else fprintf(out, "%s   %s %s   %s\n", r->id, r->doc, r->section, r->level);
    fprintf(out, "  %-9s  %s\n  %-9s  %s\n  %-9s  %s\n", "title", r->title, "rule", r->paraphrase, "seen by",
            r->observable);
    if (*r->recipe) fprintf(out, "  %-9s  %s\n", "recipe", r->recipe);
}

static bool put_document(FILE *out, const cf_reqs *reqs, const cf_tests *tests, const char *name)
{
    uint32_t n = 0, tested = 0;
    for (uint32_t i = 0; i < reqs->count; i++) {
        const cf_req *r = &reqs->items[i];
        if (!cf_req_covers(name, r->id)) continue;
        uint32_t count = 0;
        for (uint32_t k = 0; k < tests->count; k++) count += test_cites(&tests->items[k], r->id);
        fprintf(out, "%-40s %-8s %3u  %s\n", r->id, r->level, count, r->title);
        n++;
        tested += count > 0;
    }
    if (n) fprintf(out, "%u requirements, %u of them cited by a script (third column: by how many)\n", n, tested);
    return n > 0;
}

bool cf_explain_requirement(FILE *out, const cf_reqs *reqs, const cf_tests *tests, const char *word)
{
    const cf_req *r = cf_reqs_find(reqs, word);
    if (!r) return cf_req_is_name(word) && put_document(out, reqs, tests, word);
    put_requirement(out, r);
    if (!put_tests(out, tests, r->id))
        fprintf(out, "  %-9s  %s%s\n", "tests", r->untested ? "none: " : "no shipped script cites it",
                r->untested ? r->untested : "");
    return true;
}

/* ---------- scripts ---------- */

typedef struct {
    FILE *out;
    const cf_reqs *reqs;
} rules;

static bool put_rule(void *ctx, const char *id)
{
    const rules *w = ctx;
    const cf_req *r = cf_reqs_find(w->reqs, id);
    fprintf(w->out, "  %-9s  %s", "rule", r ? r->id : id);
    if (!r) fputs(": not in the tables", w->out);
    if (r && strcmp(r->section, "-") != 0) fprintf(w->out, " (%s, %s %s)", r->level, r->doc, r->section);
    fprintf(w->out, "\n");
    if (r) fprintf(w->out, "             %s\n", r->paraphrase);
    return true;
}

bool cf_explain_script(FILE *out, const cf_reqs *reqs, const cf_tests *tests, const char *word)
{
    const cf_test *t = cf_tests_by_file(tests, word);
    for (uint32_t i = 0; i < tests->count && !t; i++)
        if (strcmp(tests->items[i].id, word) == 0) t = &tests->items[i];
    if (!t) return false;
    fprintf(out, "%s\n", t->id);
    if (t->title) fprintf(out, "  %-9s  %s\n", "title", t->title);
    fprintf(out, "  %-9s  %s\n  %-9s ", "path", t->path, "variants");
    for (int v = 0; v < CF_VARIANTS; v++)
        if (cf_variant_fits(&cf_variants[v], t)) fprintf(out, " %s", cf_variants[v].name);
    fputc('\n', out);
    if (t->needs) fprintf(out, "  %-9s  %s\n", "needs", t->needs);
    if (t->bug) fprintf(out, "  %-9s  %s\n", "bug", t->bug);
    cf_words(t->spec, put_rule, &(rules){out, reqs});
    fprintf(out, "  %-9s  tcprove run %s\n", "run", t->id);
    return true;
}

/* ---------- states ---------- */

static void put_moves(FILE *out, const cf_machine *m, const char *state, bool into)
{
    fprintf(out, into ? "\ninto %s\n" : "in %s\n", state);
    for (uint32_t i = 0; i < m->count; i++) {
        const cf_move *v = &m->items[i];
        bool stays = strcmp(v->from, v->to) == 0;
        if (strcmp(into ? v->to : v->from, state) != 0 || (into && stays)) continue;
        fprintf(out, "  %-22s -> %-13s %s", v->event, into ? v->from : v->to, v->action);
        if (*v->guard) fprintf(out, " [if %s]", v->guard);
        fprintf(out, " (%s)\n", v->section);
    }
}

bool cf_explain_state(FILE *out, const char *spec_dir, const cf_tests *tests, const char *word)
{
    cf_machine m;
    char why[400];
    if (!cf_machine_load(&m, spec_dir, why, sizeof why)) {
        cf_complain(CF_EXIT_INVALID, "%s", why);
        return false;
    }
    const char *state = cf_machine_state(&m, word);
    if (state) {
        put_moves(out, &m, state, false);
        put_moves(out, &m, state, true);
        char name[64];
        snprintf(name, sizeof name, "EV-%s", state);
        for (char *c = name + 3; *c; c++)
            if (*c == '-') *c = '_';
        fputc('\n', out);
        put_tests(out, tests, name);
        fprintf(out, "  %-9s  tcprove explain %s\n", "rules", name);
    }
    cf_machine_free(&m);
    return state != NULL;
}

/* ---------- drop reasons ---------- */

bool cf_explain_reason(FILE *out, const char *word)
{
    bool found = false;
    for (const cf_target_ops *const *t = cf_targets; *t; t++) {
        const char *name, *text, *rfc;
        for (unsigned i = 0; (*t)->reason && (*t)->reason(i, &name, &text, &rfc); i++) {
            if (strcasecmp(name, word) != 0) continue;
            fprintf(out, "%s   a drop reason of target %s\n  %-9s  %s\n  %-9s  %s\n", name, (*t)->name, "meaning", text,
                    "source", rfc && *rfc ? rfc : "-");
            found = true;
        }
    }
    return found;
}

/* ---------- rules of audit ---------- */

bool cf_explain_audit(FILE *out, const cf_reqs *reqs, const char *word)
{
    static const char *const class_name[CF_BY_CLASSES] = {"MUST", "SHOULD"};
    bool found = false;
    for (int i = 0; i < CF_RULES_OF_AUDIT; i++) {
        const cf_rule_of_audit *r = &cf_rules_of_audit[i];
        const char *name = cf_rule_of_audit_name((cf_rule_id)i);
        if (strcasecmp(name, word) != 0 && strcasecmp(r->oracle, word) != 0) continue;
        fprintf(out, "%s%s   a rule of `tcprove audit`, %s; oracle %s of the fuzzers\n  %-9s  %s\n", found ? "\n" : "",
                name, class_name[r->class], r->oracle, "broken by", r->text);
        put_rule(&(rules){out, reqs}, r->requirement);
        found = true;
    }
    return found;
}
