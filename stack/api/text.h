/* text.h — writing text into a buffer without libc: what does not fit is counted and cut off, and the buffer always
 * ends with a zero if it has any room. */
#ifndef RS_API_TEXT_H
#define RS_API_TEXT_H

#include <stddef.h>
#include <stdint.h>

typedef struct rs_text {
    char *buf;
    size_t cap;
    size_t len; /* of the whole text, what was cut off included */
} rs_text;

rs_text rs_text_of(char *buf, size_t cap);
void rs_text_add(rs_text *t, const char *s);
void rs_text_add_int(rs_text *t, int64_t n);
/* n in hexadecimal, without leading zeros. */
void rs_text_add_hex(rs_text *t, uint32_t n);

#endif
