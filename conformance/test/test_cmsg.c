#include <stdlib.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../run/cmsg.h"

static cf_script script;

/* The value of msg_control in a recvmsg with these pieces. */
static const cf_expr *list_of(const char *pieces)
{
    char text[900];
    cf_diags d = {0};
    cf_parse_env env = {0};
    int n = snprintf(text, sizeof text,
                     "0 recvmsg(4, {msg_name(...)=..., msg_iov(1)=[{...,0}], msg_flags=0, msg_control=[%s]}, 0) = 0\n",
                     pieces);
    CHECK(cf_script_parse_text(&script, "t.pkt", text, (size_t)n, &env, &d));
    cf_script_resolve(&script, true, &d);
    cf_diags_free(&d);
    return script.event[0].call.argv[1]->kid[3];
}

#define ERROR_PIECE                                                                                                    \
    "{cmsg_level=SOL_IP, cmsg_type=IP_RECVERR, cmsg_data={ee_errno=ENOMSG, "                                           \
    "ee_origin=SO_EE_ORIGIN_TIMESTAMPING, ee_type=0, ee_code=0, ee_info=SCM_TSTAMP_ACK, ee_data=1999}}"
#define STAMP_PIECE "{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING, cmsg_data={scm_sec=0,scm_nsec=10000000}}"
#define INQ_PIECE "{cmsg_level=SOL_TCP, cmsg_type=TCP_CM_INQ, cmsg_data=9000}"
#define STATS_PIECE                                                                                                    \
    "{cmsg_level=SOL_SOCKET, cmsg_type=SCM_TIMESTAMPING_OPT_STATS, "                                                   \
    "cmsg_data=[TCP_NLA_BUSY=5000, TCP_NLA_SND_CWND=10, TCP_NLA_CA_STATE=...]}"

static cf_cmsg *built;
static uint32_t count;
static char why[240];

static bool build(const char *pieces, cf_arena *mem)
{
    cf_span at;
    return cf_cmsg_build(list_of(pieces), mem, &built, &count, why, sizeof why, &at);
}

TEST(an_extended_error_is_followed_by_room_for_an_address)
{
    cf_arena *mem = cf_arena_new();
    uint32_t v;
    CHECK(build(ERROR_PIECE, mem));
    CHECK_EQ(count, 1);
    CHECK_EQ(built[0].len, 16 + 16);
    memcpy(&v, built[0].data, 4);
    CHECK_EQ(v, 42);
    CHECK_EQ(built[0].data[4], 4);
    memcpy(&v, built[0].data + 8, 4);
    CHECK_EQ(v, 2);
    memcpy(&v, built[0].data + 12, 4);
    CHECK_EQ(v, 1999);
    cf_arena_free(mem);
    cf_script_free(&script);
}

TEST(an_integer_has_four_bytes_and_three_stamps_have_forty_eight)
{
    cf_arena *mem = cf_arena_new();
    CHECK(build(INQ_PIECE ", " STAMP_PIECE, mem));
    CHECK_EQ(count, 2);
    CHECK_EQ(built[0].len, 4);
    CHECK_EQ(built[1].len, 48);
    cf_arena_free(mem);
    cf_script_free(&script);
}

/* What is expected comes, but for one byte that `change` (or nothing) flips in piece i. */
static bool check_changed(const char *pieces, uint32_t i, int64_t at, int64_t live_start_us)
{
    cf_arena *mem = cf_arena_new();
    cf_cmsg_rule rule = {live_start_us, 4000};
    CHECK(build(pieces, mem));
    if (at >= 0) ((uint8_t *)(uintptr_t)built[i].data)[at] ^= 0x40;
    const cf_expr *list = script.event[0].call.argv[1]->kid[3];
    bool ok = cf_cmsg_check(list, built, count, &rule, why, sizeof why);
    cf_arena_free(mem);
    cf_script_free(&script);
    return ok;
}

TEST(what_is_expected_fits_and_each_changed_member_is_named)
{
    CHECK(check_changed(ERROR_PIECE ", " INQ_PIECE, 0, -1, 0));
    CHECK(!check_changed(ERROR_PIECE, 0, 12, 0));
    CHECK_STR(why, "Bad ancillary data 1: expected ee_data 1999 but got 1935");
    CHECK(!check_changed(ERROR_PIECE ", " INQ_PIECE, 1, 0, 0));
    CHECK(strstr(why, "Bad ancillary data 2: the 4 bytes") != NULL);
    CHECK(check_changed(ERROR_PIECE, 0, 20, 0)); /* the offender's address is not looked at */
}

TEST(stamps_count_from_the_start_and_have_the_tolerance)
{
    CHECK(check_changed(STAMP_PIECE, 0, -1, 0));
    CHECK(check_changed(STAMP_PIECE, 0, -1, -3999));
    CHECK(!check_changed(STAMP_PIECE, 0, -1, -4001));
    CHECK(strstr(why, "expected stamp 0 at 0.010000 sec but it says 0.014001 sec") != NULL);
}

TEST(statistics_have_exact_values_but_for_spans_of_time_and_what_is_left_open)
{
    CHECK(check_changed(STATS_PIECE, 0, -1, 0));
    CHECK(check_changed(STATS_PIECE, 0, 4, 0));   /* busy: 64 us more or less */
    CHECK(!check_changed(STATS_PIECE, 0, 5, 0));  /* busy: 16 ms */
    CHECK(!check_changed(STATS_PIECE, 0, 16, 0)); /* cwnd */
    CHECK_STR(why, "Bad ancillary data 1: expected TCP_NLA_SND_CWND 10 but got 74");
    CHECK(check_changed(STATS_PIECE, 0, 24, 0)); /* "..." */
}

TEST(more_or_fewer_pieces_than_expected_are_told)
{
    cf_arena *mem = cf_arena_new();
    cf_cmsg_rule rule = {0, 4000};
    CHECK(build(INQ_PIECE, mem));
    const cf_expr *list = script.event[0].call.argv[1]->kid[3];
    CHECK(!cf_cmsg_check(list, built, 0, &rule, why, sizeof why));
    CHECK_STR(why, "Expected 1 pieces of ancillary data but got 0");
    cf_arena_free(mem);
    cf_script_free(&script);
}
