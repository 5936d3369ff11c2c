#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"

typedef struct reader {
    cf_arena *mem;
    const char *text;
    size_t len, at;
    const char *why;
    unsigned depth;
} reader;

static cf_json_value *read_value(reader *r);

static cf_json_value *fail(reader *r, const char *why)
{
    if (!r->why) r->why = why;
    return NULL;
}

static char peek(const reader *r)
{
    return r->at < r->len ? r->text[r->at] : '\0';
}

static void skip_blanks(reader *r)
{
    while (r->at < r->len && strchr(" \t\r\n", r->text[r->at]) && r->text[r->at]) r->at++;
}

static bool take(reader *r, char c)
{
    if (r->at >= r->len || r->text[r->at] != c) return false;
    r->at++;
    return true;
}

static cf_json_value *new_value(reader *r, cf_json_kind kind)
{
    cf_json_value *v = cf_arena_alloc(r->mem, sizeof *v);
    v->kind = kind;
    return v;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static bool read_hex4(reader *r, uint32_t *out)
{
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
        int d = hex_digit(peek(r));
        if (d < 0) return false;
        v = v * 16 + (uint32_t)d;
        r->at++;
    }
    *out = v;
    return true;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* After "\u": one code point, from a surrogate pair if need be. */
static bool read_code_point(reader *r, uint32_t *out)
{
    uint32_t low;
    if (!read_hex4(r, out)) return false;
    if (*out >= 0xDC00 && *out <= 0xDFFF) return false;
    if (*out < 0xD800 || *out > 0xDBFF) return true;
    if (!take(r, '\\') || !take(r, 'u') || !read_hex4(r, &low) || low < 0xDC00 || low > 0xDFFF) return false;
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* After the backslash. An escape is never shorter than what it stands for. */
static bool read_escape(reader *r, char *out, size_t *n)
{
    static const char letter[] = "\"\\/bfnrt", plain[] = "\"\\/\b\f\n\r\t";
    char c = peek(r);
    r->at++;
    if (c == 'u') {
        uint32_t point;
        if (!read_code_point(r, &point)) return false;
        *n += put_utf8(out + *n, point);
        return true;
    }
    const char *at = c ? strchr(letter, c) : NULL;
    if (!at) return false;
    out[(*n)++] = plain[at - letter];
    return true;
}

static char *read_string(reader *r, size_t *len)
{
    if (!take(r, '"')) return (char *)fail(r, "expected a string");
    size_t end = r->at;
    while (end < r->len && r->text[end] != '"') end += r->text[end] == '\\' ? 2 : 1;
    if (end >= r->len) return (char *)fail(r, "string without end");
    char *out = cf_arena_alloc(r->mem, end - r->at + 1);
    *len = 0;
    while (r->at < end) {
        char c = r->text[r->at];
        if ((unsigned char)c < 0x20) return (char *)fail(r, "control character in a string");
        r->at++;
        if (c != '\\') out[(*len)++] = c;
        else if (!read_escape(r, out, len)) return (char *)fail(r, "bad escape in a string");
    }
    if (!take(r, '"')) return (char *)fail(r, "string without end");
    return out;
}

static bool skip_digits(reader *r)
{
    size_t from = r->at;
    while (peek(r) >= '0' && peek(r) <= '9') r->at++;
    return r->at > from;
}

static cf_json_value *read_number(reader *r)
{
    char copy[64];
    size_t from = r->at;
    bool whole = true;
    take(r, '-');
    if (!take(r, '0') && !skip_digits(r)) return fail(r, "expected a value");
    if (take(r, '.')) {
        whole = false;
        if (!skip_digits(r)) return fail(r, "digits missing after the point");
    }
    if (take(r, 'e') || take(r, 'E')) {
        whole = false;
        if (!take(r, '+')) take(r, '-');
        if (!skip_digits(r)) return fail(r, "digits missing in the exponent");
    }
    size_t n = r->at - from;
    if (n >= sizeof copy) return fail(r, "number is too long");
    memcpy(copy, r->text + from, n);
    copy[n] = '\0';
    cf_json_value *v = new_value(r, CF_J_NUMBER);
    v->number = strtod(copy, NULL);
    if (!whole) return v;
    errno = 0;
    v->integer = strtoll(copy, NULL, 10);
    v->is_int = errno == 0;
    return v;
}

static bool take_word(reader *r, const char *word)
{
    size_t n = strlen(word);
    if (r->len - r->at < n || memcmp(r->text + r->at, word, n) != 0) return false;
    r->at += n;
    return true;
}

static void add_kid(reader *r, cf_json_value *v, cf_json_value *kid)
{
    v->kid = cf_arena_more(r->mem, v->kid, v->count, sizeof *v->kid);
    v->kid[v->count++] = kid;
}

static cf_json_value *read_array(reader *r)
{
    cf_json_value *v = new_value(r, CF_J_ARRAY);
    skip_blanks(r);
    if (take(r, ']')) return v;
    do {
        cf_json_value *kid = read_value(r);
        if (!kid) return NULL;
        add_kid(r, v, kid);
        skip_blanks(r);
    } while (take(r, ','));
    return take(r, ']') ? v : fail(r, "expected ',' or ']'");
}

static cf_json_value *read_object(reader *r)
{
    cf_json_value *v = new_value(r, CF_J_OBJECT);
    skip_blanks(r);
    if (take(r, '}')) return v;
    do {
        size_t key_len;
        skip_blanks(r);
        const char *key = read_string(r, &key_len);
        if (!key) return NULL;
        skip_blanks(r);
        if (!take(r, ':')) return fail(r, "expected ':'");
        cf_json_value *kid = read_value(r);
        if (!kid) return NULL;
        kid->key = key;
        add_kid(r, v, kid);
        skip_blanks(r);
    } while (take(r, ','));
    return take(r, '}') ? v : fail(r, "expected ',' or '}'");
}

static cf_json_value *read_word(reader *r)
{
    if (take_word(r, "null")) return new_value(r, CF_J_NULL);
    bool truth = take_word(r, "true");
    if (!truth && !take_word(r, "false")) return read_number(r);
    cf_json_value *v = new_value(r, CF_J_BOOL);
    v->truth = truth;
    return v;
}

static cf_json_value *read_value(reader *r)
{
    cf_json_value *v;
    skip_blanks(r);
    if (r->depth == CF_JSON_DEPTH) return fail(r, "nested too deeply");
    r->depth++;
    if (take(r, '{')) v = read_object(r);
    else if (take(r, '[')) v = read_array(r);
    else if (peek(r) == '"') {
        v = new_value(r, CF_J_STRING);
        v->str = read_string(r, &v->str_len);
        if (!v->str) v = NULL;
    } else v = read_word(r);
    r->depth--;
    return v;
}

cf_json_value *cf_json_parse(cf_arena *mem, const char *text, size_t len, const char **why, size_t *at)
{
    reader r = {.mem = mem, .text = text, .len = len};
    cf_json_value *v = read_value(&r);
    skip_blanks(&r);
    if (v && r.at < len) v = fail(&r, "bytes after the value");
    *why = r.why;
    *at = r.at;
    return v;
}

const cf_json_value *cf_json_member(const cf_json_value *v, const char *key)
{
    if (!v || v->kind != CF_J_OBJECT) return NULL;
    for (size_t i = 0; i < v->count; i++)
        if (strcmp(v->kid[i]->key, key) == 0) return v->kid[i];
    return NULL;
}

const char *cf_json_get(const cf_json_value *v, const char *key)
{
    const cf_json_value *m = cf_json_member(v, key);
    return m && m->kind == CF_J_STRING ? m->str : NULL;
}
