#define CHECK_MAIN
#include "../run/pycode.h"

#include "../../stack/test/check.h"

static cf_buf printed, said;
static uint32_t line;

static cf_py_verdict run(const char *code)
{
    cf_buf_clear(&printed);
    cf_buf_clear(&said);
    return cf_py_block_run(&(cf_py_block){"t.pkt", 20, "tcpi_snd_cwnd=10\n", code}, &printed, &said, &line);
}

static void begin(void)
{
    char why[200];
    CHECK(cf_py_begin("python3", why, sizeof why));
}

TEST(blocks_run_with_the_names_of_the_snapshot)
{
    begin();
    CHECK_EQ(run("assert tcpi_snd_cwnd / 4 == 2.5\nprint('ok', tcpi_snd_cwnd)"), CF_PY_OK);
    CHECK_STR(cf_buf_str(&printed), "ok 10\n");
}

TEST(globals_last_from_block_to_block_and_not_from_script_to_script)
{
    begin();
    CHECK_EQ(run("n = 5"), CF_PY_OK);
    CHECK_EQ(run("assert n == 5"), CF_PY_OK);
    begin();
    CHECK_EQ(run("assert n == 5"), CF_PY_FAILED);
    CHECK_STR(cf_buf_str(&said), "NameError: name 'n' is not defined");
}

TEST(a_failure_names_its_line_in_the_script)
{
    begin();
    CHECK_EQ(run("x = 1\nif x:\n  assert False, 'here'"), CF_PY_FAILED);
    CHECK_EQ(line, 22);
    CHECK_STR(cf_buf_str(&said), "AssertionError: here");
}

TEST(a_block_that_does_not_parse_fails_with_its_line)
{
    begin();
    CHECK_EQ(run("x = = 1"), CF_PY_FAILED);
    CHECK_EQ(line, 20);
    CHECK(strstr(cf_buf_str(&said), "SyntaxError") != NULL);
}

TEST(leaving_with_a_status_fails_and_the_next_script_works)
{
    begin();
    CHECK_EQ(run("import sys\nsys.exit(3)"), CF_PY_FAILED);
    begin();
    CHECK_EQ(run("pass"), CF_PY_OK);
}

TEST(a_command_that_is_no_python_is_told)
{
    char why[200];
    CHECK(!cf_py_begin("/nonexistent/python", why, sizeof why));
    CHECK(strstr(why, "/nonexistent/python") != NULL);
    begin();
    CHECK_EQ(run("pass"), CF_PY_OK);
    cf_py_stop();
    cf_buf_free(&printed);
    cf_buf_free(&said);
}
