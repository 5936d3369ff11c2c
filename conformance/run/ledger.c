#include "ledger.h"

#include <inttypes.h>

#include "../script/symbols.h"
#include "../text/mem.h"

static uint64_t hash(const uint8_t *p, size_t n)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (size_t i = 0; i < n; i++) h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

typedef void put_fn(cf_buf *b, const cf_ledger_call *c);

static void put_polls(cf_buf *b, const cf_ledger_call *c)
{
    const cf_call_in *in = &c->m->in;
    for (uint32_t i = 0; i < in->polls; i++) cf_buf_printf(b, "%c%d", i ? ',' : '{', in->poll[i].revents);
    if (in->polls) cf_buf_putc(b, '}');
}

static void put_number(cf_buf *b, const cf_ledger_call *c)
{
    if (c->out->result >= 0) cf_buf_printf(b, "{%" PRId64 "}", c->out->out_num[0]);
}

/* An int as a number; of a structure, which holds times and addresses, the size. */
static void put_option(cf_buf *b, const cf_ledger_call *c)
{
    int32_t v;
    if (c->out->result < 0) return;
    if (c->out->out_len != sizeof v || !c->m->in.buf) {
        cf_buf_printf(b, "{%u-bytes}", c->out->out_len);
        return;
    }
    memcpy(&v, c->m->in.buf, sizeof v);
    cf_buf_printf(b, "{%d}", v);
}

static void put_bytes(cf_buf *b, const cf_ledger_call *c)
{
    const cf_call_in *in = &c->m->in;
    if (c->out->result <= 0 || !in->buf || (size_t)c->out->result > in->len) return;
    size_t n = (size_t)c->out->result;
    cf_buf_printf(b, "{%zu:%08x}", n, (unsigned)(hash(in->buf, n) >> 32));
}

static void put_message(cf_buf *b, const cf_ledger_call *c)
{
    if (c->out->result >= 0) cf_buf_printf(b, "{flags%d,cmsgs%u}", c->out->msg_flags, c->out->cmsgs);
    put_bytes(b, c);
}

static void put_output(cf_buf *b, const cf_ledger_call *c)
{
    static put_fn *const table[CF_CALLS] = {
        [CF_CALL_poll] = put_polls,        [CF_CALL_epoll_wait] = put_number, [CF_CALL_ioctl] = put_number,
        [CF_CALL_getsockopt] = put_option, [CF_CALL_recvmsg] = put_message,   [CF_CALL_read] = put_bytes,
        [CF_CALL_readv] = put_bytes,       [CF_CALL_recv] = put_bytes,        [CF_CALL_recvfrom] = put_bytes,
    };
    if (table[c->m->desc->id]) table[c->m->desc->id](b, c);
}

void cf_ledger_call_ended(cf_ledger *l, const cf_ledger_call *c)
{
    const char *name = c->out->err ? cf_errno_name(c->out->err) : NULL;
    cf_buf_printf(&l->calls, "%s%u:%s=%" PRId64, l->calls.len ? " " : "", c->line, c->m->desc->name, c->result);
    if (name) cf_buf_printf(&l->calls, "/%s", name);
    else if (c->out->err) cf_buf_printf(&l->calls, "/%d", c->out->err);
    put_output(&l->calls, c);
    if (c->at_us >= 0) cf_buf_printf(&l->calls, "@%" PRId64, c->at_us);
}

void cf_ledger_take_info(cf_ledger *l, cf_target *t, int fd)
{
    const char *names[CF_INFO_MAX];
    int64_t values[CF_INFO_MAX];
    int n = t->ops->info ? t->ops->info(t, fd, names, values, CF_INFO_MAX) : -1;
    cf_buf_clear(&l->info);
    for (int i = 0; i < n; i++)
        if (values[i]) cf_buf_printf(&l->info, "%s%s=%" PRId64, l->info.len ? " " : "", names[i], values[i]);
}

void cf_ledger_free(cf_ledger *l)
{
    cf_buf_free(&l->calls);
    cf_buf_free(&l->info);
}
