#include "buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void room(cf_buf *b, size_t more)
{
    size_t want = b->len + more + 1;
    if (want <= b->cap) return;
    size_t cap = b->cap ? b->cap * 2 : 64;
    if (cap < want) cap = want;
    char *p = realloc(b->data, cap);
    if (!p) {
        fputs("out of memory\n", stderr);
        abort();
    }
    b->data = p;
    b->cap = cap;
}

void cf_buf_put(cf_buf *b, const char *bytes, size_t len)
{
    room(b, len);
    if (len) memcpy(b->data + b->len, bytes, len);
    b->len += len;
    b->data[b->len] = '\0';
}

void cf_buf_puts(cf_buf *b, const char *text)
{
    cf_buf_put(b, text, strlen(text));
}

void cf_buf_putc(cf_buf *b, char c)
{
    cf_buf_put(b, &c, 1);
}

void cf_buf_vprintf(cf_buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n > 0) {
        room(b, (size_t)n);
        vsnprintf(b->data + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void cf_buf_printf(cf_buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    cf_buf_vprintf(b, fmt, ap);
    va_end(ap);
}

void cf_buf_repeat(cf_buf *b, char c, size_t times)
{
    room(b, times);
    memset(b->data + b->len, c, times);
    b->len += times;
    b->data[b->len] = '\0';
}

void cf_buf_clear(cf_buf *b)
{
    b->len = 0;
    if (b->data) b->data[0] = '\0';
}

void cf_buf_make_printable(cf_buf *b)
{
    for (size_t i = 0; i < b->len; i++) {
        unsigned char c = (unsigned char)b->data[i];
        if ((c < 32 && c != '\t' && c != '\n') || c == 127) b->data[i] = '?';
    }
}

void cf_buf_free(cf_buf *b)
{
    free(b->data);
    *b = (cf_buf){0};
}

const char *cf_buf_str(const cf_buf *b)
{
    return b->data ? b->data : "";
}

char *cf_buf_take(cf_buf *b)
{
    room(b, 0);
    b->data[b->len] = '\0';
    char *p = b->data;
    *b = (cf_buf){0};
    return p;
}
