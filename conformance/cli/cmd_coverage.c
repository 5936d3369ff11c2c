/* tcprove coverage: for each requirement its scripts, or why there is none. */
#include <string.h>

#include "../suite/meta.h"
#include "../text/mem.h"
#include "cli.h"

enum { NAMES_SHOWN = 2 };

/* The groups that are counted. The order decides: a row belongs to the first group that takes it. */
typedef struct {
    const char *name;
    bool must_be_complete; /* a row with neither script nor reason is an error */
    uint32_t rows, scripts, reasons;
} group;

enum { PRIORITY_1, PRIORITY_2, PRIORITY_3, LABEL_MUST, LABEL_SHOULD, LABEL_MAY, STATE_EVENT, STATE_MAY, SEEN, GROUPS };

static const group no_rows[GROUPS] = {
    [PRIORITY_1] = {.name = "extensions, priority 1", .must_be_complete = true},
    [PRIORITY_2] = {.name = "extensions, priority 2"},
    [PRIORITY_3] = {.name = "extensions, priority 3"},
    [LABEL_MUST] = {.name = "RFC 9293, MUST", .must_be_complete = true},
    [LABEL_SHOULD] = {.name = "RFC 9293, SHOULD", .must_be_complete = true},
    [LABEL_MAY] = {.name = "RFC 9293, MAY"},
    [STATE_EVENT] = {.name = "RFC 9293, state x event", .must_be_complete = true},
    [STATE_MAY] = {.name = "RFC 9293, state x event, MAY"},
    [SEEN] = {.name = "what a user sees"},
};

static int group_of(const cf_req *r)
{
    if (*r->priority) return PRIORITY_1 + (r->priority[0] == '2') + 2 * (r->priority[0] == '3');
    if (strcmp(r->doc, "behaviour") == 0) return SEEN;
    int weight = cf_req_weight(r->level);
    if (cf_req_covers("EV", r->id)) return weight >= 2 ? STATE_EVENT : STATE_MAY;
    return weight == 3 ? LABEL_MUST : weight == 2 ? LABEL_SHOULD : LABEL_MAY;
}

/* ---------- who cites a row ---------- */

typedef struct {
    const char *id;
    bool hit;
} cite;

static bool is_cited(void *ctx, const char *word)
{
    cite *c = ctx;
    c->hit = cf_req_covers(word, c->id) && cf_req_covers(c->id, word);
    return !c->hit;
}

/* Only a script that names the row itself counts, not one that names its document. */
static bool cites(const cf_test *t, const char *id)
{
    cite c = {id, false};
    cf_words(t->spec, is_cited, &c);
    return c.hit;
}

static uint32_t put_scripts(const cf_tests *tests, const char *id, bool all)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < tests->count; i++)
        if (cites(&tests->items[i], id) && (n++ < NAMES_SHOWN || all)) printf(" %s", tests->items[i].id);
    if (n > NAMES_SHOWN && !all) printf(" and %u more", n - NAMES_SHOWN);
    return n;
}

static void put_row(const cf_tests *tests, const cf_req *r, bool all, group *g)
{
    printf("%-40s %-11s %-1s ", r->id, r->level, *r->priority ? r->priority : "-");
    uint32_t n = put_scripts(tests, r->id, all);
    if (!n) printf(" %s%s", r->untested ? "no script: " : "NO SCRIPT", r->untested ? r->untested : "");
    putchar('\n');
    g->rows++;
    g->scripts += n > 0;
    g->reasons += !n && r->untested;
}

/* ---------- the command ---------- */

static bool is_meant(const cf_strings *words, const char *id)
{
    for (uint32_t i = 0; i < words->count; i++)
        if (cf_req_covers(words->items[i], id)) return true;
    return !words->count;
}

/* How many rows that must have a script or a reason have neither. */
static uint32_t put_counts(const group *groups)
{
    uint32_t open = 0;
    printf("\n%-30s %5s %8s %8s %8s\n", "", "rows", "scripts", "reasons", "neither");
    for (const group *g = groups; g < groups + GROUPS; g++) {
        uint32_t neither = g->rows - g->scripts - g->reasons;
        if (g->must_be_complete) open += neither;
        if (g->rows) printf("%-30s %5u %8u %8u %8u\n", g->name, g->rows, g->scripts, g->reasons, neither);
    }
    return open;
}

static int put_table(const cf_args *a, const cf_reqs *reqs, const cf_tests *tests)
{
    group groups[GROUPS];
    uint32_t meant = 0;
    memcpy(groups, no_rows, sizeof groups);
    for (uint32_t i = 0; i < reqs->count; i++) {
        const cf_req *r = &reqs->items[i];
        if (!is_meant(&a->words, r->id)) continue;
        put_row(tests, r, a->verbose, &groups[group_of(r)]);
        meant++;
    }
    if (!meant)
        return cf_complain(CF_EXIT_USAGE, "\"%s\" is no requirement and no document; try `tcprove coverage` alone",
                           a->words.items[0]);
    return put_counts(groups) ? CF_EXIT_UNEXPECTED : CF_EXIT_OK;
}

int cf_cmd_coverage(cf_args *a)
{
    cf_places places;
    cf_reqs reqs;
    cf_tests tests = {0};
    char why[400];
    if (!cf_find_places(a, &places)) return CF_EXIT_USAGE;
    int status = CF_EXIT_INVALID;
    if (!cf_reqs_load(&reqs, places.spec, why, sizeof why)) {
        cf_complain(status, "%s", why);
    } else {
        if (cf_tests_add_dir(&tests, places.root, "", true, why, sizeof why)) status = put_table(a, &reqs, &tests);
        else cf_complain(status, "%s", why);
        cf_reqs_free(&reqs);
    }
    cf_tests_free(&tests);
    cf_places_free(&places);
    return status;
}
