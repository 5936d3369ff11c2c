#include "near.h"

#include <strings.h>

#include "../text/mem.h"
#include "glob.h"
#include "meta.h"
#include "variant.h"

enum { NEAR_MAX = 3 };

typedef struct {
    const char **items;
    uint32_t count, cap;
} names;

static void add_name(names *n, const char *name)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (strcmp(n->items[i], name) == 0) return;
    n->items = cf_mem_grow(n->items, n->count, &n->cap, sizeof *n->items);
    n->items[n->count++] = cf_mem_str(name);
}

/* A requirement, and the document it is of. */
static bool add_word(void *ctx, const char *word)
{
    char doc[160];
    add_name(ctx, word);
    snprintf(doc, sizeof doc, "%.*s", (int)strcspn(word, "-"), word);
    if (strncmp(doc, "RFC", 3) == 0) add_name(ctx, doc);
    return true;
}

/* Ids, every folder they are in, their last parts, and the requirements they cite. */
static void collect(names *n, const cf_tests *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        char *id = cf_mem_str(t->items[i].id);
        add_name(n, id);
        cf_words(t->items[i].spec, add_word, n);
        for (char *slash = strrchr(id, '/'); slash; slash = strrchr(id, '/')) {
            *slash = '\0';
            add_name(n, id);
        }
        free(id);
    }
}

static void drop_name(names *n, const char *name)
{
    for (uint32_t i = 0; i < n->count; i++) {
        if (n->items[i] != name) continue;
        memmove(n->items + i, n->items + i + 1, (--n->count - i) * sizeof *n->items);
        return;
    }
}

/* First those that hold the word, then those that are spelled almost so. */
static const char *next_near(names *n, const char *word)
{
    for (uint32_t i = 0; i < n->count; i++)
        if (cf_glob_inside(n->items[i], word)) return n->items[i];
    const char *near = n->count ? cf_nearest(word, n->items, n->count) : NULL;
    if (near) return near;
    for (uint32_t i = 0; i < n->count; i++) {
        const char *slash = strrchr(n->items[i], '/');
        const char *last = slash ? slash + 1 : NULL;
        if (last && cf_nearest(word, &last, 1)) return n->items[i];
    }
    return NULL;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void cf_near_message(char *out, size_t cap, const char *word, const cf_tests *tests)
{
    names n = {0};
    if (cf_variant_find(word)) {
        snprintf(out, cap, "nothing is named \"%s\"; did you mean --variants=%s?", word, word);
        return;
    }
    collect(&n, tests);
    if (n.count) qsort(n.items, n.count, sizeof *n.items, by_text);
    const char *found[NEAR_MAX];
    int count = 0;
    while (count < NEAR_MAX) {
        const char *near = next_near(&n, word);
        if (!near) break;
        found[count++] = near;
        drop_name(&n, near);
    }
    int at = snprintf(out, cap, "nothing is named \"%s\"", word);
    for (int i = 0; i < count && at >= 0 && (size_t)at < cap; i++)
        at += snprintf(out + at, cap - (size_t)at, "%s%s",
                       i           ? ", "
                       : count > 1 ? "; the nearest names are "
                                   : "; did you mean ",
                       found[i]);
    if (count == 0 && at >= 0 && (size_t)at < cap)
        snprintf(out + at, cap - (size_t)at, "; `tcprove list` shows all names");
    for (int i = 0; i < count; i++) free((char *)(uintptr_t)found[i]);
    for (uint32_t i = 0; i < n.count; i++) free((char *)(uintptr_t)n.items[i]);
    free(n.items);
}
