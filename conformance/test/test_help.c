#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static void write_man(void *stream, void *ctx)
{
    (void)ctx;
    cf_help_man(stream);
}

static void write_verb(void *stream, void *ctx)
{
    cf_help_verb(stream, ctx);
}

TEST(the_manual_page_is_the_committed_one)
{
    cf_source page;
    const char *why = "", *text = written_by(write_man, NULL);
    CHECK(cf_source_read(&page, TCPROVE_SOURCE_DIR "/conformance/cli/tcprove.1", &why));
    bool same = strcmp(page.text, text) == 0;
    cf_source_free(&page);
    if (!same) CHECK_FAIL("write it again: tcprove help --man > conformance/cli/tcprove.1");
}

TEST(the_help_of_a_command_lists_its_options_and_no_others)
{
    for (size_t v = 0; v < cf_verb_count; v++) {
        const char *text = written_by(write_verb, (void *)(uintptr_t)&cf_verbs[v]);
        for (size_t i = 0; i < cf_flag_count; i++) {
            char name[60];
            snprintf(name, sizeof name, "--%s", cf_flags[i].name);
            for (char *c = name + 2; *c; c++)
                if (*c == '_') *c = '-';
            bool listed = strstr(text, name) != NULL, belongs = (cf_flags[i].verbs & cf_verbs[v].bit) != 0;
            if (belongs && !listed) CHECK_FAIL("help of %s lacks %s", cf_verbs[v].name, name);
        }
    }
    const char *list = written_by(write_verb, (void *)(uintptr_t)cf_verb_find("list"));
    CHECK(strstr(list, "--json") == NULL);
}

TEST(commands_are_found_by_their_whole_name)
{
    CHECK(cf_verb_find("run") != NULL);
    CHECK(cf_verb_find("ru") == NULL);
}
