#include "req.h"

#include <stdio.h>
#include <strings.h>
#include <unistd.h>

#include "../text/mem.h"

static const char home_doc[] = "RFC9293-";

static const char *const short_starts[] = {"MUST-", "SHLD-", "MAY-", "REC-", "EV-"};

static bool has_short_form(const char *id)
{
    for (size_t i = 0; i < sizeof short_starts / sizeof *short_starts; i++)
        if (strncasecmp(id, short_starts[i], strlen(short_starts[i])) == 0) return true;
    return false;
}

/* The part after "RFC9293-" if the id has it: what the first table calls the row. */
static const char *bare(const char *id)
{
    return strncasecmp(id, home_doc, sizeof home_doc - 1) == 0 ? id + sizeof home_doc - 1 : id;
}

static void add_rows(cf_reqs *r, const cf_tsv *t, bool home)
{
    for (uint32_t i = 0; i < t->rows; i++) {
        const char *id = cf_tsv_cell(t, i, "id"), *doc = cf_tsv_cell(t, i, "rfc");
        if (home) id = r->ids[r->ids_count++] = cf_mem_fmt("%s%s", home_doc, id);
        r->items[r->count++] = (cf_req){
            .id = id,
            .doc = *doc ? doc : "RFC 9293",
            .section = cf_tsv_cell(t, i, "section"),
            .level = cf_tsv_cell(t, i, "level"),
            .title = cf_tsv_cell(t, i, "title"),
            .paraphrase = cf_tsv_cell(t, i, "paraphrase"),
            .observable = cf_tsv_cell(t, i, "observable"),
            .recipe = cf_tsv_cell(t, i, "stimulus_and_expectation"),
            .priority = cf_tsv_cell(t, i, "priority"),
        };
    }
}

static cf_req *find(const cf_reqs *r, const char *id)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (strcasecmp(bare(r->items[i].id), bare(id)) == 0) return &r->items[i];
    return NULL;
}

/* Gives each row its reason. False, with the culprit in why, when a reason is for no row or for one that has one. */
static bool add_reasons(cf_reqs *r, const cf_tsv *t, char *why, size_t why_cap)
{
    for (uint32_t i = 0; i < t->rows; i++) {
        const char *id = cf_tsv_cell(t, i, "id");
        cf_req *q = find(r, id);
        if (!q || q->untested) {
            snprintf(why, why_cap, "%s:%u: \"%s\" %s", t->src.path, i + 2, id,
                     q ? "is there twice" : "is no requirement");
            return false;
        }
        q->untested = cf_tsv_cell(t, i, "reason");
    }
    return true;
}

static bool read_tables(cf_reqs *r, const char *dir, char *why, size_t why_cap)
{
    static const char *const files[] = {"rfc9293.tsv", "extensions.tsv", "behaviours.tsv", "untested.tsv"};
    for (int i = 0; i < 4; i++) {
        char *path = cf_mem_fmt("%s/%s", dir, files[i]);
        bool ok = (i == 3 && access(path, F_OK) != 0) || cf_tsv_read(&r->table[i], path, why, why_cap);
        free(path);
        if (!ok) return false;
    }
    return true;
}

bool cf_reqs_load(cf_reqs *r, const char *dir, char *why, size_t why_cap)
{
    memset(r, 0, sizeof *r);
    if (!read_tables(r, dir, why, why_cap)) {
        cf_reqs_free(r);
        return false;
    }
    r->ids = cf_mem_zero(r->table[0].rows, sizeof *r->ids);
    r->items = cf_mem_zero(r->table[0].rows + r->table[1].rows + r->table[2].rows, sizeof *r->items);
    add_rows(r, &r->table[0], true);
    add_rows(r, &r->table[1], false);
    add_rows(r, &r->table[2], false);
    if (add_reasons(r, &r->table[3], why, why_cap)) return true;
    cf_reqs_free(r);
    return false;
}

void cf_reqs_free(cf_reqs *r)
{
    for (uint32_t i = 0; i < r->ids_count; i++) free(r->ids[i]);
    free(r->ids);
    free(r->items);
    for (int i = 0; i < 4; i++) cf_tsv_free(&r->table[i]);
    memset(r, 0, sizeof *r);
}

const cf_req *cf_reqs_find(const cf_reqs *r, const char *id)
{
    return find(r, id);
}

bool cf_req_covers(const char *name, const char *id)
{
    if (strcasecmp(name, "RFC9293") == 0)
        return has_short_form(id) || strncasecmp(id, home_doc, sizeof home_doc - 1) == 0;
    const char *n = bare(name), *i = bare(id);
    size_t len = strlen(n);
    return len && strncasecmp(n, i, len) == 0 && (i[len] == '\0' || i[len] == '-');
}

bool cf_req_is_name(const char *word)
{
    static const char *const docs[] = {"RFC", "BBR-", "LNX-"};
    if (has_short_form(word)) return true;
    if (word[0] == 'S' && strspn(word + 1, "0123456789") == 2 && word[3] == '\0') return true;
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++) {
        size_t len = strlen(docs[i]);
        if (strncmp(word, docs[i], len) == 0 && (i > 0 || (word[len] >= '0' && word[len] <= '9'))) return true;
    }
    return false;
}

int cf_req_weight(const char *level)
{
    static const struct {
        const char *word;
        int weight;
    } words[] = {
        {"MUST", 3}, {"REQUIRED", 3}, {"SHALL", 3}, {"SHOULD", 2}, {"RECOMMENDED", 2}, {"MAY", 1}, {"OPTIONAL", 1},
    };
    for (size_t i = 0; level && i < sizeof words / sizeof *words; i++)
        if (strstr(level, words[i].word)) return words[i].weight;
    return 0;
}
