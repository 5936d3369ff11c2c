/* linux_msg.c — sendmsg and recvmsg of the kernel, and its time stamps in ancillary data. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "linux.h"
#include "marshal.h"

int64_t cf_linux_sendmsg(const cf_call_in *in, cf_call_out *out)
{
    cf_message m;
    int flags = (int)in->num[0];
    (void)out;
    cf_message_to_send(&m, in);
    ssize_t n = sendmsg(in->fd, &m.header, flags);
    int saved = errno;
    cf_message_sent(&m, !(flags & MSG_ZEROCOPY));
    errno = saved;
    return n;
}

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

int64_t cf_linux_recvmsg(const cf_call_in *in, cf_call_out *out)
{
    cf_message m;
    cf_message_to_receive(&m, in);
    ssize_t n = recvmsg(in->fd, &m.header, (int)in->num[0]);
    int saved = errno;
    cf_message_received(&m, n, out);
    for (uint32_t i = 0; i < out->cmsgs; i++)
        if (out->cmsg[i].level == SOL_SOCKET && out->cmsg[i].type == SO_TIMESTAMPING)
            turn_stamps((uint8_t *)(uintptr_t)out->cmsg[i].data, out->cmsg[i].len);
    errno = saved;
    return n;
}
