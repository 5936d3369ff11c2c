#define _GNU_SOURCE /* ppoll */
/* linux_tun.c — the TUN device: packets in by writing, packets out by a packet socket that sees what leaves the device,
 * with the kernel's time stamps. Whole aggregates come out, because the device says that it segments and sums itself.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/if_tun.h>
#include <linux/virtio_net.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "linux.h"

enum { SNIFFER_ROOM = 32 << 20, PROTO_TCP = 6, V4_PROTO_AT = 9, V6_PROTO_AT = 6 };

bool cf_linux_tun_open(cf_linux *l, const cf_open *o, char *why, size_t cap)
{
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR};
    l->gso_mss = o->gso_mss;
    l->tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (l->tun < 0) {
        const char *hint = errno == ENOENT ? "; load the module tun" : "; this user may not read and write it";
        snprintf(why, cap, "no TUN device: /dev/net/tun: %s%s", strerror(errno), hint);
        return false;
    }
    snprintf(r.ifr_name, sizeof r.ifr_name, "%s", CF_LINUX_DEVICE);
    if (ioctl(l->tun, TUNSETIFF, &r) != 0) {
        snprintf(why, cap, "no TUN device: the kernel refuses %s: %s (CAP_NET_ADMIN is needed in the namespace)",
                 CF_LINUX_DEVICE, strerror(errno));
        return false;
    }
    /* The device stays when its descriptor is closed and goes with the namespace: kernels take down many namespaces at
     * once, while a device alone holds up everybody who sets up another. */
    (void)ioctl(l->tun, TUNSETPERSIST, 1UL);
    if (ioctl(l->tun, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN) == 0) return true;
    snprintf(why, cap, "the TUN device has no offloads: %s", strerror(errno));
    return false;
}

static bool sniffer_options(int fd)
{
    int on = 1, room = SNIFFER_ROOM;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0 &&
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof room) != 0)
        return false;
    return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0;
}

bool cf_linux_sniffer_open(cf_linux *l, char *why, size_t cap)
{
    struct sockaddr_ll a = {
        .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = (int)if_nametoindex(CF_LINUX_DEVICE)};
    l->sniffer = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (l->sniffer >= 0 && sniffer_options(l->sniffer) && bind(l->sniffer, (struct sockaddr *)&a, sizeof a) == 0)
        return true;
    snprintf(why, cap, "no packet socket to see what the kernel sends: %s", strerror(errno));
    return false;
}

/* ---------- in ---------- */

static bool is_tcp(const uint8_t *b, size_t len)
{
    if (len < 20) return false;
    return b[0] >> 4 == 4 ? b[V4_PROTO_AT] == PROTO_TCP : b[V6_PROTO_AT] == PROTO_TCP;
}

bool cf_linux_inject(cf_target *t, const uint8_t *bytes, size_t len, char *why, size_t why_cap)
{
    cf_linux *l = cf_linux_of(t);
    struct virtio_net_hdr h = {0};
    struct iovec v[2] = {{&h, sizeof h}, {(void *)(uintptr_t)bytes, len}};
    if (l->gso_mss && is_tcp(bytes, len)) {
        h.gso_type = bytes[0] >> 4 == 4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
        h.gso_size = (uint16_t)l->gso_mss;
    }
    if (writev(l->tun, v, 2) == (ssize_t)(sizeof h + len)) return true;
    snprintf(why, why_cap, "writing to %s: %s", CF_LINUX_DEVICE, strerror(errno));
    return false;
}

/* ---------- out ---------- */

static bool stamp_of(struct msghdr *m, struct timespec *ts)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS) continue;
        memcpy(ts, CMSG_DATA(c), sizeof *ts);
        return true;
    }
    return false;
}

/* One frame that is waiting; frames coming in are none of ours. False: nothing is waiting. */
static bool take_frame(cf_linux *l, cf_sniffed *out)
{
    for (;;) {
        char control[256];
        struct sockaddr_ll from = {0};
        struct timespec ts;
        struct iovec v = {l->frame, CF_LINUX_FRAME_MAX};
        struct msghdr m = {.msg_name = &from,
                           .msg_namelen = sizeof from,
                           .msg_iov = &v,
                           .msg_iovlen = 1,
                           .msg_control = control,
                           .msg_controllen = sizeof control};
        ssize_t n = recvmsg(l->sniffer, &m, 0);
        if (n < 0) return false;
        if (from.sll_pkttype != PACKET_OUTGOING) continue;
        int64_t at = stamp_of(&m, &ts) ? cf_linux_from_calendar(&ts) / 1000 : cf_linux_now(&l->base);
        *out = (cf_sniffed){l->frame, (size_t)n, at};
        l->sniffed++;
        return true;
    }
}

/* What was seen is taken out of the device's queue, as a driver would finish transmissions. */
static void finish_transmissions(cf_linux *l)
{
    static uint8_t dropped[CF_LINUX_FRAME_MAX];
    while (l->sniffed && read(l->tun, dropped, sizeof dropped) > 0) l->sniffed--;
}

static bool wait_for_frame(cf_linux *l, int64_t deadline_us)
{
    struct pollfd p = {.fd = l->sniffer, .events = POLLIN};
    int64_t left = deadline_us == INT64_MAX ? 0 : deadline_us - cf_linux_now(&l->base);
    struct timespec ts = {.tv_sec = left / 1000000, .tv_nsec = left % 1000000 * 1000};
    if (left < 0 || (left == 0 && deadline_us != INT64_MAX)) return false;
    int n = ppoll(&p, 1, deadline_us == INT64_MAX ? NULL : &ts, NULL);
    if (n == 0) cf_linux_note_wake(l, deadline_us);
    return n > 0 || (n < 0 && errno == EINTR);
}

bool cf_linux_sniff(cf_target *t, int64_t deadline_us, cf_sniffed *out)
{
    cf_linux *l = cf_linux_of(t);
    bool got, waited = false;
    while (!(got = take_frame(l, out)) && wait_for_frame(l, deadline_us)) waited = true;
    if (got && waited) cf_linux_note_wake(l, out->at_us);
    finish_transmissions(l);
    return got;
}
