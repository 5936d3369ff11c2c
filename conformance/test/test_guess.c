#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <string.h>

#include "../capture/guess.h"

static const char *text_of(const cf_guess *g)
{
    static char text[300];
    cf_buf out = {0};
    cf_guess_text(g, &out);
    snprintf(text, sizeof text, "%s", cf_buf_str(&out));
    cf_buf_free(&out);
    return text;
}

TEST(the_strictest_style_is_first_and_says_nothing)
{
    CHECK_STR(text_of(&cf_guesses[0]), "");
    CHECK_STR(text_of(&(cf_guess){.rows = true, .any_options = true, .loose = true}),
              "sizes of segments not compared, its options not compared, timers within 20 ms or 20 %");
}

TEST(only_fixes_that_compare_less_are_told)
{
    const cf_fix fix[] = {{3, CF_FIX_CUT}, {4, CF_FIX_LOOSE}, {5, CF_FIX_LOOSE}, {5, CF_FIX_ANY_OPTIONS}};
    cf_guess g = {.fix = fix, .fixes = 4};
    CHECK_STR(text_of(&g), "times of 2 packets not compared, options of 1 packets not compared");
    CHECK(cf_guess_fixed(&g, 3, CF_FIX_CUT));
    CHECK(!cf_guess_fixed(&g, 4, CF_FIX_CUT));
    g.fixes = 0;
    CHECK(!cf_guess_fixed(&g, 3, CF_FIX_CUT));
}

TEST(every_setting_is_one_word_that_names_its_value)
{
    for (int i = 0; i < CF_SETTINGS; i++) {
        CHECK(strchr(cf_guess_settings[i], '=') != NULL);
        CHECK(strpbrk(cf_guess_settings[i], " `\"") == NULL);
    }
}
