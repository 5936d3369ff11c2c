/* see text.h */
#include "text.h"

static void add_char(rs_text *t, char c)
{
    if (t->len + 1 < t->cap) {
        t->buf[t->len] = c;
        t->buf[t->len + 1] = 0;
    }
    t->len++;
}

rs_text rs_text_of(char *buf, size_t cap)
{
    if (cap) buf[0] = 0;
    return (rs_text){buf, cap, 0};
}

void rs_text_add(rs_text *t, const char *s)
{
    while (*s) add_char(t, *s++);
}

static void add_digits(rs_text *t, uint64_t n, unsigned base)
{
    char digits[20];
    int count = 0;
    do {
        digits[count++] = "0123456789abcdef"[n % base];
        n /= base;
    } while (n);
    while (count) add_char(t, digits[--count]);
}

void rs_text_add_int(rs_text *t, int64_t n)
{
    if (n < 0) add_char(t, '-');
    add_digits(t, n < 0 ? 0 - (uint64_t)n : (uint64_t)n, 10);
}

void rs_text_add_hex(rs_text *t, uint32_t n)
{
    add_digits(t, n, 16);
}
