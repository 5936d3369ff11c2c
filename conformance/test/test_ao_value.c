#define CHECK_MAIN
#include "run_fix.h"

#define SOCKET "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"

TEST(a_tuple_is_written_member_by_member)
{
    fix_script(SOCKET "+0 setsockopt(3, SOL_TCP, TCP_AO_ADD_KEY, {ao_sndid=1, ao_rcvid=2, ao_key=\"x\", ao_maclen=14, "
                      "ao_set_current=1}, 288) = 0\n"
                      "+0 getsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_set_current=1, ao_current_key=1, ao_set_rnext=0, "
                      "ao_pkt_good=0}, [48]) = 0\n"
                      "+0 setsockopt(3, SOL_TCP, TCP_AO_DEL_KEY, {ao_sndid=1, ao_rcvid=2}, 144) = -1 EBUSY (busy)\n",
               CF_PASS, NULL);
}

TEST(what_differs_is_named)
{
    fix_script(SOCKET "+0 setsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_ao_required=1}, 48) = 0\n"
                      "+0 getsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_ao_required=0}, [48]) = 0\n",
               CF_FAIL, "ao_ao_required");
}

TEST(members_are_those_of_the_option)
{
    fix_script(SOCKET "+0 setsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_key=\"x\"}, 48) = 0\n", CF_RUN_ERROR,
               "no such member");
    fix_script(SOCKET "+0 setsockopt(3, SOL_TCP, TCP_AO_ADD_KEY, {ao_sndid=256}, 288) = 0\n", CF_RUN_ERROR,
               "does not fit");
    fix_script(SOCKET "+0 setsockopt(3, SOL_TCP, TCP_NODELAY, {ao_sndid=2}, 4) = 0\n", CF_RUN_ERROR, "TCP_AO_ADD_KEY");
}
