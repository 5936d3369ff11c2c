/* source.h — a text file in memory, with lines and spans.
 *
 * Offsets are bytes from the start; lines and columns count from 1; a column is a byte column (tabs count as one). The
 * judge keeps a span on every node of a script, so that every message can point at its text. */
#ifndef CF_TEXT_SOURCE_H
#define CF_TEXT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_span {
    uint32_t start, end;
} cf_span; /* [start, end) in the source */

typedef struct cf_source {
    char *path; /* as given by the user; owned */
    char *text; /* owned, NUL-terminated (the NUL is not part of len) */
    uint32_t len;
    uint32_t *line_start; /* owned; offset of each line */
    uint32_t lines;
} cf_source;

/* Reads a file whole. False (with a reason in *why, static or strerror text) if it cannot be read, is over 16 MiB, or
 * is a directory. */
bool cf_source_read(cf_source *s, const char *path, const char **why);
/* Takes a copy of text. */
void cf_source_from(cf_source *s, const char *path, const char *text, size_t len);
void cf_source_free(cf_source *s);
void cf_source_place(const cf_source *s, uint32_t offset, uint32_t *line, uint32_t *column);
/* The text of a line (1-based) without its newline; lends. */
const char *cf_source_line(const cf_source *s, uint32_t line, size_t *len);

#endif
