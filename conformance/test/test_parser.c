#define CHECK_MAIN
#include "../../stack/test/check.h"

#include "script_text.h"

TEST(a_script_has_options_commands_and_events_in_this_order)
{
    cf_script *s = parse("--mss=1000\n--tcp_ts_ecr_scaled `init`\n0 close(3) = 0\n+0 `timed` // note\n`cleanup`\n");
    CHECK(s != NULL);
    CHECK_EQ(s->options, 2);
    CHECK_STR(s->option[0].name, "mss");
    CHECK_STR(s->option[0].value, "1000");
    CHECK(s->option[1].value == NULL);
    CHECK_STR(s->init_cmd, "init");
    CHECK_STR(s->cleanup_cmd, "cleanup");
    CHECK_EQ(s->events, 2);
    CHECK_EQ(s->event[1].kind, CF_EV_COMMAND);
    CHECK_STR(s->event[1].text, "timed");
    CHECK_EQ(s->event[1].line, 4);
}

TEST(lines_have_no_meaning)
{
    cf_script *s = parse("0 close(3)\n =\n 0 +0\nclose(4) = 0 +0 `x`");
    CHECK(s != NULL);
    CHECK_EQ(s->events, 3);
    CHECK_EQ(s->event[1].line, 3);
}

static void time_is(const char *text, cf_time_kind kind, int64_t us, int64_t end)
{
    cf_buf b = {0};
    cf_buf_printf(&b, "%s > S 0:0(0)", text);
    cf_script *s = parse(cf_buf_str(&b));
    cf_buf_free(&b);
    if (!s) CHECK_FAIL("%s: not accepted", text);
    CHECK_EQ(s->event[0].time_kind, kind);
    CHECK_EQ(s->event[0].time_us, us);
    CHECK_EQ(s->event[0].time_end_us, end);
}

TEST(times_are_seconds_cut_to_microseconds)
{
    time_is("0", CF_T_ABSOLUTE, 0, 0);
    time_is("+.1", CF_T_RELATIVE, 100000, 0);
    time_is("1.0000019", CF_T_ABSOLUTE, 1000001, 0);
    time_is("0.29", CF_T_ABSOLUTE, 290000, 0);
    time_is("*", CF_T_ANY, 0, 0);
    time_is("1~2.5", CF_T_ABS_RANGE, 1000000, 2500000);
    time_is("+0~+.25", CF_T_REL_RANGE, 0, 250000);
    time_is("007", CF_T_ABSOLUTE, 7000000, 0);
}

TEST(a_time_beyond_all_use_is_refused)
{
    CHECK(!parse("99999999999999999999999999 > S 0:0(0)"));
    CHECK_SAID("too large");
}

TEST(a_blocking_call_has_an_end)
{
    cf_script *s = parse("0...0.2 accept(3, ..., ...) = 4\n+.1...1 read(4, ..., 10) = 10");
    CHECK(s != NULL);
    CHECK(s->event[0].call.blocking);
    CHECK_EQ(s->event[0].call.end_us, 200000);
    CHECK_EQ(s->event[1].time_us, 100000);
    CHECK_EQ(s->event[1].call.end_us, 1000000);
}

TEST(code_keeps_its_text_and_line)
{
    cf_script *s = parse("0 close(3) = 0\n+0 %{ assert a == 1\nassert b\n}%\n");
    CHECK(s != NULL);
    CHECK_EQ(s->event[1].kind, CF_EV_CODE);
    CHECK_STR(s->event[1].text, "assert a == 1\nassert b\n");
    CHECK_EQ(s->event[1].text_line, 2);
}

TEST(the_scripts_ip_version_sets_the_mode_unless_the_command_line_does)
{
    const char *text = "--ip_version=ipv6\n0 < icmp packet_too_big mtu 1280";
    cf_parse_env env = {.mode = CF_MODE_IPV4};
    script_drop();
    CHECK(cf_script_parse_text(&script_at_hand, "t", text, strlen(text), &env, &script_diags));
    CHECK_EQ(env.mode, CF_MODE_IPV6);
    env = (cf_parse_env){.mode = CF_MODE_IPV4, .mode_forced = true};
    script_drop();
    CHECK(!cf_script_parse_text(&script_at_hand, "t", text, strlen(text), &env, &script_diags));
    CHECK_EQ(env.mode, CF_MODE_IPV4);
    CHECK(parse("--ip_version=\"ipv4-mapped-ipv6\"\n0 close(3) = 0") != NULL);
}

TEST(definitions_of_the_script_hold_at_once)
{
    cf_script *s = parse("--define=FD=X --define=X=\"text\" --define=\"N=7\"\n0 open(X, N) = 7");
    CHECK(s != NULL);
    CHECK_EQ(s->event[0].call.argv[0]->kind, CF_X_STRING);
    CHECK_STR(s->event[0].call.argv[0]->str, "text");
    CHECK_EQ(s->event[0].call.argv[1]->num, 7);
}

TEST(option_mistakes_are_reported_in_packetdrills_words)
{
    CHECK(!parse("--nothing=1\n0 close(3) = 0"));
    CHECK_SAID("option 'nothing' unknown");
    CHECK(!parse("--bind_prot=1\n0 close(3) = 0"));
    CHECK_HINT("did you mean --bind_port?");
    CHECK(!parse("--mtu\n0 close(3) = 0"));
    CHECK_SAID("option 'mtu' requires an argument");
    CHECK_HINT("allowed: 0 to 2147483647");
    CHECK(!parse("--is_anyip=1\n0 close(3) = 0"));
    CHECK_SAID("option 'is_anyip' forbids an argument");
    CHECK(!parse("--tolerance_percent=12.5\n0 close(3) = 0"));
    CHECK_HINT("put it in quotes");
}

TEST(an_error_does_not_hide_a_later_one)
{
    CHECK(!parse("0 close(3 = 0\n+0 < Q 0:0(0) win 1\n+0 close(4) = 0\n+0 > S 0:1(0)\n"));
    CHECK_EQ(script_diags.errors, 3);
    CHECK_SAID("expected ',' or ')'");
}

TEST(no_more_than_twenty_errors_are_collected)
{
    cf_buf text = {0};
    for (int i = 0; i < 100; i++) cf_buf_puts(&text, "+0 < Q 0:0(0) win 1\n");
    CHECK(!parse(cf_buf_str(&text)));
    CHECK_EQ(script_diags.errors, 20);
    cf_buf_free(&text);
}

TEST(a_missing_file_is_an_error_with_its_reason)
{
    cf_parse_env env = {0};
    script_drop();
    CHECK(!cf_script_parse_file(&script_at_hand, "/nonexistent/x.pkt", &env, &script_diags));
    CHECK_SAID("/nonexistent/x.pkt: No such file or directory");
}

/* A long script whose every prefix and every single-byte change goes through parser and resolver. */
static const char sample[] =
    "--mss=1000\n`init`\n0...0.2 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3 // c\n"
    "+0 > [tos 0x10, flowlabel 0x1] SEWA. 0:0(0) ack 1 win 5 urg 1 <mss 1460,nop,wscale 7>\n"
    "*  > ipv4 1.2.3.4 > 5.6.7.8: gre flags [key present], sum 0, off 0, key=1, seq 2: mpls (label 1, tc 1, [S], ttl "
    "1): "
    ". 1:1(0) ack 1\n"
    "+0 < icmp unreachable frag_needed mtu 1200 [1:1461(1460)]\n+0 %{ print(1) }%\n"
    "+0 sendmsg(4, {msg_name(...)=..., msg_iov(1)=[{..., 10}], msg_flags=0, msg_control=[{cmsg_level=SOL_IP, "
    "cmsg_type=IP_RECVERR, cmsg_data={ee_errno=0, ee_origin=1, ee_type=0, ee_code=0, ee_info=0, ee_data=0}}]}, 0) = -1 "
    "EPIPE (Broken pipe)\n`cleanup`\n";

TEST(every_prefix_is_accepted_or_refused_with_an_error)
{
    CHECK(parse(sample) != NULL);
    for (size_t n = 0; n < sizeof sample - 1; n++) {
        cf_parse_env env = {0};
        script_drop();
        bool ok = cf_script_parse_text(&script_at_hand, "t", sample, n, &env, &script_diags);
        cf_script_resolve(&script_at_hand, true, &script_diags);
        if (!ok && script_diags.errors == 0) CHECK_FAIL("prefix of %zu bytes: refused without a message", n);
    }
}

TEST(every_changed_byte_is_accepted_or_refused_with_an_error)
{
    static const char changes[] = "\"`{}()<>[]|.,:-+*09aS\n\r\x80";
    char copy[sizeof sample];
    for (size_t i = 0; i < sizeof sample - 1; i++)
        for (size_t c = 0; changes[c]; c += 3) {
            cf_parse_env env = {0};
            memcpy(copy, sample, sizeof sample);
            copy[i] = changes[(c + i) % (sizeof changes - 1)];
            script_drop();
            bool ok = cf_script_parse_text(&script_at_hand, "t", copy, sizeof copy - 1, &env, &script_diags);
            if (!ok && script_diags.errors == 0) CHECK_FAIL("byte %zu changed: refused without a message", i);
        }
}
