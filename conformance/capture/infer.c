/* infer.c — from what was on the wire to the calls that one end made. */
#include "infer.h"

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../script/fmt.h"
#include "../text/mem.h"
#include "fast_open.h"
#include "hints.h"
#include "packet_line.h"
#include "script_head.h"
#include "signs.h"

enum { SAME_NS = 1000000, ANSWER_NS = 1000000, IDLE_NS = 900000000 };
enum { TICK_NS = 4000000, LOOSE_NS = 20000000 };
#define NS_PER_S 1000000000ll

/* One connection being told. */
typedef struct {
    const cf_recording *r;
    const cf_guess *g;
    cf_buf *out;
    cf_told *told;
    cf_line_memory memory;
    uint32_t i;     /* the packet at hand */
    uint32_t row;   /* the first of its row */
    int64_t now_ns; /* of the last line */
    int64_t own_ns; /* of the stack's last packet: timers run from there */
    int fd;
    bool begun, accepted, closed;
    cf_offset sent;      /* by the stack under test: after its last byte */
    cf_offset written;   /* as far as write() was called */
    cf_offset got, read; /* bytes that arrived in order; that were read */
    bool reads;          /* the application reads as data come */
    bool keepalive, delays;
    int64_t peer_win;
    cf_offset acked, edge; /* what the peer has acknowledged, and how far it lets us send */
} teller;

static bool fixed(const teller *t, uint32_t packet, cf_fix_kind kind)
{
    return cf_guess_fixed(t->g, packet, kind);
}

/* ---------- lines ---------- */

static int64_t gap_us(const teller *t, int64_t at_ns)
{
    int64_t us = (at_ns - t->now_ns) / 1000;
    return t->begun && us > 0 ? us : 0;
}

static void put_seconds(teller *t, const char *before, int64_t us, const char *after)
{
    cf_buf_puts(t->out, before);
    cf_fmt_seconds(t->out, us);
    cf_buf_puts(t->out, after);
}

static void passed(teller *t, int64_t at_ns)
{
    t->begun = true;
    t->now_ns = at_ns;
}

static void put_time(teller *t, int64_t at_ns)
{
    put_seconds(t, "+", gap_us(t, at_ns), " ");
    passed(t, at_ns);
}

/* What the stack sends of itself follows a timer. A kernel's timer is late by up to an eighth of its length and a tick,
 * in the recording as in the next run. */
static void put_timer(teller *t, int64_t at_ns)
{
    int64_t us = gap_us(t, at_ns), ran = (at_ns - (t->own_ns ? t->own_ns : t->now_ns)) / 1000;
    int64_t slack = ran / 8 + TICK_NS / 1000;
    if (t->g->loose && slack < ran / 5) slack = ran / 5;
    if (t->g->loose && slack < LOOSE_NS / 1000) slack = LOOSE_NS / 1000;
    if (fixed(t, t->row, CF_FIX_LOOSE)) {
        put_seconds(t, "+0~+", us + NS_PER_S / 1000, " ");
    } else if (us < SAME_NS / 1000) {
        cf_buf_puts(t->out, "+0 ");
    } else {
        put_seconds(t, "+", us > slack ? us - slack : 0, "~");
        put_seconds(t, "+", us + slack, " ");
    }
    passed(t, at_ns);
}

__attribute__((format(printf, 3, 4))) static void call(teller *t, int64_t at_ns, const char *fmt, ...)
{
    va_list ap;
    put_time(t, at_ns);
    va_start(ap, fmt);
    cf_buf_vprintf(t->out, fmt, ap);
    va_end(ap);
    cf_buf_putc(t->out, '\n');
}

static void packet(teller *t, const cf_seg *s)
{
    cf_packet_line l;
    bool any_options = t->g->any_options || fixed(t, t->row, CF_FIX_ANY_OPTIONS);
    cf_packet_line_of(&l, t->r, s, any_options, &t->memory);
    if (s->dir == t->r->side) put_timer(t, s->at_ns);
    else put_time(t, s->at_ns);
    cf_fmt_packet(t->out, &l.p);
    cf_buf_putc(t->out, '\n');
    t->told->first[t->told->packets++] = t->row;
}

/* ---------- opening ---------- */

/* Somebody listens who answers SYNs. */
static bool serves(const cf_recording *r)
{
    return r->conn->half[r->side].syn;
}

/* What a socket must have been told before its first SYN. */
static void size_socket(teller *t, int64_t at_ns)
{
    int buffer = cf_hints_receive_buffer(t->r), maxseg = cf_hints_maxseg(t->r);
    if (buffer) call(t, at_ns, "setsockopt(3, SOL_SOCKET, SO_RCVBUF, [%d], 4) = 0", buffer);
    if (maxseg) call(t, at_ns, "setsockopt(3, SOL_TCP, TCP_MAXSEG, [%d], 4) = 0", maxseg);
}

static void open_server(teller *t, int64_t at_ns)
{
    call(t, at_ns, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
    size_socket(t, at_ns);
    call(t, at_ns, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
    int defer = cf_hints_defer_accept(t->r);
    if (defer) call(t, at_ns, "setsockopt(3, SOL_TCP, TCP_DEFER_ACCEPT, [%d], 4) = 0", defer);
    call(t, at_ns, "bind(3, ..., ...) = 0");
    call(t, at_ns, "listen(3, 1) = 0");
    cf_fast_open fo = cf_fast_open_of(t->r);
    if (fo == CF_FO_GIVES || fo == CF_FO_TAKES) call(t, at_ns, "setsockopt(3, SOL_TCP, TCP_FASTOPEN, [5], 4) = 0");
    if (!serves(t->r)) call(t, at_ns, "close(3) = 0");
}

static void tune_socket(teller *t, int64_t at_ns)
{
    if (!t->g->nagle) call(t, at_ns, "setsockopt(%d, SOL_TCP, TCP_NODELAY, [1], 4) = 0", t->fd);
}

/* Before the first data: a client that says so before it connects would delay the end of the handshake too. */
static void delay_acks(teller *t, const cf_seg *s)
{
    if (t->delays || !t->accepted || !s->len || !cf_hints_delays_first_ack(t->r)) return;
    t->delays = true;
    call(t, t->now_ns, "setsockopt(%d, SOL_TCP, TCP_QUICKACK, [0], 4) = 0", t->fd);
}

static void open_client(teller *t, int64_t at_ns)
{
    if (cf_fast_open_of(t->r) == CF_FO_COOKIE) t->told->before = cf_fast_open_prologue(t->out, t->r);
    t->fd = 3;
    t->accepted = true;
    call(t, at_ns, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
    size_socket(t, at_ns);
    call(t, at_ns, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
    tune_socket(t, at_ns);
    cf_fast_open fo = cf_fast_open_of(t->r);
    uint32_t n = t->r->segs[t->i].len;
    if (fo == CF_FO_ASKS)
        call(t, at_ns, "sendto(3, ..., 1, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
    else if (n) call(t, at_ns, "sendto(3, ..., %u, MSG_FASTOPEN, ..., ...) = %u", n, n);
    else call(t, at_ns, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
}

static void need_fd(teller *t, int64_t at_ns)
{
    if (t->accepted) return;
    t->accepted = true;
    t->fd = 4;
    call(t, at_ns, "accept(3, ..., ...) = 4");
    if (cf_hints_listener_gone(t->r)) call(t, at_ns, "close(3) = 0");
    tune_socket(t, at_ns);
}

/* An answer to the handshake that draws a reset although it is right: the application has left, as early as may be, for
 * nothing was sent again in between. */
static void maybe_left(teller *t, const cf_seg *s)
{
    const cf_seg *next = cf_next_of_stack(t->r, t->i);
    bool right = s->flags & CF_ACK && !(s->flags & CF_RST) && s->ack_pos == 1 && s->pos == (s->flags & CF_SYN ? 0 : 1);
    bool reset = next && next->flags & CF_RST && next->at_ns - s->at_ns < ANSWER_NS;
    bool early = t->sent == 1 && (t->r->side == CF_CLIENT) == ((s->flags & CF_SYN) != 0);
    if (t->closed || s->kind != CF_SEG_TCP || !right || !reset || !early) return;
    t->closed = true;
    call(t, t->now_ns, "close(3) = 0");
}

static void maybe_accept(teller *t, const cf_seg *s)
{
    bool third = s->kind == CF_SEG_TCP && (s->flags & (CF_ACK | CF_SYN | CF_RST)) == CF_ACK && s->ack_pos >= 1;
    if (!t->accepted && third && t->sent >= 1 && cf_sign_taken(t->r, (uint32_t)(s - t->r->segs))) need_fd(t, s->at_ns);
}

/* ---------- writing ---------- */

static bool new_data(const teller *t, const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->dir == t->r->side && s->len && !(s->flags & (CF_SYN | CF_RST)) &&
           s->pos + (cf_offset)s->len > t->written && s->pos <= t->written;
}

/* The row of segments, from the one at hand on, that one write made. */
typedef struct {
    cf_offset end;
    bool pushed, fin, urgent;
} run;

static run find_run(const teller *t, uint32_t from)
{
    run x = {.end = t->written};
    int64_t last_ns = t->r->segs[from].at_ns;
    for (uint32_t k = from; k < t->r->count && !x.fin; k++) {
        const cf_seg *s = &t->r->segs[k];
        if (t->g->bursts && (s->dir != t->r->side || s->at_ns - last_ns > SAME_NS)) break;
        if (s->dir != t->r->side || s->kind != CF_SEG_TCP || !s->len) continue;
        if (s->flags & CF_RST || s->pos > x.end) break;
        if (s->pos + (cf_offset)s->len <= x.end) continue;
        x.end = s->pos + (cf_offset)s->len;
        x.pushed = s->flags & CF_PSH;
        x.fin = s->flags & CF_FIN;
        x.urgent = s->flags & CF_URG;
        last_ns = s->at_ns;
        if (fixed(t, k, CF_FIX_CUT)) break;
        if (x.pushed && !t->g->bursts && !fixed(t, k, CF_FIX_JOIN)) break;
    }
    return x;
}

/* What one write made, from this packet on. */
static void write_run(teller *t, uint32_t from, int64_t at_ns)
{
    run x = find_run(t, from);
    long long n = x.end - t->written;
    bool waits = x.fin && !(x.pushed && t->g->nagle); /* PSH and FIN: it was held back until the FIN came */
    bool more = (waits || !x.pushed) && !fixed(t, from, CF_FIX_PLAIN);
    need_fd(t, at_ns);
    if (fixed(t, from, CF_FIX_EOR)) call(t, at_ns, "send(%d, ..., %lld, MSG_EOR) = %lld", t->fd, n, n);
    else if (x.urgent) call(t, at_ns, "send(%d, ..., %lld, MSG_OOB) = %lld", t->fd, n, n);
    else if (more) call(t, at_ns, "send(%d, ..., %lld, MSG_MORE) = %lld", t->fd, n, n);
    else call(t, at_ns, "write(%d, ..., %lld) = %lld", t->fd, n, n);
    t->written = x.end;
}

/* ---------- closing ---------- */

static void read_all(teller *t, int64_t at_ns)
{
    long long n = t->got - t->read;
    if (n <= 0 || !t->accepted) return;
    call(t, at_ns, "read(%d, ..., %lld) = %lld", t->fd, n, n);
    t->read = t->got;
}

/* A reset that nobody asked for is the end of a socket that was still there: this FIN was a shutdown(). */
static bool resets_later(const teller *t)
{
    for (uint32_t k = t->i + 1; k < t->r->count; k++)
        if (cf_sign_unasked(t->r, k)) return true;
    return false;
}

static void close_for_fin(teller *t, int64_t at_ns)
{
    if (t->closed) return;
    need_fd(t, at_ns);
    if (resets_later(t)) {
        call(t, at_ns, "shutdown(%d, SHUT_WR) = 0", t->fd);
        return;
    }
    read_all(t, at_ns);
    t->closed = true;
    bool half = cf_sign_half_open(t->r, t->i, t->got) || cf_hints_keeps_no_time_wait(t->r);
    if (half != fixed(t, t->row, CF_FIX_SHUTDOWN)) call(t, at_ns, "shutdown(%d, SHUT_WR) = 0", t->fd);
    else call(t, at_ns, "close(%d) = 0", t->fd);
}

static void close_for_rst(teller *t, const cf_seg *s)
{
    bool by_probes = t->keepalive && cf_hints_keepalive_count(t->r);
    bool left = !t->accepted && t->r->side == CF_SERVER && t->sent >= 1; /* it waited to be accepted */
    if (t->closed || (!t->accepted && !left) || by_probes || !cf_sign_unasked(t->r, t->i)) return;
    t->closed = true;
    if (left) {
        call(t, s->at_ns, "close(3) = 0");
        return;
    }
    if (t->got == t->read)
        call(t, s->at_ns, "setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", t->fd);
    call(t, s->at_ns, "close(%d) = 0", t->fd);
}

/* ---------- what waited ---------- */

/* The row of segments that this acknowledgment set free; 0: none. */
static uint32_t freed(const teller *t, const cf_seg *ack)
{
    for (uint32_t k = t->i + 1; k < t->r->count; k++) {
        const cf_seg *s = &t->r->segs[k];
        if (s->at_ns - ack->at_ns > SAME_NS || s->dir != t->r->side) return 0;
        if (new_data(t, s)) return k;
    }
    return 0;
}

/* A FIN on data with PSH: all was written and closed while it could not be sent, else PSH and FIN would not meet. */
static void write_behind(teller *t, const cf_seg *s)
{
    bool ack = s->kind == CF_SEG_TCP && !s->len && (s->flags & (CF_ACK | CF_SYN | CF_FIN | CF_RST)) == CF_ACK;
    uint32_t from = ack && t->accepted && !t->closed ? freed(t, s) : 0;
    if (!from) return;
    run x = find_run(t, from);
    bool waited = t->acked < t->sent || t->edge < t->sent + (cf_offset)t->r->segs[from].len;
    long long n = x.end - t->written;
    if (!x.fin || !x.pushed || !waited) return;
    call(t, t->now_ns, "write(%d, ..., %lld) = %lld", t->fd, n, n);
    t->written = x.end;
    close_for_fin(t, t->now_ns);
}

/* The peer learns of urgent bytes before they can be sent. */
static void send_urgent(teller *t, const cf_seg *s)
{
    long long n = s->pos + s->urg - t->written;
    if (!(s->flags & CF_URG) || s->len || n <= 0 || !t->accepted) return;
    call(t, t->now_ns, "send(%d, ..., %lld, MSG_OOB) = %lld", t->fd, n, n);
    t->written += n;
}

/* ---------- probes ---------- */

static bool is_probe(const teller *t, const cf_seg *s)
{
    return s->kind == CF_SEG_TCP && s->dir == t->r->side && t->accepted && t->sent >= 1 && s->len <= 1 &&
           s->pos == t->sent - 1 && !(s->flags & (CF_SYN | CF_FIN | CF_RST)) && s->flags & CF_ACK;
}

static bool more_later(const teller *t)
{
    for (uint32_t k = t->i; k < t->r->count; k++)
        if (new_data(t, &t->r->segs[k])) return true;
    return false;
}

/* Until the next probe after this one, or the reset after the last; 0: there is neither. */
static int64_t probe_interval(const teller *t)
{
    for (uint32_t k = t->i + 1; k < t->r->count; k++)
        if (is_probe(t, &t->r->segs[k]) || cf_sign_unasked(t->r, k))
            return t->r->segs[k].at_ns - t->r->segs[t->i].at_ns;
    return 0;
}

/* Keepalives were switched on some time before: at the packet before, as far as the wire shows. */
static void switch_keepalive_on(teller *t, const cf_seg *s)
{
    int64_t idle = (s->at_ns - t->now_ns + NS_PER_S / 2) / NS_PER_S,
            interval = (probe_interval(t) + NS_PER_S / 2) / NS_PER_S;
    t->keepalive = true;
    call(t, t->now_ns, "setsockopt(%d, SOL_SOCKET, SO_KEEPALIVE, [1], 4) = 0", t->fd);
    call(t, t->now_ns, "setsockopt(%d, SOL_TCP, TCP_KEEPIDLE, [%lld], 4) = 0", t->fd, (long long)(idle ? idle : 1));
    call(t, t->now_ns, "setsockopt(%d, SOL_TCP, TCP_KEEPINTVL, [%lld], 4) = 0", t->fd,
         (long long)(interval ? interval : 1));
    int probes = cf_hints_keepalive_count(t->r);
    if (probes) call(t, t->now_ns, "setsockopt(%d, SOL_TCP, TCP_KEEPCNT, [%d], 4) = 0", t->fd, probes);
}

/* ---------- fixes ---------- */

/* The next bytes that were not written yet; the number of packets: there are none. */
static uint32_t next_new(const teller *t)
{
    uint32_t k = t->i;
    while (k < t->r->count && !new_data(t, &t->r->segs[k])) k++;
    return k;
}

static bool has_fin(const teller *t)
{
    for (uint32_t k = t->i; k < t->r->count; k++)
        if (t->r->segs[k].dir == t->r->side && t->r->segs[k].flags & CF_FIN) return true;
    return false;
}

/* What was done before this packet, and shows only later. */
static void fix_before(teller *t)
{
    bool close = fixed(t, t->i, CF_FIX_CLOSE), write = fixed(t, t->i, CF_FIX_WRITE);
    if ((!close && !write) || !t->accepted || t->closed || t->sent < 1) return;
    close = close && has_fin(t);
    for (uint32_t next = next_new(t); (write || close) && next < t->r->count; next = next_new(t)) {
        write_run(t, next, t->now_ns);
        write = false;
    }
    if (close) close_for_fin(t, t->now_ns);
}

static void quickack(teller *t, int on, int64_t at_ns)
{
    if (t->accepted && !t->closed) call(t, at_ns, "setsockopt(%d, SOL_TCP, TCP_QUICKACK, [%d], 4) = 0", t->fd, on);
}

static void fix_before_out(teller *t, int64_t at_ns)
{
    bool push = fixed(t, t->i, CF_FIX_PUSH) && t->accepted && !t->closed;
    if (push) call(t, at_ns, "setsockopt(%d, SOL_TCP, TCP_NODELAY, [1], 4) = 0", t->fd);
    if (fixed(t, t->i, CF_FIX_ACK_NOW)) quickack(t, 1, at_ns);
}

/* The window is closed, and something waits: what is sent later, or a byte that never left. */
static void write_behind_closed_window(teller *t)
{
    if (t->written != t->sent) return;
    if (more_later(t)) {
        write_run(t, t->i, t->now_ns);
    } else {
        call(t, t->now_ns, "write(%d, ..., 1) = 1", t->fd);
        t->written++;
    }
}

static void before_probe(teller *t, const cf_seg *s)
{
    if (t->peer_win == 0) write_behind_closed_window(t);
    else if (!t->keepalive && s->at_ns - t->now_ns > IDLE_NS) switch_keepalive_on(t, s);
}

/* ---------- packets ---------- */

/* The last of the segments that one line can say: they follow each other without a break, and all but the last could
 * have been cut alike. */
static uint32_t row_end(const teller *t)
{
    const cf_half *peer = &t->r->conn->half[!t->r->side], *me = &t->r->conn->half[t->r->side];
    uint32_t stamps = me->ts && peer->ts ? 12 : 0, unit = peer->mss > stamps ? peer->mss - stamps : me->largest;
    uint32_t k = t->i, len = t->r->segs[k].len;
    for (; k + 1 < t->r->count; k++) {
        const cf_seg *s = &t->r->segs[k], *next = s + 1;
        bool more = next->kind == CF_SEG_TCP && next->dir == t->r->side && next->len && s->len % unit == 0 &&
                    next->pos == s->pos + (cf_offset)s->len && next->at_ns - s->at_ns < SAME_NS &&
                    (t->g->bursts || !(s->flags & CF_PSH) || fixed(t, k, CF_FIX_JOIN));
        bool alike = !((s->flags | next->flags) & (CF_SYN | CF_RST | CF_URG)) && !(s->flags & CF_FIN) &&
                     next->ack_pos == s->ack_pos && !(next->mark & CF_M_AGAIN);
        if (!more || !alike || len + next->len > CF_LINE_BYTES) break;
        len += next->len;
    }
    return k;
}

/* The packet at hand, or the row that begins with it. */
static cf_seg unit_at(teller *t)
{
    cf_seg u = t->r->segs[t->i];
    if (!t->g->rows || !u.len || u.mark & CF_M_AGAIN) return u;
    for (uint32_t end = row_end(t); t->i < end;) {
        const cf_seg *s = &t->r->segs[++t->i];
        u.len += s->len;
        u.flags |= s->flags & (CF_PSH | CF_FIN);
        if (!(s->flags & CF_PSH)) u.flags &= (uint16_t)~CF_PSH;
        u.at_ns = s->at_ns;
    }
    return u;
}

static void outbound(teller *t)
{
    const cf_seg *first = &t->r->segs[t->i];
    if (!t->begun) open_client(t, first->at_ns);
    send_urgent(t, first);
    if (is_probe(t, first)) before_probe(t, first);
    if (new_data(t, first)) write_run(t, t->i, first->at_ns);
    fix_before_out(t, first->at_ns);
    cf_seg s = unit_at(t);
    if (s.flags & CF_FIN) close_for_fin(t, first->at_ns);
    if (s.flags & CF_RST) close_for_rst(t, &s);
    packet(t, &s);
    t->own_ns = s.at_ns;
    cf_offset end = s.pos + (cf_offset)s.len + (s.flags & CF_SYN ? 1 : 0) + (s.flags & CF_FIN ? 1 : 0);
    if (!(s.flags & CF_RST) && end > t->sent) t->sent = end;
    if (s.flags & CF_SYN && t->written < t->sent) t->written = t->sent;
    if (s.flags & CF_SYN && s.ack_pos > 1 && t->got < s.ack_pos - 1) t->got = s.ack_pos - 1; /* text of a SYN */
}

static void take_ack(teller *t, const cf_seg *s)
{
    const cf_half *me = &t->r->conn->half[t->r->side], *peer = &t->r->conn->half[!t->r->side];
    if (!(s->flags & CF_ACK) || s->flags & CF_RST) return;
    uint8_t scale = me->scaled && peer->scaled && !(s->flags & CF_SYN) ? peer->wscale : 0;
    t->peer_win = s->win;
    if (s->ack_pos > t->acked) t->acked = s->ack_pos;
    if (s->ack_pos >= t->acked) t->edge = s->ack_pos + ((cf_offset)s->win << scale);
}

/* An application wakes up after what came in one go, and its reading lets a waiting acknowledgment go. */
static bool reads_now(const teller *t)
{
    const cf_seg *s = &t->r->segs[t->i], *next = s + 1;
    return t->i + 1 == t->r->count || next->dir == t->r->side || next->at_ns - s->at_ns >= SAME_NS;
}

static void inbound(teller *t, const cf_seg *s)
{
    if (!t->begun) open_server(t, s->at_ns);
    maybe_left(t, s);
    write_behind(t, s);
    delay_acks(t, s);
    if (fixed(t, t->i, CF_FIX_ACK_LATE)) quickack(t, 0, t->now_ns);
    packet(t, s);
    if (s->kind != CF_SEG_TCP) return;
    maybe_accept(t, s);
    take_ack(t, s);
    cf_offset end = s->pos + (cf_offset)s->len;
    if (s->flags & (CF_RST | CF_SYN) || s->pos > t->got + 1 || end - 1 <= t->got) return;
    t->got = end - 1;
    bool read = t->reads && reads_now(t);
    if (read != fixed(t, t->i, CF_FIX_READ) && !t->closed) read_all(t, s->at_ns);
}

/* ---------- all of it ---------- */

static void tell(teller *t)
{
    uint32_t n = t->g->upto && t->g->upto < t->r->count ? t->g->upto : t->r->count;
    for (t->i = 0; t->i < n; t->i++) {
        const cf_seg *s = &t->r->segs[t->i];
        t->row = t->i;
        if (t->begun) fix_before(t);
        if (s->dir == t->r->side) outbound(t);
        else inbound(t, s);
    }
}

bool cf_infer(cf_told *told, const cf_recording *r, const cf_guess *g, const char *title, char *why, size_t why_cap)
{
    cf_buf raw = {0}, body = {0};
    memset(told, 0, sizeof *told);
    told->first = cf_mem_zero(r->count, sizeof *told->first);
    teller t = {.memory = {.no_stamps = g->any_options},
                .r = r,
                .g = g,
                .out = &body,
                .told = told,
                .reads = cf_hints_application_reads(r)},
           again = t;
    tell(&t);
    if (t.memory.odd_echoes) { /* say them as they are, with the option that makes sense of them */
        cf_buf_free(&body);
        told->packets = 0;
        again.memory.raw_echoes = true;
        t = again;
        tell(&t);
    }
    cf_script_head(&raw, r, g, t.memory.raw_echoes, title);
    cf_buf_puts(&raw, cf_buf_str(&body));
    if (t.memory.odd_options)
        cf_buf_printf(&told->notes, "%u options that a script cannot say are NOPs there\n", t.memory.odd_options);
    bool ok = cf_script_canonical(&told->text, &raw, r->conn->family == 6, why, why_cap);
    cf_buf_free(&body);
    cf_buf_free(&raw);
    return ok;
}
