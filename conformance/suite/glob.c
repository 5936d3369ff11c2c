#include "glob.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Matches from the left; remembers the last star and lengthens what it took when the rest does not fit. One '**' that
 * was given up for a later '*' cannot be lengthened any more, so both are remembered. */
static bool match(const char *p, const char *t, bool prefix)
{
    const char *star_p = NULL, *star_t = NULL, *deep_p = NULL, *deep_t = NULL;
    for (;;) {
        if (p[0] == '*' && p[1] == '*') {
            deep_p = p += 2;
            deep_t = t;
            star_p = NULL;
        } else if (*p == '*') {
            star_p = ++p;
            star_t = t;
        } else if (*p == '\0' && (*t == '\0' || (prefix && *t == '/'))) {
            return true;
        } else if (*t && *p && (*p == *t || (*p == '?' && *t != '/'))) {
            p++;
            t++;
        } else if (star_p && *star_t && *star_t != '/') {
            p = star_p;
            t = ++star_t;
        } else if (deep_p && *deep_t) {
            p = deep_p;
            t = ++deep_t;
            star_p = NULL;
        } else {
            return false;
        }
    }
}

bool cf_glob(const char *pattern, const char *text)
{
    return match(pattern, text, false);
}

bool cf_glob_prefix(const char *pattern, const char *text)
{
    char copy[512];
    size_t len = strlen(pattern);
    while (len && pattern[len - 1] == '/') len--;
    if (!len || len >= sizeof copy) return false;
    memcpy(copy, pattern, len);
    copy[len] = '\0';
    return match(copy, text, true);
}

bool cf_glob_inside(const char *text, const char *part)
{
    size_t len = strlen(part);
    for (; *text; text++)
        if (strncasecmp(text, part, len) == 0) return true;
    return len == 0;
}
