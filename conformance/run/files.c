#define _GNU_SOURCE /* mkdtemp, dirent */
#include "files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool make_folder(cf_files *f, char *why, size_t cap)
{
    const char *tmp = getenv("TMPDIR");
    int n = snprintf(f->dir, sizeof f->dir, "%s/tcprove-XXXXXX", tmp && *tmp && strlen(tmp) < 40 ? tmp : "/tmp");
    if (n > 0 && (size_t)n < sizeof f->dir && mkdtemp(f->dir)) return true;
    snprintf(why, cap, "no folder for the files of the run: %s", strerror(errno));
    f->dir[0] = '\0';
    return false;
}

bool cf_files_path(cf_files *f, const char *name, char out[CF_FILES_PATH], char *why, size_t cap)
{
    if (strcmp(name, "/dev/zero") == 0 || strcmp(name, "/dev/null") == 0) {
        snprintf(out, CF_FILES_PATH, "%s", name);
        return true;
    }
    if (!f->dir[0] && !make_folder(f, why, cap)) return false;
    int n = snprintf(out, CF_FILES_PATH, "%s/", f->dir);
    size_t at = n > 0 ? (size_t)n : 0;
    for (const char *c = name; *c; c++) {
        if (at + 4 >= CF_FILES_PATH || at > 240) {
            snprintf(why, cap, "the name of the file is too long: %.60s...", name);
            return false;
        }
        if (*c == '/') out[at++] = '%'; /* one folder holds them all; a leading dot cannot lead out of it */
        else out[at++] = *c;
    }
    if (name[0] == '.') out[n] = ',';
    out[at] = '\0';
    return true;
}

void cf_files_free(cf_files *f)
{
    DIR *d = f->dir[0] ? opendir(f->dir) : NULL;
    if (!d) return;
    for (struct dirent *e = readdir(d); e; e = readdir(d))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    rmdir(f->dir);
    f->dir[0] = '\0';
}
