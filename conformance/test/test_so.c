#include <stdlib.h>

#define CHECK_MAIN
#include "so_fix.h"

#define CONNECTED                                                                                                      \
    "0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n"                                                                    \
    "+0 bind(3, ..., ...) = 0\n"                                                                                       \
    "+0 listen(3, 1) = 0\n"                                                                                            \
    "+.1 < S 0:0(0) win 65535 <mss 1000>\n"                                                                            \
    "+0 > S. 0:0(0) ack 1 <mss 1460>\n"                                                                                \
    "+.1 < . 1:1(0) ack 1 win 65535\n"                                                                                 \
    "+0 accept(3, ..., ...) = 4\n"

static cf_result result;

static cf_outcome run(const char *flags, const char *script)
{
    char option[60];
    const char *options[] = {option};
    snprintf(option, sizeof option, "so_flags=%s", flags);
    cf_run_opts o = {.target = &cf_target_so,
                     .target_arg = plugin_path(),
                     .mode = CF_MODE_IPV4,
                     .mode_given = true,
                     .variant = "ipv4",
                     .options = options,
                     .option_count = 1};
    cf_result_free(&result);
    cf_run_text("t.pkt", script, strlen(script), "t", &o, &result);
    return result.outcome;
}

static const char *refusal(const char *path, const char *flags)
{
    static char why[300];
    cf_open o = {.arg = path, .arg_flags = flags};
    CHECK(cf_target_so.open(&o, why, sizeof why) == NULL);
    return why;
}

TEST(a_script_runs_on_a_stack_in_a_library)
{
    CHECK_EQ(run("", CONNECTED "+.5 write(4, ..., 300) = 300\n"
                               "+0 > P. 1:301(300) ack 1\n"
                               "+10 < P. 1:101(100) ack 301 win 1000\n"
                               "+0 > . 301:301(0) ack 101\n"
                               "+0 read(4, ..., 1000) = 100\n"
                               "+0 close(4) = 0\n"
                               "+0 > F. 301:301(0) ack 101\n"),
             CF_PASS);
    char expected[600];
    snprintf(expected, sizeof expected, "so:%s", plugin_path());
    CHECK_STR(result.target, expected);
    CHECK(result.wall_us < 5000000); /* its clock is its own */
}

TEST(what_the_library_does_otherwise_fails_with_the_line)
{
    CHECK_EQ(run("", CONNECTED "+0 write(4, ..., 300) = 300\n+0 > P. 1:301(300) ack 2\n"), CF_FAIL);
    CHECK_EQ(result.line, 9);
    CHECK_EQ(run("late", CONNECTED), CF_FAIL);
    CHECK(strstr(result.message, "t.pkt:5: error handling packet: timing error") != NULL);
}

TEST(a_stack_that_never_answers_is_waited_for_no_longer_than_any_other)
{
    CHECK_EQ(run("mute", CONNECTED), CF_FAIL);
    CHECK(strstr(result.message, "t.pkt:5: error handling packet: Timed out waiting for packet") != NULL);
}

TEST(a_blocking_call_ends_when_its_packet_has_come_on_a_clock_that_only_sleeping_moves)
{
    /* The other thread takes as long as this machine lets it: the clock goes on meanwhile. */
    CHECK_EQ(run("", "--tolerance_usecs=150000\n" CONNECTED "+0...0.2 read(4, ..., 1000) = 100\n"
                     "+.2 < P. 1:101(100) ack 1 win 1000\n"
                     "+0 > . 1:1(0) ack 101\n"
                     "+1 write(4, ..., 10) = 10\n"),
             CF_PASS);
    CHECK_EQ(run("", CONNECTED "+0...0.2 read(4, ..., 1000) = 100\n"), CF_FAIL);
    CHECK(strstr(result.message, "exiting while a blocking read call is in progress") != NULL);
}

TEST(code_sees_what_the_library_says_of_the_connection)
{
    CHECK_EQ(run("", CONNECTED "+0 %{ assert tcpi_state == TCP_ESTABLISHED }%\n"), CF_PASS);
}

TEST(a_setting_is_passed_over_with_a_note_and_nothing_of_this_machine_changes)
{
    CHECK_EQ(run("", "`sysctl -q net.ipv4.tcp_sack=0`\n" CONNECTED), CF_PASS);
    CHECK(strstr(result.notes, "the library takes no settings") != NULL);
}

TEST(a_call_that_the_library_has_not_makes_the_script_not_applicable)
{
    CHECK_EQ(run("", CONNECTED "+0 shutdown(4, SHUT_WR) = 0\n"), CF_NA);
    CHECK_STR(result.message, "shutdown");
}

TEST(a_library_that_is_none_says_why)
{
    CHECK(strstr(refusal("/nowhere.so", NULL), "/nowhere.so: cannot open shared object file") != NULL);
    CHECK(strstr(refusal(NULL, NULL), "no library is named") != NULL);
    CHECK(strstr(refusal(plugin_path(), "none"), "no function socket") != NULL);
    CHECK(strstr(refusal(plugin_path(), "no-clock"), "no function usleep") != NULL);
}

TEST(a_script_chooses_a_library_only_where_its_commands_run_for_real)
{
    cf_run_opts o = {.target = cf_target_find("ref"), .mode = CF_MODE_IPV4, .mode_given = true, .variant = "ipv4"};
    char text[900], option[600];
    snprintf(text, sizeof text, "--so_filename=\"%s\"\n" CONNECTED, plugin_path());
    cf_result_free(&result);
    cf_run_text("t.pkt", text, strlen(text), "t", &o, &result);
    CHECK_EQ(result.outcome, CF_NA);
    snprintf(option, sizeof option, "so_filename=%s", plugin_path());
    o.options = (const char *const[]){option};
    o.option_count = 1;
    cf_result_free(&result);
    cf_run_text("t.pkt", CONNECTED, strlen(CONNECTED), "t", &o, &result);
    CHECK_EQ(result.outcome, CF_PASS);
    CHECK(strncmp(result.target, "so:", 3) == 0);
}
