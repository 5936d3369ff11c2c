#include "effect.h"

#include "fail.h"
#include "script.h"

static const char calls[] = "O61 calls", silly[] = "O37 silly window";

/* The peer still speaks for the other end: what goes there is seen. */
static bool is_met(const fz_host *h, const rs_probe *p)
{
    for (unsigned i = 0; i < FZ_TUPLES; i++)
        if (h->tuple[i].local_port == p->local.port && h->tuple[i].remote_port == p->remote.port) return true;
    return false;
}

void fz_effect_before(fz_effect *e, fz_host *h, rs_fd fd)
{
    *e = (fz_effect){.there = false};
    const fz_stream *s = fd >= 0 && fd < FZ_FDS ? h->by_fd[fd] : NULL;
    h->out = (fz_out){0};
    if (!s || !rs_probe_fd(h->st, h->now, fd, &e->before) || e->before.listens) return;
    e->there = is_met(h, &e->before) && !h->mute; /* or what it says is dropped */
    for (rs_fd i = 0; i < FZ_FDS; i++) e->shared |= i != fd && h->by_fd[i] == s;
    for (unsigned i = 0; i < FZ_PARKED; i++) e->waits |= h->parked[i].number && h->parked[i].stream == s;
}

static bool open_state(rs_state s)
{
    return s == RS_ESTABLISHED || s == RS_FIN_WAIT_1 || s == RS_FIN_WAIT_2 || s == RS_CLOSE_WAIT;
}

void fz_effect_of_close(const fz_effect *e, const fz_host *h, bool lingers_0)
{
    if (!e->there || e->shared || e->waits || !open_state(e->before.state)) return;
    if (e->before.rcvq_bytes && e->before.state != RS_FIN_WAIT_2 && !h->out.resets)
        fz_fail(calls, "close with %u bytes unread sends no reset (RFC 9293 SHLD-3)", e->before.rcvq_bytes);
    bool spoke = e->before.snd_max != e->before.iss; /* our SYN may wait for memory still */
    if (lingers_0 && spoke && !h->out.resets)
        fz_fail(calls, "close with a linger time of 0 in %s sends no reset", rs_state_name(e->before.state));
}

void fz_effect_of_shutdown(const fz_effect *e, fz_host *h, rs_fd fd)
{
    rs_probe now;
    if (!e->there || !rs_probe_fd(h->st, h->now, fd, &now)) return;
    rs_state was = e->before.state;
    if ((was == RS_ESTABLISHED || was == RS_CLOSE_WAIT) && now.state == was)
        fz_fail(calls, "shutdown of the sending direction leaves %s", rs_state_name(was));
}

void fz_effect_of_send(const fz_effect *e, fz_host *h, rs_fd fd, bool more, bool urgent)
{
    rs_probe now;
    if (!e->there || !h->out.text || !rs_probe_fd(h->st, h->now, fd, &now)) return;
    bool all_out = now.notsent_bytes == 0 && h->out.end == now.snd_max;
    if (all_out && !more && !h->out.last_pushed && e->before.state == RS_ESTABLISHED)
        fz_fail(calls, "all is sent, and the last segment has no PSH (RFC 9293 MUST-61)");
    bool was_out = e->before.snd_una != e->before.snd_max && e->before.state != RS_SYN_RECEIVED; /* RFC 7413 */
    bool free_to_wait = !h->hurries && !urgent && !h->header->linux_preset && e->before.ca_state == 0;
    if (free_to_wait && was_out && h->out.small && h->out.small_len + 40u < now.snd_mss) /* options that come and go */
        fz_fail(silly, "%u bytes go behind %u that are out (RFC 9293 3.7.4)", h->out.small_len,
                e->before.snd_max - e->before.snd_una);
}

void fz_effect_of_recv(const fz_effect *e, fz_host *h, rs_fd fd)
{
    rs_probe now;
    if (!e->there || !rs_probe_fd(h->st, h->now, fd, &now) || now.conn != e->before.conn) return;
    if (now.state != RS_ESTABLISHED && now.state != RS_FIN_WAIT_1 && now.state != RS_FIN_WAIT_2) return;
    uint32_t opened = now.rcv_adv - e->before.rcv_adv, half = now.rcvbuf / 2,
             least = now.rcv_mss < half ? now.rcv_mss : half;
    bool took_all = e->before.rcvq_bytes > 0 && now.rcvq_bytes == 0 && now.ooo_bytes == 0;
    bool roomy = now.rcvbuf >= 4 * (uint32_t)now.adv_mss && now.adv_mss > 0;
    if (e->before.rcv_wnd == 0 && took_all && roomy && !h->out.acks && !h->header->linux_preset)
        fz_fail(silly, "all is read, and nobody tells that the closed window is open");
    bool no_reason = e->before.last_ack_sent == e->before.rcv_nxt && now.rcv_nxt == e->before.rcv_nxt;
    no_reason &= !h->clamps; /* RCV.BUFF is what the user has left of it */
    if (h->out.acks && !h->header->linux_preset && !h->out.text && no_reason && opened > 0 && opened < least)
        fz_fail(silly, "a read opens the window by %u bytes, the least is %u (RFC 9293 MUST-39)", opened, least);
}

enum { DEPARTURE = 9 /* the timer, by its place in rs_probe.deadline */ };

void fz_effect_of_nodelay(fz_host *h, rs_fd fd)
{
    rs_probe p;
    if (h->mute || !rs_probe_fd(h->st, h->now, fd, &p) || p.state != RS_ESTABLISHED || p.ca_state != 0) return;
    uint32_t out = p.snd_max - p.snd_una, room = p.snd_wnd > out ? p.snd_wnd - out : 0;
    /* One segment, and plenty of room for it: neither windows nor the size of bursts hold it back. */
    bool one = p.notsent_bytes > 0 && p.notsent_bytes + 40u <= p.snd_mss && p.snd_mss > 500;
    bool paced = p.deadline[DEPARTURE].us != INT64_MAX;
    bool may = one && !paced && room >= 2u * p.snd_mss && p.unacked_segs + 2 <= p.cwnd_segs;
    if (may && p.snd_una != p.iss && !h->corks && !fz_memory_is_short(h))
        fz_fail(calls, "TCP_NODELAY is on, and %u bytes wait with room for %u", p.notsent_bytes, room);
}

/* A call that waits although poll says that it need not. */
static void check_sleeper(fz_host *h, const fz_parked *k, short events, const char *why)
{
    rs_pollfd p = {.fd = k->fd, .events = events};
    rs_ret r = rs_poll(h->st, h->now, &p, 1, 0);
    h->acts++;
    if (r.parked || r.value <= 0 || !(p.revents & events)) return;
    fz_script_asleep(k->number);
    fz_fail(calls, "%s", why);
}

void fz_effect_check_sleepers(fz_host *h)
{
    for (unsigned i = 0; i < FZ_PARKED; i++) {
        const fz_parked *k = &h->parked[i];
        bool same = k->fd >= 0 && k->fd < FZ_FDS && h->by_fd[k->fd] == k->stream; /* not closed and used again */
        if (!k->number || !same || rs_call_ready(h->st, k->number)) continue;
        if (k->kind == FZ_WRITES) check_sleeper(h, k, RS_POLLOUT, "poll says that there is room, and a writer waits");
        if (k->kind == FZ_READS && !k->wants_all)
            check_sleeper(h, k, RS_POLLIN, "poll says that there is text, and a reader waits");
        if (k->kind == FZ_ACCEPTS && k->fd == h->listener)
            check_sleeper(h, k, RS_POLLIN, "poll says that somebody is there, and accept waits");
    }
}
