#include "talk.h"

#include <string.h>

#include "../prog/bytes.h"
#include "../prog/fail.h"
#include "../prog/trace.h"

enum { IO_MAX = 8192, SOL_SOCKET = 1, SO_SNDBUF = 7, SO_RCVBUF = 8, SO_LINGER = 13, LEVEL_TCP = 6 };
enum { NODELAY = 1, MAXSEG = 2 };

static uint8_t io[IO_MAX];

/* ---------- what must hold ---------- */

void fz_check_read(const fz_end *reader, const fz_end *writer, const uint8_t *bytes, size_t len)
{
    if (reader->eof) fz_fail("O53 end", "%zu bytes behind the end of the stream", len);
    if (reader->got + len > writer->wrote)
        fz_fail("O50 delivery", "read up to %llu, and only %llu were written", (unsigned long long)(reader->got + len),
                (unsigned long long)writer->wrote);
    static uint8_t right[IO_MAX];
    fz_bytes(writer->key, reader->got, right, len < IO_MAX ? len : IO_MAX);
    if (len <= IO_MAX && memcmp(bytes, right, len) == 0) return;
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == fz_byte(writer->key, reader->got + i)) continue;
        fz_fail("O50 delivery", "byte %llu of the stream is %#x, the peer wrote %#x",
                (unsigned long long)(reader->got + i), bytes[i], fz_byte(writer->key, reader->got + i));
        return;
    }
}

void fz_check_eof(const fz_end *reader, const fz_end *writer)
{
    if (!writer->shut && !writer->left) fz_fail("O53 end", "the stream ends, and the peer has not ended it");
    if (reader->got < writer->wrote && !writer->left)
        fz_fail("O53 end", "the stream ends after %llu of %llu bytes", (unsigned long long)reader->got,
                (unsigned long long)writer->wrote);
}

bool fz_talk_may_break(const fz_talk *t)
{
    if (t->end[0].restarted || t->end[1].restarted || t->end[0].deaf || t->end[1].deaf) return true;
    return t->plan->user[0].leaves.us || t->plan->user[1].leaves.us;
}

void fz_check_error(const fz_talk *t, unsigned side, const char *call, int err)
{
    if (fz_talk_may_break(t)) return;
    fz_fail("O53 error", "conversation %u, %s: %s gives %s, and nothing explains it", t->number,
            side ? "server" : "client", call, rs_status_name(err));
}

void fz_check_served(const fz_talk *t)
{
    for (unsigned i = 0; i < 2 && !fz_talk_may_break(t); i++) {
        const fz_end *e = &t->end[i], *peer = &t->end[!i];
        if (e->phase == FZ_GONE) continue;
        fz_fail("O51 liveness", "conversation %u, %s: phase %d, wrote %llu of %llu, read %llu of %llu%s%s", t->number,
                i ? "server" : "client", (int)e->phase, (unsigned long long)e->wrote,
                (unsigned long long)t->plan->user[i].bytes, (unsigned long long)e->got, (unsigned long long)peer->wrote,
                e->shut ? ", shut" : "", e->eof ? ", end read" : "");
    }
}

/* ---------- users ---------- */

void fz_talk_begin(fz_talk *t, const fz_talk_plan *plan, unsigned number, rs_time origin)
{
    *t = (fz_talk){.plan = plan, .number = number};
    for (unsigned i = 0; i < 2; i++) {
        t->end[i] = (fz_end){.fd = -1, .listener = -1, .key = 2 * number + i};
        t->end[i].write_at = t->end[i].read_at = origin;
    }
}

bool fz_talk_is_deaf(const fz_talk *t, unsigned side, const fz_ground *g)
{
    return g->linux_preset[side] && t->end[!side].wrote > t->end[side].got;
}

/* Its own host gave up, or the other did and said so. */
static bool follows_from_deafness(const fz_talk *t, unsigned side, const fz_ground *g, int err)
{
    if (err == RS_ETIMEDOUT) return fz_talk_is_deaf(t, side, g);
    return (err == RS_ECONNRESET || err == RS_EPIPE) && fz_talk_is_deaf(t, !side, g);
}

/* A call of a user failed: it gives up. */
static void fails(fz_talk *t, unsigned side, const fz_ground *g, const char *call, int err)
{
    fz_end *e = &t->end[side];
    fz_trace(g->now.us, "conversation %u, %s: %s gives %s", t->number, side ? "server" : "client", call,
             rs_status_name(err));
    e->deaf = follows_from_deafness(t, side, g, err);
    fz_check_error(t, side, call, err);
    e->error = err;
    fz_talk_abandon(t, side, g);
}

static void set_int(const fz_ground *g, unsigned side, rs_fd fd, int level, int name, int value)
{
    if (value == 0) return;
    rs_ret r = rs_setsockopt(g->st[side], g->now, fd, level, name, &value, sizeof value);
    if (r.value < 0) fz_fail("setup", "setsockopt(%d, %d, %d): %s", level, name, value, rs_status_name(r.err));
}

/* A socket with the options of the user, bound to its port. */
static rs_fd make_socket(const fz_talk *t, unsigned side, const fz_ground *g)
{
    const fz_script *s = &t->plan->user[side];
    int domain = g->addr[side].family == RS_IPV6 ? RS_PF_INET6 : RS_PF_INET;
    rs_ret fd = rs_socket(g->st[side], g->now, domain, RS_SOCK_STREAM | RS_SOCK_NONBLOCK, RS_IPPROTO_TCP);
    if (fd.value < 0) fz_fail("setup", "socket: %s", rs_status_name(fd.err));
    set_int(g, side, (rs_fd)fd.value, SOL_SOCKET, SO_RCVBUF, s->rcvbuf);
    set_int(g, side, (rs_fd)fd.value, SOL_SOCKET, SO_SNDBUF, s->sndbuf);
    set_int(g, side, (rs_fd)fd.value, LEVEL_TCP, MAXSEG, s->mss);
    set_int(g, side, (rs_fd)fd.value, LEVEL_TCP, NODELAY, s->no_delay);
    rs_endpoint own = {g->addr[side], (uint16_t)((side ? FZ_SERVER_PORT : FZ_CLIENT_PORT) + t->number)};
    rs_ret bound = rs_bind(g->st[side], g->now, (rs_fd)fd.value, &own);
    if (bound.value < 0) fz_fail("setup", "bind: %s", rs_status_name(bound.err));
    return (rs_fd)fd.value;
}

static bool due(rs_time origin, rs_dur after, rs_time now)
{
    return now.us >= origin.us + after.us;
}

static bool opens(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    if (side == 0 && !due(g->origin, t->plan->user[0].start, g->now)) return false;
    rs_fd fd = make_socket(t, side, g);
    e->phase = FZ_OPENING;
    if (side == 1) {
        e->listener = fd;
        if (rs_listen(g->st[1], g->now, fd, 4).value < 0) fz_fail("setup", "listen fails");
        return true;
    }
    e->fd = fd;
    rs_endpoint to = {g->addr[1], (uint16_t)(FZ_SERVER_PORT + t->number)};
    rs_ret r = rs_connect(g->st[0], g->now, fd, &to);
    if (r.value < 0 && r.err != RS_EINPROGRESS) fails(t, side, g, "connect", r.err);
    return true;
}

static bool waits(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    if (side == 1) {
        rs_ret r = rs_accept(g->st[1], g->now, e->listener, NULL, RS_SOCK_NONBLOCK);
        if (r.value < 0 && r.err == RS_EAGAIN) return false;
        if (r.value < 0) {
            fails(t, side, g, "accept", r.err);
            return true;
        }
        e->fd = (rs_fd)r.value;
        (void)rs_close(g->st[1], g->now, e->listener);
        e->listener = -1;
    } else {
        rs_pollfd p = {.fd = e->fd, .events = RS_POLLOUT};
        if (rs_poll(g->st[0], g->now, &p, 1, 0).value == 0) return false;
    }
    e->phase = FZ_OPEN;
    return true;
}

/* How far a user may have written by what it has read. */
static uint64_t may_write(const fz_end *e, const fz_script *s)
{
    if (s->each == 0) return s->bytes;
    uint64_t most = s->first + e->got / s->each * s->more;
    return most < s->bytes ? most : s->bytes;
}

static bool writes(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    const fz_script *s = &t->plan->user[side];
    if (e->shut || e->full || g->now.us < e->write_at.us) return false;
    uint64_t left = may_write(e, s) - e->wrote;
    uint32_t piece = s->piece - (uint32_t)(e->wrote % s->piece), len = piece < IO_MAX ? piece : IO_MAX;
    if (left < len) len = (uint32_t)left;
    if (len == 0 && e->wrote < s->bytes) return false;
    if (len == 0) {
        e->shut = true;
        rs_ret r = rs_shutdown(g->st[side], g->now, e->fd, RS_SHUT_WR);
        if (r.value < 0) fails(t, side, g, "shutdown", r.err);
        return true;
    }
    fz_bytes(e->key, e->wrote, io, len);
    rs_ret r = rs_send(g->st[side], g->now, e->fd, io, len, RS_MSG_NOSIGNAL, NULL);
    e->full = r.err == RS_EAGAIN || (r.value >= 0 && r.value < len);
    if (r.value < 0 && r.err == RS_EAGAIN) return false;
    if (r.value < 0) {
        fails(t, side, g, "send", r.err);
        return true;
    }
    e->wrote += (uint64_t)r.value;
    if (e->wrote % s->piece == 0) e->write_at.us = g->now.us + s->piece_gap.us;
    return true;
}

static bool reads(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side], *peer = &t->end[!side];
    const fz_script *s = &t->plan->user[side];
    if (e->eof || g->now.us < e->read_at.us || (s->late_reader && !g->fair)) return false;
    uint32_t len = s->read_piece < IO_MAX ? s->read_piece : IO_MAX;
    rs_ret r = rs_recv(g->st[side], g->now, e->fd, io, len, 0, NULL);
    if (r.value < 0 && r.err == RS_EAGAIN) return false;
    if (r.value < 0) {
        fails(t, side, g, "recv", r.err);
        return true;
    }
    if (r.value == 0) fz_check_eof(e, peer);
    else fz_check_read(e, peer, io, (size_t)r.value);
    e->eof = r.value == 0;
    e->got += (uint64_t)r.value;
    e->read_at.us = g->now.us + s->read_gap.us;
    return true;
}

/* Once more: the end of a stream stays its end. */
static void finish(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    int queued = 0;
    if (t->plan->user[side].sees_off && rs_ioctl(g->st[side], g->now, e->fd, RS_SIOCOUTQ, &queued).value == 0 && queued)
        return;
    rs_ret r = rs_recv(g->st[side], g->now, e->fd, io, 1, 0, NULL);
    if (r.value != 0 && !fz_talk_may_break(t))
        fz_fail("O53 end", "after the end of the stream recv gives %lld", (long long)r.value);
    (void)rs_close(g->st[side], g->now, e->fd);
    e->phase = FZ_GONE;
}

void fz_talk_abandon(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    const int hard[2] = {1, 0};
    if (e->phase == FZ_GONE) return;
    if (e->listener >= 0) (void)rs_close(g->st[side], g->now, e->listener);
    if (e->fd >= 0) (void)rs_setsockopt(g->st[side], g->now, e->fd, SOL_SOCKET, SO_LINGER, hard, sizeof hard);
    if (e->fd >= 0) (void)rs_close(g->st[side], g->now, e->fd);
    e->left = true;
    e->phase = FZ_GONE;
}

void fz_talk_restart(fz_talk *t, unsigned side)
{
    fz_end *e = &t->end[side];
    e->fd = e->listener = -1;
    e->left = e->restarted = true;
    e->phase = FZ_GONE;
}

static bool leaves(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    const fz_script *s = &t->plan->user[side];
    if (!s->leaves.us || !due(g->origin, s->leaves, g->now) || e->phase == FZ_GONE) return false;
    fz_trace(g->now.us, "conversation %u, %s leaves", t->number, side ? "server" : "client");
    if (!s->leaves_hard && e->fd >= 0 && e->listener < 0) {
        (void)rs_close(g->st[side], g->now, e->fd);
        e->left = true;
        e->phase = FZ_GONE;
    }
    fz_talk_abandon(t, side, g);
    return true;
}

bool fz_talk_step(fz_talk *t, unsigned side, const fz_ground *g)
{
    fz_end *e = &t->end[side];
    if (leaves(t, side, g)) return true;
    if (e->phase == FZ_TO_OPEN) return opens(t, side, g);
    if (e->phase == FZ_OPENING) return waits(t, side, g);
    if (e->phase == FZ_GONE) return false;
    bool did = writes(t, side, g);
    if (e->phase == FZ_OPEN && reads(t, side, g)) did = true;
    if (e->phase == FZ_OPEN && e->shut && e->eof) finish(t, side, g);
    return did;
}

rs_time fz_talk_wakes(const fz_talk *t, unsigned side, rs_time now, rs_time origin)
{
    const fz_end *e = &t->end[side];
    const fz_script *s = &t->plan->user[side];
    rs_time at = RS_NEVER;
    if (e->phase == FZ_GONE) return at;
    if (s->leaves.us && origin.us + s->leaves.us > now.us) at.us = origin.us + s->leaves.us;
    if (e->phase == FZ_TO_OPEN && origin.us + s->start.us < at.us) at.us = origin.us + s->start.us;
    if (e->phase != FZ_OPEN) return at;
    if (e->write_at.us > now.us && e->write_at.us < at.us) at = e->write_at;
    if (e->read_at.us > now.us && e->read_at.us < at.us) at = e->read_at;
    return at;
}
