/* vectors.h — the known-answer packets of corpus/vectors/wire.tsv, one at a time, for the tests of both codecs.
 *
 * Knows the table's columns and nothing about packets. Fields are text until a test asks for a number. */
#ifndef VECTORS_H
#define VECTORS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VECTOR_LINE_MAX = 16384, VECTOR_BYTES_MAX = 4096, VECTOR_COLUMNS_MAX = 32 };

typedef struct vectors {
    FILE *file;
    unsigned columns, count;
    char head[VECTOR_LINE_MAX], line[VECTOR_LINE_MAX];
    char *name[VECTOR_COLUMNS_MAX], *field[VECTOR_COLUMNS_MAX];
    uint8_t bytes[VECTOR_BYTES_MAX]; /* the packet of the current row */
    size_t len;
} vectors;

static inline unsigned vector_split(char *line, char **to)
{
    unsigned n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && n < VECTOR_COLUMNS_MAX; n++) {
        to[n] = at;
        at = strchr(at, '\t');
        if (at) *at++ = '\0';
    }
    return n;
}

static inline bool vectors_open(vectors *v, const char *path)
{
    v->count = 0;
    v->file = fopen(path, "r");
    if (!v->file || !fgets(v->head, sizeof v->head, v->file)) return false;
    v->columns = vector_split(v->head, v->name);
    return true;
}

/* The text of a column of the current row; "" when there is no such column. */
static inline const char *vector_text(const vectors *v, const char *column)
{
    for (unsigned i = 0; i < v->columns; i++)
        if (strcmp(v->name[i], column) == 0) return v->field[i];
    return "";
}

static inline bool vector_has(const vectors *v, const char *column)
{
    return strcmp(vector_text(v, column), "-") != 0;
}
static inline uint32_t vector_number(const vectors *v, const char *column)
{
    return (uint32_t)strtoul(vector_text(v, column), NULL, 10);
}

/* Numbers separated by commas; how many there are. */
static inline unsigned vector_list(const vectors *v, const char *column, uint32_t *out, unsigned cap)
{
    unsigned n = 0;
    if (!vector_has(v, column)) return 0;
    for (const char *at = vector_text(v, column); *at && n < cap;) {
        char *end;
        out[n++] = (uint32_t)strtoul(at, &end, 10);
        at = *end == ',' ? end + 1 : end;
    }
    return n;
}

static inline size_t vector_hex(const char *text, uint8_t *out, size_t cap)
{
    size_t n = 0;
    if (strcmp(text, "-") == 0) return 0;
    for (; text[0] && text[1] && n < cap; text += 2) {
        const char pair[3] = {text[0], text[1], '\0'};
        out[n++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return n;
}

/* The next row, or false at the end (then the file is closed). */
static inline bool vectors_next(vectors *v)
{
    if (!fgets(v->line, sizeof v->line, v->file) || vector_split(v->line, v->field) != v->columns) {
        fclose(v->file);
        return false;
    }
    v->len = vector_hex(vector_text(v, "hex"), v->bytes, sizeof v->bytes);
    v->count++;
    return true;
}

#endif
