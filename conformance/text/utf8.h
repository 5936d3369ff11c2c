/* utf8.h — is this UTF-8? Names of files and texts of scripts may be any bytes; XML and YAML may not. */
#ifndef CF_TEXT_UTF8_H
#define CF_TEXT_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed character at text (RFC 3629), 0 when there is none. NUL-terminated and not empty. */
size_t cf_utf8_len(const char *text);
/* Bytes of the character at text if a terminal only shows it: neither a control nor a stray byte. 0: not so. */
size_t cf_utf8_shown(const char *text);
/* Columns that the text takes on a terminal: characters, a stray byte counting as one. */
size_t cf_utf8_columns(const char *text);

#endif
