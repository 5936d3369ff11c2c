/* buf.h — a string that grows.
 *
 * Zero-initialised is empty and valid; data is always NUL-terminated once anything was put; cf_buf_free returns it to
 * empty. Ends the process with a message when memory is exhausted. */
#ifndef CF_TEXT_BUF_H
#define CF_TEXT_BUF_H

#include <stdarg.h>
#include <stddef.h>

typedef struct cf_buf {
    char *data;
    size_t len, cap;
} cf_buf;

void cf_buf_put(cf_buf *b, const char *bytes, size_t len);
void cf_buf_puts(cf_buf *b, const char *text);
void cf_buf_putc(cf_buf *b, char c);
void cf_buf_printf(cf_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cf_buf_vprintf(cf_buf *b, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
void cf_buf_repeat(cf_buf *b, char c, size_t times);
void cf_buf_clear(cf_buf *b); /* keeps the memory */
/* What would do something to a terminal becomes '?': texts quote scripts and what they print. Tabs and newlines stay.
 */
void cf_buf_make_printable(cf_buf *b);
void cf_buf_free(cf_buf *b);
const char *cf_buf_str(const cf_buf *b); /* "" when empty; lends until the next put */
char *cf_buf_take(cf_buf *b);            /* the string, now the caller's to free(); the buffer is empty again */

#endif
