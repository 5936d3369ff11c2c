#define _GNU_SOURCE /* nftw */
#include "fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/mem.h"
#include "../text/source.h"

/* ---------- folders ---------- */

static char root[64], path[512];

const char *tree_new(void)
{
    snprintf(root, sizeof root, "/tmp/tcprove-test-XXXXXX");
    return mkdtemp(root);
}

const char *tree_path(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

const char *tree_put(const char *name, const char *text)
{
    tree_path(name);
    for (char *c = path + strlen(root) + 1; *c; c++) {
        if (*c != '/') continue;
        *c = '\0';
        mkdir(path, 0777);
        *c = '/';
    }
    FILE *f = fopen(path, "w");
    if (!f) return NULL;
    fputs(text, f);
    fclose(f);
    return path;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(name);
}

void tree_free(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* ---------- output ---------- */

static struct {
    FILE *file;
    int fd, saved;
    char *text;
} streams[2];

static void begin(int i, FILE *stream, int fd)
{
    fflush(stream);
    free(streams[i].text);
    streams[i].text = NULL;
    streams[i].file = tmpfile();
    streams[i].fd = fd;
    streams[i].saved = dup(fd);
    dup2(fileno(streams[i].file), fd);
}

static const char *end(int i, FILE *stream)
{
    fflush(stream);
    dup2(streams[i].saved, streams[i].fd);
    close(streams[i].saved);
    long len = ftell(streams[i].file);
    fseek(streams[i].file, 0, SEEK_END);
    len = ftell(streams[i].file);
    rewind(streams[i].file);
    streams[i].text = cf_mem_zero(1, (size_t)len + 1);
    size_t got = fread(streams[i].text, 1, (size_t)len, streams[i].file);
    streams[i].text[got] = '\0';
    fclose(streams[i].file);
    return streams[i].text;
}

void catch_begin(void)
{
    begin(0, stdout, 1);
    begin(1, stderr, 2);
}

void catch_end(const char **out, const char **err)
{
    *out = end(0, stdout);
    *err = end(1, stderr);
}

const char *written_by(void (*fn)(void *stream, void *ctx), void *ctx)
{
    static char *text;
    size_t len;
    free(text);
    text = NULL;
    FILE *f = open_memstream(&text, &len);
    fn(f, ctx);
    fclose(f);
    return text;
}

/* ---------- recorded texts ---------- */

static void show_difference(const char *name, const char *have, const char *want)
{
    unsigned line = 1;
    const char *have_line = have, *want_line = want;
    for (; *have && *have == *want; have++, want++) {
        if (*have != '\n') continue;
        line++;
        have_line = have + 1;
        want_line = want + 1;
    }
    fprintf(stderr, "golden/%s:%u: recorded \"%.*s\"\n", name, line, (int)strcspn(want_line, "\n"), want_line);
    fprintf(stderr, "golden/%s:%u: now      \"%.*s\"\n", name, line, (int)strcspn(have_line, "\n"), have_line);
}

bool golden_is(const char *name, const char *text)
{
    char file[512];
    snprintf(file, sizeof file, "%s/conformance/test/golden/%s", TCPROVE_SOURCE_DIR, name);
    const char *mode = getenv("CHECK_GOLDEN"), *why = "";
    if (mode && strcmp(mode, "write") == 0) {
        FILE *f = fopen(file, "w");
        return f && fputs(text, f) >= 0 && fclose(f) == 0;
    }
    cf_source src;
    if (!cf_source_read(&src, file, &why)) {
        fprintf(stderr, "%s: %s\n", file, why);
        return false;
    }
    bool same = strcmp(src.text, text) == 0;
    if (!same) show_difference(name, text, src.text);
    cf_source_free(&src);
    return same;
}
