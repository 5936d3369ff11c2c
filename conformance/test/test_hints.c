#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/hints.h"
#include "capture_fix.h"

#define OPEN {0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0}, {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0}
#define OPENED OPEN, {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}
/* The server closes first, and the client answers. */
#define CLOSED                                                                                                         \
    OPENED, {10, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0}, {20, '>', ".", 1, 0, 2, 9999, NULL, 0, 0},                     \
        {30, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0}, {30, '<', ".", 2, 0, 2, 9999, NULL, 0, 0}

static cf_capture c;
static cf_recording r;
static char words[400];

static void record(const beat *b, size_t n, int side)
{
    char why[200];
    story(&c, &(shape){0}, b, n);
    if (!cf_record(&r, &c, 0, side, why, sizeof why)) CHECK_FAIL("%s", why);
}

static void done(void)
{
    cf_recording_free(&r);
    cf_capture_free(&c);
}

static const char *sysctls(const beat *b, size_t n, int side)
{
    cf_buf out = {0};
    record(b, n, side);
    cf_hints_sysctls(&out, &r, "reno");
    snprintf(words, sizeof words, "%s", cf_buf_str(&out));
    cf_buf_free(&out);
    done();
    return words;
}
#define SERVER_SYSCTLS(b) sysctls(b, sizeof(b) / sizeof *(b), CF_SERVER)

TEST(a_usual_connection_needs_no_settings)
{
    beat b[10];
    memcpy(b, whole, sizeof b);
    b[1].opts = "\2\4\5\xb4\1\3\3\x0a"; /* window scale 10 */
    b[1].opt_len = 8;
    CHECK_STR(sysctls(b, 10, CF_SERVER), "");
    CHECK_STR(sysctls(whole, 10, CF_SERVER), " net.ipv4.tcp_rmem=\"4096 131072 6291456\""); /* 7 */
}

TEST(options_that_a_client_does_not_offer_are_switched_off)
{
    CHECK(strstr(sysctls(whole, 10, CF_CLIENT), "net.ipv4.tcp_timestamps=0 net.ipv4.tcp_sack=0") != NULL);
    CHECK(strstr(words, "window_scaling") == NULL);
}

TEST(text_given_up_says_after_how_many_retransmissions)
{
    static const beat b[] = {OPENED,
                             {10, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {310, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {910, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {9000, '>', ".", 1, 0, 11, 9999, NULL, 0, 0},
                             {9000, '<', "R", 11, 0, 0, 0, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_retries2=2");
    CHECK_STR(sysctls(b, 7, CF_SERVER), ""); /* it was not there to draw a reset */
}

TEST(a_fin_given_up_is_an_orphans)
{
    static const beat b[] = {OPENED,
                             {10, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {310, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {9000, '>', ".", 1, 0, 2, 9999, NULL, 0, 0},
                             {9000, '<', "R", 2, 0, 0, 0, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_orphan_retries=1");
}

TEST(timeouts_that_stop_doubling_say_where_the_ceiling_is)
{
    static const beat b[] = {OPEN,
                             {500, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},
                             {510, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {2010, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {4022, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {6030, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_rto_max_ms=2000");
    CHECK_STR(sysctls(b, 6, CF_SERVER), "");
}

TEST(a_half_closed_connection_that_is_gone_ended_before)
{
    static const beat b[] = {OPENED,
                             {10, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {20, '>', ".", 1, 0, 2, 9999, NULL, 0, 0},
                             {4020, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0},
                             {4020, '<', "R", 2, 0, 0, 0, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_fin_timeout=2");
}

TEST(a_time_wait_that_was_not_kept_draws_a_reset)
{
    static const beat b[] = {
        CLOSED, {200, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0}, {200, '<', "R", 2, 0, 0, 0, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_max_tw_buckets=0");
    static const beat kept[] = {
        CLOSED, {200, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0}, {200, '<', ".", 2, 0, 2, 9999, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(kept), "");
}

TEST(a_time_wait_that_a_reset_does_not_end_was_told_so)
{
    static const beat b[] = {CLOSED,
                             {200, '>', "R", 2, 0, 0, 0, NULL, 0, 0},
                             {900, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0},
                             {900, '<', ".", 2, 0, 2, 9999, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_rfc1337=1");
    static const beat ended[] = {CLOSED,
                                 {200, '>', "R", 2, 0, 0, 0, NULL, 0, 0},
                                 {900, '>', "F.", 1, 0, 2, 9999, NULL, 0, 0},
                                 {900, '<', "R", 2, 0, 0, 0, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(ended), "");
}

TEST(single_segments_without_psh_were_not_paired)
{
    beat b[] = {
        OPENED, {100, '<', ".", 1, 1000, 1, 9999, NULL, 0, 0}, {100, '<', "P.", 1001, 1000, 1, 9999, NULL, 0, 0}};
    b[2].ms = 51;
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_congestion_control=reno net.ipv4.tcp_min_tso_segs=1");
    record(b, 5, CF_SERVER);
    CHECK(!cf_hints_cut_by_card(&r));
    done();
    b[2].ms = 2; /* so near, nobody would send single segments */
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_congestion_control=reno");
    record(b, 5, CF_SERVER);
    CHECK(cf_hints_cut_by_card(&r));
    done();
}

TEST(a_syn_ack_repeated_late_although_it_was_acknowledged_waited_for_data)
{
    static const beat b[] = {OPENED, {7001, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0}};
    record(b, 4, CF_SERVER);
    CHECK_EQ(cf_hints_defer_accept(&r), 7);
    done();
    record(whole, 10, CF_SERVER);
    CHECK_EQ(cf_hints_defer_accept(&r), 0);
    done();
    static const beat lost[] = {OPEN, {1001, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0}};
    record(lost, 3, CF_SERVER);
    CHECK_EQ(cf_hints_defer_accept(&r), 0); /* nobody had acknowledged it */
    done();
}

TEST(a_syn_in_time_wait_that_draws_an_ack_found_no_listener)
{
    static const beat b[] = {
        CLOSED, {900, '>', "S", 1000, 0, 0, 9999, NULL, 0, 0}, {900, '<', ".", 2, 0, 2, 9999, NULL, 0, 0}};
    record(b, 9, CF_SERVER);
    CHECK(cf_hints_listener_gone(&r));
    done();
    record(b, 7, CF_SERVER);
    CHECK(!cf_hints_listener_gone(&r));
    done();
}

TEST(only_a_reset_behind_unanswered_probes_ends_by_keepalive)
{
    static const beat b[] = {OPENED,
                             {1002, '<', ".", 0, 0, 1, 9999, NULL, 0, 0},
                             {2002, '<', ".", 0, 0, 1, 9999, NULL, 0, 0},
                             {3002, '<', "R.", 1, 0, 1, 9999, NULL, 0, 0}};
    record(b, 6, CF_SERVER);
    CHECK_EQ(cf_hints_keepalive_count(&r), 2);
    done();
    record(b, 5, CF_SERVER);
    CHECK_EQ(cf_hints_keepalive_count(&r), 0);
    done();
}

TEST(a_first_segment_without_an_answer_was_to_be_acknowledged_late)
{
    static const beat b[] = {
        OPENED, {3, '>', "P.", 1, 10, 1, 9999, NULL, 0, 0}, {43, '<', ".", 1, 0, 11, 9999, NULL, 0, 0}};
    record(b, 5, CF_SERVER);
    CHECK(cf_hints_delays_first_ack(&r));
    done();
    record(whole, 10, CF_SERVER);
    CHECK_EQ(cf_hints_delays_first_ack(&r), whole[4].ms - whole[3].ms > 1);
    done();
}

TEST(a_small_first_window_is_a_small_buffer)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0}, {1, '<', "S.", 0, 0, 1, 1152, NULL, 0, 0}};
    record(b, 2, CF_SERVER);
    CHECK_EQ(cf_hints_receive_buffer(&r), 1152);
    done();
    record(whole, 10, CF_SERVER);
    CHECK_EQ(cf_hints_receive_buffer(&r), 0);
    done();
}

TEST(an_mss_too_small_for_ipv6_is_an_option_of_the_socket)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, "\2\4\3\x84", 4, 0},
                             {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0}};
    for (int six = 0; six < 2; six++) {
        char why[200];
        story(&c, &(shape){.six = six}, b, 2);
        CHECK(cf_record(&r, &c, 0, CF_CLIENT, why, sizeof why));
        CHECK_EQ(cf_hints_maxseg(&r), six ? 900 : 0);
        done();
    }
}

TEST(a_first_timeout_far_longer_than_the_handshake_has_a_floor)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {0, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {100, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},
                             {100, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {1211, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_rto_min_us=1000000");
    beat usual[5];
    memcpy(usual, b, sizeof b);
    usual[4].ms = 420;
    CHECK_STR(SERVER_SYSCTLS(usual), "");
}

TEST(much_in_flight_needs_room_in_the_send_buffer)
{
    static const beat b[] = {OPENED, {10, '<', "P.", 1, 60000, 1, 9999, NULL, 0, 0}};
    CHECK_STR(SERVER_SYSCTLS(b), " net.ipv4.tcp_wmem=\"4096 1048576 1048576\"");
}
