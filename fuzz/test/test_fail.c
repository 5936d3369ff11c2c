#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/fail.h"

TEST(a_caught_failure_does_not_stop_and_gives_the_first_oracle)
{
    fz_catch();
    fz_fail("O23 window", "%d bytes", 7);
    fz_fail("O24 stream", "later");
    CHECK_STR(fz_caught(), "O23 window");
}

TEST(nothing_caught_is_null)
{
    fz_catch();
    CHECK(fz_caught() == NULL);
}
