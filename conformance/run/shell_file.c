#include "shell_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_MAX = 1 << 24 };
#define BYTES_MAX (INT64_C(1) << 28)

typedef struct copy {
    const char *from, *to;
    int64_t block, count, skip;
    bool count_given;
} copy;

static cf_shell_verdict refuse(cf_shell *s, const char *what, const char *which)
{
    snprintf(s->why, sizeof s->why, "%s %s", what, which);
    return CF_SHELL_STATUS;
}

/* "4", "1k", "2M" */
static bool size_of(const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    int64_t unit = *end == 'k' || *end == 'K' ? 1024 : *end == 'M' ? 1024 * 1024 : 1;
    if (end == text || errno || v < 0 || v > BYTES_MAX || (*end && (unit == 1 || end[1]))) return false;
    *out = v * unit;
    return true;
}

static bool operand(copy *k, const char *a)
{
    static const struct {
        const char *name;
        size_t at;
    } sizes[] = {{"bs=", offsetof(copy, block)}, {"count=", offsetof(copy, count)}, {"skip=", offsetof(copy, skip)}};
    if (strncmp(a, "status=", 7) == 0 || strncmp(a, "conv=", 5) == 0) return true;
    if (strncmp(a, "if=", 3) == 0) k->from = a + 3;
    else if (strncmp(a, "of=", 3) == 0) k->to = a + 3;
    else {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t n = strlen(sizes[i].name);
            if (strncmp(a, sizes[i].name, n) != 0) continue;
            k->count_given = k->count_given || i == 1;
            return size_of(a + n, (int64_t *)(void *)((char *)k + sizes[i].at));
        }
        return false;
    }
    return true;
}

static bool move_bytes(FILE *in, FILE *out, const copy *k)
{
    uint8_t *buf = malloc((size_t)k->block);
    bool ok = buf != NULL;
    for (int64_t i = 0; ok && i < k->skip; i++) ok = fread(buf, 1, (size_t)k->block, in) > 0;
    for (int64_t i = 0; ok && (!k->count_given || i < k->count); i++) {
        size_t n = fread(buf, 1, (size_t)k->block, in);
        if (n == 0) break;
        ok = fwrite(buf, 1, n, out) == n;
    }
    free(buf);
    return ok;
}

static cf_shell_verdict run_copy(cf_shell *s, const copy *k)
{
    char from[CF_FILES_PATH], to[CF_FILES_PATH];
    if (!cf_files_path(&s->files, k->from, from, s->why, sizeof s->why)) return CF_SHELL_STATUS;
    if (!cf_files_path(&s->files, k->to, to, s->why, sizeof s->why)) return CF_SHELL_STATUS;
    FILE *in = fopen(from, "rbe"), *out = in ? fopen(to, "wbe") : NULL;
    bool ok = in && out && move_bytes(in, out, k);
    if (out) ok = fclose(out) == 0 && ok;
    if (!in) refuse(s, "dd: no such file", k->from);
    else if (!ok) refuse(s, "dd: cannot write", k->to);
    if (in) fclose(in);
    return ok ? CF_SHELL_OK : CF_SHELL_STATUS;
}

cf_shell_verdict cf_shell_dd(cf_shell *s, const cf_sh_cmd *c)
{
    copy k = {.block = 512};
    for (uint32_t i = 1; i < c->argc; i++)
        if (!operand(&k, c->argv[i])) return refuse(s, "dd: not understood:", c->argv[i]);
    if (!k.from || !k.to) return refuse(s, "dd:", "if= and of= are needed here");
    bool endless = !k.count_given && strcmp(k.from, "/dev/zero") == 0;
    if (endless || k.block < 1 || k.block > BLOCK_MAX || k.count > BYTES_MAX / k.block)
        return refuse(s, "dd:", "more than a script's file may be");
    return run_copy(s, &k);
}

cf_shell_verdict cf_shell_rm(cf_shell *s, const cf_sh_cmd *c)
{
    bool force = false;
    for (uint32_t i = 1; i < c->argc; i++) {
        char path[CF_FILES_PATH];
        if (strcmp(c->argv[i], "-f") == 0) {
            force = true;
            continue;
        }
        if (c->argv[i][0] == '-') return refuse(s, "rm: not understood:", c->argv[i]);
        if (!cf_files_path(&s->files, c->argv[i], path, s->why, sizeof s->why)) return CF_SHELL_STATUS;
        if (strncmp(path, "/dev/", 5) == 0) return refuse(s, "rm: not here:", c->argv[i]);
        if (remove(path) != 0 && !force) return refuse(s, "rm: no such file", c->argv[i]);
    }
    return CF_SHELL_OK;
}
