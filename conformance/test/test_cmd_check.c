#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../cli/cli.h"
#include "fixture.h"

static const char *out, *err;

static int check(const char *text)
{
    tree_new();
    char path[200];
    snprintf(path, sizeof path, "%s", tree_put("x.pkt", text));
    const char *words[] = {path};
    cf_args a = {.words = {words, 1, 1}, .root = TCPROVE_SOURCE_DIR "/conformance/scripts"};
    catch_begin();
    int status = cf_cmd_check(&a);
    catch_end(&out, &err);
    tree_free();
    return status;
}

TEST(a_script_without_mistakes_is_exit_0)
{
    CHECK_EQ(check("//: spec: MUST-13 (MUST)\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"), CF_EXIT_OK);
    CHECK_STR(out, "1 script: no mistakes\n");
    CHECK_STR(err, "");
}

TEST(a_mistake_is_exit_4_and_shown_with_its_place)
{
    CHECK_EQ(check("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 sokcet(3) = 0\n"), CF_EXIT_INVALID);
    CHECK(strstr(err, "x.pkt:2:4: error:") != NULL);
    CHECK(strstr(err, "^^^^^^") != NULL);
    CHECK_STR(out, "1 of 1 script is invalid\n");
}

TEST(a_cited_requirement_that_does_not_exist_is_a_warning)
{
    CHECK_EQ(check("//: spec: MUST-1300 (MUST)\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"), CF_EXIT_OK);
    CHECK(strstr(err, "warning: no requirement is called \"MUST-1300\"") != NULL);
}

TEST(a_note_that_upstream_refuses_is_a_warning)
{
    CHECK_EQ(check("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"
                   "+0 fcntl(3, F_GETFL) = 2050 (flags O_RDWR|O_NONBLOCK)\n"),
             CF_EXIT_OK);
    CHECK(strstr(err, "x.pkt:2:42: warning: upstream packetdrill refuses '|' in a note") != NULL);
    CHECK_STR(out, "1 script: no mistakes\n");
}

TEST(all_shipped_scripts_are_without_mistakes)
{
    cf_args a = {.root = TCPROVE_SOURCE_DIR "/conformance/scripts"};
    catch_begin();
    int status = cf_cmd_check(&a);
    catch_end(&out, &err);
    if (status) CHECK_FAIL("%s", err);
    CHECK_STR(err, "");
}
