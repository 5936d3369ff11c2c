/* map.c — which socket a packet belongs to, and what is learned from packets. The arithmetic is in map_num.c. */
#include "map.h"

#include "../packet/addr.h"
#include "../packet/encode.h"
#include "../text/mem.h"

enum { FIRST_REMOTE_PORT = 49152 };

void cf_map_init(cf_map *m)
{
    *m = (cf_map){.next_port = FIRST_REMOTE_PORT};
}

void cf_map_free(cf_map *m)
{
    for (uint32_t i = 0; i < m->count; i++) {
        free(m->socks[i]->ts);
        free(m->socks[i]);
    }
    free(m->socks);
    *m = (cf_map){0};
}

cf_sock *cf_map_new(cf_map *m, cf_proto proto, int script_fd, int live_fd)
{
    cf_sock *s = cf_mem_zero(1, sizeof *s);
    s->proto = proto;
    s->script_fd = script_fd;
    s->live_fd = live_fd;
    m->socks = cf_mem_grow(m->socks, m->count, &m->cap, sizeof *m->socks);
    m->socks[m->count++] = s;
    m->under_test = s;
    return s;
}

cf_sock *cf_map_by_fd(cf_map *m, int script_fd)
{
    for (uint32_t i = m->count; i-- > 0;)
        if (m->socks[i]->script_fd == script_fd) return m->socks[i];
    return NULL;
}

static uint16_t fresh_port(cf_map *m)
{
    uint16_t port = m->next_port;
    m->next_port = port == UINT16_MAX ? FIRST_REMOTE_PORT : (uint16_t)(port + 1);
    return port;
}

static cf_sock *new_child(cf_map *m, const cf_settings *set, const cf_pkt *p)
{
    cf_sock *s = cf_map_new(m, CF_P_TCP, -1, -1);
    s->state = CF_SOCK_PASSIVE_GOT;
    s->local = set->local;
    s->remote = set->remote;
    s->local_port = set->bind_port;
    s->remote_port = fresh_port(m);
    s->remote_isn = p->seq;
    return s;
}

static cf_sock *find_by_ports(const cf_map *m, uint16_t local_port, uint16_t remote_port)
{
    for (uint32_t i = m->count; i-- > 0;) {
        cf_sock *s = m->socks[i];
        if (s->proto == CF_P_TCP && s->local_port == local_port && s->remote_port == remote_port) return s;
    }
    return NULL;
}

static bool writes_ports(const cf_settings *set, const cf_pkt *p)
{
    return set->by_ports && p->proto == CF_P_TCP && p->has_ports && p->sport && p->dport;
}

/* A number is mapped from a SYN on; the socket under test stays what it is. */
static cf_sock *inbound_by_ports(cf_map *m, const cf_settings *set, const cf_pkt *p)
{
    cf_sock *s = find_by_ports(m, p->dport, p->sport), *under_test = m->under_test;
    bool begins = (p->flags & CF_SYN) && !(p->flags & CF_ACK);
    if (s && !(s->by_ports && begins && !s->isn_known)) return s;
    if (!s) s = new_child(m, set, p);
    m->under_test = under_test;
    s->by_ports = true;
    s->local_port = p->dport;
    s->remote_port = p->sport;
    s->remote_isn = begins ? p->seq : 0;
    return s;
}

static bool takes(const cf_sock *s, const cf_pkt *p)
{
    return s->proto == p->proto || (p->proto == CF_P_ICMP && s->proto != CF_P_ICMP);
}

/* A datagram socket that no packet has given a tuple yet talks as it is configured. */
static void fill_tuple(cf_sock *s, const cf_settings *set)
{
    if (!s->local.family) s->local = set->local;
    if (!s->remote.family) s->remote = set->remote;
}

cf_sock *cf_map_inbound(cf_map *m, const cf_settings *set, const cf_pkt *p)
{
    cf_sock *s = m->under_test;
    if (writes_ports(set, p)) return inbound_by_ports(m, set, p);
    if (p->proto == CF_P_TCP && (!s || s->state == CF_SOCK_LISTENING)) return new_child(m, set, p);
    if (!s || (!takes(s, p) && !p->has_ports)) return NULL;
    fill_tuple(s, set);
    return s;
}

cf_sock *cf_map_outbound(cf_map *m, const cf_settings *set, const cf_pkt *p)
{
    cf_sock *s = m->under_test;
    if (writes_ports(set, p)) return find_by_ports(m, p->sport, p->dport);
    if (!s) return NULL;
    bool syn = p->proto == CF_P_TCP && (p->flags & CF_SYN) && !(p->flags & CF_ACK);
    if (syn && s->state == CF_SOCK_CONNECTING) {
        s->state = CF_SOCK_SYN_SENT;
        s->script_isn = p->seq;
        return s;
    }
    return takes(s, p) || p->has_ports ? s : NULL;
}

cf_sock *cf_map_accept(cf_map *m, int script_fd, int live_fd, const cf_addr *peer, uint16_t port)
{
    for (uint32_t i = m->count; i-- > 0;) {
        cf_sock *s = m->socks[i];
        bool waiting = s->state == CF_SOCK_PASSIVE_ANSWERED || s->state == CF_SOCK_PASSIVE_ACKED;
        if (!waiting || s->used || s->remote_port != port || !cf_addr_same(&s->remote, peer)) continue;
        s->used = true;
        s->script_fd = script_fd;
        s->live_fd = live_fd;
        return s;
    }
    return NULL;
}

void cf_map_connecting(cf_sock *s, const cf_settings *set)
{
    if (s->state != CF_SOCK_NEW) return;
    s->state = CF_SOCK_CONNECTING;
    s->local = (cf_addr){0};
    s->local_port = 0;
    s->isn_known = false;
    s->live_isn = s->script_isn = s->remote_isn = s->text_got = 0;
    s->remote = set->remote;
    s->remote_port = set->connect_port;
}

void cf_map_dissolve(cf_sock *s)
{
    s->state = CF_SOCK_NEW;
}

/* ---------- frames of the stack ---------- */

static void frame_ports(const cf_packet *frame, uint16_t *sport, uint16_t *dport)
{
    const cf_tcp *t = cf_packet_tcp(frame);
    const cf_udp *u = cf_packet_udp(frame);
    *sport = t ? t->sport : u ? u->sport : 0;
    *dport = t ? t->dport : u ? u->dport : 0;
}

/* The first packet of a connecting socket: its local end is not known yet. */
static bool may_be_first(const cf_sock *s, const cf_packet *frame, uint16_t dport)
{
    const cf_ip *ip = cf_packet_ip(frame);
    bool connecting = s->state == CF_SOCK_CONNECTING || s->state == CF_SOCK_SYN_SENT;
    if (!connecting || s->local_port || !cf_addr_same(&ip->dst, &s->remote)) return false;
    const cf_tcp *t = cf_packet_tcp(frame);
    if (t) return s->proto == CF_P_TCP && (t->flags & CF_SYN) && dport == s->remote_port;
    if (cf_packet_udp(frame)) return s->proto == CF_P_UDP && dport == s->remote_port;
    return s->proto == CF_P_ICMP && cf_packet_icmp(frame);
}

/* Sent from the socket's own end to its peer's. */
static bool same_tuple(const cf_sock *s, const cf_packet *frame)
{
    const cf_ip *ip = cf_packet_ip(frame);
    uint16_t sport, dport;
    frame_ports(frame, &sport, &dport);
    if (!s->local.family || !cf_addr_same(&ip->src, &s->local) || !cf_addr_same(&ip->dst, &s->remote)) return false;
    if (s->proto == CF_P_ICMP) return cf_packet_icmp(frame) != NULL;
    bool transport = s->proto == CF_P_TCP ? cf_packet_tcp(frame) != NULL : cf_packet_udp(frame) != NULL;
    return transport && sport == s->local_port && dport == s->remote_port;
}

bool cf_map_ours(const cf_sock *s, const cf_packet *frame)
{
    uint16_t sport, dport;
    if (!cf_packet_ip(frame)) return false;
    frame_ports(frame, &sport, &dport);
    return may_be_first(s, frame, dport) || same_tuple(s, frame);
}

const cf_sock *cf_map_of_ports(const cf_map *m, const cf_packet *frame)
{
    if (!cf_packet_ip(frame)) return NULL;
    for (uint32_t i = m->count; i-- > 0;)
        if (m->socks[i]->by_ports && same_tuple(m->socks[i], frame)) return m->socks[i];
    return NULL;
}

bool cf_map_takes(const cf_map *m, const cf_sock *s, const cf_packet *frame)
{
    if (!cf_map_ours(s, frame)) return false;
    for (uint32_t i = 0; i < m->count && !s->local_port; i++)
        if (m->socks[i] != s && m->socks[i]->script_fd >= 0 && same_tuple(m->socks[i], frame)) return false;
    return true;
}

void cf_map_learn(cf_sock *s, const cf_pkt *want, const cf_packet *frame)
{
    const cf_ip *ip = cf_packet_ip(frame);
    const cf_tcp *t = cf_packet_tcp(frame);
    uint16_t sport, dport;
    bool connecting = s->state == CF_SOCK_CONNECTING || s->state == CF_SOCK_SYN_SENT;
    if (connecting && !s->local_port) {
        frame_ports(frame, &sport, &dport);
        s->local = ip->src;
        s->local_port = sport;
    }
    if (!t || !(t->flags & CF_SYN) || s->isn_known) return;
    bool answers = s->state == CF_SOCK_PASSIVE_GOT && (t->flags & CF_ACK);
    if (!answers && !connecting) return;
    s->isn_known = true;
    s->live_isn = t->seq;
    if (answers) s->script_isn = want->flags & CF_SYN ? want->seq : 0;
}

/* ---------- states ---------- */

void cf_map_injecting(cf_sock *s, const cf_pkt *p)
{
    if (p->proto != CF_P_TCP) return;
    bool syn = p->flags & CF_SYN, ack = p->flags & CF_ACK;
    if (s->state == CF_SOCK_SYN_SENT && syn && ack) { /* a bare SYN, a simultaneous open, leaves the peer's ISN 0 */
        s->remote_isn = p->seq;
        s->state = CF_SOCK_SYN_ACKED;
    }
    if (s->state == CF_SOCK_PASSIVE_ANSWERED && ack) s->state = CF_SOCK_PASSIVE_ACKED;
}

void cf_map_matched(cf_sock *s, const cf_pkt *p)
{
    bool synack = p->proto == CF_P_TCP && (p->flags & (CF_SYN | CF_ACK)) == (CF_SYN | CF_ACK);
    if (synack && s->state == CF_SOCK_PASSIVE_GOT) s->state = CF_SOCK_PASSIVE_ANSWERED;
}

const char *cf_sock_state_name(cf_sock_state s)
{
    static const char *const names[] = {
        "new",          "listening",        "connecting",          "SYN sent",
        "SYN answered", "child, SYN taken", "child, SYN-ACK sent", "child, acknowledged"};
    return (unsigned)s < sizeof names / sizeof *names ? names[s] : "?";
}
