/* expect.h — known weaknesses of a target: what is expected to go wrong, how exactly, and why.
 *
 *     # outcome  test              variant  signature             reason
 *     fail       loss/rto/first    @*       time line 14          500 ms slow timer; by design
 *     n/a        sack/ **          @*       needs sack            not in this version
 *
 * Five columns, two blanks or a tab between them, all mandatory; '#' at the start of a line is a comment. The test may
 * be a pattern (glob.h; written without the blank above). The signature is compared as it is: a test that fails in
 * another way than the one on file is a surprise, and so is one that passes. Of two lines that fit a result the first
 * counts. */
#ifndef CF_SUITE_EXPECT_H
#define CF_SUITE_EXPECT_H

#include "../run/result.h"

typedef struct cf_expect_line {
    cf_outcome outcome;
    char *test, *variant, *signature, *reason; /* variant without '@', or "*" */
    uint32_t line;
    bool used;     /* fitted a result */
    uint32_t file; /* index in files */
} cf_expect_line;

typedef struct cf_expect {
    cf_source **files;
    uint32_t file_count, file_cap; /* each on its own: diagnostics keep pointing at it */
    cf_expect_line *items;
    uint32_t count, cap;
} cf_expect; /* zero-init; cf_expect_free */

/* Adds the lines of a file. False with errors in diags when it cannot be read or a line is wrong. diags point into the
 * sources of *e. */
bool cf_expect_read(cf_expect *e, const char *path, cf_diags *diags);
void cf_expect_free(cf_expect *e);

typedef enum {
    CF_V_EXPECTED,        /* as listed, or not listed and nothing to complain of */
    CF_V_UNEXPECTED,      /* went wrong and is not listed */
    CF_V_UNEXPECTED_PASS, /* is listed as something worse */
    CF_V_DIFFERENT        /* listed, but another outcome or another signature */
} cf_verdict_kind;

typedef struct cf_verdict {
    cf_verdict_kind kind;
    const cf_expect_line *line; /* NULL: not listed */
} cf_verdict;

/* Judges one result and marks the line it used. Not listed: pass, lax, seen and n/a are as expected. */
cf_verdict cf_expect_judge(cf_expect *e, const cf_result *r);

#endif
