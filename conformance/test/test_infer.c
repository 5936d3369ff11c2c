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
    char why[300];
    cf_buf out = {0}, notes = {0};
    story(&c, &(shape){0}, b, n);
    bool ok = cf_record(&r, &c, 0, side, why, sizeof why);
    if (ok) {
        ok = cf_infer(&out, &notes, &r, g, "a title", why, sizeof why);
        cf_recording_free(&r);
    }
    snprintf(text, sizeof text, "%s", ok ? cf_buf_str(&out) : why);
    cf_buf_free(&out);
    cf_buf_free(&notes);
    cf_capture_free(&c);
    return text;
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

TEST(every_guess_but_the_strict_ones_says_what_it_relaxes)
{
    for (int i = 0; i < CF_GUESSES; i++)
        CHECK_EQ(cf_guess_text(&cf_guesses[i])[0] != '\0', cf_guesses[i].loose || cf_guesses[i].any_options);
}
