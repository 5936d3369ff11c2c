#define CHECK_MAIN
#include "run_fix.h"

TEST(extra_packets_after_the_last_event_are_no_failure)
{
    fix_script(HANDSHAKE "+0 write(4, ..., 10) = 10\n", CF_PASS, NULL);
}

TEST(unless_silence_was_asked_for)
{
    cf_result r = fix_run("//: quiet 3s\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n");
    fix_is(&r, CF_FAIL);
    CHECK(strstr(r.message, "a packet came at 0.010000: > P. 1:11(10) ack 1") != NULL);
    CHECK_STR(r.signature, "not quiet after line 10");
    cf_result_free(&r);
    fix_script("//: quiet 3s\n" HANDSHAKE "+0 close(3) = 0\n", CF_PASS, NULL);
    fix_script("//: quiet 100ms\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", CF_PASS, NULL);
    fix_script("//: quiet 1s\n" HANDSHAKE "+0 write(4, ..., 10) = 10\n+0 > P. 1:11(10) ack 1\n", CF_FAIL, "silence");
}

TEST(code_is_judged_at_the_end)
{
    cf_result r = fix_run(HANDSHAKE "+0 %{ assert tcpi_snd_cwnd == 3, 'x' }%\n+0 write(4, ..., 10) = 10\n");
    fix_is(&r, CF_FAIL);
    CHECK_STR(r.message, "t.pkt:9: error in Python code: AssertionError: x");
    CHECK_STR(r.signature, "code line 9");
    CHECK_STR(r.hint, "tcpi_snd_cwnd = 10");
    cf_result_free(&r);
    fix_script(HANDSHAKE "+0 %{ assert tcpi_snd_cwnd == 3 }%\n+0 write(4, ..., 10) = 11\n", CF_FAIL,
               "runtime error in write call");
}

TEST(what_code_prints_is_a_note)
{
    cf_result r = fix_run(HANDSHAKE "+0 %{ print(tcpi_snd_cwnd, 'segments') }%\n");
    fix_is(&r, CF_PASS);
    CHECK_STR(r.notes, "10 segments\n");
    cf_result_free(&r);
}

TEST(the_cleanup_command_runs_only_after_an_init_command)
{
    fix_script("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n`false`\n", CF_PASS, NULL);
    fix_script("`true`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n`false`\n", CF_RUN_ERROR,
               "error executing cleanup command");
    fix_script("`false`\n0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n", CF_RUN_ERROR, "error executing init command");
}

TEST(timed_commands_fail_with_their_text)
{
    fix_script("0 `frobnicate`\n", CF_RUN_ERROR, "unknown command \"frobnicate\"");
    fix_script("0 `sysctl -q net.nothing=1`\n", CF_RUN_ERROR,
               "error executing `sysctl -q net.nothing=1` command: there is no setting net.nothing");
    fix_script("0 `false`\n", CF_RUN_ERROR, "error executing `false` command: non-zero status 1");
    fix_script("0 `kldstat`\n", CF_NA, "kldstat");
}

TEST(commands_take_simulated_time_only_when_they_sleep)
{
    cf_result r = fix_run("0 `sleep 3`\n+1 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n");
    fix_is(&r, CF_PASS);
    int64_t t = r.virtual_us;
    cf_result_free(&r);
    CHECK_EQ(t, 4000000);
}
