#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../suite/glob.h"

TEST(a_star_stays_in_its_folder_and_two_stars_do_not)
{
    CHECK(cf_glob("close/*", "close/fin"));
    CHECK(!cf_glob("close/*", "close/time-wait/rst"));
    CHECK(cf_glob("close/**", "close/time-wait/rst"));
    CHECK(cf_glob("**/rst", "close/time-wait/rst"));
    CHECK(!cf_glob("*/rst", "close/time-wait/rst"));
    CHECK(cf_glob("c*e/*-w*t/r?t", "close/time-wait/rst"));
    CHECK(!cf_glob("close?fin", "close/fin"));
}

TEST(stars_take_as_little_as_needed_but_as_much_as_it_takes)
{
    CHECK(cf_glob("*a*b", "aXbXb"));
    CHECK(cf_glob("**a*b", "x/aya/zzb") == false);
    CHECK(cf_glob("**a**b", "x/aya/zzb"));
    CHECK(cf_glob("*", ""));
    CHECK(cf_glob("", ""));
    CHECK(!cf_glob("", "x"));
    CHECK(!cf_glob("abc", "ab"));
    CHECK(!cf_glob("ab", "abc"));
}

TEST(a_folder_selects_what_is_in_it_and_not_its_namesakes)
{
    CHECK(cf_glob_prefix("close", "close/fin"));
    CHECK(cf_glob_prefix("close/", "close/fin"));
    CHECK(!cf_glob_prefix("close", "closer/fin"));
    CHECK(cf_glob_prefix("cl*", "closer/fin"));
    CHECK(cf_glob_prefix("close/fin", "close/fin"));
    CHECK(!cf_glob_prefix("fin", "close/fin"));
    CHECK(!cf_glob_prefix("", "close/fin"));
}

TEST(text_is_found_inside_without_regard_to_case)
{
    CHECK(cf_glob_inside("A Challenge ACK", "challenge"));
    CHECK(!cf_glob_inside("A Challenge ACK", "challenges"));
    CHECK(cf_glob_inside("", ""));
}
