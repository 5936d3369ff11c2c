#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "../capture/fast_open.h"
#include "capture_fix.h"

#define COOKIE "\x22\x0a\x01\x02\x03\x04\x05\x06\x07\x08\1\1", 12
#define ASKS "\x22\x02\1\1", 4

static cf_capture c;
static cf_recording r;

static cf_fast_open of(const beat *b, size_t n, int side)
{
    char why[200];
    story(&c, &(shape){0}, b, n);
    if (!cf_record(&r, &c, 0, side, why, sizeof why)) CHECK_FAIL("%s", why);
    return cf_fast_open_of(&r);
}

static void done(void)
{
    cf_recording_free(&r);
    cf_capture_free(&c);
}

TEST(a_client_asks_for_a_cookie_shows_one_or_goes_without)
{
    beat b[] = {{0, '>', "S", 0, 0, 0, 9999, ASKS, 0}, {1, '<', "S.", 0, 0, 1, 9999, COOKIE, 0}};
    CHECK_EQ(of(b, 2, CF_CLIENT), CF_FO_ASKS);
    done();
    CHECK_EQ(of(b, 2, CF_SERVER), CF_FO_GIVES);
    done();
    b[0] = (beat){0, '>', "S", 0, 100, 0, 9999, COOKIE, 7};
    CHECK_EQ(of(b, 2, CF_CLIENT), CF_FO_COOKIE);
    done();
    b[0] = (beat){0, '>', "S", 0, 100, 0, 9999, NULL, 0, 7};
    CHECK_EQ(of(b, 2, CF_CLIENT), CF_FO_BARE);
    CHECK_STR(cf_fast_open_sysctl(CF_FO_BARE), " net.ipv4.tcp_fastopen=5");
    done();
    CHECK_EQ(of(whole, 10, CF_CLIENT), CF_FO_NONE);
    CHECK_STR(cf_fast_open_sysctl(CF_FO_NONE), "");
    done();
}

TEST(a_server_takes_text_when_its_syn_ack_says_so)
{
    beat b[] = {{0, '>', "S", 0, 100, 0, 9999, COOKIE, 7}, {1, '<', "S.", 0, 0, 101, 9999, NULL, 0, 0}};
    CHECK_EQ(of(b, 2, CF_SERVER), CF_FO_TAKES);
    done();
    b[1].ack = 1;
    CHECK_EQ(of(b, 2, CF_SERVER), CF_FO_NONE);
    done();
}

TEST(a_server_that_goes_on_before_it_is_acknowledged_takes_a_cookie_without_text)
{
    beat b[] = {{0, '>', "S", 0, 0, 0, 9999, COOKIE, 0},
                {1, '<', "S.", 0, 0, 1, 9999, NULL, 0, 0},
                {1, '<', "P.", 1, 100, 1, 9999, NULL, 0, 0}};
    CHECK_EQ(of(b, 3, CF_SERVER), CF_FO_TAKES);
    done();
    b[2] = (beat){1, '>', ".", 1, 0, 1, 9999, NULL, 0, 0};
    CHECK_EQ(of(b, 3, CF_SERVER), CF_FO_NONE);
    done();
}

TEST(the_cookie_comes_from_a_connection_before)
{
    cf_buf out = {0};
    beat b[] = {{0, '>', "S", 0, 100, 0, 9999, COOKIE, 7}, {1, '<', "S.", 0, 0, 101, 9999, NULL, 0, 0}};
    of(b, 2, CF_CLIENT);
    CHECK_EQ(cf_fast_open_prologue(&out, &r), 6);
    CHECK(strstr(cf_buf_str(&out), "<mss 1460,FO 0102030405060708,nop,nop>") != NULL);
    cf_buf_free(&out);
    done();
}

static const char *script(const beat *b, size_t n, int side, cf_told *told)
{
    char why[200];
    of(b, n, side);
    if (!cf_infer(told, &r, &cf_guesses[0], "a title", why, sizeof why)) CHECK_FAIL("%s", why);
    return cf_buf_str(&told->text);
}

TEST(scripts_send_with_the_syn_and_lead_back_to_their_packets_behind_the_prologue)
{
    static const beat b[] = {{0, '>', "S", 0, 100, 0, 9999, COOKIE, 7},
                             {1, '<', "S.", 0, 0, 101, 9999, NULL, 0, 0},
                             {1, '>', ".", 101, 0, 1, 9999, NULL, 0, 0}};
    cf_told told;
    const char *text = script(b, 3, CF_CLIENT, &told), *syn = strstr(text, "> S 0:100(100)");
    CHECK(strstr(text, "sendto(3, ..., 100, MSG_FASTOPEN, ..., ...) = 100") != NULL);
    CHECK(syn != NULL);
    uint32_t line = 1;
    for (const char *at = text; at < syn; at++) line += *at == '\n';
    CHECK_EQ(cf_told_packet(&told, &r, line), 0);
    CHECK_EQ(cf_told_packet(&told, &r, line + 1), 1);
    cf_told_free(&told);
    done();
    text = script(b, 3, CF_SERVER, &told);
    CHECK(strstr(text, "net.ipv4.tcp_fastopen=515") != NULL);
    CHECK(strstr(text, "TCP_FASTOPEN, [5], 4) = 0") != NULL);
    cf_told_free(&told);
    done();
}
