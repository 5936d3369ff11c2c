#include <math.h>
#include <string.h>

#include "json.h"

/* Bytes of the well-formed UTF-8 sequence at s (RFC 3629 table), or 0. */
static size_t utf8_length(const unsigned char *s, size_t len)
{
    if (s[0] < 0x80) return 1;
    size_t n = s[0] >= 0xC2 && s[0] <= 0xDF ? 2 : (s[0] & 0xF0) == 0xE0 ? 3 : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4 : 0;
    if (n == 0 || n > len) return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    if (s[0] == 0xE0 && s[1] < 0xA0) return 0;
    if (s[0] == 0xED && s[1] > 0x9F) return 0;
    if (s[0] == 0xF0 && s[1] < 0x90) return 0;
    if (s[0] == 0xF4 && s[1] > 0x8F) return 0;
    return n;
}

static bool put_escape(cf_buf *out, unsigned char c)
{
    static const char plain[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    const char *at = c ? strchr(plain, c) : NULL;
    if (at) {
        cf_buf_putc(out, '\\');
        cf_buf_putc(out, letter[at - plain]);
        return true;
    }
    if (c >= 0x20 && c != 0x7F) return false;
    cf_buf_printf(out, "\\u%04x", c);
    return true;
}

static void put_quoted(cf_buf *out, const char *bytes, size_t len)
{
    const unsigned char *s = (const unsigned char *)bytes;
    cf_buf_putc(out, '"');
    for (size_t i = 0; i < len;) {
        if (put_escape(out, s[i])) {
            i++;
            continue;
        }
        size_t n = utf8_length(s + i, len - i);
        if (n) cf_buf_put(out, bytes + i, n);
        else cf_buf_puts(out, "\xEF\xBF\xBD"); /* U+FFFD */
        i += n ? n : 1;
    }
    cf_buf_putc(out, '"');
}

static void before(cf_json *j, const char *key)
{
    if (j->depth) {
        uint8_t top = (uint8_t)(j->depth - 1);
        if (j->has_items[top]) cf_buf_putc(j->out, ',');
        j->has_items[top] = true;
    }
    if (!key) return;
    put_quoted(j->out, key, strlen(key));
    cf_buf_putc(j->out, ':');
}

static void open_level(cf_json *j, const char *key, bool is_array)
{
    before(j, key);
    cf_buf_putc(j->out, is_array ? '[' : '{');
    if (j->depth == CF_JSON_DEPTH) return;
    j->is_array[j->depth] = is_array;
    j->has_items[j->depth] = false;
    j->depth++;
}

void cf_json_object(cf_json *j, const char *key)
{
    open_level(j, key, false);
}

void cf_json_array(cf_json *j, const char *key)
{
    open_level(j, key, true);
}

void cf_json_end(cf_json *j)
{
    if (j->depth == 0) return;
    j->depth--;
    cf_buf_putc(j->out, j->is_array[j->depth] ? ']' : '}');
}

void cf_json_text(cf_json *j, const char *key, const char *bytes, size_t len)
{
    before(j, key);
    put_quoted(j->out, bytes, len);
}

void cf_json_string(cf_json *j, const char *key, const char *value)
{
    if (value) cf_json_text(j, key, value, strlen(value));
    else cf_json_null(j, key);
}

void cf_json_int(cf_json *j, const char *key, int64_t value)
{
    before(j, key);
    cf_buf_printf(j->out, "%lld", (long long)value);
}

void cf_json_uint(cf_json *j, const char *key, uint64_t value)
{
    before(j, key);
    cf_buf_printf(j->out, "%llu", (unsigned long long)value);
}

void cf_json_double(cf_json *j, const char *key, double value)
{
    if (!isfinite(value)) {
        cf_json_null(j, key);
        return;
    }
    before(j, key);
    cf_buf_printf(j->out, "%.15g", value);
}

void cf_json_bool(cf_json *j, const char *key, bool value)
{
    before(j, key);
    cf_buf_puts(j->out, value ? "true" : "false");
}

void cf_json_null(cf_json *j, const char *key)
{
    before(j, key);
    cf_buf_puts(j->out, "null");
}
