/* linux_net.c — the namespace's devices by netlink (libmnl): lo and the TUN device up, its address, MTU, speed and the
 * route to the remote side. */
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux.h"

enum { LOCAL_TRIES = 4000 };

typedef struct talk {
    struct mnl_socket *nl;
    uint32_t seq;
    char *why;
    size_t cap;
} talk;

static bool refused(const talk *t, const char *what)
{
    snprintf(t->why, t->cap, "%s: %s", what, strerror(errno));
    return false;
}

/* Sends one request and waits for its acknowledgment. */
static bool ask(talk *t, struct nlmsghdr *h, const char *what)
{
    char answer[8192];
    h->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    h->nlmsg_seq = ++t->seq;
    if (mnl_socket_sendto(t->nl, h, h->nlmsg_len) < 0) return refused(t, what);
    for (;;) {
        ssize_t n = mnl_socket_recvfrom(t->nl, answer, sizeof answer);
        if (n < 0) return refused(t, what);
        int go_on = mnl_cb_run(answer, (size_t)n, h->nlmsg_seq, mnl_socket_get_portid(t->nl), NULL, NULL);
        if (go_on < 0) return refused(t, what);
        if (go_on == MNL_CB_STOP) return true;
    }
}

static uint8_t family_of(const cf_addr *a)
{
    return a->family == 6 ? AF_INET6 : AF_INET;
}

static void put_addr(struct nlmsghdr *h, uint16_t type, const cf_addr *a)
{
    mnl_attr_put(h, type, a->family == 6 ? 16 : 4, a->b);
}

/* mtu 0: as it is. */
static bool link_up(talk *t, unsigned index, uint32_t mtu)
{
    char room[1024];
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_NEWLINK;
    struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ifi_family = AF_UNSPEC;
    m->ifi_index = (int)index;
    m->ifi_flags = m->ifi_change = IFF_UP;
    if (mtu) mnl_attr_put_u32(h, IFLA_MTU, mtu);
    return ask(t, h, "the device does not come up");
}

static bool add_address(talk *t, unsigned index, const cf_addr *a, uint8_t prefix)
{
    char room[1024];
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_NEWADDR;
    h->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
    struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->ifa_family = family_of(a);
    m->ifa_prefixlen = prefix;
    m->ifa_flags = IFA_F_NODAD | IFA_F_PERMANENT;
    m->ifa_scope = RT_SCOPE_UNIVERSE;
    m->ifa_index = index;
    put_addr(h, IFA_LOCAL, a);
    put_addr(h, IFA_ADDRESS, a);
    return ask(t, h, "the local address is not taken");
}

/* The network of the remote address, by the gateway if there is one. */
static bool add_route(talk *t, unsigned index, const cf_addr *remote, uint8_t prefix, const cf_addr *gateway)
{
    char room[1024];
    cf_addr net = *remote;
    unsigned bits = remote->family == 6 ? 128 : 32;
    for (unsigned i = prefix; i < bits; i++) net.b[i / 8] &= (uint8_t)~(0x80u >> i % 8);
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_NEWROUTE;
    h->nlmsg_flags = NLM_F_CREATE | NLM_F_REPLACE;
    struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    *m = (struct rtmsg){.rtm_family = family_of(remote),
                        .rtm_dst_len = prefix,
                        .rtm_table = RT_TABLE_MAIN,
                        .rtm_protocol = RTPROT_STATIC,
                        .rtm_scope = gateway ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK,
                        .rtm_type = RTN_UNICAST};
    put_addr(h, RTA_DST, &net);
    mnl_attr_put_u32(h, RTA_OIF, index);
    if (gateway) put_addr(h, RTA_GATEWAY, gateway);
    return ask(t, h, "the route to the remote address is not taken");
}

/* The kernel's own answer to "where would this go?" */
static int take_route_type(const struct nlmsghdr *h, void *ctx)
{
    const struct rtmsg *m = mnl_nlmsg_get_payload(h);
    *(uint8_t *)ctx = m->rtm_type;
    return MNL_CB_STOP;
}

static bool is_local(talk *t, const cf_addr *a)
{
    char room[1024], answer[8192];
    uint8_t type = RTN_UNSPEC;
    struct nlmsghdr *h = mnl_nlmsg_put_header(room);
    h->nlmsg_type = RTM_GETROUTE;
    h->nlmsg_flags = NLM_F_REQUEST;
    h->nlmsg_seq = ++t->seq;
    struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);
    m->rtm_family = family_of(a);
    m->rtm_dst_len = a->family == 6 ? 128 : 32;
    put_addr(h, RTA_DST, a);
    if (mnl_socket_sendto(t->nl, h, h->nlmsg_len) < 0) return false;
    ssize_t n = mnl_socket_recvfrom(t->nl, answer, sizeof answer);
    if (n > 0) mnl_cb_run(answer, (size_t)n, t->seq, mnl_socket_get_portid(t->nl), take_route_type, &type);
    return type == RTN_LOCAL;
}

/* IPv6 takes an address first and the way to it a little later. */
static bool wait_until_local(talk *t, const cf_addr *a)
{
    struct timespec moment = {.tv_nsec = 500000};
    for (int i = 0; i < LOCAL_TRIES; i++) {
        if (is_local(t, a)) return true;
        nanosleep(&moment, NULL);
    }
    errno = ETIMEDOUT;
    return refused(t, "the local address does not become usable");
}

static bool set_speed(uint32_t mbits, char *why, size_t cap)
{
    struct ethtool_cmd c = {.cmd = ETHTOOL_GSET};
    struct ifreq r = {.ifr_data = (void *)&c};
    snprintf(r.ifr_name, sizeof r.ifr_name, "%s", CF_LINUX_DEVICE);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool ok = fd >= 0 && ioctl(fd, SIOCETHTOOL, &r) == 0;
    c.cmd = ETHTOOL_SSET;
    ethtool_cmd_speed_set(&c, mbits);
    ok = ok && ioctl(fd, SIOCETHTOOL, &r) == 0;
    if (!ok) snprintf(why, cap, "the device does not take a speed of %u Mbit/s: %s", mbits, strerror(errno));
    if (fd >= 0) close(fd);
    return ok;
}

static bool setup(talk *t, const cf_open *o)
{
    unsigned lo = if_nametoindex("lo"), tun = if_nametoindex(CF_LINUX_DEVICE);
    if (!lo || !tun) return refused(t, "the devices of the namespace");
    if (o->speed && !set_speed(o->speed, t->why, t->cap)) return false;
    return link_up(t, lo, 0) && link_up(t, tun, o->mtu) &&
           (o->anyip || (add_address(t, tun, &o->local, o->local_prefix) && wait_until_local(t, &o->local))) &&
           add_route(t, tun, &o->remote, o->remote_prefix, o->anyip ? NULL : &o->gateway);
}

bool cf_linux_net_setup(const cf_open *o, char *why, size_t cap)
{
    talk t = {.nl = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC), .why = why, .cap = cap};
    if (!t.nl) return refused(&t, "no netlink socket");
    bool ok = mnl_socket_bind(t.nl, 0, MNL_SOCKET_AUTOPID) == 0 ? setup(&t, o) : refused(&t, "no netlink socket");
    mnl_socket_close(t.nl);
    return ok;
}
