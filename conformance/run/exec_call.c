/* exec_call.c — system calls: when they run, what they return, what they leave behind. */
#include <stdio.h>
#include <string.h>

#include "../packet/addr.h"
#include "../script/fmt.h"
#include "../script/symbols.h"
#include "../text/mem.h"
#include "ao_value.h"
#include "cmsg.h"
#include "exec.h"

enum {
    BLOCKED_PATIENCE_US = 1000000,
    PROTO_UDP = 17,
    PROTO_ICMP = 1,
    PROTO_ICMPV6 = 58,
    KIND_MASK = 0xf,
    KIND_DATAGRAM = 2
};

/* ---------- descriptors ---------- */

static cf_fd_pair *find_pair(const cf_exec *x, int64_t script_fd)
{
    for (uint32_t i = x->fd_count; i-- > 0;)
        if (x->fds[i].script == script_fd) return &x->fds[i];
    return NULL;
}

bool cf_exec_find_fd(const cf_exec *x, int64_t script_fd, int *live)
{
    const cf_fd_pair *p = find_pair(x, script_fd);
    if (p) *live = p->live;
    return p != NULL;
}

static bool fd_lookup(void *ctx, int64_t script_fd, int *live)
{
    return cf_exec_find_fd(ctx, script_fd, live);
}

static void add_fd(cf_exec *x, int64_t script_fd, int live)
{
    x->fds = cf_mem_grow(x->fds, x->fd_count, &x->fd_cap, sizeof *x->fds);
    x->fds[x->fd_count++] = (cf_fd_pair){script_fd, live};
}

static void drop_fd(cf_exec *x, int64_t script_fd)
{
    cf_fd_pair *p = find_pair(x, script_fd);
    if (p) memmove(p, p + 1, (size_t)(x->fds + --x->fd_count - p) * sizeof *p);
    cf_sock *s = cf_map_by_fd(&x->map, (int)script_fd);
    if (s) s->script_fd = -1;
}

/* ---------- one call on its way ---------- */

/* A call that has ended, with everything its judgement needs. */
typedef struct ended {
    const cf_event *ev;
    const cf_call *call;
    const cf_marshal *m;
    const cf_call_out *out;
    int64_t want;  /* the result in the script */
    uint32_t mark; /* where the dialogue stood when it began */
} ended;

static cf_where place(const ended *e)
{
    return (cf_where){e->ev->line, e->call->span};
}

static bool call_error(cf_exec *x, const cf_event *ev, cf_span span, const char *why)
{
    return cf_exec_invalid(x, (cf_where){ev->line, span}, "runtime error in %s call: %s", ev->call.name, why);
}

static bool call_fail(cf_exec *x, const ended *e, const char *what, const char *why)
{
    char signature[120];
    snprintf(signature, sizeof signature, "call %s %s", e->call->name, what);
    return cf_exec_fail(x, place(e), signature, "runtime error in %s call: %s", e->call->name, why);
}

static void tell(cf_exec *x, const ended *e)
{
    if (!x->dialogue.on) return;
    cf_buf b = {0};
    cf_fmt_call(&b, e->call);
    const char *text = cf_buf_str(&b), *eq = strstr(text, ") = ");
    int n = eq ? (int)(eq - text) + 1 : (int)b.len;
    const char *name = e->out->err ? cf_errno_name(e->out->err) : NULL;
    bool fresh = e->m->desc->gives_fd && e->out->result >= 0 && e->want >= 0; /* told by the script's number */
    cf_dialogue_say(&x->dialogue, e->out->done_at_us - x->live_start_us, "call", e->ev->line, "%.*s = %lld%s%s", n,
                    text, (long long)(fresh ? e->want : e->out->result), name ? " " : "", name ? name : "");
    cf_dialogue_raise(&x->dialogue, e->mark);
    cf_buf_free(&b);
}

/* ---------- results ---------- */

static bool check_result(cf_exec *x, const ended *e)
{
    char text[240], what[40];
    int64_t got = e->out->result;
    int err = e->out->err;
    bool fresh = e->m->desc->gives_fd && e->want >= 0;
    if (fresh ? got >= 0 : got == e->want) return true;
    size_t n = 0;
    if (fresh) n = (size_t)snprintf(text, sizeof text, "Expected non-negative result but got %lld", (long long)got);
    else
        n = (size_t)snprintf(text, sizeof text, "Expected result %lld but got %lld", (long long)e->want,
                             (long long)got);
    if (err && n < sizeof text) snprintf(text + n, sizeof text - n, " with errno %d (%s)", err, cf_errno_text(err));
    const char *name = err ? cf_errno_name(err) : NULL;
    if (name) snprintf(what, sizeof what, "%s", name);
    else snprintf(what, sizeof what, "result %lld", (long long)got);
    return call_fail(x, e, what, text);
}

static bool check_errno(cf_exec *x, const ended *e)
{
    char text[200], what[40];
    int want = e->call->errno_value, got = e->out->err;
    if (!e->call->errno_name) return true;
    if (!want) return call_error(x, e->ev, e->call->errno_span, "unknown errno name");
    if (want == got) return true;
    snprintf(text, sizeof text, "Expected errno %d (%s) but got %d (%s)", want, cf_errno_text(want), got,
             got ? cf_errno_text(got) : "Success");
    snprintf(what, sizeof what, "errno %s", got && cf_errno_name(got) ? cf_errno_name(got) : "0");
    return call_fail(x, e, what, text);
}

/* ---------- output structures ---------- */

static bool differ(cf_exec *x, const ended *e, const char *what, int64_t want, int64_t got)
{
    char text[200];
    snprintf(text, sizeof text, "Expected %s %lld (0x%llx) but got %lld (0x%llx)", what, (long long)want,
             (unsigned long long)(uint32_t)want, (long long)got, (unsigned long long)(uint32_t)got);
    return call_fail(x, e, what, text);
}

static bool check_poll(cf_exec *x, const ended *e)
{
    const cf_expr *list = e->call->argv[0];
    for (uint32_t i = 0; i < list->count; i++) {
        int64_t want = 0;
        if (list->kid[i]->count > 2 && !cf_marshal_int(list->kid[i]->kid[2], &want))
            return call_error(x, e->ev, list->kid[i]->span, "revents is no number");
        if ((int16_t)want != e->m->in.poll[i].revents) return differ(x, e, "revents", want, e->m->in.poll[i].revents);
    }
    return true;
}

static bool check_ioctl(cf_exec *x, const ended *e)
{
    int64_t want;
    if (e->call->argc < 3 || !cf_marshal_int(e->call->argv[2]->kid[0], &want)) return true;
    return want == e->out->out_num[0] || differ(x, e, "ioctl value", want, e->out->out_num[0]);
}

static int32_t int_at(const uint8_t *b, size_t at)
{
    int32_t v;
    memcpy(&v, b + at, sizeof v);
    return v;
}

static bool check_option_bytes(cf_exec *x, const ended *e, const cf_expr *value)
{
    uint8_t *want;
    size_t len;
    char bad;
    cf_arena *mem = cf_arena_new();
    bool ok = cf_marshal_string(value, mem, &want, &len, &bad) && len == e->out->out_len &&
              memcmp(want, e->m->in.buf, len) == 0;
    cf_arena_free(mem);
    return ok || call_fail(x, e, "option value", "the option's value is not the expected text");
}

static uint32_t big_endian(const uint8_t *b, size_t at, unsigned bytes)
{
    uint32_t v = 0;
    for (unsigned i = 0; i < bytes; i++) v = v << 8 | b[at + i];
    return v;
}

/* The value is a GRE header of 16 bytes: flags, protocol, checksum, offset, key, sequence. The protocol is not written
 * in scripts, so it is not compared. */
static bool check_option_gre(cf_exec *x, const ended *e, const cf_gre *want)
{
    const uint8_t *b = e->m->in.buf;
    if (e->m->in.len != 16) return call_error(x, e->ev, e->call->argv[4]->span, "the length of a GRE header is 16");
    const struct {
        const char *name;
        uint32_t want, got;
    } rows[] = {{"GRE flags", want->flags, big_endian(b, 0, 2)},
                {"GRE checksum", want->sum, big_endian(b, 4, 2)},
                {"GRE offset", want->off, big_endian(b, 6, 2)},
                {"GRE key", want->key, big_endian(b, 8, 4)},
                {"GRE sequence number", want->seq, big_endian(b, 12, 4)}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].want != rows[i].got) return differ(x, e, rows[i].name, rows[i].want, rows[i].got);
    return true;
}

static bool check_option_addr(cf_exec *x, const ended *e, const cf_expr *value)
{
    char text[80];
    cf_addr want;
    snprintf(text, sizeof text, "%.*s", (int)value->str_len, value->str);
    if (!cf_addr_parse(text, &want)) return call_error(x, e->ev, value->span, "not an address");
    size_t len = want.family == 4 ? 4 : 16;
    if (e->m->in.len != len)
        return call_error(x, e->ev, e->call->argv[4]->span, "the length of an address is 4, of an IPv6 one 16");
    return memcmp(want.b, e->m->in.buf, len) == 0 ||
           call_fail(x, e, "option value", "the option's value is another address");
}

/* TCP_SAVED_SYN, "...": the headers of the SYN as it was injected. The length is that of the room. */
static bool check_saved_syn(cf_exec *x, const ended *e)
{
    if (e->out->out_len != x->syn_len)
        return differ(x, e, "bytes of the saved SYN", (int64_t)x->syn_len, e->out->out_len);
    return memcmp(e->m->in.buf, x->syn, x->syn_len) == 0 ||
           call_fail(x, e, "saved SYN", "the headers are not those of the SYN that was injected");
}

static bool is_saved_syn(const cf_call_in *in)
{
    enum { LEVEL_TCP = 6, SAVED_SYN = 28 };
    return in->num[0] == LEVEL_TCP && in->num[1] == SAVED_SYN;
}

/* TCP_AO_INFO: the members that are named. */
static bool check_ao(cf_exec *x, const ended *e, const cf_expr *value)
{
    int64_t want, got;
    const char *member = cf_ao_value_differs(value, e->m->in.buf, e->out->out_len, &want, &got);
    return !member || differ(x, e, member, want, got);
}

static bool check_getsockopt(cf_exec *x, const ended *e)
{
    const cf_expr *value = e->call->argv[3];
    if (is_saved_syn(&e->m->in) && value->kind == CF_X_ELLIPSIS && e->out->result >= 0) return check_saved_syn(x, e);
    const uint8_t *buf = e->m->in.buf;
    int64_t want;
    if (e->out->out_len != e->m->in.len) return differ(x, e, "option length", (int64_t)e->m->in.len, e->out->out_len);
    if (cf_ao_value_is(value) && e->out->result >= 0) return check_ao(x, e, value);
    if (value->kind == CF_X_STRING) return check_option_bytes(x, e, value);
    if (value->kind == CF_X_GRE) return check_option_gre(x, e, &value->gre);
    if (value->kind == CF_X_INET_ADDR || value->kind == CF_X_INET6_ADDR) return check_option_addr(x, e, value);
    if (value->kind == CF_X_LINGER && e->m->in.len >= 8) {
        if (int_at(buf, 0) != value->kid[0]->num) return differ(x, e, "l_onoff", value->kid[0]->num, int_at(buf, 0));
        if (int_at(buf, 4) != value->kid[1]->num) return differ(x, e, "l_linger", value->kid[1]->num, int_at(buf, 4));
        return true;
    }
    if (value->kind != CF_X_LIST || value->count != 1 || !cf_marshal_int(value->kid[0], &want)) return true;
    if (e->m->in.len != sizeof(int32_t))
        return call_error(x, e->ev, e->call->argv[4]->span, "the length of an int is 4");
    int32_t got = int_at(buf, 0);
    return (int32_t)want == got || differ(x, e, "option value", (int32_t)want, got);
}

static bool check_recvmsg(cf_exec *x, const ended *e)
{
    int64_t want;
    char why[240];
    const cf_expr *m = e->call->argv[1];
    if (e->out->result < 0) return true; /* nothing was given back */
    if (!cf_marshal_int(m->kid[2], &want)) return true;
    if (want != e->out->msg_flags) return differ(x, e, "msg_flags", want, e->out->msg_flags);
    cf_cmsg_rule rule = {x->live_start_us, x->set.tolerance_us};
    if (m->count <= 3 || cf_cmsg_check(m->kid[3], e->out->cmsg, e->out->cmsgs, &rule, why, sizeof why)) return true;
    return call_fail(x, e, "ancillary data", why);
}

/* Only the first event is compared, and also when there is none. */
static bool check_epoll_wait(cf_exec *x, const ended *e)
{
    const cf_expr *v = e->call->argv[1];
    int64_t events, data;
    if (!cf_marshal_int(v->kid[0], &events) || !cf_marshal_int(v->kid[1], &data)) return true;
    if ((uint32_t)events != (uint32_t)e->out->out_num[0])
        return differ(x, e, "epoll_event events", events, e->out->out_num[0]);
    return data == e->out->out_num[1] || differ(x, e, "epoll_event data", data, e->out->out_num[1]);
}

typedef bool judge_fn(cf_exec *x, const ended *e);

static bool check_outputs(cf_exec *x, const ended *e)
{
    static judge_fn *const checks[CF_CALLS] = {
        [CF_CALL_poll] = check_poll,
        [CF_CALL_ioctl] = check_ioctl,
        [CF_CALL_getsockopt] = check_getsockopt,
        [CF_CALL_recvmsg] = check_recvmsg,
        [CF_CALL_epoll_wait] = check_epoll_wait,
    };
    char why[120];
    judge_fn *check = checks[e->m->desc->id];
    if (!cf_exec_text_read(x, e->m, e->out, why, sizeof why)) return call_fail(x, e, "text", why);
    return !check || check(x, e);
}

/* ---------- what calls do to the map of sockets ---------- */

static cf_proto protocol(const cf_call_in *in)
{
    int64_t p = in->num[2];
    if (p == PROTO_ICMP || p == PROTO_ICMPV6) return CF_P_ICMP;
    return p == PROTO_UDP || (in->num[1] & KIND_MASK) == KIND_DATAGRAM ? CF_P_UDP : CF_P_TCP;
}

/* A number that is open already belongs to the newest descriptor when accept() gives it again; the older one is only
 * out of reach. Everywhere else that is a mistake in the script. */
static bool take_new_fd(cf_exec *x, const ended *e)
{
    if (e->out->result < 0) return true;
    if (find_pair(x, e->want) && e->m->desc->id != CF_CALL_accept)
        return call_error(x, e->ev, e->call->result->span, "this script fd is open already");
    add_fd(x, e->want, (int)e->out->result);
    return true;
}

static bool after_accept(cf_exec *x, const ended *e)
{
    if (e->out->result < 0 || !e->out->has_addr) return true;
    if (cf_map_accept(&x->map, (int)e->want, (int)e->out->result, &e->out->addr, e->out->port)) return true;
    char text[120];
    snprintf(text, sizeof text, "the accepted connection (peer port %u) is none that the script made", e->out->port);
    return call_fail(x, e, "peer", text);
}

static bool after_socket(cf_exec *x, const ended *e)
{
    if (e->out->result >= 0) cf_map_new(&x->map, protocol(&e->m->in), (int)e->want, (int)e->out->result);
    return true;
}

static bool after_listen(cf_exec *x, const ended *e)
{
    cf_sock *s = cf_map_by_fd(&x->map, (int)e->m->script_fd);
    if (s) s->state = CF_SOCK_LISTENING;
    return true;
}

static bool after_connect(cf_exec *x, const ended *e)
{
    cf_sock *s = cf_map_by_fd(&x->map, (int)e->m->script_fd);
    if (s && !e->m->in.has_addr && e->m->in.addr_family == CF_AF_UNSPEC) cf_map_dissolve(s);
    return true;
}

static bool after_close(cf_exec *x, const ended *e)
{
    drop_fd(x, e->m->script_fd);
    return true;
}

static bool after_pipe(cf_exec *x, const ended *e)
{
    const cf_expr *list = e->call->argv[0];
    for (uint32_t i = 0; e->out->result == 0 && i < 2; i++) {
        int64_t script;
        if (!cf_marshal_int(list->kid[i], &script)) return call_error(x, e->ev, list->span, "expected [fd, fd]");
        if (find_pair(x, script)) return call_error(x, e->ev, list->span, "this script fd is open already");
        add_fd(x, script, (int)e->out->out_num[i]);
    }
    return true;
}

static bool after_call(cf_exec *x, const ended *e)
{
    static judge_fn *const effects[CF_CALLS] = {
        [CF_CALL_socket] = after_socket,   [CF_CALL_accept] = after_accept, [CF_CALL_listen] = after_listen,
        [CF_CALL_connect] = after_connect, [CF_CALL_close] = after_close,   [CF_CALL_pipe] = after_pipe,
    };
    if (e->m->desc->gives_fd && !take_new_fd(x, e)) return false;
    judge_fn *effect = effects[e->m->desc->id];
    return !effect || effect(x, e);
}

static void before_call(cf_exec *x, const cf_marshal *m)
{
    bool opens = m->desc->id == CF_CALL_connect || m->desc->id == CF_CALL_sendto || m->desc->id == CF_CALL_sendmsg;
    cf_sock *s = opens && m->in.has_addr ? cf_map_by_fd(&x->map, (int)m->script_fd) : NULL;
    if (s) cf_map_connecting(s, &x->set);
}

/* ---------- judging ---------- */

/* at_us: when it ended, if it blocked; else -1. */
static bool judge(cf_exec *x, const cf_event *ev, const cf_marshal *m, const cf_call_out *out, uint32_t mark,
                  int64_t at_us)
{
    ended e = {ev, &ev->call, m, out, 0, mark};
    if (out->unsupported) return cf_exec_na(x, place(&e), "%s", out->unsupported);
    if (!cf_marshal_int(ev->call.result, &e.want))
        return call_error(x, ev, ev->call.result->span, "expected an integer result");
    tell(x, &e);
    bool fresh = m->desc->gives_fd && out->result >= 0 && e.want >= 0;
    cf_ledger_call_ended(
        &x->ledger, &(cf_ledger_call){
                        .line = ev->line, .m = m, .out = out, .result = fresh ? e.want : out->result, .at_us = at_us});
    if (out->hung) return call_fail(x, &e, "hangs", "the call blocks for ever: nothing is left that could wake it");
    return check_result(x, &e) && check_errno(x, &e) && after_call(x, &e) && check_outputs(x, &e);
}

/* ---------- the blocking call ---------- */

static bool finish_blocked(cf_exec *x, const cf_call_out *out)
{
    char text[240];
    const cf_event *ev = x->blocked;
    cf_marshal m = x->blocked_call;
    cf_when when = x->blocked_when;
    int64_t at = out->done_at_us - x->live_start_us;
    x->blocked = NULL;
    bool ok = judge(x, ev, &m, out, x->dialogue.count, at);
    cf_marshal_free(&m);
    if (ok) cf_exec_note_margin(x, &when, at);
    if (!ok || cf_clock_holds(&when, at)) return ok;
    return cf_exec_fail(x, (cf_where){ev->line, ev->call.end_span}, at > when.at_us ? "time late" : "time early", "%s",
                        cf_clock_text(&when, "system call return", at, text, sizeof text));
}

static bool look_at_blocked(cf_exec *x, int64_t live_deadline)
{
    cf_call_out out = {0};
    if (!x->blocked || x->over) return !x->over;
    if (!x->ops->call_done(x->t, live_deadline, &out)) return true;
    return finish_blocked(x, &out);
}

bool cf_exec_poll_blocked(cf_exec *x)
{
    return look_at_blocked(x, x->ops->now(x->t));
}

bool cf_exec_await_blocked(cf_exec *x, bool *done)
{
    bool ok = cf_exec_poll_blocked(x);
    if (ok && x->blocked) ok = look_at_blocked(x, x->ops->now(x->t) + BLOCKED_PATIENCE_US);
    *done = !x->blocked;
    return ok;
}

static bool begin_blocking(cf_exec *x, cf_marshal *m)
{
    bool done;
    if (!cf_exec_await_blocked(x, &done)) return false;
    if (!done) return call_error(x, x->ev, x->ev->call.name_span, "another blocking system call is still in progress");
    x->blocked = x->ev;
    x->blocked_when = cf_clock_end_of_call(&x->clock, x->ev, &x->when);
    x->blocked_call = *m;
    *m = (cf_marshal){0};
    if (!x->ops->call_begin(x->t, &x->blocked_call.in)) return call_error(x, x->ev, x->ev->span, "the target is busy");
    return cf_exec_poll_blocked(x);
}

/* ---------- one call event ---------- */

static bool run_call(cf_exec *x, cf_marshal *m)
{
    cf_call_out out = {0};
    bool able = m->needs && (x->ops->caps & m->needs) == m->needs;
    if (m->unsupported && !able) return cf_exec_na(x, cf_exec_here(x), "%s", m->unsupported);
    char path[CF_FILES_PATH];
    bool own_files = m->desc->id == CF_CALL_open && !(x->ops->caps & CF_CAP(HOST_SHELL));
    if (own_files && !cf_files_path(&x->shell.files, m->in.str, path, m->why, sizeof m->why))
        return call_error(x, x->ev, x->ev->call.span, m->why);
    if (own_files) m->in.str = path;
    before_call(x, m);
    if (x->ev->call.blocking) return begin_blocking(x, m);
    uint32_t mark = x->dialogue.count;
    if (m->desc->id == CF_CALL_close) cf_exec_take_info(x, m->in.fd);
    x->ops->call(x->t, &m->in, &out);
    return judge(x, x->ev, m, &out, mark, -1);
}

bool cf_exec_call(cf_exec *x)
{
    bool done;
    cf_marshal m;
    if (!x->ev->call.blocking && !cf_exec_await_blocked(x, &done)) return false;
    if (!cf_exec_wait_until(x, x->when.at_us) || !cf_exec_in_time(x, "system call start")) return false;
    cf_marshal_env env = {&x->set, fd_lookup, x};
    bool ok = cf_marshal_call(&m, &x->ev->call, &env);
    if (!ok) call_error(x, x->ev, m.why_span, m.why);
    else ok = run_call(x, &m);
    cf_marshal_free(&m);
    return ok;
}
