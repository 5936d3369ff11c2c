#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../prog/contract.h"
#include "../prog/fail.h"

static const char *judged_ret(rs_ret r)
{
    fz_catch();
    fz_contract_ret("recv", r);
    return fz_caught();
}

TEST(a_failure_has_an_errno_and_a_success_has_none)
{
    CHECK(!judged_ret((rs_ret){.value = 5}));
    CHECK(!judged_ret((rs_ret){.value = -1, .err = RS_EAGAIN}));
    CHECK(!judged_ret((rs_ret){.value = -1, .parked = 7}));
    CHECK_STR(judged_ret((rs_ret){.value = -1}), "O61 calls");
    CHECK_STR(judged_ret((rs_ret){.value = 0, .err = RS_EPIPE}), "O61 calls");
}

TEST(a_cancelled_call_that_goes_on_is_found)
{
    fz_catch();
    fz_contract_cancelled("send", (rs_ret){.value = -1, .err = RS_EINTR});
    CHECK(!fz_caught());
    fz_catch();
    fz_contract_cancelled("send", (rs_ret){.parked = 1});
    CHECK_STR(fz_caught(), "O61 calls");
}

TEST(a_value_larger_than_its_room_is_found)
{
    fz_catch();
    fz_contract_length(512, 512);
    CHECK(!fz_caught());
    fz_catch();
    fz_contract_length(513, 512);
    CHECK_STR(fz_caught(), "O61 calls");
}

TEST(a_negative_count_is_found)
{
    fz_catch();
    fz_contract_count((rs_ret){.value = -1, .err = RS_EINVAL}, -1);
    CHECK(!fz_caught());
    fz_catch();
    fz_contract_count((rs_ret){.value = 0}, -1);
    CHECK_STR(fz_caught(), "O61 calls");
}

TEST(a_readable_socket_that_blocks_is_found)
{
    fz_catch();
    fz_contract_readable((rs_ret){.value = 0});
    CHECK(!fz_caught());
    fz_catch();
    fz_contract_readable((rs_ret){.value = -1, .err = RS_EAGAIN});
    CHECK_STR(fz_caught(), "O61 calls");
}
