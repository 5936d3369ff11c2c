/* find.h — which scripts there are: the shipped ones and those the user points at, each with its name and front matter.
 *
 * A shipped script's id is its path below the root without ".pkt" ("close/fin"). A script elsewhere is named by the
 * folder that was given ("tcp/mtu_probe/basic" for tcp/) or, given alone, by its path as written; where that name is
 * taken, by its path. */
#ifndef CF_SUITE_FIND_H
#define CF_SUITE_FIND_H

#include "../script/ast.h"

typedef struct cf_test {
    char *id, *path; /* owned */
    bool shipped;
    /* What the script says in its "//:" lines; owned, NULL when it does not say. */
    char *title, *spec, *level, *needs, *family, *state, *event, *clock, *bug;
    bool mode_given; /* the script has its own --ip_version */
    cf_ip_mode mode;
    uint64_t dev, ino; /* the file itself, however it is spelled */
} cf_test;

typedef struct cf_tests {
    cf_test *items;
    uint32_t count, cap;
} cf_tests; /* zero-init; cf_tests_free */

/* Where the parts of the suite are on this machine. */
typedef struct cf_places {
    char *root; /* the scripts */
    char *spec; /* the tables */
} cf_places;

/* Finds the folder of the scripts: `given` (--root), then the environment variable TCPROVE_SCRIPTS, then
 * conformance/scripts or share/tcprove/scripts in a parent of the executable, then `built` (the folder at build time,
 * may be NULL). The tables are in spec/ beside it, else in `built_spec`. False, with the reason, when a folder asked
 * for by name does not exist or nothing is found. */
bool cf_places_find(cf_places *p, const char *given, const char *built, const char *built_spec, char *why,
                    size_t why_cap);
void cf_places_free(cf_places *p);

/* Adds every .pkt below dir, sorted by id; ids are prefix + the path below dir. False when a folder cannot be read. */
bool cf_tests_add_dir(cf_tests *t, const char *dir, const char *prefix, bool shipped, char *why, size_t why_cap);
/* Adds one file under an id. False when it cannot be read. */
bool cf_tests_add_file(cf_tests *t, const char *path, const char *id, bool shipped, char *why, size_t why_cap);
/* The test with this real file, or NULL. */
const cf_test *cf_tests_by_file(const cf_tests *t, const char *path);
void cf_tests_free(cf_tests *t);

#endif
