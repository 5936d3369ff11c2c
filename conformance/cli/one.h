/* one.h — commands about one run of one script: `ss`, `export`. */
#ifndef CF_CLI_ONE_H
#define CF_CLI_ONE_H

#include "../run/result.h"
#include "cli.h"

typedef struct cf_one {
    const char *name; /* "ss" */
    const char *none; /* how it is used: "tcprove ss close/fin-with-data" */
    const char *many; /* what to say of many scripts: what to use instead; behind "N scripts are selected: " */
    /* Runs p as o says (and as the command wants it: it may fill in more); returns the exit status. Borrows all. */
    int (*run)(const cf_args *a, const cf_pick *p, cf_run_opts *o);
} cf_one;

/* Finds the target and the one script that the words name, and runs its first variant. */
int cf_one_script(cf_args *a, const cf_one *one);

#endif
