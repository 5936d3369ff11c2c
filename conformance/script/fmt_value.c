/* fmt_value.c — calls and values as canonical text. */
#include "fmt.h"

static void put_kids(cf_buf *out, const cf_expr *x)
{
    for (uint32_t i = 0; i < x->count; i++) {
        if (i) cf_buf_puts(out, ", ");
        cf_fmt_expr(out, x->kid[i]);
    }
}

static void put_members(cf_buf *out, const cf_expr *x)
{
    cf_buf_putc(out, '{');
    for (uint32_t i = 0; i < x->count; i++) {
        cf_buf_printf(out, "%s%s=", i ? ", " : "", x->kid_name[i]);
        cf_fmt_expr(out, x->kid[i]);
    }
    cf_buf_putc(out, '}');
}

static void put_msghdr(cf_buf *out, const cf_expr *x)
{
    cf_buf_printf(out, "{msg_name(...)=..., msg_iov(%lld)=", (long long)x->num);
    cf_fmt_expr(out, x->kid[1]);
    cf_buf_puts(out, ", msg_flags=");
    cf_fmt_expr(out, x->kid[2]);
    if (x->count > 3) {
        cf_buf_puts(out, ", msg_control=");
        cf_fmt_expr(out, x->kid[3]);
    }
    cf_buf_putc(out, '}');
}

static void put_sockaddr(cf_buf *out, const cf_expr *x)
{
    cf_buf_printf(out, "{sa_family=%s, sin_port=htons(%lld), sin_addr=", x->word, (long long)x->kid[0]->num);
    cf_fmt_expr(out, x->kid[1]);
    cf_buf_putc(out, '}');
}

static void put_mpls(cf_buf *out, const cf_expr *x)
{
    cf_buf_putc(out, '{');
    for (uint32_t i = 0; i < x->mpls_count; i++) {
        const cf_mpls *e = &x->mpls[i];
        cf_buf_printf(out, "(label %u, tc %u,%s ttl %u)", e->label, e->tc, e->bottom ? " [S]," : "", e->ttl);
    }
    cf_buf_putc(out, '}');
}

static void put_gre(cf_buf *out, const cf_gre *g)
{
    cf_buf_printf(out, "{flags 0x%x, sum 0x%x, off 0x%x, key 0x%x, seq 0x%x}", g->flags, g->sum, g->off, g->key,
                  g->seq);
}

void cf_fmt_expr(cf_buf *out, const cf_expr *x)
{
    switch (x->kind) {
    case CF_X_ELLIPSIS: cf_buf_puts(out, "..."); break;
    case CF_X_INT: cf_buf_printf(out, "%lld", (long long)x->num); break;
    case CF_X_WORD: cf_buf_puts(out, x->word); break;
    case CF_X_STRING:
        cf_buf_putc(out, '"');
        cf_buf_put(out, x->str, x->str_len);
        cf_buf_putc(out, '"');
        break;
    case CF_X_OR:
        cf_fmt_expr(out, x->kid[0]);
        cf_buf_putc(out, '|');
        cf_fmt_expr(out, x->kid[1]);
        break;
    case CF_X_PAIR:
        cf_buf_printf(out, "%s=", x->word);
        cf_fmt_expr(out, x->kid[0]);
        break;
    case CF_X_LIST:
        cf_buf_putc(out, '[');
        put_kids(out, x);
        cf_buf_putc(out, ']');
        break;
    case CF_X_SET:
    case CF_X_IOVEC:
        cf_buf_putc(out, '{');
        put_kids(out, x);
        cf_buf_putc(out, '}');
        break;
    case CF_X_INET_ADDR: cf_buf_printf(out, "inet_addr(\"%s\")", x->str); break;
    case CF_X_INET6_ADDR: cf_buf_printf(out, "inet6_addr(\"%s\")", x->str); break;
    case CF_X_SOCKADDR: put_sockaddr(out, x); break;
    case CF_X_MSGHDR: put_msghdr(out, x); break;
    case CF_X_POLLFD:
    case CF_X_LINGER:
    case CF_X_EPOLLEV:
    case CF_X_CMSG:
    case CF_X_TSTAMP:
    case CF_X_EXTERR: put_members(out, x); break;
    case CF_X_MPLS: put_mpls(out, x); break;
    case CF_X_GRE: put_gre(out, &x->gre); break;
    }
}

void cf_fmt_call(cf_buf *out, const cf_call *c)
{
    cf_buf_printf(out, "%s(", c->name);
    for (uint32_t i = 0; i < c->argc; i++) {
        if (i) cf_buf_puts(out, ", ");
        cf_fmt_expr(out, c->argv[i]);
    }
    cf_buf_puts(out, ") = ");
    cf_fmt_expr(out, c->result);
    if (c->errno_name) cf_buf_printf(out, " %s", c->errno_name);
    if (c->note) cf_buf_printf(out, " (%s)", c->note);
}
