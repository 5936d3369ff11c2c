#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "../text/mem.h"

enum { DEPTH_MAX = 16 };

typedef struct {
    char **items;
    uint32_t count, cap;
} names;

bool cf_is_folder(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* A link may lead back to where it stands: folders are not entered through one. */
static bool is_folder_itself(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* Opening a pipe would wait for somebody who writes. */
static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

static bool is_capture(const char *name)
{
    static const char *const ends[] = {".pcapng", ".pcap", ".cap"};
    size_t n = strlen(name);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t m = strlen(ends[i]);
        if (n > m && strcmp(name + n - m, ends[i]) == 0) return true;
    }
    return false;
}

static bool list(names *out, const char *root, const char *below, int depth, char *why, size_t why_cap)
{
    char *path = cf_mem_fmt("%s%s%s", root, *below ? "/" : "", below);
    DIR *dir = opendir(path);
    bool ok = dir != NULL;
    if (!dir) snprintf(why, why_cap, "%s: %s", path, strerror(errno));
    for (struct dirent *e; ok && (e = readdir(dir));) {
        if (e->d_name[0] == '.') continue;
        char *name = cf_mem_fmt("%s%s%s", below, *below ? "/" : "", e->d_name);
        char *full = cf_mem_fmt("%s/%s", root, name);
        if (is_folder_itself(full)) {
            ok = depth >= DEPTH_MAX || list(out, root, name, depth + 1, why, why_cap);
        } else if (is_capture(name) && is_file(full)) {
            out->items = cf_mem_grow(out->items, out->count, &out->cap, sizeof *out->items);
            out->items[out->count++] = name;
            name = NULL;
        }
        free(name);
        free(full);
    }
    if (dir) closedir(dir);
    free(path);
    return ok;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void free_names(names *n)
{
    for (uint32_t i = 0; i < n->count; i++) free(n->items[i]);
    free(n->items);
}

static cf_folder_file *add(cf_folder_diff *f, const char *name)
{
    f->files = cf_mem_grow(f->files, f->count, &f->cap, sizeof *f->files);
    cf_folder_file *x = &f->files[f->count++];
    memset(x, 0, sizeof *x);
    x->name = cf_mem_str(name);
    return x;
}

static void compare(cf_folder_diff *f, const char *a, const char *b, const char *name, const cf_diff_opts *o)
{
    char why[400];
    char *pa = cf_mem_fmt("%s/%s", a, name), *pb = cf_mem_fmt("%s/%s", b, name);
    cf_diff d;
    bool ok = cf_diff_files(&d, pa, pb, o, why, sizeof why);
    f->compared++;
    bool damaged = ok && (d.damaged[0] || d.damaged[1]);
    f->damaged += damaged;
    if (ok && cf_diff_equal(&d)) f->equal++;
    if (ok && cf_diff_equal(&d) && !damaged) {
        cf_diff_free(&d);
    } else {
        cf_folder_file *x = add(f, name);
        x->in_a = x->in_b = true;
        if (ok) x->diff = d;
        else x->problem = cf_mem_str(why);
        for (int c = 0; ok && c < CF_DC_COUNT; c++) f->counts[c] += cf_diff_class_count(&d, (cf_diff_class)c);
    }
    free(pa);
    free(pb);
}

static void merge(cf_folder_diff *f, const char *a, const char *b, const names *x, const names *y,
                  const cf_diff_opts *o)
{
    for (uint32_t i = 0, j = 0; i < x->count || j < y->count;) {
        int order = i == x->count ? 1 : j == y->count ? -1 : strcmp(x->items[i], y->items[j]);
        if (order == 0) compare(f, a, b, x->items[i], o);
        if (order < 0) add(f, x->items[i])->in_a = true;
        if (order > 0) add(f, y->items[j])->in_b = true;
        i += order <= 0;
        j += order >= 0;
    }
}

bool cf_diff_folders(cf_folder_diff *f, const char *a, const char *b, const cf_diff_opts *o, char *why, size_t why_cap)
{
    names x = {0}, y = {0};
    memset(f, 0, sizeof *f);
    bool ok = list(&x, a, "", 0, why, why_cap) && list(&y, b, "", 0, why, why_cap);
    if (ok && !x.count && !y.count) {
        snprintf(why, why_cap, "neither %s nor %s holds a capture (*.pcapng, *.pcap, *.cap)", a, b);
        ok = false;
    }
    if (ok && x.count) qsort(x.items, x.count, sizeof *x.items, by_name);
    if (ok && y.count) qsort(y.items, y.count, sizeof *y.items, by_name);
    if (ok) merge(f, a, b, &x, &y, o);
    free_names(&x);
    free_names(&y);
    return ok;
}

void cf_folder_diff_free(cf_folder_diff *f)
{
    for (uint32_t i = 0; i < f->count; i++) {
        free(f->files[i].name);
        free(f->files[i].problem);
        cf_diff_free(&f->files[i].diff);
    }
    free(f->files);
    memset(f, 0, sizeof *f);
}
