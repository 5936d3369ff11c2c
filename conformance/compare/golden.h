/* golden.h — a recording of what a kernel did with scripts: a folder with a capture for each run, META (what was
 * recorded, and where), and outcomes.tsv: test, variant, script, outcome, signature, end_us, calls, info
 * (run/ledger.h).
 *
 * Life: cf_golden_open -> cf_golden_find* -> cf_golden_close. What is found lends from the golden. */
#ifndef CF_COMPARE_GOLDEN_H
#define CF_COMPARE_GOLDEN_H

#include "../spec/tsv.h"

typedef struct cf_golden {
    char *folder;
    cf_tsv table;
    uint32_t *order; /* rows by test and variant */
} cf_golden;

typedef struct cf_golden_run {
    const char *outcome, *signature, *calls, *info;
    const char *script; /* mark of the script's text; "": not recorded */
    int64_t end_us;     /* script time at which the run ended */
} cf_golden_run;

/* False with the reason in why. */
bool cf_golden_open(cf_golden *g, const char *folder, char *why, size_t why_cap);
void cf_golden_close(cf_golden *g);
/* False: that run was not recorded. */
bool cf_golden_find(const cf_golden *g, const char *test, const char *variant, cf_golden_run *out);

/* FNV-1a of 64 bits over the text of a script, as a recording keeps it. False: it cannot be read. */
enum { CF_GOLDEN_MARK = 17 };
bool cf_golden_mark(const char *path, char out[CF_GOLDEN_MARK]);

#endif
