#include "sockets.h"

#include <stdio.h>
#include <string.h>

#include "../packet/addr.h"

/* ---------- parts ---------- */

static const struct {
    const char *rfc, *ss, *netstat;
} states[] = {
    {"ESTABLISHED", "ESTAB", "ESTABLISHED"},
    {"SYN-SENT", "SYN-SENT", "SYN_SENT"},
    {"SYN-RECEIVED", "SYN-RECV", "SYN_RECV"},
    {"FIN-WAIT-1", "FIN-WAIT-1", "FIN_WAIT1"},
    {"FIN-WAIT-2", "FIN-WAIT-2", "FIN_WAIT2"},
    {"TIME-WAIT", "TIME-WAIT", "TIME_WAIT"},
    {"CLOSED", "UNCONN", "CLOSE"},
    {"CLOSE-WAIT", "CLOSE-WAIT", "CLOSE_WAIT"},
    {"LAST-ACK", "LAST-ACK", "LAST_ACK"},
    {"LISTEN", "LISTEN", "LISTEN"},
    {"CLOSING", "CLOSING", "CLOSING"},
};

static const char *state_name(const char *rfc, cf_sockets_form form)
{
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].rfc, rfc) == 0) return form == CF_SOCKETS_SS ? states[i].ss : states[i].netstat;
    return rfc;
}

static bool unspecified(const cf_addr *a)
{
    static const uint8_t zero[16];
    return memcmp(a->b, zero, a->family == 4 ? 4 : 16) == 0;
}

static void end_text(char *out, size_t cap, const cf_addr *a, uint16_t port, cf_sockets_form form)
{
    char addr[64], number[8];
    bool brackets = form == CF_SOCKETS_SS && a->family == 6;
    if (unspecified(a)) snprintf(addr, sizeof addr, "%s", a->family == 4 ? "0.0.0.0" : "::");
    else cf_addr_text(a, addr, sizeof addr);
    if (port) snprintf(number, sizeof number, "%u", port);
    else snprintf(number, sizeof number, "*");
    snprintf(out, cap, "%s%s%s:%s", brackets ? "[" : "", addr, brackets ? "]" : "", number);
}

/* As ss writes times: 212ms, 12sec, 119min. */
static void short_time(char *out, size_t cap, int64_t us)
{
    int64_t ms = us < 0 ? 0 : us / 1000;
    if (ms < 1000) snprintf(out, cap, "%lldms", (long long)ms);
    else if (ms < 60000) snprintf(out, cap, "%lld%ssec", (long long)(ms / 1000), ms % 1000 ? "." : "");
    else snprintf(out, cap, "%lldmin", (long long)(ms / 60000));
    if (ms >= 1000 && ms < 60000 && ms % 1000)
        snprintf(out, cap, "%lld.%03lldsec", (long long)(ms / 1000), (long long)(ms % 1000));
}

/* ---------- what TCP knows ---------- */

static bool value_of(const cf_socket_view *v, const char *name, int64_t *out)
{
    for (int i = 0; i < v->names; i++)
        if (strcmp(v->name[i], name) == 0) {
            *out = v->value[i];
            return true;
        }
    return false;
}

static int64_t value(const cf_socket_view *v, const char *name)
{
    int64_t n = 0;
    value_of(v, name, &n);
    return n;
}

/* Numbers in the order of ss; always: also when 0. Times are divided into milliseconds. */
static const struct {
    const char *info, *label;
    bool always, ms;
} numbers[] = {
    {"rto", "rto", true, true},
    {"ato", "ato", false, true},
    {"snd_mss", "mss", true, false},
    {"pmtu", "pmtu", false, false},
    {"rcv_mss", "rcvmss", false, false},
    {"advmss", "advmss", false, false},
    {"snd_cwnd", "cwnd", true, false},
    {"bytes_sent", "bytes_sent", false, false},
    {"bytes_retrans", "bytes_retrans", false, false},
    {"bytes_acked", "bytes_acked", false, false},
    {"bytes_received", "bytes_received", false, false},
    {"segs_out", "segs_out", false, false},
    {"segs_in", "segs_in", false, false},
    {"data_segs_out", "data_segs_out", false, false},
    {"data_segs_in", "data_segs_in", false, false},
    {"last_data_sent", "lastsnd", false, false},
    {"last_data_recv", "lastrcv", false, false},
    {"last_ack_recv", "lastack", false, false},
    {"delivered", "delivered", false, false},
    {"unacked", "unacked", false, false},
    {"sacked", "sacked", false, false},
    {"lost", "lost", false, false},
    {"dsack_dups", "dsack_dups", false, false},
    {"reord_seen", "reord_seen", false, false},
    {"rcv_ooopack", "rcv_ooopack", false, false},
    {"rcv_rtt", "rcv_rtt", false, true},
    {"rcv_space", "rcv_space", false, false},
    {"rcv_ssthresh", "rcv_ssthresh", false, false},
    {"notsent_bytes", "notsent", false, false},
    {"snd_wnd", "snd_wnd", false, false},
    {"rcv_wnd", "rcv_wnd", false, false},
};

static void number_text(cf_buf *b, const char *label, int64_t n, bool ms)
{
    if (!ms) cf_buf_printf(b, " %s:%lld", label, (long long)n);
    else if (n % 1000) cf_buf_printf(b, " %s:%lld.%03lld", label, (long long)(n / 1000), (long long)(n % 1000));
    else cf_buf_printf(b, " %s:%lld", label, (long long)(n / 1000));
}

static void flags_text(cf_buf *b, const cf_socket_view *v)
{
    enum { TIMESTAMPS = 1, SACK = 2, WSCALE = 4, ECN = 8, FASTOPEN = 32 };
    int64_t o = value(v, "options");
    if (o & TIMESTAMPS) cf_buf_printf(b, " ts");
    if (o & SACK) cf_buf_printf(b, " sack");
    if (o & ECN) cf_buf_printf(b, " ecn");
    if (o & FASTOPEN) cf_buf_printf(b, " fastopen");
    if (o & WSCALE)
        cf_buf_printf(b, " wscale:%lld,%lld", (long long)value(v, "snd_wscale"), (long long)value(v, "rcv_wscale"));
}

static void info_text(cf_buf *b, const cf_socket_view *v)
{
    enum { NO_THRESHOLD = 0x7fffffff };
    if (!v->names) return;
    cf_buf_printf(b, "\t");
    flags_text(b, v);
    if (value(v, "rtt"))
        cf_buf_printf(b, " rtt:%.3f/%.3f", (double)value(v, "rtt") / 1e3, (double)value(v, "rttvar") / 1e3);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        int64_t n;
        if (value_of(v, numbers[i].info, &n) && (n || numbers[i].always))
            number_text(b, numbers[i].label, n, numbers[i].ms);
        if (strcmp(numbers[i].info, "snd_cwnd") == 0 && value(v, "snd_ssthresh") < NO_THRESHOLD)
            number_text(b, "ssthresh", value(v, "snd_ssthresh"), false);
    }
    if (value(v, "retrans") || value(v, "total_retrans"))
        cf_buf_printf(b, " retrans:%lld/%lld", (long long)value(v, "retrans"), (long long)value(v, "total_retrans"));
    if (value(v, "backoff")) cf_buf_printf(b, " backoff:%lld", (long long)value(v, "backoff"));
    cf_buf_printf(b, "\n");
}

/* ---------- lines ---------- */

static void ss_line(cf_buf *b, const cf_socket_view *v)
{
    char local[80], remote[80], left[24], timer[80] = "";
    end_text(local, sizeof local, &v->local, v->local_port, CF_SOCKETS_SS);
    end_text(remote, sizeof remote, &v->remote, v->remote_port, CF_SOCKETS_SS);
    short_time(left, sizeof left, v->timer_us);
    if (v->timer) snprintf(timer, sizeof timer, "  timer:(%s,%s,%u)", v->timer, left, v->timer_tries);
    cf_buf_printf(b, "%-10s %-6u %-6u %26s %26s%s\n", state_name(v->state, CF_SOCKETS_SS), v->recv_q, v->send_q, local,
                  remote, timer);
    info_text(b, v);
}

static void netstat_line(cf_buf *b, const cf_socket_view *v)
{
    char local[80], remote[80];
    end_text(local, sizeof local, &v->local, v->local_port, CF_SOCKETS_NETSTAT);
    end_text(remote, sizeof remote, &v->remote, v->remote_port, CF_SOCKETS_NETSTAT);
    cf_buf_printf(b, "%-5s %6u %6u %-23s %-23s %-11s %s (%.2f/%u/0)\n", v->local.family == 6 ? "tcp6" : "tcp",
                  v->recv_q, v->send_q, local, remote, state_name(v->state, CF_SOCKETS_NETSTAT),
                  v->timer ? v->timer : "off", v->timer && v->timer_us > 0 ? (double)v->timer_us / 1e6 : 0.0,
                  v->timer_tries);
}

bool cf_sockets_text(cf_buf *b, cf_target *t, cf_sockets_form form)
{
    cf_socket_view v;
    uint32_t iter = 0;
    if (!t->ops->socket_view) return false;
    if (form == CF_SOCKETS_SS)
        cf_buf_printf(b, "%-10s %-6s %-6s %26s %26s\n", "State", "Recv-Q", "Send-Q", "Local Address:Port",
                      "Peer Address:Port");
    else
        cf_buf_printf(b, "%-5s %6s %6s %-23s %-23s %-11s %s\n", "Proto", "Recv-Q", "Send-Q", "Local Address",
                      "Foreign Address", "State", "Timer");
    while (t->ops->socket_view(t, &iter, &v)) {
        if (form == CF_SOCKETS_SS) ss_line(b, &v);
        else netstat_line(b, &v);
    }
    return true;
}
