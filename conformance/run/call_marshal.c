#include "call_marshal.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../packet/addr.h"
#include "ao_value.h"
#include "cmsg.h"
#include "md5_key.h"

enum { BUFFER_MAX = 64 << 20, IOVECS_MAX = 1024 };

/* Where the walk through the arguments stands. */
typedef struct walk {
    cf_marshal *m;
    const cf_marshal_env *env;
    uint32_t ints, fds, offsets;
    int64_t latest_fd; /* as the script numbers it */
    bool sized;        /* the next integer is the length of the buffer or list */
} walk;

typedef bool argument_fn(walk *w, const cf_expr *x);

static bool wrong(walk *w, const cf_expr *x, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
static bool wrong(walk *w, const cf_expr *x, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(w->m->why, sizeof w->m->why, fmt, ap);
    va_end(ap);
    w->m->why_span = x->span;
    return false;
}

/* ---------- values ---------- */

bool cf_marshal_int(const cf_expr *x, int64_t *out)
{
    int64_t a, b;
    *out = x->num;
    if (x->kind == CF_X_INT) return true;
    if (x->kind == CF_X_WORD) return x->resolved || cf_symbol(x->word, out);
    if (x->kind != CF_X_OR) return false;
    if (x->resolved) return true;
    if (!cf_marshal_int(x->kid[0], &a) || !cf_marshal_int(x->kid[1], &b)) return false;
    *out = a | b;
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    c = (char)tolower((unsigned char)c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int escaped(char c)
{
    static const char from[] = "fnrtv\\\"", to[] = "\f\n\r\t\v\\\"";
    const char *at = strchr(from, c);
    return c && at ? (unsigned char)to[at - from] : -1;
}

bool cf_marshal_string(const cf_expr *x, cf_arena *mem, uint8_t **out, size_t *len, char *bad)
{
    *out = cf_arena_alloc(mem, x->str_len + 1u);
    *len = 0;
    for (uint32_t i = 0; i < x->str_len; i++) {
        int c = (unsigned char)x->str[i];
        if (c == '\\' && i + 3 < x->str_len && x->str[i + 1] == 'x') {
            int hi = hex_digit(x->str[i + 2]), lo = hex_digit(x->str[i + 3]);
            c = hi < 0 || lo < 0 ? -1 : hi * 16 + lo;
            i += 3;
        } else if (c == '\\' && i + 1 < x->str_len) {
            c = escaped(x->str[++i]);
        }
        *bad = x->str[i];
        if (c < 0) return false;
        (*out)[(*len)++] = (uint8_t)c;
    }
    return true;
}

static bool need_int(walk *w, const cf_expr *x, int64_t *out)
{
    if (!cf_marshal_int(x, out)) {
        if (x->kind == CF_X_WORD) return wrong(w, x, "unknown symbol '%s'", x->word);
        return wrong(w, x, "expected an integer");
    }
    if (*out < INT32_MIN || *out > (int64_t)UINT32_MAX)
        return wrong(w, x, "value out of 32-bit range: %lld", (long long)*out);
    return true;
}

/* [n] */
static bool need_list_int(walk *w, const cf_expr *x, int64_t *out)
{
    if (x->kind != CF_X_LIST || x->count != 1) return wrong(w, x, "expected a list with one integer: [n]");
    return need_int(w, x->kid[0], out);
}

static bool add_num(walk *w, const cf_expr *x, int64_t v)
{
    if (w->ints >= 6) return wrong(w, x, "too many integers");
    w->m->in.num[w->ints++] = v;
    return true;
}

static bool give_buffer(walk *w, const cf_expr *x, int64_t len)
{
    if (len < 0 || len > BUFFER_MAX) return wrong(w, x, "a buffer of %lld bytes is too big", (long long)len);
    w->m->in.buf = cf_arena_alloc(w->m->mem, (size_t)len + 1);
    w->m->in.len = (size_t)len;
    return true;
}

static bool find_fd(walk *w, const cf_expr *x, int64_t script, int *live)
{
    if (w->env->fd(w->env->fd_ctx, script, live)) return true;
    return wrong(w, x, "unknown script fd: %lld", (long long)script);
}

/* ---------- addresses ---------- */

static void configured(walk *w, bool remote)
{
    const cf_settings *s = w->env->set;
    cf_call_in *in = &w->m->in;
    in->has_addr = true;
    in->addr = remote ? s->remote : s->local;
    in->port = remote ? s->connect_port : s->bind_port;
    in->addr_family = s->mode == CF_MODE_IPV4 ? CF_AF_INET : CF_AF_INET6;
}

static bool wants_local(cf_call_id id)
{
    return id == CF_CALL_bind;
}

/* ---------- one function for each letter ---------- */

static bool arg_int(walk *w, const cf_expr *x)
{
    int64_t v;
    if (!need_int(w, x, &v)) return false;
    if (!w->sized) return add_num(w, x, v);
    w->sized = false;
    cf_call_in *in = &w->m->in;
    if (in->poll && v != in->polls) return wrong(w, x, "the list has %u items, not %lld", in->polls, (long long)v);
    if (in->iov_len && v != in->iovs) return wrong(w, x, "the list has %u items, not %lld", in->iovs, (long long)v);
    if (in->poll || in->iov_len) return true;
    if (!w->m->in.buf_null) return give_buffer(w, x, v);
    w->m->in.len = (size_t)v;
    return true;
}

static bool arg_fd(walk *w, const cf_expr *x)
{
    int64_t v;
    int live;
    if (!need_int(w, x, &v) || !find_fd(w, x, v, &live)) return false;
    w->latest_fd = v;
    if (w->fds++) w->m->in.fd2 = live;
    else {
        w->m->in.fd = live;
        w->m->script_fd = v;
    }
    if (w->m->desc->id == CF_CALL_sendfile) w->sized = w->fds == 2;
    return true;
}

static bool arg_dots(walk *w, const cf_expr *x)
{
    if (x->kind != CF_X_ELLIPSIS && x->kind != CF_X_SOCKADDR) return wrong(w, x, "expected '...'");
    if (wants_local(w->m->desc->id)) configured(w, false);
    return true;
}

static bool arg_family(walk *w, const cf_expr *x)
{
    int64_t v;
    if (w->m->desc->id == CF_CALL_socket) {
        int domain = w->env->set->mode == CF_MODE_IPV4 ? CF_AF_INET : CF_AF_INET6;
        if (x->kind == CF_X_ELLIPSIS) return add_num(w, x, domain);
        return need_int(w, x, &v) && add_num(w, x, v);
    }
    if (x->kind == CF_X_ELLIPSIS) {
        configured(w, true);
        return true;
    }
    if (!need_int(w, x, &v)) return false;
    configured(w, true);
    w->m->in.addr_family = (int)v;
    w->m->in.has_addr = v != CF_AF_UNSPEC;
    return true;
}

static bool arg_buffer(walk *w, const cf_expr *x)
{
    int64_t v;
    w->sized = true;
    if (x->kind == CF_X_ELLIPSIS) return true;
    if (!need_int(w, x, &v)) return false;
    if (v != 0) return wrong(w, x, "expected '...' or NULL");
    w->m->in.buf_null = true;
    return true;
}

static bool arg_string(walk *w, const cf_expr *x)
{
    uint8_t *text;
    size_t len;
    char bad;
    if (x->kind != CF_X_STRING) return wrong(w, x, "expected a string");
    if (!cf_marshal_string(x, w->m->mem, &text, &len, &bad)) return wrong(w, x, "unknown escape '\\%c'", bad);
    w->m->in.str = (const char *)text;
    return true;
}

static bool arg_list(walk *w, const cf_expr *x)
{
    int64_t v;
    if (!need_list_int(w, x, &v)) return false;
    if (w->m->desc->id == CF_CALL_getsockopt) return give_buffer(w, x, v);
    return add_num(w, x, 0); /* ioctl's is an output; what is expected is judged afterwards */
}

static bool arg_pair(walk *w, const cf_expr *x)
{
    if (x->kind != CF_X_LIST || x->count != 2) return wrong(w, x, "expected a list of two descriptors: [a, b]");
    return true;
}

static bool take_iovecs(walk *w, const cf_expr *list)
{
    cf_call_in *in = &w->m->in;
    uint32_t *lens = cf_arena_alloc(w->m->mem, (list->count + 1) * sizeof *lens);
    int64_t sum = 0;
    if (list->kind != CF_X_LIST || list->count > IOVECS_MAX) return wrong(w, list, "expected a list of buffers");
    for (uint32_t i = 0; i < list->count; i++) {
        const cf_expr *v = list->kid[i];
        int64_t len;
        if (v->kind != CF_X_IOVEC || v->count != 2 || !cf_marshal_int(v->kid[1], &len))
            return wrong(w, v, "expected {..., n}");
        if (len < 0) return wrong(w, v->kid[1], "a buffer of %lld bytes", (long long)len);
        if (len > BUFFER_MAX) return wrong(w, v->kid[1], "a buffer of %lld bytes is too big", (long long)len);
        lens[i] = (uint32_t)len;
        sum += len;
    }
    in->iov_len = lens;
    in->iovs = list->count;
    return give_buffer(w, list, sum);
}

static bool arg_iovecs(walk *w, const cf_expr *x)
{
    w->sized = true;
    return take_iovecs(w, x);
}

static bool take_control(walk *w, const cf_expr *list, bool sends)
{
    cf_call_in *in = &w->m->in;
    cf_cmsg *built;
    if (list->count) {
        w->m->unsupported = "ancillary data (msg_control)";
        w->m->needs = CF_CAP(ERRQUEUE);
    }
    if (!sends) {
        in->control = cf_arena_alloc(w->m->mem, CF_CMSG_ROOM);
        return true;
    }
    in->cmsg = NULL;
    if (!cf_cmsg_build(list, w->m->mem, &built, &in->cmsgs, w->m->why, sizeof w->m->why, &w->m->why_span)) return false;
    in->cmsg = built;
    return true;
}

static bool arg_msghdr(walk *w, const cf_expr *x)
{
    int64_t flags;
    if (x->kind != CF_X_MSGHDR || x->count < 3)
        return wrong(w, x, "expected {msg_name(...)=..., msg_iov(n)=[...], msg_flags=n}");
    if (x->num != x->kid[1]->count)
        return wrong(w, x->kid[1], "msg_iov(%lld) does not match the list", (long long)x->num);
    if (!take_iovecs(w, x->kid[1]) || !need_int(w, x->kid[2], &flags)) return false;
    bool sends = w->m->desc->id == CF_CALL_sendmsg;
    if (sends && flags) return wrong(w, x->kid[2], "sendmsg ignores msg_flags in msghdr so set to 0");
    if (sends) configured(w, true);
    return x->count <= 3 || take_control(w, x->kid[3], sends);
}

static bool arg_pollfds(walk *w, const cf_expr *x)
{
    cf_call_in *in = &w->m->in;
    if (x->kind != CF_X_LIST || x->count > CF_POLLFDS_MAX)
        return wrong(w, x, "expected a list of {fd=, events=, revents=}");
    in->poll = cf_arena_alloc(w->m->mem, (x->count + 1) * sizeof *in->poll);
    in->polls = x->count;
    for (uint32_t i = 0; i < x->count; i++) {
        const cf_expr *v = x->kid[i];
        int64_t fd, events;
        if (v->kind != CF_X_POLLFD) return wrong(w, v, "expected {fd=, events=, revents=}");
        if (!need_int(w, v->kid[0], &fd) || !need_int(w, v->kid[1], &events)) return false;
        in->poll[i] = (cf_pollfd_arg){.fd = -1, .events = (int16_t)events};
        if (fd >= 0 && !find_fd(w, v->kid[0], fd, &in->poll[i].fd)) return false;
    }
    w->sized = true;
    return true;
}

static bool arg_epoll(walk *w, const cf_expr *x)
{
    int64_t events, data;
    if (x->kind != CF_X_EPOLLEV) return wrong(w, x, "expected {events=, fd=}");
    if (w->m->desc->id == CF_CALL_epoll_wait) return true; /* what is expected back */
    if (!need_int(w, x->kid[0], &events) || !need_int(w, x->kid[1], &data)) return false;
    if (strcmp(x->word, "fd") == 0 && data != w->latest_fd) return wrong(w, x, "wrong fd specified in epoll_event");
    return add_num(w, x, events) && add_num(w, x, data);
}

static bool arg_offset(walk *w, const cf_expr *x)
{
    int64_t v = 0;
    uint32_t at = w->offsets++;
    if (x->kind != CF_X_LIST) return need_int(w, x, &v);
    if (!need_list_int(w, x, &v) || at >= 2) return false;
    w->m->in.has_off[at] = true;
    w->m->in.off[at] = v;
    return true;
}

/* ---------- values of socket options ---------- */

static void put_int(walk *w, size_t at, int64_t v)
{
    int32_t n = (int32_t)v;
    memcpy(w->m->in.buf + at, &n, sizeof n);
}

static bool value_bytes(walk *w, const cf_expr *x)
{
    uint8_t *text;
    size_t len;
    char bad;
    if (!cf_marshal_string(x, w->m->mem, &text, &len, &bad)) return wrong(w, x, "unknown escape '\\%c'", bad);
    if (!give_buffer(w, x, (int64_t)len)) return false;
    memcpy(w->m->in.buf, text, len);
    return true;
}

static bool value_addr(walk *w, const cf_expr *x)
{
    char text[64];
    cf_addr a;
    snprintf(text, sizeof text, "%.*s", (int)x->str_len, x->str);
    if (!cf_addr_parse(text, &a)) return wrong(w, x, "not an address: %s", text);
    size_t n = a.family == 4 ? 4 : 16;
    if (!give_buffer(w, x, (int64_t)n)) return false;
    memcpy(w->m->in.buf, a.b, n);
    return true;
}

static bool value_linger(walk *w, const cf_expr *x)
{
    if (!give_buffer(w, x, 2 * (int64_t)sizeof(int32_t))) return false;
    put_int(w, 0, x->kid[0]->num);
    put_int(w, sizeof(int32_t), x->kid[1]->num);
    return true;
}

static bool value_md5_key(walk *w, const cf_expr *x)
{
    cf_marshal *m = w->m;
    cf_md5_key_env env = {w->env->set, m->mem, m->why, sizeof m->why, &m->why_span};
    m->in.buf = cf_md5_key_build(x, &env, &m->in.len);
    return m->in.buf;
}

static bool value_ao(walk *w, const cf_expr *x)
{
    cf_marshal *m = w->m;
    cf_md5_key_env env = {w->env->set, m->mem, m->why, sizeof m->why, &m->why_span};
    m->in.buf = cf_ao_value_build(x, m->in.num[1], &env, &m->in.len);
    return m->in.buf;
}

static bool arg_optval(walk *w, const cf_expr *x)
{
    int64_t v;
    if (w->m->desc->id == CF_CALL_getsockopt) return true; /* what is expected back */
    if (cf_md5_key_is(x)) return value_md5_key(w, x);
    if (cf_ao_value_is(x)) return value_ao(w, x);
    switch (x->kind) {
    case CF_X_STRING: return value_bytes(w, x);
    case CF_X_INET_ADDR:
    case CF_X_INET6_ADDR: return value_addr(w, x);
    case CF_X_LINGER: return value_linger(w, x);
    case CF_X_GRE:
    case CF_X_MPLS: w->m->unsupported = "a GRE or MPLS socket option"; return true;
    case CF_X_LIST:
        if (!need_list_int(w, x, &v) || !give_buffer(w, x, sizeof(int32_t))) return false;
        put_int(w, 0, v);
        return true;
    case CF_X_ELLIPSIS:
    case CF_X_INT:
    case CF_X_WORD:
    case CF_X_OR:
    case CF_X_PAIR:
    case CF_X_SET:
    case CF_X_SOCKADDR:
    case CF_X_MSGHDR:
    case CF_X_IOVEC:
    case CF_X_POLLFD:
    case CF_X_EPOLLEV:
    case CF_X_CMSG:
    case CF_X_TSTAMP:
    case CF_X_EXTERR: break;
    }
    if (cf_marshal_int(x, &v) && v == 0) {
        w->m->in.buf_null = true;
        return true;
    }
    return wrong(w, x, "expected a socket option's value: [n], \"text\", {onoff=, linger=} or an address");
}

/* ---------- the walk ---------- */

static const struct {
    char letter;
    argument_fn *take;
} letters[] = {
    {'i', arg_int},     {'f', arg_fd},    {'e', arg_dots},   {'E', arg_family}, {'b', arg_buffer},
    {'s', arg_string},  {'l', arg_list},  {'L', arg_pair},   {'v', arg_iovecs}, {'m', arg_msghdr},
    {'p', arg_pollfds}, {'x', arg_epoll}, {'o', arg_optval}, {'n', arg_offset},
};

static bool take_argument(walk *w, char letter, const cf_expr *x)
{
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (letters[i].letter == letter) return letters[i].take(w, x);
    return wrong(w, x, "an argument of an unknown kind");
}

/* The length of setsockopt is passed as written, whatever the value is; the buffer is at least as long. */
static bool setsockopt_len(walk *w, const cf_expr *x)
{
    cf_call_in *in = &w->m->in;
    int64_t len = in->num[2];
    if (len < 0 || len > BUFFER_MAX) return wrong(w, x, "a length of %lld", (long long)len);
    if (!in->buf_null && (size_t)len > in->len) {
        uint8_t *longer = cf_arena_alloc(w->m->mem, (size_t)len);
        memcpy(longer, in->buf, in->len);
        in->buf = longer;
    }
    in->len = (size_t)len;
    return true;
}

static const char *option_name(const cf_call *c)
{
    bool option = strcmp(c->name, "getsockopt") == 0 || strcmp(c->name, "setsockopt") == 0;
    return option && c->argc > 2 && c->argv[2]->kind == CF_X_WORD ? c->argv[2]->word : NULL;
}

bool cf_marshal_call(cf_marshal *m, const cf_call *c, const cf_marshal_env *env)
{
    *m = (cf_marshal){.mem = cf_arena_new(), .script_fd = -1, .why_span = c->span};
    walk w = {.m = m, .env = env};
    m->desc = cf_call_find(c->name);
    if (!m->desc) {
        snprintf(m->why, sizeof m->why, "Unknown system call: '%s'", c->name);
        return false;
    }
    if (c->argc < m->desc->min || c->argc > m->desc->max) {
        snprintf(m->why, sizeof m->why, "Expected %u args but got %u", m->desc->max, c->argc);
        return false;
    }
    m->in.name = m->desc->name;
    m->in.id = m->desc->id;
    m->in.fd = m->in.fd2 = -1;
    for (uint32_t i = 0; i < c->argc; i++)
        if (!take_argument(&w, m->desc->kinds[i], c->argv[i])) return false;
    if (!m->in.str) m->in.str = option_name(c);
    if (m->desc->id == CF_CALL_ioctl && c->argc < 3) m->in.buf_null = true; /* nowhere to put the answer */
    return m->desc->id != CF_CALL_setsockopt || setsockopt_len(&w, c->argv[4]);
}

void cf_marshal_free(cf_marshal *m)
{
    cf_arena_free(m->mem);
    *m = (cf_marshal){0};
}
