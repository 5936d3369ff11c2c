/* Every script of fixtures/broken is wrong in one place: the first error must point there, line and column. */
#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <dirent.h>
#include <stdlib.h>

#include "../script/ast.h"

#define FIXTURES TCPROVE_SOURCE_DIR "/conformance/test/fixtures/broken/"

typedef struct row {
    char file[80];
    unsigned line, column;
    char words[120], hint[120]; /* hint: what it advises; empty: whatever */
} row;

static row rows[400];
static unsigned row_count;

static bool read_row(const char *line, row *r)
{
    r->hint[0] = '\0';
    return sscanf(line, "%79[^\t]\t%u:%u\t%119[^\t\n]\t%119[^\n]", r->file, &r->line, &r->column, r->words, r->hint) >=
           4;
}

static void read_rows(void)
{
    char line[300];
    if (row_count) return;
    FILE *f = fopen(FIXTURES "expect.tsv", "r");
    CHECK(f != NULL);
    while (fgets(line, sizeof line, f)) {
        if (line[0] == '#') continue;
        CHECK(row_count < sizeof rows / sizeof rows[0]);
        CHECK(read_row(line, &rows[row_count++]));
    }
    fclose(f);
}

/* Prints what is not as recorded. */
static bool first_error_is(const row *r, const cf_diags *d)
{
    uint32_t line = 0, column = 0;
    if (d->errors == 0) {
        fprintf(stderr, "%s: accepted, but it is broken at %u:%u\n", r->file, r->line, r->column);
        return false;
    }
    const cf_diag *first = &d->items[0];
    cf_source_place(first->src, first->span.start, &line, &column);
    bool said = strstr(first->msg, r->words) && strstr(first->hint, r->hint);
    if (line == r->line && column == r->column && said) return true;
    fprintf(stderr, "%s: expected %u:%u \"%s\" hint \"%s\", got\n", r->file, r->line, r->column, r->words, r->hint);
    cf_diag_print(stderr, first, false);
    return false;
}

static bool rejected_as_recorded(const row *r)
{
    char path[600];
    cf_script s;
    cf_diags d = {0};
    cf_parse_env env = {.mode = CF_MODE_IPV4};
    snprintf(path, sizeof path, "%s%s", FIXTURES, r->file);
    if (cf_script_parse_file(&s, path, &env, &d)) cf_script_resolve(&s, false, &d);
    bool good = first_error_is(r, &d);
    cf_script_free(&s);
    cf_diags_free(&d);
    return good;
}

TEST(each_broken_script_is_rejected_at_its_line_and_column)
{
    unsigned wrong = 0;
    read_rows();
    for (unsigned i = 0; i < row_count; i++) wrong += !rejected_as_recorded(&rows[i]);
    CHECK_EQ(wrong, 0);
}

TEST(there_are_at_least_sixty_of_them)
{
    read_rows();
    CHECK(row_count >= 60);
}

static bool recorded(const char *name)
{
    for (unsigned i = 0; i < row_count; i++)
        if (strcmp(rows[i].file, name) == 0) return true;
    return false;
}

TEST(no_script_lies_beside_without_an_expectation)
{
    unsigned scripts = 0, unknown = 0;
    read_rows();
    DIR *dir = opendir(FIXTURES);
    CHECK(dir != NULL);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        size_t n = strlen(e->d_name);
        if (n < 4 || strcmp(e->d_name + n - 4, ".pkt") != 0) continue;
        scripts++;
        unknown += !recorded(e->d_name);
    }
    closedir(dir);
    CHECK_EQ(unknown, 0);
    CHECK_EQ(scripts, row_count);
}
