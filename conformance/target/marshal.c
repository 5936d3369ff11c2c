#include "marshal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"

/* ---------- addresses ---------- */

socklen_t cf_marshal_addr(const cf_call_in *in, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    if (in->has_addr && in->addr_family == AF_INET6) {
        struct sockaddr_in6 *a = (struct sockaddr_in6 *)out;
        a->sin6_family = AF_INET6;
        a->sin6_port = htons(in->port);
        if (in->addr.family == 4) {
            a->sin6_addr.s6_addr[10] = a->sin6_addr.s6_addr[11] = 0xff;
            memcpy(a->sin6_addr.s6_addr + 12, in->addr.b, 4);
        } else {
            memcpy(a->sin6_addr.s6_addr, in->addr.b, 16);
        }
        return sizeof *a;
    }
    struct sockaddr_in *a = (struct sockaddr_in *)out;
    a->sin_family = (sa_family_t)in->addr_family;
    a->sin_port = htons(in->port);
    memcpy(&a->sin_addr, in->addr.b, 4);
    return sizeof *a;
}

void cf_marshal_give_addr(cf_call_out *out, const struct sockaddr_storage *from)
{
    if (from->ss_family == AF_INET) {
        const struct sockaddr_in *a = (const struct sockaddr_in *)from;
        out->addr.family = 4;
        memcpy(out->addr.b, &a->sin_addr, 4);
        out->port = ntohs(a->sin_port);
    } else if (from->ss_family == AF_INET6) {
        const struct sockaddr_in6 *a = (const struct sockaddr_in6 *)from;
        bool mapped = IN6_IS_ADDR_V4MAPPED(&a->sin6_addr);
        out->addr.family = mapped ? 4 : 6;
        memcpy(out->addr.b, a->sin6_addr.s6_addr + (mapped ? 12 : 0), mapped ? 4 : 16);
        out->port = ntohs(a->sin6_port);
    }
    out->has_addr = out->addr.family != 0;
}

/* ---------- buffers ---------- */

void *cf_marshal_buffer(const cf_call_in *in)
{
    return in->buf_null ? NULL : in->buf;
}

struct iovec *cf_marshal_pieces(const cf_call_in *in)
{
    struct iovec *v = cf_mem_zero(in->iovs, sizeof *v);
    size_t at = 0;
    for (uint32_t i = 0; i < in->iovs; at += in->iov_len[i++]) v[i] = (struct iovec){in->buf + at, in->iov_len[i]};
    return v;
}

/* ---------- messages ---------- */

static void begin(cf_message *m, const cf_call_in *in)
{
    memset(m, 0, sizeof *m);
    m->header.msg_name = &m->addr;
    m->header.msg_iovlen = in->iovs;
    m->header.msg_iov = cf_marshal_pieces(in);
}

static void put_control(cf_message *m, const cf_call_in *in)
{
    struct msghdr *h = &m->header;
    size_t need = 0;
    for (uint32_t i = 0; i < in->cmsgs; i++) need += CMSG_SPACE(in->cmsg[i].len);
    if (!need || need > sizeof m->control) return;
    h->msg_control = m->control;
    h->msg_controllen = need;
    struct cmsghdr *c = CMSG_FIRSTHDR(h);
    for (uint32_t i = 0; c && i < in->cmsgs; i++, c = CMSG_NXTHDR(h, c)) {
        const cf_cmsg *from = &in->cmsg[i];
        c->cmsg_level = from->level;
        c->cmsg_type = from->type;
        c->cmsg_len = CMSG_LEN(from->len);
        memcpy(CMSG_DATA(c), from->data, from->len);
    }
}

void cf_message_to_send(cf_message *m, const cf_call_in *in)
{
    begin(m, in);
    m->header.msg_namelen = cf_marshal_addr(in, &m->addr);
    for (uint32_t i = 0; i < in->iovs; i++) {
        struct iovec *v = &m->header.msg_iov[i];
        void *own = cf_mem_zero(1, v->iov_len);
        memcpy(own, v->iov_base, v->iov_len);
        v->iov_base = own;
    }
    put_control(m, in);
}

void cf_message_sent(const cf_message *m, bool contents)
{
    for (size_t i = 0; contents && i < m->header.msg_iovlen; i++) free(m->header.msg_iov[i].iov_base);
    free(m->header.msg_iov);
}

void cf_message_to_receive(cf_message *m, const cf_call_in *in)
{
    begin(m, in);
    m->header.msg_namelen = sizeof m->addr;
    m->header.msg_control = in->control;
    m->header.msg_controllen = in->control ? CF_CMSG_ROOM : 0;
}

void cf_message_received(const cf_message *m, int64_t result, cf_call_out *out)
{
    struct msghdr h = m->header;
    free(h.msg_iov);
    out->msg_flags = h.msg_flags;
    if (result < 0) return;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c && out->cmsgs < CF_CMSGS_MAX; c = CMSG_NXTHDR(&h, c)) {
        uint32_t len = c->cmsg_len > CMSG_LEN(0) ? (uint32_t)(c->cmsg_len - CMSG_LEN(0)) : 0;
        out->cmsg[out->cmsgs++] = (cf_cmsg){c->cmsg_level, c->cmsg_type, len, CMSG_DATA(c)};
    }
}
