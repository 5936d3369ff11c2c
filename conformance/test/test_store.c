#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>

#include "../capture/store.h"

TEST(a_million_records_come_back_as_they_went_in)
{
    cf_store s;
    char why[300];
    cf_store_init(&s, 40);
    for (uint32_t i = 0; i < 1000000; i++) {
        uint32_t number;
        uint32_t *p = cf_store_add(&s, &number, why, sizeof why);
        CHECK(p != NULL);
        CHECK_EQ(number, i);
        CHECK_EQ(p[1], 0);
        p[0] = i;
        p[9] = ~i;
    }
    for (uint32_t i = 0; i < 1000000; i += 777) {
        uint32_t *p = cf_store_at(&s, i);
        CHECK_EQ(p[0], i);
        CHECK_EQ(p[9], ~i);
    }
    cf_store_free(&s);
}

TEST(a_folder_that_takes_no_file_is_an_error_that_names_TMPDIR)
{
    cf_store s;
    char why[300];
    uint32_t number;
    char *old = getenv("TMPDIR"), keep[200];
    snprintf(keep, sizeof keep, "%s", old ? old : "");
    setenv("TMPDIR", "/nonexistent/folder", 1);
    cf_store_init(&s, 40);
    void *p = cf_store_add(&s, &number, why, sizeof why);
    if (old) setenv("TMPDIR", keep, 1);
    else unsetenv("TMPDIR");
    CHECK(p == NULL);
    CHECK(strstr(why, "TMPDIR") != NULL);
    CHECK(strstr(why, "/nonexistent/folder") != NULL);
    cf_store_free(&s);
}
