/* linux_msg.c — sendmsg and recvmsg: buffers in pieces, ancillary data both ways. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "../text/mem.h"
#include "linux.h"

static void take_pieces(struct msghdr *m, const cf_call_in *in)
{
    m->msg_iovlen = in->iovs;
    m->msg_iov = cf_mem_zero(in->iovs, sizeof *m->msg_iov);
}

/* Each piece has memory of its own, as an application's would; after a zero-copy send it is never given back. */
static void copy_pieces(const struct msghdr *m, const cf_call_in *in)
{
    size_t at = 0;
    for (uint32_t i = 0; i < in->iovs; at += in->iov_len[i++]) {
        m->msg_iov[i] = (struct iovec){cf_mem_zero(1, in->iov_len[i]), in->iov_len[i]};
        memcpy(m->msg_iov[i].iov_base, in->buf + at, in->iov_len[i]);
    }
}

static void free_pieces(const struct msghdr *m, bool contents)
{
    for (size_t i = 0; contents && i < m->msg_iovlen; i++) free(m->msg_iov[i].iov_base);
    free(m->msg_iov);
}

static void put_control(struct msghdr *m, const cf_call_in *in, uint8_t *room, size_t cap)
{
    size_t need = 0;
    for (uint32_t i = 0; i < in->cmsgs; i++) need += CMSG_SPACE(in->cmsg[i].len);
    if (!need || need > cap) return;
    m->msg_control = room;
    m->msg_controllen = need;
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    for (uint32_t i = 0; c && i < in->cmsgs; i++, c = CMSG_NXTHDR(m, c)) {
        const cf_cmsg *from = &in->cmsg[i];
        c->cmsg_level = from->level;
        c->cmsg_type = from->type;
        c->cmsg_len = CMSG_LEN(from->len);
        memcpy(CMSG_DATA(c), from->data, from->len);
    }
}

int64_t cf_linux_sendmsg(const cf_call_in *in, cf_call_out *out)
{
    _Alignas(struct cmsghdr) uint8_t control[CF_CMSG_ROOM] = {0};
    struct sockaddr_storage a;
    struct msghdr m = {.msg_name = &a, .msg_namelen = cf_linux_sockaddr(in, &a)};
    int flags = (int)in->num[0];
    (void)out;
    take_pieces(&m, in);
    copy_pieces(&m, in);
    put_control(&m, in, control, sizeof control);
    ssize_t n = sendmsg(in->fd, &m, flags);
    int saved = errno;
    free_pieces(&m, !(flags & MSG_ZEROCOPY));
    errno = saved;
    return n;
}

/* ---------- receiving ---------- */

/* Stamps are told on the calendar clock; 0 means that there is none. */
static void turn_stamps(uint8_t *data, size_t len)
{
    for (size_t at = 0; at + sizeof(struct timespec) <= len; at += sizeof(struct timespec)) {
        struct timespec ts;
        memcpy(&ts, data + at, sizeof ts);
        if (!ts.tv_sec && !ts.tv_nsec) continue;
        int64_t ns = cf_linux_from_calendar(&ts);
        ts = (struct timespec){.tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000};
        memcpy(data + at, &ts, sizeof ts);
    }
}

static void take_control(struct msghdr *m, cf_call_out *out)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c && out->cmsgs < CF_CMSGS_MAX; c = CMSG_NXTHDR(m, c)) {
        uint32_t len = c->cmsg_len > CMSG_LEN(0) ? (uint32_t)(c->cmsg_len - CMSG_LEN(0)) : 0;
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPING) turn_stamps(CMSG_DATA(c), len);
        out->cmsg[out->cmsgs++] = (cf_cmsg){c->cmsg_level, c->cmsg_type, len, CMSG_DATA(c)};
    }
}

int64_t cf_linux_recvmsg(const cf_call_in *in, cf_call_out *out)
{
    struct sockaddr_storage a;
    struct msghdr m = {.msg_name = &a, .msg_namelen = sizeof a};
    size_t at = 0;
    take_pieces(&m, in);
    for (uint32_t i = 0; i < in->iovs; at += in->iov_len[i++])
        m.msg_iov[i] = (struct iovec){in->buf + at, in->iov_len[i]};
    m.msg_control = in->control;
    m.msg_controllen = in->control ? CF_CMSG_ROOM : 0;
    ssize_t n = recvmsg(in->fd, &m, (int)in->num[0]);
    int saved = errno;
    free_pieces(&m, false);
    out->msg_flags = m.msg_flags;
    if (n >= 0) take_control(&m, out);
    errno = saved;
    return n;
}
