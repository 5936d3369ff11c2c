/* meta.h — what a script says of itself, for selecting: its "//:" lines and its own --ip_version.
 *
 * A script that does not parse still has a name and can be selected by it; it says nothing else. */
#ifndef CF_SUITE_META_H
#define CF_SUITE_META_H

#include "find.h"

/* Fills title, spec, level, needs, family, state, event, clock, bug, mode of the test. Values of a key that comes again
 * are joined by a blank. The level is the one written ("//: level:"), or the strongest in brackets behind a
 * requirement. */
void cf_meta_read(cf_test *t, const cf_source *src);
/* Calls fn for each word of a list separated by blanks or commas, without the words in brackets. Stops when fn returns
 * false, and returns false then. list may be NULL. */
bool cf_words(const char *list, bool (*fn)(void *ctx, const char *word), void *ctx);
/* Is the word in the list? Letter case ignored. */
bool cf_words_have(const char *list, const char *word);

#endif
