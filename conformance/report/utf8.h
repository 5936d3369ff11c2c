/* utf8.h — is this UTF-8? Names of files and texts of scripts may be any bytes; XML and YAML may not. */
#ifndef CF_REPORT_UTF8_H
#define CF_REPORT_UTF8_H

#include <stddef.h>

/* Bytes of the well-formed character at text (RFC 3629), 0 when there is none. NUL-terminated and not empty. */
size_t cf_utf8_len(const char *text);
/* Columns that the text takes on a terminal: characters, a stray byte counting as one. */
size_t cf_utf8_columns(const char *text);

#endif
