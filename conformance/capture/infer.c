/* infer.c — from what was on the wire to the calls that one end made. */
#include "infer.h"

#include "../packet/encode.h"
#include "../packet/opts.h"
#include "../script/fmt.h"
#include "../text/mem.h"
#include "packet_line.h"

enum { SAME_NS = 1000000, ANSWER_NS = 1000000, IDLE_NS = 900000000, MTU_USUAL = 1500, MTU_MOST = 65535 };
#define NS_PER_S 1000000000ll

const cf_guess cf_guesses[CF_GUESSES] = {
    {0},
    {.nagle = true},
    {.bursts = true},
    {.any_options = true},
    {.loose = true},
    {.bursts = true, .loose = true},
    {.any_options = true, .loose = true},
    {.bursts = true, .any_options = true, .loose = true},
};

const char *cf_guess_text(const cf_guess *g)
{
    if (g->any_options && g->loose) return "its options not compared, times within 20 ms or 10 %";
    if (g->any_options) return "its options not compared";
    return g->loose ? "times within 20 ms or 10 %" : "";
}

/* One connection being told. */
typedef struct {
    const cf_recording *r;
    const cf_guess *g;
    cf_buf *out;
    cf_line_memory memory;
    uint32_t i;     /* the packet at hand */
    int64_t now_ns; /* of the last line */
    int fd;
    bool begun, accepted, closed;
    cf_offset sent;      /* by the stack under test: after its last byte */
    cf_offset written;   /* as far as write() was called */
    cf_offset got, read; /* bytes that arrived in order; that were read */
    bool reads;          /* the application reads as data come */
    bool keepalive;
    int64_t peer_win;
} teller;

/* ---------- lines ---------- */

static void put_time(teller *t, int64_t at_ns, bool exact)
{
    int64_t us = (at_ns - t->now_ns) / 1000;
    if (!t->begun) us = 0;
    if (us < 0 || (!exact && us < SAME_NS / 1000)) us = 0;
    cf_buf_putc(t->out, '+');
    cf_fmt_seconds(t->out, us);
    cf_buf_putc(t->out, ' ');
    t->begun = true;
    t->now_ns = at_ns;
}

__attribute__((format(printf, 3, 4))) static void call(teller *t, int64_t at_ns, const char *fmt, ...)
{
    va_list ap;
    put_time(t, at_ns, true);
    va_start(ap, fmt);
    cf_buf_vprintf(t->out, fmt, ap);
    va_end(ap);
    cf_buf_putc(t->out, '\n');
}

static void packet(teller *t, const cf_seg *s)
{
    cf_packet_line l;
    cf_packet_line_of(&l, t->r, s, t->g->any_options, &t->memory);
    put_time(t, s->at_ns, s->dir != t->r->side);
    cf_fmt_packet(t->out, &l.p);
    cf_buf_putc(t->out, '\n');
}

/* ---------- opening ---------- */

/* Somebody listens who answers SYNs. */
static bool serves(const cf_recording *r)
{
    return r->conn->half[r->side].syn;
}

static void open_server(teller *t, int64_t at_ns)
{
    call(t, at_ns, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
    call(t, at_ns, "setsockopt(3, SOL_SOCKET, SO_REUSEADDR, [1], 4) = 0");
    call(t, at_ns, "bind(3, ..., ...) = 0");
    call(t, at_ns, "listen(3, 1) = 0");
    if (!serves(t->r)) call(t, at_ns, "close(3) = 0");
}

/* Linux acknowledges the first segments at once; a stack that does not was told so. */
static bool delays_first_ack(const cf_recording *r)
{
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        const cf_seg *s = &r->segs[i], *next = s + 1;
        bool data = s->kind == CF_SEG_TCP && s->dir != r->side && s->len;
        if (!data || (s->flags & (CF_SYN | CF_ACK)) != CF_ACK) continue;
        return s->pos == 1 && (next->dir != r->side || next->at_ns - s->at_ns > ANSWER_NS);
    }
    return false;
}

static void tune_socket(teller *t, int64_t at_ns)
{
    if (!t->g->nagle) call(t, at_ns, "setsockopt(%d, SOL_TCP, TCP_NODELAY, [1], 4) = 0", t->fd);
    if (delays_first_ack(t->r)) call(t, at_ns, "setsockopt(%d, SOL_TCP, TCP_QUICKACK, [0], 4) = 0", t->fd);
}

static void open_client(teller *t, int64_t at_ns)
{
    t->fd = 3;
    t->accepted = true;
    call(t, at_ns, "socket(..., SOCK_STREAM, IPPROTO_TCP) = 3");
    call(t, at_ns, "fcntl(3, F_SETFL, O_RDWR|O_NONBLOCK) = 0");
    tune_socket(t, at_ns);
    call(t, at_ns, "connect(3, ..., ...) = -1 EINPROGRESS (Operation now in progress)");
}

static void need_fd(teller *t, int64_t at_ns)
{
    if (t->accepted) return;
    t->accepted = true;
    t->fd = 4;
    call(t, at_ns, "accept(3, ..., ...) = 4");
    tune_socket(t, at_ns);
}

static const cf_seg *next_of_stack(const teller *t)
{
    for (uint32_t k = t->i + 1; k < t->r->count; k++)
        if (t->r->segs[k].dir == t->r->side) return &t->r->segs[k];
    return NULL;
}

/* Did the stack take the third segment of the handshake? Not when it resets, repeats its SYN+ACK, or acknowledges
 * nothing of the data on it. */
static bool was_taken(const teller *t, const cf_seg *s)
{
    const cf_seg *next = next_of_stack(t);
    if (!next) return true;
    if (next->flags & CF_RST) return next->at_ns - s->at_ns >= ANSWER_NS;
    return !(next->flags & CF_SYN) && !(s->len && !next->len && next->ack_pos <= s->pos);
}

/* An answer to the handshake that draws a reset although it is right: the application has left. */
static void maybe_left(teller *t, const cf_seg *s)
{
    const cf_seg *next = next_of_stack(t);
    bool right = s->flags & CF_ACK && !(s->flags & CF_RST) && s->ack_pos == 1 && s->pos == (s->flags & CF_SYN ? 0 : 1);
    bool reset = next && next->flags & CF_RST && next->at_ns - s->at_ns < ANSWER_NS;
    bool early = t->sent == 1 && (t->r->side == CF_CLIENT) == ((s->flags & CF_SYN) != 0);
    if (t->closed || s->kind != CF_SEG_TCP || !right || !reset || !early) return;
    t->closed = true;
    call(t, s->at_ns, "close(3) = 0");
}

static void maybe_accept(teller *t, const cf_seg *s)
{
    bool third = s->kind == CF_SEG_TCP && (s->flags & (CF_ACK | CF_SYN | CF_RST)) == CF_ACK && s->ack_pos >= 1;
    if (!t->accepted && third && t->sent >= 1 && was_taken(t, s)) need_fd(t, s->at_ns);
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

static run find_run(const teller *t)
{
    run x = {.end = t->written};
    int64_t last_ns = t->r->segs[t->i].at_ns;
    for (uint32_t k = t->i; k < t->r->count && !x.fin; k++) {
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
        if (x.pushed && !t->g->bursts) break;
    }
    return x;
}

static void write_run(teller *t, int64_t at_ns)
{
    run x = find_run(t);
    long long n = x.end - t->written;
    need_fd(t, at_ns);
    if (x.urgent) call(t, at_ns, "send(%d, ..., %lld, MSG_OOB) = %lld", t->fd, n, n);
    else if (x.fin || !x.pushed) call(t, at_ns, "send(%d, ..., %lld, MSG_MORE) = %lld", t->fd, n, n);
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

/* Does the peer send, after this FIN, data that the stack takes? */
static bool half_open(const teller *t)
{
    cf_offset got = t->got;
    for (uint32_t k = t->i; k < t->r->count; k++) {
        const cf_seg *s = &t->r->segs[k];
        if (s->kind != CF_SEG_TCP) continue;
        if (s->dir != t->r->side && s->len && s->pos + (cf_offset)s->len > got) got = s->pos + (cf_offset)s->len;
        if (s->dir == t->r->side && s->flags & CF_RST) return false;
        if (s->dir == t->r->side && got > t->got && s->flags & CF_ACK && s->ack_pos >= got) return true;
    }
    return false;
}

static void close_for_fin(teller *t, int64_t at_ns)
{
    if (t->closed) return;
    need_fd(t, at_ns);
    read_all(t, at_ns);
    t->closed = true;
    if (half_open(t)) call(t, at_ns, "shutdown(%d, SHUT_WR) = 0", t->fd);
    else call(t, at_ns, "close(%d) = 0", t->fd);
}

/* A reset that nothing on the wire asked for. */
static void close_for_rst(teller *t, const cf_seg *s)
{
    const cf_seg *before = t->i ? s - 1 : NULL;
    bool answer = before && before->dir != t->r->side && s->at_ns - before->at_ns < ANSWER_NS;
    if (t->closed || answer || !t->accepted) return;
    t->closed = true;
    if (t->got == t->read)
        call(t, s->at_ns, "setsockopt(%d, SOL_SOCKET, SO_LINGER, {onoff=1, linger=0}, 8) = 0", t->fd);
    call(t, s->at_ns, "close(%d) = 0", t->fd);
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

/* The next probe of the same kind after this one; 0: there is none. */
static int64_t probe_interval(const teller *t)
{
    for (uint32_t k = t->i + 1; k < t->r->count; k++)
        if (is_probe(t, &t->r->segs[k])) return t->r->segs[k].at_ns - t->r->segs[t->i].at_ns;
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
}

/* The window is closed, and something waits: what is sent later, or a byte that never left. */
static void write_behind_closed_window(teller *t)
{
    if (t->written != t->sent) return;
    if (more_later(t)) {
        write_run(t, t->now_ns);
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

static void outbound(teller *t, const cf_seg *s)
{
    if (!t->begun) open_client(t, s->at_ns);
    if (is_probe(t, s)) before_probe(t, s);
    if (new_data(t, s)) write_run(t, s->at_ns);
    if (s->flags & CF_FIN) close_for_fin(t, s->at_ns);
    if (s->flags & CF_RST) close_for_rst(t, s);
    packet(t, s);
    cf_offset end = s->pos + (cf_offset)s->len + (s->flags & CF_SYN ? 1 : 0) + (s->flags & CF_FIN ? 1 : 0);
    if (!(s->flags & CF_RST) && end > t->sent) t->sent = end;
    if (s->flags & CF_SYN && t->written < 1) t->written = 1;
}

static void inbound(teller *t, const cf_seg *s)
{
    if (!t->begun) open_server(t, s->at_ns);
    maybe_left(t, s);
    packet(t, s);
    if (s->kind != CF_SEG_TCP) return;
    maybe_accept(t, s);
    if (s->flags & CF_ACK && !(s->flags & CF_RST)) t->peer_win = s->win;
    cf_offset end = s->pos + (cf_offset)s->len;
    if (s->flags & (CF_RST | CF_SYN) || s->pos > t->got + 1 || end - 1 <= t->got) return;
    t->got = end - 1;
    if (t->reads && !t->closed) read_all(t, s->at_ns);
}

/* The right edge of the window moves on only when somebody reads. */
static bool application_reads(const cf_recording *r)
{
    const cf_half *me = &r->conn->half[r->side];
    cf_offset first = 0, last = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        const cf_seg *s = &r->segs[i];
        if (s->kind != CF_SEG_TCP || s->dir != r->side || !(s->flags & CF_ACK) || s->flags & (CF_SYN | CF_RST))
            continue;
        uint8_t scale = me->scaled && r->conn->half[!r->side].scaled ? me->wscale : 0;
        last = s->ack_pos + ((cf_offset)s->win << scale);
        if (!first) first = last;
    }
    return last > first + (cf_offset)r->conn->half[!r->side].largest;
}

/* ---------- the head ---------- */

static bool has_option(const cf_seg *s, uint8_t kind)
{
    for (uint32_t k = 0; k < s->opt_len;) {
        if (s->opts[k] == kind) return true;
        bool single = s->opts[k] <= CF_KIND_NOP || k + 1 >= s->opt_len || s->opts[k + 1] < 2;
        k += single ? 1 : s->opts[k + 1];
    }
    return false;
}

static bool option_offered(const cf_recording *r, int dir, uint8_t kind)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->segs[i].dir == dir && r->segs[i].flags & CF_SYN) return has_option(&r->segs[i], kind);
    return false;
}

static bool syn_has(const cf_recording *r, int dir, uint16_t flags)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->segs[i].dir == dir && r->segs[i].flags & CF_SYN) return (r->segs[i].flags & flags) == flags;
    return false;
}

/* Segments of one write leave in rows of two that end with PSH, unless Linux is told not to pace them so. */
static bool long_rows(const cf_recording *r)
{
    const cf_half *me = &r->conn->half[r->side];
    uint32_t row = 0;
    for (uint32_t i = 0; i < r->count && row < 2; i++) {
        const cf_seg *s = &r->segs[i];
        bool part = s->dir == r->side && s->len == me->largest && s->len && !(s->flags & (CF_PSH | CF_FIN | CF_SYN)) &&
                    !(s->mark & CF_M_AGAIN);
        row = part ? row + 1 : 0;
    }
    return row >= 2;
}

/* Linux answers nonsense at most once in half a second, unless told otherwise. */
static bool answers_all_nonsense(const cf_recording *r)
{
    int64_t last_ns = INT64_MIN;
    cf_offset last_ack = -1;
    for (uint32_t i = 1; i < r->count; i++) {
        const cf_seg *s = &r->segs[i], *before = s - 1;
        bool nonsense = before->dir != r->side && before->flags & (CF_SYN | CF_RST) && before->pos != 0;
        if (s->dir != r->side || !nonsense || s->len || s->flags & (CF_SYN | CF_FIN | CF_RST)) continue;
        if (s->ack_pos == last_ack && s->at_ns - last_ns < NS_PER_S / 2) return true;
        last_ns = s->at_ns;
        last_ack = s->ack_pos;
    }
    return false;
}

/* Does the stack tell of duplicates (RFC 2883)? Only a duplicate that draws an answer without SACK says no. */
static bool hides_duplicates(const cf_recording *r)
{
    cf_offset got = 0;
    for (uint32_t i = 0; i + 1 < r->count; i++) {
        const cf_seg *s = &r->segs[i], *next = s + 1;
        if (s->kind != CF_SEG_TCP || s->dir == r->side || !s->len || s->flags & (CF_SYN | CF_RST)) continue;
        cf_offset end = s->pos + (cf_offset)s->len;
        bool answered = next->dir == r->side && !next->len && next->ack_pos == got && next->flags & CF_ACK;
        if (s->pos >= 1 && end <= got && answered) return !has_option(next, CF_KIND_SACK);
        if (end > got && s->pos <= (got ? got : 1)) got = end;
    }
    return false;
}

/* Linux repeats a SYN every second at first; doubling from the start is a setting. */
static bool doubles_syns(const cf_recording *r)
{
    int64_t at[3];
    int n = 0;
    for (uint32_t i = 0; i < r->count && n < 3; i++) {
        const cf_seg *s = &r->segs[i];
        if (s->dir == r->side && (s->flags & (CF_SYN | CF_ACK)) == CF_SYN) at[n++] = s->at_ns;
    }
    return n == 3 && (at[2] - at[1]) * 2 > (at[1] - at[0]) * 3;
}

/* A server's silence about an option says something only if the client offered it. */
static void put_sysctls(cf_buf *out, const cf_recording *r)
{
    static const struct {
        uint8_t kind;
        const char *name;
    } options[] = {
        {CF_KIND_TS, "tcp_timestamps"}, {CF_KIND_SACK_OK, "tcp_sack"}, {CF_KIND_WSCALE, "tcp_window_scaling"}};
    cf_buf b = {0};
    for (int i = 0; i < 3; i++) {
        bool asked = r->side == CF_CLIENT || option_offered(r, CF_CLIENT, options[i].kind);
        asked = asked && (r->side == CF_CLIENT || serves(r));
        if (asked && !option_offered(r, r->side, options[i].kind)) cf_buf_printf(&b, " net.ipv4.%s=0", options[i].name);
    }
    bool asked = r->side == CF_CLIENT || syn_has(r, CF_CLIENT, CF_ECE | CF_CWR);
    if (r->side == CF_CLIENT && syn_has(r, CF_CLIENT, CF_ECE | CF_CWR))
        cf_buf_puts(&b, syn_has(r, CF_CLIENT, CF_AE) ? " net.ipv4.tcp_ecn=3" : " net.ipv4.tcp_ecn=1");
    else if (asked && r->side == CF_SERVER && !syn_has(r, CF_SERVER, CF_ECE)) cf_buf_puts(&b, " net.ipv4.tcp_ecn=0");
    const cf_half *me = &r->conn->half[r->side];
    if (me->scaled && me->wscale != 7 && me->wscale != 10)
        cf_buf_printf(&b, " net.ipv4.tcp_rmem=\"4096 131072 %u\"", 49152u << me->wscale);
    if (answers_all_nonsense(r)) cf_buf_puts(&b, " net.ipv4.tcp_invalid_ratelimit=0");
    bool sack = option_offered(r, CF_CLIENT, CF_KIND_SACK_OK) && option_offered(r, CF_SERVER, CF_KIND_SACK_OK);
    if (sack && hides_duplicates(r)) cf_buf_puts(&b, " net.ipv4.tcp_dsack=0");
    if (doubles_syns(r)) cf_buf_puts(&b, " net.ipv4.tcp_syn_linear_timeouts=0");
    if (long_rows(r)) cf_buf_puts(&b, " net.ipv4.tcp_min_tso_segs=1");
    if (b.len) cf_buf_printf(out, "`sysctl -q%s`\n", cf_buf_str(&b));
    cf_buf_free(&b);
}

static void put_head(cf_buf *out, const cf_recording *r, const cf_guess *g, const char *title)
{
    bool six = r->conn->family == 6;
    const cf_half *me = &r->conn->half[r->side];
    uint32_t mtu = me->mss ? me->mss + (six ? 60u : 40u) : MTU_USUAL;
    cf_buf_printf(out, "//: title: %s\n//: family: %s\n//: preset: linux\n", title, six ? "ipv6" : "ipv4");
    cf_buf_printf(out, "--ip_version=%s\n", six ? "ipv6" : "ipv4");
    if (mtu > MTU_MOST) mtu = MTU_MOST; /* the loopback's 65536 is one too many for an IPv4 packet */
    if (mtu != MTU_USUAL) cf_buf_printf(out, "--mtu=%u\n", mtu);
    if (g->loose) cf_buf_puts(out, "--tolerance_usecs=20000\n--tolerance_percent=10\n");
    put_sysctls(out, r);
}

static bool canonical(cf_buf *text, const cf_buf *raw, bool six, char *why, size_t why_cap)
{
    cf_script s;
    cf_diags diags = {0};
    cf_parse_env env = {.mode = six ? CF_MODE_IPV6 : CF_MODE_IPV4};
    bool ok = cf_script_parse_text(&s, "import", cf_buf_str(raw), raw->len, &env, &diags);
    if (ok) cf_fmt_script(text, &s);
    else snprintf(why, why_cap, "the script is not valid: %s", diags.count ? diags.items[0].msg : "no reason");
    cf_script_free(&s);
    cf_diags_free(&diags);
    return ok;
}

bool cf_infer(cf_buf *text, cf_buf *notes, const cf_recording *r, const cf_guess *g, const char *title, char *why,
              size_t why_cap)
{
    cf_buf raw = {0};
    put_head(&raw, r, g, title);
    teller t = {.r = r, .g = g, .out = &raw, .reads = application_reads(r)};
    for (t.i = 0; t.i < r->count; t.i++) {
        const cf_seg *s = &r->segs[t.i];
        if (s->dir == r->side) outbound(&t, s);
        else inbound(&t, s);
    }
    if (t.memory.odd_options)
        cf_buf_printf(notes, "%u options that a script cannot say are NOPs there\n", t.memory.odd_options);
    if (t.memory.odd_echoes)
        cf_buf_printf(notes, "%u echoed timestamps were never seen; the one before is used\n", t.memory.odd_echoes);
    bool ok = canonical(text, &raw, r->conn->family == 6, why, why_cap);
    cf_buf_free(&raw);
    return ok;
}
