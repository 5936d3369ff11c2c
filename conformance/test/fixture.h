/* fixture.h — for the tests of suite, report and cli: folders that vanish, output that is caught, recorded texts. */
#ifndef CF_TEST_FIXTURE_H
#define CF_TEST_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>

/* A new empty folder below the system's place for such; its path lives until tree_free. One at a time. */
const char *tree_new(void);
/* Writes a file into it, folders made on the way. Returns its path, which lives until the next call. */
const char *tree_put(const char *name, const char *text);
const char *tree_path(const char *name);
void tree_free(void);

/* Between the two everything written to standard output and standard error goes into a text. */
void catch_begin(void);
/* out and err live until the next catch_begin. */
void catch_end(const char **out, const char **err);

/* What a function writes to a stream, as a text that lives until the next call. */
const char *written_by(void (*fn)(void *stream, void *ctx), void *ctx);

/* Is the text the recorded one (conformance/test/golden/NAME)? Shows the first line that differs. With
 * CHECK_GOLDEN=write in the environment it is recorded instead. */
bool golden_is(const char *name, const char *text);

#endif
