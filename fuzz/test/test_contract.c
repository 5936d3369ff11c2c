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

static const char *judged_icmp(uint32_t seq, uint16_t pmtu, bool ends)
{
    rs_probe before = {.snd_una = 0xfffffff0, .snd_nxt = 16, .pmtu = 1500, .local.addr.family = RS_IPV4},
             after = before;
    after.pmtu = pmtu;
    fz_catch();
    fz_contract_icmp(&before, ends ? NULL : &after, seq);
    return fz_caught();
}

TEST(an_icmp_error_counts_only_if_it_quotes_what_is_out)
{
    CHECK(!judged_icmp(0, 1400, false)); /* what is out lies around zero */
    CHECK(!judged_icmp(0xfffffff0, 1500, true));
    CHECK(!judged_icmp(16, 1500, false));
    CHECK_STR(judged_icmp(16, 1400, false), "O46 icmp");
    CHECK_STR(judged_icmp(0xffffffef, 1500, true), "O46 icmp");
}

TEST(a_path_mtu_that_no_path_has_is_not_believed)
{
    CHECK(!judged_icmp(0, 68, false));
    CHECK_STR(judged_icmp(0, 67, false), "O46 icmp");
}
