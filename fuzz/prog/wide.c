#include "wide.h"

#include <stdio.h>
#include <string.h>

#include "../../conformance/packet/encode.h"
#include "both.h"
#include "calls.h"
#include "classes.h"
#include "keys.h"
#include "rare.h"
#include "script.h"
#include "segment.h"

enum { SOL_SOCKET = 1, LINGER = 13, REUSEPORT = 15, STRANGERS = 40, STRANGER = 2 /* the tuple they borrow */ };

static rs_ret told(fz_host *h, rs_ret r, const char *call, rs_fd fd, const char *rest)
{
    CHECK_RET(h, call, r, "%s(%d%s)", call, fz_script_fd(fd), rest);
    if (r.parked) fz_contract_cancelled(call, rs_call_cancel(h->st, h->now, r.parked));
    fz_host_drain(h);
    return r;
}

/* Another listener on the same port: both have asked for that (SO_REUSEPORT). */
static void share_port(fz_host *h, uint8_t backlog)
{
    int on = 1, domain = h->header->ipv6 ? RS_PF_INET6 : RS_PF_INET;
    rs_endpoint local = {fz_local_addr(h->header), FZ_PORT_LISTEN};
    rs_ret r;
    ON_BOTH(h, r, rs_socket(st, h->now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
    CHECK_RET(h, "socket", r, "socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP)");
    if (r.value < 0 || r.value >= FZ_FDS) return;
    rs_fd fd = (rs_fd)r.value;
    fz_host_new_stream(h, fd);
    fz_keys_give(h, fd);
    ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, SOL_SOCKET, REUSEPORT, &on, sizeof on));
    told(h, r, "setsockopt", fd, ", SOL_SOCKET, SO_REUSEPORT, [1], 4");
    ON_BOTH(h, r, rs_bind(st, h->now, fd, &local));
    if (told(h, r, "bind", fd, ", ..., ...").value != 0) return; /* another one did not ask for it */
    ON_BOTH(h, r, rs_listen(st, h->now, fd, backlog));
    char rest[20];
    snprintf(rest, sizeof rest, ", %u", backlog);
    if (told(h, r, "listen", fd, rest).value != 0) return;
    h->listener = fd;
    h->shares_port = true;
}

/* What a stranger says to a SYN: nothing, a SYN-ACK with a cookie (RFC 7413), or a router that its packets are long. */
static void answer(fz_host *h, fz_tuple *t, uint8_t how)
{
    static const uint8_t cookie[] = {7, 4, 1, 3, 7, 4, 1, 3};
    fz_segment s = {.flags = CF_SYN | CF_ACK, .seq = h->header->irs, .ack = t->iss + 1, .win = 1000};
    cf_opt_put(&s.opts, &(cf_opt_val){.id = CF_OPT_MSS, .mss = 1460});
    cf_opt_put(&s.opts, &(cf_opt_val){.id = CF_OPT_FO, .n = sizeof cookie, .blob = cookie});
    if (!t->syn_seen) return;
    if (how % 4 == 1) fz_send(h, t, &s);
    if (how % 4 == 2 && h->header->ipv6) fz_send_icmp(h, t, 2, 0, t->iss, 1400);
    else if (how % 4 == 2) fz_send_icmp(h, t, 3, 4, t->iss, 1400);
}

static void leave(fz_host *h, rs_fd fd)
{
    int at_once[2] = {1, 0};
    rs_ret r;
    ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, SOL_SOCKET, LINGER, at_once, sizeof at_once));
    told(h, r, "setsockopt", fd, ", SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8");
    ON_BOTH(h, r, rs_close(st, h->now, fd));
    if (told(h, r, "close", fd, "").value == 0) h->by_fd[fd] = NULL;
    if (fd == h->conn) h->conn = -1;
}

/* One more host: what it does is no matter of the main connection's peer. There are not so many that the other steps
 * of a program would find no room in the books. */
static void meet_stranger(fz_host *h, unsigned number, uint8_t how)
{
    if (h->streams + FZ_STEPS_MAX + FZ_FDS > FZ_STREAMS) return;
    const fz_header *usual = h->header;
    fz_tuple kept = h->tuple[STRANGER];
    fz_header there = *usual;
    there.shift.peer_addr = (uint8_t)(usual->shift.peer_addr + 1 + number);
    h->header = &there;
    h->peer = fz_remote_addr(&there);
    rs_fd fd = fz_rare_open_fast(h, &h->tuple[STRANGER], 1, false);
    if (fd >= 0) {
        answer(h, &h->tuple[STRANGER], how);
        if (how & 4) fz_host_sleep(h, (rs_time){h->now.us + 1000}, 1);
        leave(h, fd);
    }
    h->tuple[STRANGER] = kept;
    h->header = usual;
    h->peer = fz_remote_addr(usual);
}

/* A socket that does nothing yet becomes the main one. */
static void new_socket(fz_host *h)
{
    int domain = h->header->ipv6 ? RS_PF_INET6 : RS_PF_INET;
    rs_ret r;
    ON_BOTH(h, r, rs_socket(st, h->now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, 0));
    CHECK_RET(h, "socket", r, "socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP)");
    if (r.value < 0 || r.value >= FZ_FDS) return;
    h->conn = (rs_fd)r.value;
    fz_host_new_stream(h, h->conn);
    fz_keys_give(h, h->conn);
}

/* ... and connects to the main peer, who hears of it. */
static void connect_main(fz_host *h)
{
    rs_endpoint remote = {fz_remote_addr(h->header), fz_remote_port(h->header, 0)};
    if (h->conn < 0) return;
    rs_ret r = fz_connect(h, h->conn, &remote);
    CHECK_RET(h, "connect", r, "connect(%d, ..., ...)", fz_script_fd(h->conn));
    if (r.parked) fz_contract_cancelled("connect", rs_call_cancel(h->st, h->now, r.parked));
    if (r.err == RS_EINPROGRESS) fz_rare_meet(h, h->conn, &h->tuple[0]);
    fz_host_drain(h);
}

/* With what the listener makes its cookies, and perhaps what it made them with before (RFC 7413 4.1.2). */
static void set_cookie_key(fz_host *h, uint8_t number, bool with_former)
{
    enum { SOL_TCP = 6, FASTOPEN_KEY = 33, BYTES = 16 };
    uint8_t key[2 * BYTES];
    memset(key, number, BYTES);
    memset(key + BYTES, number - 1, BYTES);
    rs_ret r;
    ON_BOTH(h, r, rs_setsockopt(st, h->now, h->listener, SOL_TCP, FASTOPEN_KEY, key, with_former ? 2 * BYTES : BYTES));
    fz_contract_ret("setsockopt", r);
    fz_trace(h->now.us, "a key for cookies: %u: %s", number, r.err ? rs_status_name(r.err) : "taken");
    fz_host_drain(h);
}

void fz_wide(fz_host *h, const fz_step *s)
{
    const uint8_t *a = s->arg;
    switch (a[0] % 4) {
    case 0: share_port(h, a[1] % 5); break;
    case 1: meet_stranger(h, a[1] % STRANGERS, a[2]); break;
    case 2:
        for (unsigned i = 0; i < a[1] % STRANGERS; i++) meet_stranger(h, i, a[2]);
        break;
    default:
        if (a[1] & 8) connect_main(h);
        else if (a[1] & 4) new_socket(h);
        else if (a[1] & 1) set_cookie_key(h, a[2], a[1] & 2);
        else fz_rare_open_fast(h, &h->tuple[a[2] % STRANGER], fz_io_length(&h->tuple[0], a[3], a[4]), true);
        break;
    }
}
