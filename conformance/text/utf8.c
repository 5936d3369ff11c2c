#include "utf8.h"

#include <stdbool.h>

/* Well-formed lead bytes with the range of the byte that follows: RFC 3629 section 4. */
static const struct {
    unsigned char first, last, low, high, len;
} leads[] = {
    {0x01, 0x7f, 0x00, 0xff, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
    {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
};

size_t cf_utf8_len(const char *text)
{
    const unsigned char *t = (const unsigned char *)text;
    for (size_t i = 0; i < sizeof leads / sizeof *leads; i++) {
        if (t[0] < leads[i].first || t[0] > leads[i].last) continue;
        if (leads[i].len == 1) return 1;
        if (t[1] < leads[i].low || t[1] > leads[i].high) return 0;
        for (size_t k = 2; k < leads[i].len; k++)
            if ((t[k] & 0xc0) != 0x80) return 0;
        return leads[i].len;
    }
    return 0;
}

size_t cf_utf8_shown(const char *text)
{
    const unsigned char *t = (const unsigned char *)text;
    bool control = t[0] < 32 || t[0] == 127 || (t[0] == 0xc2 && t[1] < 0xa0); /* C0, DEL, C1 */
    return control ? 0 : cf_utf8_len(text);
}

size_t cf_utf8_columns(const char *text)
{
    size_t n = 0;
    while (*text) {
        size_t len = cf_utf8_len(text);
        text += len ? len : 1;
        n++;
    }
    return n;
}
