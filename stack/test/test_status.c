#define CHECK_MAIN
#include "check.h"

#include <errno.h>

#include "../base/status.h"
#include "../include/refstack/stack.h"

TEST(codes_have_the_numbers_that_scripts_expect_from_linux)
{
    CHECK_EQ(RS_ECONNRESET, ECONNRESET);
    CHECK_EQ(RS_EINPROGRESS, EINPROGRESS);
    CHECK_EQ(RS_ENOPROTOOPT, ENOPROTOOPT);
#define S(name, number, text) CHECK_EQ(RS_##name, name);
#include "../include/refstack/status.def"
#undef S
}

TEST(every_code_has_its_name_and_a_text)
{
#define S(name, number, text)                                                                                          \
    CHECK_STR(rs_status_name(number), #name);                                                                          \
    CHECK(strlen(rs_status_text(number)) > 3);
#include "../include/refstack/status.def"
#undef S
    CHECK_STR(rs_status_name(0), "OK");
    CHECK_STR(rs_status_name(9999), "?");
    CHECK_STR(rs_status_text(-1), "?");
}

static int steps;
static rs_status step(int code)
{
    steps++;
    return rs_fail(code);
}
static rs_status two_steps(int first, int second)
{
    RS_TRY(step(first));
    RS_TRY(step(second));
    return RS_OK;
}

TEST(a_failing_step_ends_the_function_with_its_status)
{
    steps = 0;
    CHECK(!rs_failed(two_steps(0, 0)));
    CHECK_EQ(steps, 2);
    CHECK_EQ(two_steps(RS_EINVAL, RS_ENOMEM).code, RS_EINVAL);
    CHECK_EQ(steps, 3);
    CHECK_EQ(two_steps(0, RS_ENOMEM).code, RS_ENOMEM);
}
