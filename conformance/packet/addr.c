#include "addr.h"

#include <stdio.h>
#include <string.h>

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Four decimal groups of 1-3 digits, each at most 255, and nothing behind. */
static bool parse4(const char *text, uint8_t *out)
{
    for (int i = 0; i < 4; i++) {
        unsigned v = 0, digits = 0;
        for (; *text >= '0' && *text <= '9' && digits < 4; text++, digits++) v = v * 10 + (unsigned)(*text - '0');
        if (digits == 0 || digits > 3 || v > 255) return false;
        out[i] = (uint8_t)v;
        if (*text != (i < 3 ? '.' : '\0')) return false;
        text++;
    }
    return true;
}

typedef struct groups {
    uint8_t b[16];
    unsigned count;
    int gap;
} groups; /* gap: bytes before "::", -1 none */

static bool read_group(const char **text, groups *g)
{
    unsigned v = 0, digits = 0;
    const char *from = *text;
    for (; hex_digit(**text) >= 0 && digits < 5; (*text)++, digits++) v = v * 16 + (unsigned)hex_digit(**text);
    if (**text == '.') {
        if (g->count > 12 || !parse4(from, g->b + g->count)) return false;
        g->count += 4;
        *text = from + strlen(from);
        return true;
    }
    if (digits == 0 || digits > 4 || g->count > 14) return false;
    g->b[g->count++] = (uint8_t)(v >> 8);
    g->b[g->count++] = (uint8_t)(v & 255);
    return true;
}

static bool read_groups(const char *text, groups *g)
{
    if (text[0] == ':' && text[1] != ':') return false;
    while (*text) {
        if (text[0] == ':' && text[1] == ':') {
            if (g->gap >= 0) return false;
            g->gap = (int)g->count;
            text += 2;
            continue;
        }
        if (*text == ':') {
            text++;
            if (!*text) return false;
        }
        if (!read_group(&text, g)) return false;
        if (*text && *text != ':') return false;
    }
    return true;
}

static bool parse6(const char *text, uint8_t *out)
{
    groups g = {.gap = -1};
    if (!read_groups(text, &g)) return false;
    if (g.gap < 0 && g.count != 16) return false;
    if (g.gap >= 0 && g.count > 14) return false;
    size_t before = g.gap < 0 ? 16 : (size_t)g.gap, after = g.count - before;
    memset(out, 0, 16);
    memcpy(out, g.b, before);
    memcpy(out + 16 - after, g.b + before, after);
    return true;
}

bool cf_addr_parse(const char *text, cf_addr *out)
{
    *out = (cf_addr){0};
    bool v6 = strchr(text, ':') != NULL;
    out->family = v6 ? 6 : 4;
    return v6 ? parse6(text, out->b) : parse4(text, out->b);
}

/* The longest run of at least two zero groups (RFC 5952 4.2); the first of equal ones. */
static void zero_run(const cf_addr *a, int *from, int *len)
{
    *from = -1;
    *len = 1;
    for (int i = 0; i < 8; i++) {
        int n = 0;
        while (i + n < 8 && a->b[2 * (i + n)] == 0 && a->b[2 * (i + n) + 1] == 0) n++;
        if (n > *len) {
            *from = i;
            *len = n;
        }
    }
}

static bool is_mapped(const cf_addr *a)
{
    static const uint8_t head[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
    return memcmp(a->b, head, sizeof head) == 0;
}

static void text4(const uint8_t *b, const char *head, char *out, size_t cap)
{
    snprintf(out, cap, "%s%u.%u.%u.%u", head, b[0], b[1], b[2], b[3]);
}

static void text6(const cf_addr *a, char *out, size_t cap)
{
    int from, len;
    size_t n = 0;
    zero_run(a, &from, &len);
    for (int i = 0; i < 8; i++) {
        if (i == from) {
            n += (size_t)snprintf(out + n, cap - n, "::");
            i += len - 1;
            continue;
        }
        bool colon = i > 0 && i != from + len;
        if (from < 0) colon = i > 0;
        n += (size_t)snprintf(out + n, cap - n, "%s%x", colon ? ":" : "",
                              (unsigned)(a->b[2 * i] * 256 + a->b[2 * i + 1]));
    }
}

size_t cf_addr_text(const cf_addr *a, char *out, size_t cap)
{
    char text[64];
    if (a->family != 6) text4(a->b, "", text, sizeof text);
    else if (is_mapped(a)) text4(a->b + 12, "::ffff:", text, sizeof text);
    else text6(a, text, sizeof text);
    if (cap) snprintf(out, cap, "%s", text);
    return strlen(text);
}

bool cf_addr_same(const cf_addr *a, const cf_addr *b)
{
    return a->family == b->family && memcmp(a->b, b->b, a->family == 4 ? 4 : 16) == 0;
}

cf_addr cf_addr_mapped(const cf_addr *v4)
{
    cf_addr a = {.b = {[10] = 0xFF, [11] = 0xFF}, .family = 6};
    memcpy(a.b + 12, v4->b, 4);
    return a;
}
