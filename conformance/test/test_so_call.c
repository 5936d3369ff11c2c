#include <errno.h>
#include <stdlib.h>

#define CHECK_MAIN
#include "so_fix.h"

static cf_call_out call(cf_target *t, cf_call_in in)
{
    cf_call_out out = {0};
    cf_target_so.call(t, &in, &out);
    return out;
}

TEST(a_call_gives_the_librarys_result_and_its_errno)
{
    cf_target *t = plugin_open(NULL);
    cf_call_in in = {.name = "socket", .id = CF_CALL_socket, .num = {CF_AF_INET, SOCK_STREAM, 0}};
    cf_call_out out = call(t, in);
    CHECK_EQ(out.result, 99);
    CHECK_EQ(out.err, 0);
    in.num[0] = CF_AF_INET6;
    out = call(t, in);
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EAFNOSUPPORT);
    cf_target_so.close(t);
}

TEST(addresses_go_to_the_library_and_come_back)
{
    cf_target *t = plugin_open(NULL);
    cf_call_in in = {.name = "bind", .id = CF_CALL_bind, .fd = 99, .has_addr = true, .port = 8080};
    in.addr_family = CF_AF_INET;
    CHECK(cf_addr_parse("192.168.0.1", &in.addr));
    CHECK_EQ(call(t, in).result, 0);
    in = (cf_call_in){.name = "fcntl", .id = CF_CALL_fcntl, .fd = 99, .num = {4, 04000}};
    CHECK_EQ(call(t, in).result, 0);
    in = (cf_call_in){.name = "accept", .id = CF_CALL_accept, .fd = 99};
    cf_call_out out = call(t, in);
    CHECK_EQ(out.result, -1);
    CHECK_EQ(out.err, EAGAIN);
    CHECK(!out.has_addr);
    cf_target_so.close(t);
}

TEST(what_the_library_has_not_is_named)
{
    cf_target *t = plugin_open(NULL);
    cf_call_out out = call(t, (cf_call_in){.name = "splice", .id = CF_CALL_splice});
    CHECK_STR(out.unsupported, "splice");
    out = call(t, (cf_call_in){.name = "open", .id = CF_CALL_open});
    CHECK_STR(out.unsupported, "open");
    cf_target_so.close(t);
}
