#include "find.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/mem.h"
#include "meta.h"

static bool is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A folder itself, not a link to one: links may lead round in circles. */
static bool is_real_dir(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A folder, a pipe, a device: nothing to be read as a script; a pipe would wait for ever. What is not there at all is
 * told when it is read. */
static bool is_no_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* ---------- places ---------- */

/* The first parent of the executable that has the folder `below`; owned, NULL when none has. */
static char *above_executable(const char *below)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0) return NULL;
    exe[n] = '\0';
    for (char *slash = strrchr(exe, '/'); slash; slash = strrchr(exe, '/')) {
        *slash = '\0';
        char *at = cf_mem_fmt("%s/%s", exe, below);
        if (is_dir(at)) return at;
        free(at);
    }
    return NULL;
}

static char *find_root(const char *given, const char *built, char *why, size_t why_cap)
{
    const char *env = getenv("TCPROVE_SCRIPTS");
    const char *asked = given ? given : env && *env ? env : NULL;
    if (asked) {
        if (is_dir(asked)) return cf_mem_str(asked);
        snprintf(why, why_cap, "%s \"%s\" is not a folder", given ? "--root" : "TCPROVE_SCRIPTS", asked);
        return NULL;
    }
    char *at = above_executable("conformance/scripts");
    if (!at) at = above_executable("share/tcprove/scripts");
    if (!at && built && is_dir(built)) at = cf_mem_str(built);
    if (!at)
        snprintf(why, why_cap, "cannot find the folder conformance/scripts; name it with --root or TCPROVE_SCRIPTS");
    return at;
}

bool cf_places_find(cf_places *p, const char *given, const char *built, const char *built_spec, char *why,
                    size_t why_cap)
{
    memset(p, 0, sizeof *p);
    p->root = find_root(given, built, why, why_cap);
    if (!p->root) return false;
    size_t len = strlen(p->root);
    while (len > 1 && p->root[len - 1] == '/') p->root[--len] = '\0';
    p->spec = cf_mem_fmt("%s/../spec", p->root);
    if (is_dir(p->spec)) return true;
    free(p->spec);
    p->spec = above_executable("conformance/spec");
    if (!p->spec) p->spec = above_executable("share/tcprove/spec");
    if (!p->spec && built_spec && is_dir(built_spec)) p->spec = cf_mem_str(built_spec);
    if (p->spec) return true;
    snprintf(why, why_cap, "cannot find the requirement tables (spec/ beside %s)", p->root);
    cf_places_free(p);
    return false;
}

void cf_places_free(cf_places *p)
{
    free(p->root);
    free(p->spec);
    memset(p, 0, sizeof *p);
}

/* ---------- tests ---------- */

/* The id, or when another script has it already, the path without ".pkt": names must tell scripts apart. */
static char *free_id(const cf_tests *t, const char *id, const char *path)
{
    for (uint32_t i = 0; i < t->count; i++) {
        if (strcmp(t->items[i].id, id) != 0) continue;
        size_t len = strlen(path);
        return cf_mem_copy(path, len > 4 && strcmp(path + len - 4, ".pkt") == 0 ? len - 4 : len);
    }
    return cf_mem_str(id);
}

bool cf_tests_add_file(cf_tests *t, const char *path, const char *id, bool shipped, char *why, size_t why_cap)
{
    cf_source src;
    const char *reason = "";
    if (!cf_source_read(&src, path, &reason)) {
        snprintf(why, why_cap, "%s: %s", path, reason);
        return false;
    }
    char *own_id = free_id(t, id, path);
    t->items = cf_mem_grow(t->items, t->count, &t->cap, sizeof *t->items);
    cf_test *test = &t->items[t->count++];
    memset(test, 0, sizeof *test);
    test->id = own_id;
    test->path = cf_mem_str(path);
    test->shipped = shipped;
    cf_meta_read(test, &src);
    cf_source_free(&src);
    struct stat st;
    if (stat(path, &st) == 0) {
        test->dev = st.st_dev;
        test->ino = st.st_ino;
    }
    return true;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

typedef struct {
    char **names;
    uint32_t count, cap;
} name_list;

/* Collects the paths of all .pkt files below dir, relative to it. Links to folders are not followed. */
static bool walk(name_list *list, const char *dir, const char *rel, char *why, size_t why_cap)
{
    DIR *d = opendir(dir);
    if (!d) {
        snprintf(why, why_cap, "%s: %s", dir, strerror(errno));
        return false;
    }
    bool ok = true;
    for (struct dirent *e = readdir(d); e && ok; e = readdir(d)) {
        if (e->d_name[0] == '.') continue;
        char *path = cf_mem_fmt("%s/%s", dir, e->d_name), *below = cf_mem_fmt("%s%s", rel, e->d_name);
        size_t len = strlen(e->d_name);
        if (is_real_dir(path)) {
            char *deeper = cf_mem_fmt("%s/", below);
            ok = walk(list, path, deeper, why, why_cap);
            free(deeper);
        } else if (len > 4 && strcmp(e->d_name + len - 4, ".pkt") == 0 && !is_no_file(path)) {
            list->names = cf_mem_grow(list->names, list->count, &list->cap, sizeof *list->names);
            list->names[list->count++] = cf_mem_copy(below, strlen(below) - 4);
        }
        free(path);
        free(below);
    }
    closedir(d);
    return ok;
}

bool cf_tests_add_dir(cf_tests *t, const char *dir, const char *prefix, bool shipped, char *why, size_t why_cap)
{
    name_list list = {0};
    bool ok = walk(&list, dir, "", why, why_cap);
    if (list.count) qsort(list.names, list.count, sizeof *list.names, by_name);
    for (uint32_t i = 0; i < list.count; i++) {
        if (ok) {
            char *path = cf_mem_fmt("%s/%s.pkt", dir, list.names[i]), *id = cf_mem_fmt("%s%s", prefix, list.names[i]);
            if (!cf_tests_by_file(t, path)) ok = cf_tests_add_file(t, path, id, shipped, why, why_cap);
            free(path);
            free(id);
        }
        free(list.names[i]);
    }
    free(list.names);
    return ok;
}

const cf_test *cf_tests_by_file(const cf_tests *t, const char *path)
{
    struct stat want;
    if (stat(path, &want) != 0) return NULL;
    for (uint32_t i = 0; i < t->count; i++)
        if (t->items[i].ino == want.st_ino && t->items[i].dev == want.st_dev) return &t->items[i];
    return NULL;
}

void cf_tests_free(cf_tests *t)
{
    for (uint32_t i = 0; i < t->count; i++) {
        cf_test *x = &t->items[i];
        char *owned[] = {x->id,     x->path,  x->title, x->spec,  x->level, x->needs,
                         x->family, x->state, x->event, x->clock, x->bug};
        for (size_t k = 0; k < sizeof owned / sizeof *owned; k++) free(owned[k]);
    }
    free(t->items);
    memset(t, 0, sizeof *t);
}
