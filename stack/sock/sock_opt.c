/* getsockopt and setsockopt: the table, and the options of the socket level (SOL_SOCKET). The numbers and limits are
 * Linux's. */
#include "sock_opt.h"

#include <string.h>

#include "../base/time.h"

enum { SNDBUF_MIN = 4608, RCVBUF_MIN = 2304 };

typedef struct row {
    int level, name, min, max;
    unsigned follows; /* RS_OPTS_* */
    int (*get_int)(rs_call *c, int *out);
    int (*set_int)(rs_call *c, int value);
    int (*get_bytes)(rs_call *c, rs_opt_bytes out);
    int (*set_bytes)(rs_call *c, rs_opt_value in);
} row;

static const row rows[] = {
#define I(level, number, NAME, min, max) F(level, number, NAME, min, max, OTHER)
#define F(level, number, NAME, min, max, follows)                                                                      \
    {RS_LEVEL_##level, number, min, max, RS_OPTS_##follows, rs_opt_get_##NAME, rs_opt_set_##NAME, NULL, NULL},
#define G(level, number, NAME) {RS_LEVEL_##level, number, 0, 0, 0, rs_opt_get_##NAME, NULL, NULL, NULL},
#define V(level, number, NAME)                                                                                         \
    {RS_LEVEL_##level, number, 0, 0, RS_OPTS_OTHER, NULL, NULL, rs_opt_get_##NAME, rs_opt_set_##NAME},
#include "opt_sock.def"
#undef I
#undef F
#undef G
#undef V
};

static const row *find_row(const rs_call *c, int level, int name)
{
    if (level == RS_LEVEL_IPV6 && !c->s->v6) return NULL;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].level == level && rows[i].name == name) return &rows[i];
    return NULL;
}

int rs_opt_put(rs_opt_bytes out, const void *value, uint32_t size)
{
    if (*out.len > size) *out.len = size;
    if (*out.len == 0) return 0;
    if (!out.val) return RS_EFAULT;
    memcpy(out.val, value, *out.len);
    return 0;
}

/* A living connection takes what follows from the option that was set. */
static void changed(rs_call *c, unsigned which)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t || t->state == RS_CLOSED) return;
    rs_tcp_opts_changed(&c->env, t, which);
    rs_net_settle(&c->st->net, &c->env, c->s->conn);
}

rs_ret rs_getsockopt(rs_stack *st, rs_time now, rs_fd fd, int level, int name, void *val, uint32_t *len)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    if (!len) return rs_refuse(RS_EFAULT);
    const row *r = find_row(&c, level, name);
    int value = 0;
    rs_opt_bytes out = {val, len};
    int err = !r           ? rs_opt_kept_get(&c, level, name, &value)
              : r->get_int ? r->get_int(&c, &value)
                           : r->get_bytes(&c, out);
    if (!err && (!r || r->get_int)) err = rs_opt_put(out, &value, sizeof value);
    return err ? rs_refuse(err) : rs_done(0);
}

/* Linux takes the IP-level options from a single byte as well. */
int rs_opt_take_int(int level, rs_opt_value in, int *value)
{
    if (in.len >= sizeof *value) {
        if (!in.val) return RS_EFAULT;
        memcpy(value, in.val, sizeof *value);
        return 0;
    }
    if (level != RS_LEVEL_IP || in.len == 0) return RS_EINVAL;
    if (!in.val) return RS_EFAULT;
    *value = *(const uint8_t *)in.val;
    return 0;
}

rs_ret rs_setsockopt(rs_stack *st, rs_time now, rs_fd fd, int level, int name, const void *val, uint32_t len)
{
    rs_call c;
    if (!rs_call_on(&c, st, now, fd)) return rs_refuse(rs_sock_missing(st, fd));
    const row *r = find_row(&c, level, name);
    rs_opt_value in = {val, len};
    if (!r) {
        int kept = rs_opt_kept_set(&c, level, name, in);
        return kept ? rs_refuse(kept) : rs_done(0);
    }
    if (!r->set_int && !r->set_bytes) return rs_refuse(RS_ENOPROTOOPT);
    int value = 0;
    int err = r->set_bytes ? (val || !len ? r->set_bytes(&c, in) : RS_EFAULT) : rs_opt_take_int(level, in, &value);
    if (!err && r->set_int) err = value < r->min || value > r->max ? RS_EINVAL : r->set_int(&c, value);
    if (err) return rs_refuse(err);
    changed(&c, r->follows);
    return rs_done(0);
}

/* --- SOL_SOCKET
 * ------------------------------------------------------------------------------------------------------- */

#define OPTS(c) rs_sock_opts((c)->st, (c)->s)

static rs_binding *binding_of(rs_call *c)
{
    return c->s->binding == RS_NIL ? NULL : rs_ports_at(&c->st->net.ports, c->s->binding);
}

int rs_opt_get_REUSEADDR(rs_call *c, int *out)
{
    *out = c->s->reuse_addr;
    return 0;
}

int rs_opt_set_REUSEADDR(rs_call *c, int value)
{
    c->s->reuse_addr = value != 0;
    if (binding_of(c)) binding_of(c)->reuse_addr = value != 0;
    return 0;
}

int rs_opt_get_REUSEPORT(rs_call *c, int *out)
{
    *out = c->s->reuse_port;
    return 0;
}

int rs_opt_set_REUSEPORT(rs_call *c, int value)
{
    c->s->reuse_port = value != 0;
    if (binding_of(c)) binding_of(c)->reuse_port = value != 0;
    return 0;
}

int rs_opt_get_TYPE(rs_call *c, int *out)
{
    (void)c;
    *out = RS_SOCK_STREAM;
    return 0;
}

int rs_opt_get_PROTOCOL(rs_call *c, int *out)
{
    (void)c;
    *out = RS_IPPROTO_TCP;
    return 0;
}

int rs_opt_get_DOMAIN(rs_call *c, int *out)
{
    *out = c->s->v6 ? RS_PF_INET6 : RS_PF_INET;
    return 0;
}

int rs_opt_get_ACCEPTCONN(rs_call *c, int *out)
{
    *out = c->s->phase == RS_SK_LISTENING;
    return 0;
}

/* A soft error of ICMP is told, once, while the connection lives (RFC 9293 3.9.1.8, MUST-47, SHLD-25). */
int rs_opt_get_ERROR(rs_call *c, int *out)
{
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    *out = rs_sock_take_error(c->st, c->s);
    if (*out || !t || t->state == RS_CLOSED) return 0;
    *out = t->soft_error;
    t->soft_error = 0;
    return 0;
}

int rs_opt_get_KEEPALIVE(rs_call *c, int *out)
{
    *out = OPTS(c)->keepalive;
    return 0;
}

int rs_opt_set_KEEPALIVE(rs_call *c, int value)
{
    OPTS(c)->keepalive = value != 0;
    return 0;
}

int rs_opt_get_OOBINLINE(rs_call *c, int *out)
{
    *out = OPTS(c)->oob_inline;
    return 0;
}

int rs_opt_set_OOBINLINE(rs_call *c, int value)
{
    OPTS(c)->oob_inline = value != 0;
    return 0;
}

/* Linux books its own overhead as well: a buffer is twice what was asked for, within limits. Negative numbers are huge
 * there. */
static uint32_t doubled(int value, int64_t limit, uint32_t least)
{
    int64_t want = value < 0 || value > limit ? limit : value;
    return 2 * want < least ? least : (uint32_t)(2 * want);
}

static int buffer_now(rs_call *c, bool send)
{
    rs_probe p;
    const rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!t) return (int)(send ? c->env.cfg->knobs.wmem[1] : c->env.cfg->knobs.rmem[1]);
    rs_tcp_probe(&c->env, t, &p);
    return (int)(send ? p.sndbuf : p.rcvbuf);
}

/* Linux's unsigned long, or the low half of it; all ones is no limit. */
int rs_opt_get_MAX_PACING_RATE(rs_call *c, rs_opt_bytes out)
{
    uint64_t rate = OPTS(c)->max_pacing_rate ? OPTS(c)->max_pacing_rate : UINT64_MAX;
    uint32_t low = rate > UINT32_MAX ? UINT32_MAX : (uint32_t)rate;
    if (*out.len >= sizeof rate) return rs_opt_put(out, &rate, sizeof rate);
    return rs_opt_put(out, &low, sizeof low);
}

int rs_opt_set_MAX_PACING_RATE(rs_call *c, rs_opt_value in)
{
    uint64_t rate = 0;
    uint32_t low;
    if (in.len < sizeof low) return RS_EINVAL;
    memcpy(&low, in.val, sizeof low);
    rate = low == UINT32_MAX ? 0 : low;
    if (in.len >= sizeof rate) memcpy(&rate, in.val, sizeof rate);
    OPTS(c)->max_pacing_rate = rate == UINT64_MAX ? 0 : rate;
    return 0;
}

int rs_opt_get_SNDBUF(rs_call *c, int *out)
{
    *out = OPTS(c)->sndbuf ? (int)OPTS(c)->sndbuf : buffer_now(c, true);
    return 0;
}

int rs_opt_set_SNDBUF(rs_call *c, int value)
{
    OPTS(c)->sndbuf = doubled(value, c->env.cfg->knobs.wmem_max, SNDBUF_MIN);
    OPTS(c)->sndbuf_locked = true;
    return 0;
}

int rs_opt_get_RCVBUF(rs_call *c, int *out)
{
    *out = OPTS(c)->rcvbuf ? (int)OPTS(c)->rcvbuf : buffer_now(c, false);
    return 0;
}

int rs_opt_set_RCVBUF(rs_call *c, int value)
{
    OPTS(c)->rcvbuf = doubled(value, c->env.cfg->knobs.rmem_max, RCVBUF_MIN);
    OPTS(c)->rcvbuf_locked = true;
    return 0;
}

int rs_opt_get_RCVLOWAT(rs_call *c, int *out)
{
    *out = OPTS(c)->rcvlowat ? (int)OPTS(c)->rcvlowat : 1;
    return 0;
}

int rs_opt_set_RCVLOWAT(rs_call *c, int value)
{
    /* More than half of what the buffer can become would never be reached. */
    int64_t most = OPTS(c)->rcvbuf_locked ? OPTS(c)->rcvbuf / 2 : c->env.cfg->knobs.rmem[2] / 2;
    int64_t want = value < 0 ? INT_MAX : value ? value : 1;
    OPTS(c)->rcvlowat = (uint32_t)(want < most ? want : most);
    return 0;
}

int rs_opt_get_LINGER(rs_call *c, rs_opt_bytes out)
{
    int value[2] = {OPTS(c)->linger_on, OPTS(c)->linger_secs};
    return rs_opt_put(out, value, sizeof value);
}

int rs_opt_set_LINGER(rs_call *c, rs_opt_value in)
{
    int value[2];
    if (in.len < sizeof value) return RS_EINVAL;
    memcpy(value, in.val, sizeof value);
    OPTS(c)->linger_on = value[0] != 0;
    if (value[0]) OPTS(c)->linger_secs = value[1] < 0 ? INT_MAX : value[1];
    return 0;
}

/* struct timeval: seconds and microseconds, 64 bits each. */
static int put_timeval(rs_opt_bytes out, rs_dur d)
{
    int64_t value[2] = {d.us / 1000000, d.us % 1000000};
    return rs_opt_put(out, value, sizeof value);
}

static int get_timeval(rs_opt_value in, rs_dur *d)
{
    int64_t value[2];
    if (in.len < sizeof value) return RS_EINVAL;
    memcpy(value, in.val, sizeof value);
    if (value[1] < 0 || value[1] >= 1000000) return RS_EDOM;
    *d = value[0] < 0 ? RS_US(1) : rs_dur_add(rs_dur_mul(RS_SEC(1), value[0]), RS_US(value[1]));
    return 0;
}

int rs_opt_get_RCVTIMEO(rs_call *c, rs_opt_bytes out)
{
    return put_timeval(out, c->s->rcv_timeout);
}

int rs_opt_set_RCVTIMEO(rs_call *c, rs_opt_value in)
{
    return get_timeval(in, &c->s->rcv_timeout);
}

int rs_opt_get_SNDTIMEO(rs_call *c, rs_opt_bytes out)
{
    return put_timeval(out, c->s->snd_timeout);
}

int rs_opt_set_SNDTIMEO(rs_call *c, rs_opt_value in)
{
    return get_timeval(in, &c->s->snd_timeout);
}

/* The same with 64 bits for the seconds on every machine; here they always have. */
int rs_opt_get_RCVTIMEO_NEW(rs_call *c, rs_opt_bytes out)
{
    return rs_opt_get_RCVTIMEO(c, out);
}

int rs_opt_set_RCVTIMEO_NEW(rs_call *c, rs_opt_value in)
{
    return rs_opt_set_RCVTIMEO(c, in);
}

int rs_opt_get_SNDTIMEO_NEW(rs_call *c, rs_opt_bytes out)
{
    return rs_opt_get_SNDTIMEO(c, out);
}

int rs_opt_set_SNDTIMEO_NEW(rs_call *c, rs_opt_value in)
{
    return rs_opt_set_SNDTIMEO(c, in);
}
