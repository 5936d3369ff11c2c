#include "select.h"

#include <ctype.h>
#include <limits.h>
#include <strings.h>
#include <sys/stat.h>

#include "../spec/req.h"
#include "../text/mem.h"
#include "glob.h"
#include "meta.h"
#include "near.h"

/* ---------- filters: key:value ---------- */

typedef bool filter_fn(const cf_test *t, const char *value);

static char plain(char c)
{
    return c == '_' || c == ' ' ? '-' : (char)toupper((unsigned char)c);
}

static bool same_name(const char *a, size_t a_len, const char *b)
{
    if (a_len != strlen(b)) return false;
    for (size_t i = 0; i < a_len; i++)
        if (plain(a[i]) != plain(b[i])) return false;
    return true;
}

typedef struct {
    const char *want;
    int part;
} row_walk; /* part 1: the state, 2: the event of EV-STATE-EVENT-n */

/* Goes on (true) until an id EV-STATE-EVENT has the wanted part. */
static bool row_differs(void *ctx, const char *id)
{
    const row_walk *w = ctx;
    if (strncasecmp(id, "RFC9293-", 8) == 0) id += 8;
    if (strncasecmp(id, "EV-", 3) != 0) return true;
    const char *at = id;
    for (int i = 0; i < w->part && at; i++) at = strchr(at, '-') ? strchr(at, '-') + 1 : NULL;
    return !at || !same_name(at, strcspn(at, "-"), w->want);
}

static bool named(void *ctx, const char *word)
{
    return !same_name(word, strlen(word), ctx);
}

static bool in_list(const char *list, const char *value)
{
    char copy[160];
    snprintf(copy, sizeof copy, "%s", value);
    return !cf_words(list, named, copy);
}

static bool has_state(const cf_test *t, const char *value)
{
    row_walk w = {value, 1};
    return in_list(t->state, value) || !cf_words(t->spec, row_differs, &w);
}

static bool has_event(const cf_test *t, const char *value)
{
    row_walk w = {value, 2};
    return in_list(t->event, value) || !cf_words(t->spec, row_differs, &w);
}

static bool has_level(const cf_test *t, const char *value)
{
    return t->level && same_name(t->level, strlen(t->level), value);
}

static bool has_need(const cf_test *t, const char *value)
{
    return in_list(t->needs, value);
}

static bool has_family(const cf_test *t, const char *value)
{
    const cf_variant *v = cf_variant_find(value);
    return v && cf_variant_fits(v, t);
}

static bool has_title(const cf_test *t, const char *value)
{
    return t->title && cf_glob_inside(t->title, value);
}

static bool has_clock(const cf_test *t, const char *value)
{
    return t->clock && strcmp(t->clock, value) == 0;
}

static bool not_covered(void *ctx, const char *id)
{
    return !cf_req_covers(ctx, id);
}

static bool has_spec(const cf_test *t, const char *value)
{
    char copy[160];
    snprintf(copy, sizeof copy, "%s", value);
    return !cf_words(t->spec, not_covered, copy);
}

static const struct {
    const char *key;
    filter_fn *passes;
} filters[] = {
    {"state", has_state}, {"event", has_event}, {"level", has_level},   {"needs", has_need},
    {"title", has_title}, {"spec", has_spec},   {"family", has_family}, {"clock", has_clock},
};
enum { FILTERS = sizeof filters / sizeof *filters };

static bool is_filter(const char *word)
{
    if (*word == '-') word++;
    size_t len = strspn(word, "abcdefghijklmnopqrstuvwxyz");
    return len >= 2 && word[len] == ':';
}

static int filter_index(const char *word)
{
    size_t len = strcspn(word, ":");
    for (int i = 0; i < FILTERS; i++)
        if (strlen(filters[i].key) == len && strncmp(filters[i].key, word, len) == 0) return i;
    return -1;
}

static bool known_filter(const char *word, char *why, size_t why_cap)
{
    const char *bare = word + (*word == '-');
    if (filter_index(bare) >= 0 && strchr(bare, ':')[1]) return true;
    if (filter_index(bare) >= 0) {
        snprintf(why, why_cap, "filter \"%s\" has no value; write for example level:MUST", word);
        return false;
    }
    snprintf(why, why_cap,
             "unknown filter \"%s\"; there are state: event: level: needs: title: spec: family: clock:", word);
    return false;
}

static bool passes(const cf_test *t, const char *word)
{
    bool wanted = *word != '-';
    const char *bare = word + !wanted;
    return filters[filter_index(bare)].passes(t, strchr(bare, ':') + 1) == wanted;
}

/* ---------- names ---------- */

static void mark(unsigned *m, const cf_selection *s, const cf_test *t, unsigned variants)
{
    m[t - s->tests.items] |= variants;
}

static bool is_path(const char *word)
{
    size_t len = strlen(word);
    return word[0] == '/' || word[0] == '.' || (len > 4 && strcmp(word + len - 4, ".pkt") == 0);
}

static bool exists(const char *path, bool *folder)
{
    struct stat st;
    if (stat(path, &st) != 0) return false;
    *folder = S_ISDIR(st.st_mode);
    return true;
}

/* The id prefix for scripts of a folder: its own last name and '/'. */
static char *folder_prefix(const char *path)
{
    char full[PATH_MAX];
    if (!realpath(path, full)) return cf_mem_str("");
    const char *last = strrchr(full, '/');
    return last && last[1] ? cf_mem_fmt("%s/", last + 1) : cf_mem_str("");
}

static bool add_path(cf_selection *s, const char *path, bool folder, char *why, size_t why_cap)
{
    if (folder) {
        char *prefix = folder_prefix(path);
        size_t len = strlen(path);
        while (len > 1 && path[len - 1] == '/') len--;
        char *dir = cf_mem_copy(path, len);
        bool ok = cf_tests_add_dir(&s->tests, dir, prefix, false, why, why_cap);
        free(dir);
        free(prefix);
        return ok;
    }
    if (cf_tests_by_file(&s->tests, path)) return true;
    size_t len = strlen(path);
    const char *start = strncmp(path, "./", 2) == 0 ? path + 2 : path;
    if (len > 4 && strcmp(path + len - 4, ".pkt") == 0) len -= 4;
    char *id = cf_mem_copy(start, len - (size_t)(start - path));
    bool ok = cf_tests_add_file(&s->tests, path, id, false, why, why_cap);
    free(id);
    return ok;
}

/* One word split at '@': its name, and the variants it allows. */
typedef struct {
    char *name;
    unsigned variants;
    bool folder, by_path;
} name_word;

static bool split_word(name_word *out, const char *word, unsigned allowed, char *why, size_t why_cap)
{
    *out = (name_word){.variants = allowed};
    if (word[strspn(word, " \t\n")] == '\0') {
        snprintf(why, why_cap, "an empty word selects nothing; without any word all shipped scripts are selected");
        return false;
    }
    const char *at = exists(word, &out->folder) ? NULL : strrchr(word, '@');
    if (at == word) {
        snprintf(why, why_cap, "\"%s\" names no script before the '@'; for all of them in one variant: --variants %s",
                 word, cf_variant_find(at + 1) ? at + 1 : "ipv4");
        return false;
    }
    out->name = at ? cf_mem_copy(word, (size_t)(at - word)) : cf_mem_str(word);
    if (!at || strcmp(at, "@*") == 0) return true;
    const cf_variant *v = cf_variant_find(at + 1);
    if (v) {
        out->variants = allowed & 1u << (v - cf_variants);
        return true;
    }
    snprintf(why, why_cap, "unknown variant \"%s\" in \"%s\"; there are ipv4, ipv6 and ipv4-mapped-ipv6", at + 1, word);
    free(out->name);
    return false;
}

static bool in_folder(const cf_test *t, const char *folder)
{
    char full[PATH_MAX], file[PATH_MAX];
    if (!realpath(folder, full) || !realpath(t->path, file)) return false;
    size_t len = strlen(full);
    return strncmp(full, file, len) == 0 && (file[len] == '/' || len == 1);
}

/* Marks what the word means in one way of reading it; true if that is anything. */
typedef bool reading(const cf_test *t, const char *name);

static bool is_other_bug(void *ctx, const char *bug)
{
    char name[200];
    snprintf(name, sizeof name, "bugs/%s", bug);
    return !cf_glob_prefix(ctx, name);
}

/* A script that asks for a known bug is "bugs/ID" as well, wherever it stands. */
static bool reads_as_id(const cf_test *t, const char *name)
{
    char copy[160];
    snprintf(copy, sizeof copy, "%s", name);
    return cf_glob_prefix(name, t->id) || !cf_words(t->bug, is_other_bug, copy);
}

static bool reads_as_requirement(const cf_test *t, const char *name)
{
    return cf_req_is_name(name) && has_spec(t, name);
}

static bool mark_all(const cf_selection *s, unsigned *m, const name_word *w, reading *means)
{
    bool any = false;
    for (uint32_t i = 0; i < s->tests.count; i++) {
        const cf_test *t = &s->tests.items[i];
        if (!means(t, w->name)) continue;
        mark(m, s, t, w->variants);
        any = true;
    }
    return any;
}

static bool mark_word(const cf_selection *s, unsigned *m, const name_word *w)
{
    if (!w->by_path)
        return mark_all(s, m, w, reads_as_id) || mark_all(s, m, w, reads_as_requirement) ||
               mark_all(s, m, w, has_title);
    if (w->folder) return mark_all(s, m, w, in_folder);
    const cf_test *t = cf_tests_by_file(&s->tests, w->name);
    if (t) mark(m, s, t, w->variants);
    return t != NULL;
}

/* Paths are added before anything is marked: adding moves the tests. */
static bool add_if_path(cf_selection *s, name_word *w, char *why, size_t why_cap)
{
    bool shipped = false;
    for (uint32_t i = 0; i < s->tests.count && !shipped; i++)
        shipped = s->tests.items[i].shipped && cf_glob_prefix(w->name, s->tests.items[i].id);
    if (shipped && !is_path(w->name)) return true;
    if (!exists(w->name, &w->folder)) {
        if (!is_path(w->name) || w->name[0] == '*') return true;
        if (strpbrk(w->name, "*?")) return true;
        snprintf(why, why_cap, "%s: no such file or folder", w->name);
        return false;
    }
    w->by_path = true;
    return add_path(s, w->name, w->folder, why, why_cap);
}

/* ---------- putting it together ---------- */

static void pick_marked(cf_selection *s, const unsigned *m, const char *const *words, uint32_t count)
{
    for (uint32_t i = 0; i < s->tests.count; i++) {
        const cf_test *t = &s->tests.items[i];
        bool ok = m[i] != 0;
        for (uint32_t k = 0; k < count && ok; k++) ok = !is_filter(words[k]) || passes(t, words[k]);
        uint32_t before = s->count;
        for (int v = 0; v < CF_VARIANTS && ok; v++) {
            if (!(m[i] & 1u << v) || !cf_variant_fits(&cf_variants[v], t)) continue;
            s->picks = cf_mem_grow(s->picks, s->count, &s->cap, sizeof *s->picks);
            s->picks[s->count++] = (cf_pick){t, &cf_variants[v]};
        }
        s->scripts += s->count > before;
    }
}

static bool mark_names(cf_selection *s, unsigned **m, const name_word *names, uint32_t count, unsigned variants,
                       char *why, size_t why_cap)
{
    *m = cf_mem_zero(s->tests.count, sizeof **m);
    for (uint32_t i = 0; i < count; i++) {
        if (mark_word(s, *m, &names[i])) continue;
        if (names[i].by_path) snprintf(why, why_cap, "%s: there is no .pkt file in it", names[i].name);
        else cf_near_message(why, why_cap, names[i].name, &s->tests);
        return false;
    }
    for (uint32_t i = 0; i < s->tests.count && count == 0; i++) (*m)[i] = variants;
    return true;
}

static bool select_names(cf_selection *s, const char *const *words, uint32_t count, unsigned variants, char *why,
                         size_t why_cap)
{
    name_word *names = cf_mem_zero(count, sizeof *names);
    uint32_t n = 0;
    unsigned *m = NULL;
    bool ok = true;
    for (uint32_t i = 0; i < count && ok; i++) {
        if (is_filter(words[i])) {
            ok = known_filter(words[i], why, why_cap);
        } else {
            ok = split_word(&names[n], words[i], variants, why, why_cap);
            n += ok;
            ok = ok && add_if_path(s, &names[n - 1], why, why_cap);
        }
    }
    ok = ok && mark_names(s, &m, names, n, variants, why, why_cap);
    if (ok) pick_marked(s, m, words, count);
    for (uint32_t i = 0; i < n; i++) free(names[i].name);
    free(names);
    free(m);
    return ok;
}

bool cf_select(cf_selection *s, const char *root, const char *const *words, uint32_t count, unsigned variants,
               char *why, size_t why_cap)
{
    memset(s, 0, sizeof *s);
    s->everything = count == 0;
    if (!cf_tests_add_dir(&s->tests, root, "", true, why, why_cap)) return false;
    if (!select_names(s, words, count, variants, why, why_cap)) return false;
    if (s->count) return true;
    if (count == 0) snprintf(why, why_cap, "there is no .pkt file below %s", root);
    else
        snprintf(why, why_cap,
                 "nothing is selected: the words name scripts, but no script passes all filters in these variants");
    return false;
}

void cf_selection_free(cf_selection *s)
{
    cf_tests_free(&s->tests);
    free(s->picks);
    memset(s, 0, sizeof *s);
}
