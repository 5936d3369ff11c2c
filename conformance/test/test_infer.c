#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/infer.h"
#include "capture_fix.h"
#include "fixture.h"

static char text[8000];

static const char *infer(const beat *b, size_t n, int side, const cf_guess *g)
{
    cf_capture c;
    cf_recording r;
    cf_told told = {0};
    char why[300];
    story(&c, &(shape){0}, b, n);
    bool ok = cf_record(&r, &c, 0, side, why, sizeof why);
    if (ok) {
        ok = cf_infer(&told, &r, g, "a title", why, sizeof why);
        cf_recording_free(&r);
    }
    snprintf(text, sizeof text, "%s", ok ? cf_buf_str(&told.text) : why);
    cf_told_free(&told);
    cf_capture_free(&c);
    return text;
}

static bool says(const char *what)
{
    if (strstr(text, what)) return true;
    fprintf(stderr, "%s", text);
    return false;
}

TEST(the_server_of_a_small_exchange_listens_accepts_writes_and_closes)
{
    CHECK(golden_is("import-server.pkt", infer(whole, 10, CF_SERVER, &cf_guesses[0])));
}

TEST(its_client_connects_writes_and_closes_first)
{
    CHECK(golden_is("import-client.pkt", infer(whole, 10, CF_CLIENT, &cf_guesses[0])));
}

TEST(segments_up_to_PSH_are_one_write_and_a_burst_without_it_says_MSG_MORE)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},      {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},      {3, '<', ".", 1, 500, 1, 9999, NULL, 0, 0},
                             {3, '<', ".", 501, 500, 1, 9999, NULL, 0, 0},  {9, '>', ".", 1, 0, 1001, 9999, NULL, 0, 0},
                             {9, '<', "P.", 1001, 500, 1, 9999, NULL, 0, 0}};
    CHECK(strstr(infer(b, 7, CF_SERVER, &(cf_guess){0}), "write(4, ..., 1500) = 1500") != NULL);
    CHECK(strstr(infer(b, 7, CF_SERVER, &(cf_guess){.bursts = true}), "send(4, ..., 1000, MSG_MORE) = 1000") != NULL);
    CHECK(strstr(text, "write(4, ..., 500) = 500") != NULL);
}

TEST(a_FIN_is_a_shutdown_when_data_is_taken_afterwards_else_a_close)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},  {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},  {9, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {10, '>', ".", 1, 0, 2, 9999, NULL, 0, 0}, {20, '>', "P.", 1, 10, 2, 9999, NULL, 0, 0},
                             {20, '<', ".", 2, 0, 11, 9999, NULL, 0, 0}};
    CHECK(strstr(infer(b, 7, CF_SERVER, &cf_guesses[0]), "shutdown(4, SHUT_WR) = 0") != NULL);
    CHECK(strstr(infer(b, 5, CF_SERVER, &cf_guesses[0]), "close(4) = 0") != NULL);
}

TEST(a_reset_that_nothing_asked_for_is_a_close_with_linger)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},
                             {90, '<', "R.", 1, 0, 1, 0, NULL, 0, 0}};
    CHECK(strstr(infer(b, 4, CF_SERVER, &cf_guesses[0]), "{onoff=1, linger=0}") != NULL);
}

TEST(options_that_were_offered_and_not_taken_become_settings)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, "\4\2\1\1", 4, 0},
                             {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}};
    CHECK(strstr(infer(b, 3, CF_SERVER, &cf_guesses[0]), "net.ipv4.tcp_sack=0") != NULL);
    CHECK(strstr(text, "tcp_timestamps") == NULL);
}

TEST(idle_probes_become_keepalive_settings)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},    {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},    {3, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {3, '>', ".", 1, 0, 11, 9999, NULL, 0, 0},   {5003, '<', ".", 10, 0, 1, 9999, NULL, 0, 0},
                             {6003, '<', ".", 10, 0, 1, 9999, NULL, 0, 0}};
    CHECK(strstr(infer(b, 7, CF_SERVER, &cf_guesses[0]), "TCP_KEEPIDLE, [5], 4") != NULL);
    CHECK(strstr(text, "TCP_KEEPINTVL, [1], 4") != NULL);
}

TEST(keepalives_that_ended_in_a_reset_say_how_many)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},
                             {2002, '<', ".", 0, 0, 1, 9999, NULL, 0, 0},
                             {5002, '<', "R.", 1, 0, 1, 9999, NULL, 0, 0}};
    infer(b, 5, CF_SERVER, &cf_guesses[0]);
    CHECK(says("TCP_KEEPINTVL, [3], 4"));
    CHECK(says("TCP_KEEPCNT, [1], 4"));
    CHECK(strstr(text, "close(") == NULL);
}

TEST(times_of_the_stacks_own_are_ranges_as_wide_as_a_kernels_timers_are_late)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},   {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},   {3, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {103, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}, {803, '<', "P.", 1, 10, 1, 9999, NULL, 0, 0}};
    infer(b, 6, CF_SERVER, &cf_guesses[0]);
    CHECK(says("+0.596~+0.804 > P. 1:11(10)")); /* the timer ran for 800 ms */
    CHECK(says("+0.1 < . 1:1(0) ack 1"));
    infer(b, 6, CF_SERVER, &(cf_guess){.loose = true});
    CHECK(says("+0.54~+0.86 > P. 1:11(10)"));
}

TEST(a_segment_row_can_be_one_line_and_one_write)
{
    static const beat b[] = {
        {0, '>', "S", 0, 0, 0, 9999, "\2\4\1\xf4", 4, 0}, {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
        {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},         {9, '<', "P.", 1, 1000, 1, 9999, NULL, 0, 0},
        {9, '<', ".", 1001, 500, 1, 9999, NULL, 0, 0},    {9, '<', "P.", 1501, 200, 1, 9999, NULL, 0, 0}};
    infer(b, 6, CF_SERVER, &(cf_guess){.bursts = true, .rows = true});
    CHECK(says("write(4, ..., 1700) = 1700\n+0 > P. 1:1701(1700) ack 1\n"));
    CHECK(!strstr(text, "1001:"));
}

TEST(a_row_ends_where_a_packet_would_be_too_long)
{
    beat b[53] = {{0, '>', "S", 0, 0, 0, 65535, "\2\4\5\xdc", 4, 0},
                  {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                  {2, '>', ".", 1, 0, 1, 65535, NULL, 0, 0}};
    for (uint32_t i = 0; i < 50; i++) b[3 + i] = (beat){9, '<', ".", 1 + 1500 * i, 1500, 1, 9999, NULL, 0, 0};
    infer(b, 53, CF_SERVER, &(cf_guess){.bursts = true, .rows = true});
    CHECK(says("> . 1:64501(64500) ack 1\n"));
    CHECK(says("> . 64501:75001(10500) ack 1\n"));
}

TEST(data_with_psh_and_fin_was_written_while_the_window_was_closed)
{
    static const beat b[] = {
        {0, '>', "S", 0, 0, 0, 1000, NULL, 0, 0},     {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
        {2, '>', ".", 1, 0, 1, 1000, NULL, 0, 0},     {9, '<', "P.", 1, 1000, 1, 9999, NULL, 0, 0},
        {20, '>', ".", 1, 0, 1001, 1000, NULL, 0, 0}, {20, '<', "FP.", 1001, 500, 1, 9999, NULL, 0, 0},
        {30, '>', ".", 1, 0, 1502, 1000, NULL, 0, 0}};
    infer(b, 7, CF_SERVER, &cf_guesses[0]);
    CHECK(says("+0 write(4, ..., 500) = 500\n+0 close(4) = 0\n+0.011 < . 1:1(0) ack 1001"));
    CHECK(says("+0 > FP. 1001:1501(500)"));
}

TEST(bytes_that_nobody_read_make_the_fin_a_shutdown_and_the_reset_a_close)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},   {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},   {3, '>', "P.", 1, 10, 1, 9999, NULL, 0, 0},
                             {3, '<', ".", 1, 0, 11, 9999, NULL, 0, 0},  {20, '<', "F.", 1, 0, 11, 9999, NULL, 0, 0},
                             {90, '<', "R.", 2, 0, 11, 9999, NULL, 0, 0}};
    infer(b, 7, CF_SERVER, &cf_guesses[0]);
    CHECK(says("shutdown(4, SHUT_WR) = 0\n+0 > F. 1:1(0) ack 11\n+0.07 close(4) = 0\n+0 > R. 2:2(0)"));
    CHECK(!strstr(text, "read("));
}

TEST(an_application_that_left_the_handshake_had_left_early)
{
    static const beat b[] = {{0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},
                             {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                             {4000, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},
                             {4000, '<', "R", 1, 0, 0, 0, NULL, 0, 0}};
    infer(b, 4, CF_SERVER, &cf_guesses[0]);
    CHECK(says("+0 close(3) = 0\n+3.999 < . 1:1(0) ack 1"));
}

TEST(reads_come_with_the_acknowledgment_that_they_let_go)
{
    static const beat b[] = {
        {0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0},      {0, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
        {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0},      {3, '>', ".", 1, 500, 1, 9999, NULL, 0, 0},
        {3, '<', ".", 1, 0, 501, 9999, NULL, 0, 0},    {9, '>', ".", 501, 500, 1, 9999, NULL, 0, 0},
        {9, '>', "P.", 1001, 99, 1, 9999, NULL, 0, 0}, {9, '<', ".", 1, 0, 1100, 9999, NULL, 0, 0}};
    infer(b, 8, CF_SERVER, &cf_guesses[0]);
    CHECK(says("1001:1100(99) ack 1 win 9999\n+0 read(4, ..., 599) = 599\n+0 > . 1:1(0) ack 1100"));
}

TEST(every_guess_but_the_strict_ones_says_what_it_relaxes)
{
    for (int i = 0; i < CF_GUESSES; i++) {
        const cf_guess *g = &cf_guesses[i];
        cf_buf out = {0};
        cf_guess_text(g, &out);
        CHECK_EQ(out.len > 0, g->loose || g->any_options || g->rows);
        cf_buf_free(&out);
    }
}

static const char *with_fix(const beat *b, size_t n, cf_guess g, uint32_t packet, cf_fix_kind kind)
{
    const cf_fix fix = {packet, kind};
    g.fix = &fix;
    g.fixes = 1;
    return infer(b, n, CF_SERVER, &g);
}

#define OPENED                                                                                                         \
    {0, '>', "S", 0, 0, 0, 9999, NULL, 0, 0}, {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},                               \
        {2, '>', ".", 1, 0, 1, 9999, NULL, 0, 0}

TEST(a_write_is_cut_joined_and_told_as_the_fix_says)
{
    static const beat b[] = {OPENED,
                             {5, '<', ".", 1, 500, 1, 9999, NULL, 0, 0},
                             {5, '<', "P.", 501, 500, 1, 9999, NULL, 0, 0},
                             {5, '<', "P.", 1001, 500, 1, 9999, NULL, 0, 0}};
    with_fix(b, 6, (cf_guess){0}, 3, CF_FIX_CUT);
    CHECK(says("send(4, ..., 500, MSG_MORE) = 500"));
    with_fix(b, 6, (cf_guess){0}, 4, CF_FIX_JOIN);
    CHECK(says("write(4, ..., 1500) = 1500"));
    with_fix(b, 6, (cf_guess){0}, 3, CF_FIX_EOR);
    CHECK(says("send(4, ..., 1000, MSG_EOR) = 1000"));
    with_fix(b, 4, (cf_guess){0}, 3, CF_FIX_PLAIN);
    CHECK(says("write(4, ..., 500) = 500"));
    with_fix(b, 6, (cf_guess){.nagle = true}, 4, CF_FIX_PUSH);
    CHECK(says("setsockopt(4, SOL_TCP, TCP_NODELAY, [1], 4) = 0"));
}

/* Is this line before that one? */
static bool precedes(const char *one, const char *other)
{
    const char *a = strstr(text, one), *b = strstr(text, other);
    return a && b && a < b ? true : says("(not in this order)");
}

TEST(a_write_and_a_close_are_made_earlier_where_a_fix_says_so)
{
    static const beat b[] = {OPENED,
                             {5, '<', "P.", 1, 500, 1, 9999, NULL, 0, 0},
                             {50, '>', ".", 1, 0, 501, 9999, NULL, 0, 0},
                             {50, '<', "P.", 501, 500, 1, 9999, NULL, 0, 0},
                             {70, '>', ".", 1, 0, 1001, 9999, NULL, 0, 0},
                             {70, '<', "F.", 1001, 0, 1, 9999, NULL, 0, 0}};
    with_fix(b, 8, (cf_guess){0}, 4, CF_FIX_WRITE);
    CHECK(precedes("write(4, ..., 500) = 500\n+0.045 < . 1:1(0) ack 501", "> P. 501:1001(500)"));
    with_fix(b, 8, (cf_guess){0}, 4, CF_FIX_CLOSE);
    CHECK(precedes("close(4) = 0", "< . 1:1(0) ack 501"));
    with_fix(b, 8, (cf_guess){0}, 7, CF_FIX_SHUTDOWN);
    CHECK(says("shutdown(4, SHUT_WR) = 0"));
}

TEST(only_so_many_packets_are_told_when_asked)
{
    infer(whole, 10, CF_SERVER, &(cf_guess){.upto = 4});
    CHECK(says("< P. 1:101(100)"));
    CHECK(strstr(text, "ack 101") == NULL);
}

TEST(a_reset_after_a_shutdown_is_a_close_without_lingering)
{
    static const beat b[] = {OPENED,
                             {10, '<', "F.", 1, 0, 1, 9999, NULL, 0, 0},
                             {20, '>', ".", 1, 0, 2, 9999, NULL, 0, 0},
                             {90, '<', "R.", 2, 0, 1, 0, NULL, 0, 0}};
    infer(b, 6, CF_SERVER, &(cf_guess){0});
    CHECK(precedes("shutdown(4, SHUT_WR) = 0", "linger=0}, 8) = 0"));
    CHECK(precedes("linger=0}, 8) = 0", "close(4) = 0"));
}
