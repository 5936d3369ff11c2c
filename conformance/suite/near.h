/* near.h — what the user may have meant: the nearest names of scripts, folders and kinds of words. */
#ifndef CF_SUITE_NEAR_H
#define CF_SUITE_NEAR_H

#include "find.h"

/* "nothing is named "X"; the nearest names are A, B, C" into out. */
void cf_near_message(char *out, size_t cap, const char *word, const cf_tests *tests);

#endif
