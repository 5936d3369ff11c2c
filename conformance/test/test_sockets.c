/* The table of sockets, in both forms. */
#define CHECK_MAIN
#include "run_fix.h"

#include "../run/sockets.h"

static cf_result run_showing(const char *text, uint32_t line, bool netstat, cf_buf *to)
{
    cf_run_opts o = fix_opts();
    o.sockets = true;
    o.sockets_line = line;
    o.netstat = netstat;
    o.sockets_to = to;
    return fix_run_with(text, &o);
}

/* The table at this line of the script, or at its end (0), has this in it. */
static void table_has(const char *text, uint32_t line, bool netstat, const char *what)
{
    static char table[4000];
    cf_buf b = {0};
    cf_result r = run_showing(text, line, netstat, &b);
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    snprintf(table, sizeof table, "%s", cf_buf_str(&b));
    cf_buf_free(&b);
    if (!strstr(table, what)) CHECK_STR(table, what);
}

#define ESTABLISHED HANDSHAKE "+0 write(4, ..., 1000) = 1000\n+0 > P. 1:1001(1000) ack 1\n"

TEST(a_connection_is_shown_with_its_queues_and_its_timer)
{
    table_has(ESTABLISHED, 0, false, "ESTAB      0      1000             192.168.0.1:8080            192.0.2.1:");
    table_has(ESTABLISHED, 0, false, "timer:(on,");
    table_has(ESTABLISHED, 0, false, "bytes_sent:1000");
    table_has(ESTABLISHED, 0, false, "unacked:1");
    table_has(ESTABLISHED, 0, true, "tcp        0   1000 192.168.0.1:8080        192.0.2.1:");
    table_has(ESTABLISHED, 0, true, "ESTABLISHED on (0.");
}

TEST(a_listener_is_shown_with_who_waits_and_who_may)
{
    table_has("0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 3\n+0 bind(3, ..., ...) = 0\n+0 listen(3, 7) = 0\n"
              "+0 < S 0:0(0) win 32792 <mss 1000>\n+0 > S. 0:0(0) ack 1 <...>\n+0 < . 1:1(0) ack 1 win 257\n",
              0, false, "LISTEN     1      7 ");
}

TEST(a_line_says_when_to_look)
{
    table_has(ESTABLISHED, 6, false, "SYN-RECV");
    table_has(ESTABLISHED, 5, true, "LISTEN");
}

TEST(time_wait_has_its_timer_and_no_more)
{
    table_has(HANDSHAKE "+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n+0 < F. 1:1(0) ack 2 win 257\n+0 > . 2:2(0) ack 2\n", 0,
              false, "TIME-WAIT");
    table_has(HANDSHAKE "+0 close(4) = 0\n+0 > F. 1:1(0) ack 1\n+0 < F. 1:1(0) ack 2 win 257\n+0 > . 2:2(0) ack 2\n", 0,
              true, "timewait (60.00/0/0)");
}

TEST(a_script_can_ask_with_a_command)
{
    cf_result r = fix_run(HANDSHAKE "+0 `ss -tni`\n+0 `netstat -ant`\n");
    static char notes[4000];
    snprintf(notes, sizeof notes, "%s", r.notes ? r.notes : "");
    fix_is(&r, CF_PASS);
    cf_result_free(&r);
    CHECK(strstr(notes, "ESTAB ") != NULL);
    CHECK(strstr(notes, "ESTABLISHED") != NULL);
}
