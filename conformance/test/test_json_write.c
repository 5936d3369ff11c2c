#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <math.h>

#include "../text/json.h"

TEST(commas_and_brackets_come_by_themselves)
{
    cf_buf out = {0};
    cf_json j = {.out = &out};
    cf_json_object(&j, NULL);
    cf_json_string(&j, "id", "close/fin");
    cf_json_array(&j, "n");
    cf_json_int(&j, NULL, -1);
    cf_json_uint(&j, NULL, UINT64_MAX);
    cf_json_end(&j);
    cf_json_bool(&j, "ok", true);
    cf_json_string(&j, "hint", NULL);
    cf_json_object(&j, "empty");
    cf_json_end(&j);
    cf_json_end(&j);
    CHECK_STR(cf_buf_str(&out),
              "{\"id\":\"close/fin\",\"n\":[-1,18446744073709551615],\"ok\":true,\"hint\":null,\"empty\":{}}");
    cf_buf_free(&out);
}

TEST(quotes_controls_and_backslashes_are_escaped)
{
    cf_buf out = {0};
    cf_json j = {.out = &out};
    cf_json_text(&j, NULL, "a\"b\\\n\t\001\0z", 9);
    CHECK_STR(cf_buf_str(&out), "\"a\\\"b\\\\\\n\\t\\u0001\\u0000z\"");
    cf_buf_free(&out);
}

TEST(bytes_that_are_not_utf8_are_replaced)
{
    cf_buf out = {0};
    cf_json j = {.out = &out};
    cf_json_string(&j, NULL, "\xC3\xA9 \xFF \xC3 \xED\xA0\x80 \xF0\x9F\x98\x80");
    CHECK_STR(cf_buf_str(&out), "\"\xC3\xA9 \xEF\xBF\xBD \xEF\xBF\xBD \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD "
                                "\xF0\x9F\x98\x80\"");
    cf_buf_free(&out);
}

TEST(numbers_that_json_cannot_hold_become_null)
{
    cf_buf out = {0};
    cf_json j = {.out = &out};
    cf_json_array(&j, NULL);
    cf_json_double(&j, NULL, 0.5);
    cf_json_double(&j, NULL, (double)NAN);
    cf_json_double(&j, NULL, (double)INFINITY);
    cf_json_null(&j, NULL);
    cf_json_end(&j);
    CHECK_STR(cf_buf_str(&out), "[0.5,null,null,null]");
    cf_buf_free(&out);
}
