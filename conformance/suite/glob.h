/* glob.h — patterns over ids: '?' one letter, '*' any run within a folder, '**' any run across folders. */
#ifndef CF_SUITE_GLOB_H
#define CF_SUITE_GLOB_H

#include <stdbool.h>

/* Does the pattern describe the whole text? */
bool cf_glob(const char *pattern, const char *text);
/* Does it describe the text, or a folder that the text is in? "close" and "cl*" select "close/fin". */
bool cf_glob_prefix(const char *pattern, const char *text);
/* Is part somewhere in text? Letter case ignored; no pattern letters. */
bool cf_glob_inside(const char *text, const char *part);

#endif
