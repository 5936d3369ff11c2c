/* json.h — write and read JSON (RFC 8259).
 *
 * The writer puts into a cf_buf, adds commas by itself, and escapes whatever it is given: bytes that are not UTF-8
 * become U+FFFD, so that its output is always valid. The reader is strict: one value, no trailing bytes, at most
 * CF_JSON_DEPTH deep.
 *
 *     cf_json j = {.out = &buf};
 *     cf_json_object(&j, NULL);
 *     cf_json_string(&j, "outcome", "pass");
 *     cf_json_end(&j);                                     -> {"outcome":"pass"}
 */
#ifndef CF_TEXT_JSON_H
#define CF_TEXT_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "buf.h"

enum { CF_JSON_DEPTH = 32 };

typedef struct cf_json {
    cf_buf *out;
    uint8_t depth;
    bool is_array[CF_JSON_DEPTH], has_items[CF_JSON_DEPTH];
} cf_json;

/* key is the member name inside an object and must be NULL inside an array and at the top. */
void cf_json_object(cf_json *j, const char *key);
void cf_json_array(cf_json *j, const char *key);
void cf_json_end(cf_json *j);
void cf_json_string(cf_json *j, const char *key, const char *value); /* value NULL writes null */
void cf_json_text(cf_json *j, const char *key, const char *bytes, size_t len);
void cf_json_int(cf_json *j, const char *key, int64_t value);
void cf_json_uint(cf_json *j, const char *key, uint64_t value);
void cf_json_double(cf_json *j, const char *key, double value); /* NaN and infinities write null */
void cf_json_bool(cf_json *j, const char *key, bool value);
void cf_json_null(cf_json *j, const char *key);

typedef enum { CF_J_NULL, CF_J_BOOL, CF_J_NUMBER, CF_J_STRING, CF_J_ARRAY, CF_J_OBJECT } cf_json_kind;
typedef struct cf_json_value cf_json_value;
struct cf_json_value {
    cf_json_kind kind;
    bool truth;
    bool is_int;     /* the number was written without fraction and exponent and fits */
    int64_t integer; /* valid if is_int */
    double number;
    const char *str; /* STRING; NUL-terminated, may hold NULs: str_len counts */
    size_t str_len;
    const char *key; /* when this is a member of an object */
    size_t count;    /* children */
    cf_json_value **kid;
};

/* NULL with a static reason in *why and the byte offset in *at when text is not one JSON value. All memory is the
 * arena's. */
cf_json_value *cf_json_parse(cf_arena *mem, const char *text, size_t len, const char **why, size_t *at);
/* The member of an object, or NULL. */
const cf_json_value *cf_json_member(const cf_json_value *v, const char *key);
/* The member's string, or NULL if absent or not a string. */
const char *cf_json_get(const cf_json_value *v, const char *key);

#endif
