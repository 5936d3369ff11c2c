#include "start.h"

#include <string.h>

#include "../../conformance/packet/encode.h"
#include "fail.h"
#include "keys.h"
#include "segment.h"
#include "trace.h"

enum { BACKLOG = 3, WINDOW = 20000, FLIGHT = 8000, CHUNK = 1000 };

/* ---------- honest segments of the main connection ---------- */

static cf_opt_row syn_options(const fz_host *h)
{
    const fz_header *head = h->header;
    cf_opt_row row = {0};
    cf_opt_val nop = {.id = CF_OPT_NOP}, mss = {.id = CF_OPT_MSS, .mss = head->peer_mss};
    if (head->peer_mss) cf_opt_put(&row, &mss);
    if (head->peer_sack) cf_opt_put(&row, &(cf_opt_val){.id = CF_OPT_SACK_OK});
    if (head->peer_ts) fz_put_ts((fz_host *)(uintptr_t)h, &h->tuple[0], &row);
    if (head->peer_wscale) {
        cf_opt_put(&row, &nop);
        cf_opt_put(&row, &(cf_opt_val){.id = CF_OPT_WSCALE, .wscale = head->wscale});
    }
    return row;
}

static void peer_syn(fz_host *h, uint16_t flags)
{
    fz_tuple *t = &h->tuple[0];
    if (!t->syn_seen) t->ts_at = h->now;
    fz_segment s = {.flags = (uint16_t)(CF_SYN | flags),
                    .seq = h->header->irs,
                    .ack = flags & CF_ACK ? t->iss + 1 : 0,
                    .win = WINDOW,
                    .opts = syn_options(h)};
    fz_send(h, t, &s);
}

/* From the peer's first byte on: offset counts behind its SYN; acknowledges everything seen. */
static fz_segment peer_segment(fz_host *h, uint32_t offset, uint32_t len, uint16_t flags)
{
    fz_tuple *t = &h->tuple[0];
    fz_segment s = {.flags = (uint16_t)(CF_ACK | flags),
                    .seq = h->header->irs + 1 + offset,
                    .ack = cf_roll(t->end),
                    .win = WINDOW,
                    .len = len};
    if (fz_look(h, t) && t->last.ts_on) fz_put_ts(h, t, &s.opts);
    return s;
}

static void peer_sends(fz_host *h, uint32_t offset, uint32_t len, uint16_t flags)
{
    fz_segment s = peer_segment(h, offset, len, flags);
    fz_send(h, &h->tuple[0], &s);
}

/* ---------- honest calls ---------- */

static rs_fd new_socket(fz_host *h)
{
    rs_ret r =
        rs_socket(h->st, h->now, h->header->ipv6 ? RS_PF_INET6 : RS_PF_INET, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0);
    fz_trace_call(h->now.us, r, "socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP)");
    if (r.value < 0) fz_fail("setup", "rs_socket: %s", rs_status_name(r.err));
    fz_keys_give(h, (rs_fd)r.value);
    return (rs_fd)r.value;
}

static void expect(const fz_host *h, rs_ret r, int err, const char *call, rs_fd fd, const char *rest)
{
    fz_trace_call(h->now.us, r, "%s(%d%s)", call, fz_script_fd(fd), rest);
    if (r.err != err) fz_fail("setup", "%s: %s", call, r.err ? rs_status_name(r.err) : "worked");
}

static void listen_at(fz_host *h)
{
    rs_endpoint local = {fz_local_addr(h->header), FZ_PORT_LISTEN};
    h->listener = new_socket(h);
    expect(h, rs_bind(h->st, h->now, h->listener, &local), 0, "bind", h->listener, ", ..., ...");
    expect(h, rs_listen(h->st, h->now, h->listener, BACKLOG), 0, "listen", h->listener, ", 3");
}

static void adopt(fz_host *h, rs_fd fd)
{
    h->conn = fd;
    fz_host_new_stream(h, fd);
    if (h->header->blocking)
        expect(h, rs_fcntl(h->st, h->now, fd, RS_F_SETFL, RS_O_RDWR), 0, "fcntl", fd, ", F_SETFL, O_RDWR");
}

static void connect_at(fz_host *h)
{
    rs_endpoint remote = {fz_remote_addr(h->header), fz_remote_port(h->header, 0)}, local;
    rs_fd fd = new_socket(h);
    rs_ret r = rs_connect(h->st, h->now, fd, &remote);
    expect(h, r, RS_EINPROGRESS, "connect", fd, ", ..., ...");
    r = rs_getsockname(h->st, h->now, fd, &local);
    if (r.err) fz_fail("setup", "getsockname: %s", rs_status_name(r.err));
    h->tuple[0].local_port = local.port;
    adopt(h, fd);
    fz_host_drain(h);
}

static void accept_at(fz_host *h)
{
    rs_ret r = rs_accept(h->st, h->now, h->listener, NULL, RS_SOCK_NONBLOCK);
    fz_trace_call(h->now.us, r, "accept(%d, ..., ...)", fz_script_fd(h->listener));
    if (r.value < 0) return; /* knobs may have made the handshake fail: the program starts where it is */
    adopt(h, (rs_fd)r.value);
}

static void user_writes(fz_host *h, uint32_t len)
{
    uint8_t bytes[FLIGHT];
    if (h->conn < 0) return;
    fz_user_bytes(0, bytes, len);
    rs_ret r = rs_send(h->st, h->now, h->conn, bytes, len, RS_MSG_DONTWAIT, NULL);
    fz_trace_call(h->now.us, r, "send(%d, ..., %u, MSG_DONTWAIT)", fz_script_fd(h->conn), len);
    if (r.value > 0) h->by_fd[h->conn]->wrote += (uint64_t)r.value;
    fz_host_drain(h);
}

static void user_closes(fz_host *h, bool all)
{
    if (h->conn < 0) return;
    if (all) {
        rs_ret r = rs_close(h->st, h->now, h->conn);
        fz_trace_call(h->now.us, r, "close(%d)", fz_script_fd(h->conn));
        if (r.parked) fz_fail("setup", "rs_close waits without SO_LINGER");
        h->by_fd[h->conn] = NULL;
        h->conn = -1;
    } else {
        expect(h, rs_shutdown(h->st, h->now, h->conn, RS_SHUT_WR), 0, "shutdown", h->conn, ", SHUT_WR");
    }
    fz_host_drain(h);
}

/* ---------- the worlds ---------- */

/* The host's clock such that its first sequence number lies header.iss_before_wrap below 2^32: the ISN is a hash plus a
 * clock of one tick in 4 us (RFC 6528), so one look at the number that a given time gives is enough. */
static void choose_clock(fz_host *h, bool active)
{
    static struct {
        bool known;
        uint32_t iss;
    } at_start[2][2][2];
    unsigned preset = h->header->linux_preset, v6 = h->header->ipv6;
    static fz_host trial;
    static const fz_watch silent;
    if (!at_start[preset][v6][active].known) {
        fz_header plain = {.linux_preset = h->header->linux_preset, .ipv6 = h->header->ipv6, .irs = 1};
        fz_host_open(&trial, &plain, &silent);
        listen_at(&trial);
        if (active) connect_at(&trial);
        else peer_syn(&trial, 0);
        at_start[preset][v6][active].known = true;
        at_start[preset][v6][active].iss = trial.tuple[0].iss;
        fz_host_open(h, h->header, h->watch); /* the trial used the same memory */
    }
    uint32_t wanted = 0xffffffffu - h->header->iss_before_wrap * 8u;
    h->now.us += (int64_t)(wanted - at_start[preset][v6][active].iss) * 4;
}

static void three_dup_acks(fz_host *h)
{
    for (int i = 0; i < 3; i++) {
        fz_segment s = peer_segment(h, 0, 0, 0);
        s.ack = h->tuple[0].iss + 1;
        fz_send(h, &h->tuple[0], &s);
    }
}

static void after_established(fz_host *h)
{
    switch (h->header->start) {
    case FZ_AT_IN_FLIGHT: user_writes(h, FLIGHT); break;
    case FZ_AT_ZERO_WINDOW: {
        fz_segment s = peer_segment(h, 0, 0, 0);
        s.win = 0;
        fz_send(h, &h->tuple[0], &s);
        user_writes(h, FLIGHT / 2);
        break;
    }
    case FZ_AT_HOLE: peer_sends(h, CHUNK, CHUNK, 0); break;
    case FZ_AT_UNREAD: peer_sends(h, 0, CHUNK, CF_PSH); break;
    case FZ_AT_RECOVERY:
        user_writes(h, FLIGHT);
        three_dup_acks(h);
        break;
    case FZ_AT_TIMED_OUT:
        user_writes(h, FLIGHT);
        fz_host_sleep(h, (rs_time){h->now.us + 3000000}, 1);
        break;
    case FZ_AT_FIN_WAIT_1: user_closes(h, false); break;
    case FZ_AT_FIN_WAIT_2:
    case FZ_AT_TIME_WAIT:
        user_closes(h, false);
        peer_sends(h, 0, 0, 0);
        if (h->header->start == FZ_AT_TIME_WAIT) peer_sends(h, 0, 0, CF_FIN);
        break;
    case FZ_AT_CLOSE_WAIT: peer_sends(h, 0, 0, CF_FIN); break;
    case FZ_AT_LAST_ACK:
        peer_sends(h, 0, 0, CF_FIN);
        user_closes(h, true);
        break;
    case FZ_AT_CLOSING: {
        user_closes(h, false);
        fz_segment s = peer_segment(h, 0, 0, CF_FIN);
        s.ack = h->tuple[0].iss + 1;
        fz_send(h, &h->tuple[0], &s);
        break;
    }
    case FZ_AT_LISTEN:
    case FZ_AT_SYN_SENT:
    case FZ_AT_SYN_RECEIVED:
    case FZ_AT_SIMULTANEOUS:
    case FZ_AT_ESTABLISHED:
    case FZ_AT_ESTABLISHED_ACTIVE:
    case FZ_AT_CLOSED:
    case FZ_STARTS: break;
    }
}

static bool is_active(fz_start s)
{
    return s == FZ_AT_SYN_SENT || s == FZ_AT_SIMULTANEOUS || s == FZ_AT_ESTABLISHED_ACTIVE;
}

void fz_start_at(fz_host *h)
{
    fz_start s = h->header->start;
    fz_trace(h->now.us, "start: %s, preset %s", fz_start_name(s), h->header->linux_preset ? "linux" : "rfc");
    if (s == FZ_AT_CLOSED) return;
    if (h->header->iss_wraps) choose_clock(h, is_active(s));
    listen_at(h);
    if (is_active(s)) {
        connect_at(h);
        if (s == FZ_AT_SIMULTANEOUS) peer_syn(h, 0);
        if (s == FZ_AT_ESTABLISHED_ACTIVE) peer_syn(h, CF_ACK);
        return;
    }
    if (s == FZ_AT_LISTEN) return;
    peer_syn(h, 0);
    if (s == FZ_AT_SYN_RECEIVED) return;
    peer_sends(h, 0, 0, 0);
    accept_at(h);
    after_established(h);
}
