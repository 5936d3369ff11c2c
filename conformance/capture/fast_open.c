/* see fast_open.h */
#include "fast_open.h"

#include "../packet/encode.h"
#include "../packet/opts.h"

/* The option, as registered or as experimental; false: it is not there. */
static bool find_option(const cf_seg *s, cf_opt_val *v)
{
    for (uint32_t i = 0; s && i < s->opt_len;) {
        const uint8_t *at = s->opts + i;
        bool single = at[0] <= CF_KIND_NOP;
        if (!single && (i + 2 > s->opt_len || at[1] < 2 || i + at[1] > s->opt_len)) return false;
        cf_tcp_opt raw = {.kind = at[0], .len = single ? 1 : at[1], .data = at + 2};
        cf_tcp_opt_read(&raw, v);
        if (v->id == CF_OPT_FO || v->id == CF_OPT_FOEXP) return true;
        i += raw.len;
    }
    return false;
}

static const cf_seg *syn_of(const cf_recording *r, int dir)
{
    for (uint32_t i = 0; i < r->count; i++)
        if (r->segs[i].kind == CF_SEG_TCP && r->segs[i].dir == dir && r->segs[i].flags & CF_SYN) return &r->segs[i];
    return NULL;
}

static cf_fast_open of_client(const cf_seg *syn)
{
    cf_opt_val v;
    bool has = find_option(syn, &v);
    if (has && v.n) return CF_FO_COOKIE;
    if (syn && syn->len) return CF_FO_BARE;
    return has ? CF_FO_ASKS : CF_FO_NONE;
}

/* The stack went on behind its SYN+ACK before that was acknowledged. */
static bool goes_on(const cf_recording *r, const cf_seg *synack)
{
    const cf_seg *end = r->segs + r->count, *next = synack + 1;
    return next < end && next->kind == CF_SEG_TCP && next->dir == r->side && !(next->flags & CF_SYN);
}

static cf_fast_open of_server(const cf_recording *r, const cf_seg *syn, const cf_seg *synack)
{
    cf_opt_val v;
    if (synack && find_option(syn, &v) && v.n && goes_on(r, synack)) return CF_FO_TAKES;
    if (synack && synack->flags & CF_ACK && synack->ack_pos > 1) return CF_FO_TAKES;
    return find_option(synack, &v) && v.n ? CF_FO_GIVES : CF_FO_NONE;
}

cf_fast_open cf_fast_open_of(const cf_recording *r)
{
    const cf_seg *syn = syn_of(r, CF_CLIENT);
    return r->side == CF_CLIENT ? of_client(syn) : of_server(r, syn, syn_of(r, CF_SERVER));
}

const char *cf_fast_open_sysctl(cf_fast_open fo)
{
    switch (fo) {
    case CF_FO_NONE:
    case CF_FO_ASKS:
    case CF_FO_COOKIE: return "";
    case CF_FO_BARE: return " net.ipv4.tcp_fastopen=5";
    case CF_FO_GIVES: return " net.ipv4.tcp_fastopen=3";
    case CF_FO_TAKES: return " net.ipv4.tcp_fastopen=515";
    }
    return "";
}

uint32_t cf_fast_open_prologue(cf_buf *out, const cf_recording *r)
{
    cf_opt_val v;
    if (!find_option(syn_of(r, r->side), &v) || !v.n) return 0;
    cf_buf_puts(out, "+0 socket(..., SOCK_STREAM, IPPROTO_TCP) = 5\n"
                     "+0 fcntl(5, F_SETFL, O_RDWR|O_NONBLOCK) = 0\n"
                     "+0 sendto(5, ..., 1, MSG_FASTOPEN, ..., ...) = -1 EINPROGRESS (Operation now in progress)\n"
                     "+0 > S 0:0(0) <...>\n"
                     "+0 < S. 0:0(0) ack 1 win 65535 <mss 1460,");
    cf_buf_puts(out, v.id == CF_OPT_FOEXP ? "FOEXP " : "FO ");
    for (int i = 0; i < v.n; i++) cf_buf_printf(out, "%02x", v.blob[i]);
    for (int len = v.n + (v.id == CF_OPT_FOEXP ? 4 : 2); len % 4; len++) cf_buf_puts(out, ",nop");
    cf_buf_puts(out, ">\n"
                     "+0 > . 1:1(0) ack 1\n"
                     "+0 close(5) = 0\n"
                     "+0 > F. 1:1(0) ack 1\n"
                     "+0 < F. 1:1(0) ack 2 win 65535\n"
                     "+0 > . 2:2(0) ack 2\n");
    return 6;
}
