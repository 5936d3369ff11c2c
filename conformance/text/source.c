#include "source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { SOURCE_MAX = 16 * 1024 * 1024 };

static void *need(void *p)
{
    if (p) return p;
    fputs("out of memory\n", stderr);
    abort();
}

static void index_lines(cf_source *s)
{
    uint32_t lines = 1;
    for (uint32_t i = 0; i < s->len; i++)
        if (s->text[i] == '\n') lines++;
    s->line_start = need(calloc(lines, sizeof *s->line_start));
    s->lines = 1;
    for (uint32_t i = 0; i < s->len; i++)
        if (s->text[i] == '\n') s->line_start[s->lines++] = i + 1;
}

/* Takes over text, which is NUL-terminated at len. */
static void adopt(cf_source *s, const char *path, char *text, size_t len)
{
    *s = (cf_source){.text = text, .len = (uint32_t)len};
    s->path = need(strdup(path));
    index_lines(s);
}

void cf_source_from(cf_source *s, const char *path, const char *text, size_t len)
{
    if (len > SOURCE_MAX) len = SOURCE_MAX;
    char *copy = need(malloc(len + 1));
    if (len) memcpy(copy, text, len);
    copy[len] = '\0';
    adopt(s, path, copy, len);
}

static char *read_all(FILE *f, size_t *len, const char **why)
{
    size_t cap = 64 * 1024, n = 0;
    char *text = need(malloc(cap + 1));
    for (;;) {
        n += fread(text + n, 1, cap - n, f);
        if (n < cap) break;
        if (cap >= SOURCE_MAX * 2ul) break;
        cap *= 2;
        text = need(realloc(text, cap + 1));
    }
    if (ferror(f)) *why = strerror(errno);
    else if (n > SOURCE_MAX) *why = "is larger than 16 MiB";
    else {
        text[n] = '\0';
        *len = n;
        return text;
    }
    free(text);
    return NULL;
}

bool cf_source_read(cf_source *s, const char *path, const char **why)
{
    *s = (cf_source){0};
    struct stat st;
    FILE *f = fopen(path, "rb");
    if (!f) {
        *why = strerror(errno);
        return false;
    }
    char *text = NULL;
    size_t len = 0;
    if (fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) *why = "is a directory";
    else text = read_all(f, &len, why);
    fclose(f);
    if (!text) return false;
    adopt(s, path, text, len);
    return true;
}

void cf_source_free(cf_source *s)
{
    free(s->path);
    free(s->text);
    free(s->line_start);
    *s = (cf_source){0};
}

void cf_source_place(const cf_source *s, uint32_t offset, uint32_t *line, uint32_t *column)
{
    uint32_t low = 0, high = s->lines;
    if (offset > s->len) offset = s->len;
    while (high - low > 1) {
        uint32_t mid = low + (high - low) / 2;
        if (s->line_start[mid] <= offset) low = mid;
        else high = mid;
    }
    *line = low + 1;
    *column = s->lines ? offset - s->line_start[low] + 1 : 1;
}

const char *cf_source_line(const cf_source *s, uint32_t line, size_t *len)
{
    *len = 0;
    if (line == 0 || line > s->lines) return "";
    uint32_t start = s->line_start[line - 1];
    uint32_t end = line < s->lines ? s->line_start[line] - 1 : s->len;
    if (end > start && s->text[end - 1] == '\r') end--;
    *len = end - start;
    return s->text + start;
}
