/* A very small TCP as a shared library, for the tests of the target "so".
 *
 * One listener; IPv4 only. Told "none" it fills no table, "no-clock" it leaves out usleep, "mute" it never gives a
 * packet, "late" it sends everything 50 ms later than it should. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../target/so.h"

enum { QUEUE = 64, PACKET = 2000, CONNS = 8, FIRST_FD = 100, LISTENER = 99, ISN = 70000, LATE_US = 50000 };

typedef struct {
    bool used, ready, accepted, eof, patient;
    struct in_addr local, remote;
    uint16_t local_port, remote_port; /* as on the wire */
    uint32_t snd, rcv, unread;
} conn;

typedef struct {
    uint8_t bytes[PACKET];
    size_t len;
    long long at;
} packet;

static struct {
    pthread_mutex_t lock;
    long long now;
    bool mute, patient_listener;
    int late_us, freed;
    uint16_t port;
    conn conns[CONNS];
    packet queue[QUEUE];
    unsigned first, count;
} st = {.lock = PTHREAD_MUTEX_INITIALIZER, .now = 1000000};

/* ---------- packets out ---------- */

static uint32_t add(uint32_t sum, const void *bytes, size_t n)
{
    const uint8_t *b = bytes;
    for (size_t i = 0; i < n; i++) sum += i % 2 ? b[i] : (uint32_t)b[i] << 8;
    return sum;
}

static uint16_t fold(uint32_t sum)
{
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

static void emit(conn *c, bool syn, bool fin, bool push, size_t text)
{
    if (st.count == QUEUE) return;
    packet *p = &st.queue[(st.first + st.count++) % QUEUE];
    struct iphdr ip = {.version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_TCP};
    struct tcphdr tcp = {.doff = syn ? 6 : 5, .ack = 1, .syn = syn, .fin = fin, .psh = push, .window = htons(60000)};
    uint8_t options[4] = {TCPOPT_MAXSEG, 4, 1460 >> 8, 1460 & 0xff};
    size_t header = syn ? 24 : 20, len = 20 + header + text;
    ip.tot_len = htons((uint16_t)len);
    ip.saddr = c->local.s_addr;
    ip.daddr = c->remote.s_addr;
    ip.check = fold(add(0, &ip, sizeof ip));
    tcp.source = c->local_port;
    tcp.dest = c->remote_port;
    tcp.seq = htonl(c->snd);
    tcp.ack_seq = htonl(c->rcv);
    uint32_t sum = add(IPPROTO_TCP + (uint32_t)(header + text), &ip.saddr, 8);
    sum = add(add(sum, &tcp, sizeof tcp), options, syn ? 4 : 0);
    tcp.check = fold(sum);
    memset(p->bytes, 0, sizeof p->bytes);
    memcpy(p->bytes, &ip, sizeof ip);
    memcpy(p->bytes + 20, &tcp, sizeof tcp);
    if (syn) memcpy(p->bytes + 40, options, 4);
    p->len = len;
    p->at = st.now + st.late_us;
    c->snd += (uint32_t)text + syn + fin;
}

/* ---------- packets in ---------- */

static conn *find(const struct iphdr *ip, const struct tcphdr *tcp)
{
    for (conn *c = st.conns; c < st.conns + CONNS; c++)
        if (c->used && c->remote.s_addr == ip->saddr && c->remote_port == tcp->source) return c;
    return NULL;
}

static void open_conn(const struct iphdr *ip, const struct tcphdr *tcp)
{
    conn *c = st.conns;
    while (c < st.conns + CONNS && c->used) c++;
    if (c == st.conns + CONNS || tcp->dest != st.port) return;
    *c = (conn){.used = true,
                .local.s_addr = ip->daddr,
                .remote.s_addr = ip->saddr,
                .local_port = tcp->dest,
                .remote_port = tcp->source,
                .snd = ISN,
                .rcv = ntohl(tcp->seq) + 1};
    emit(c, true, false, false, 0);
}

static int take(void *u, const void *bytes, size_t n)
{
    struct iphdr ip;
    struct tcphdr tcp;
    (void)u;
    if (n < 40) return -1;
    memcpy(&ip, bytes, sizeof ip);
    memcpy(&tcp, (const uint8_t *)bytes + 20, sizeof tcp);
    pthread_mutex_lock(&st.lock);
    conn *c = find(&ip, &tcp);
    size_t text = n - 20 - tcp.doff * 4u;
    if (!c && tcp.syn) open_conn(&ip, &tcp);
    else if (c && tcp.rst) c->used = false;
    else if (c && ntohl(tcp.seq) == c->rcv) {
        c->ready = true;
        c->rcv += (uint32_t)text + tcp.fin;
        c->unread += (uint32_t)text;
        c->eof = c->eof || tcp.fin;
        if (text || tcp.fin) emit(c, false, false, false, 0);
    }
    pthread_mutex_unlock(&st.lock);
    return 0;
}

static int give(void *u, void *bytes, size_t *n, long long *at)
{
    (void)u;
    pthread_mutex_lock(&st.lock);
    packet *p = &st.queue[st.first];
    bool there = st.count && !st.mute && p->at <= st.now && p->len <= *n;
    if (there) {
        memcpy(bytes, p->bytes, p->len);
        *at = p->at;
        st.first = (st.first + 1) % QUEUE;
        st.count--;
    }
    *n = there ? p->len : 0;
    pthread_mutex_unlock(&st.lock);
    return there ? 0 : -1;
}

/* ---------- calls ---------- */

static int fail(int err)
{
    errno = err;
    return -1;
}

static conn *of(int fd)
{
    bool ours = fd >= FIRST_FD && fd < FIRST_FD + CONNS;
    return ours && st.conns[fd - FIRST_FD].accepted ? &st.conns[fd - FIRST_FD] : NULL;
}

static void a_while(void)
{
    struct timespec moment = {.tv_nsec = 500000};
    pthread_mutex_unlock(&st.lock);
    nanosleep(&moment, NULL);
    pthread_mutex_lock(&st.lock);
}

static int make_socket(void *u, int domain, int type, int protocol)
{
    (void)u, (void)protocol;
    return domain == AF_INET && type == SOCK_STREAM ? LISTENER : fail(EAFNOSUPPORT);
}

static int bind_it(void *u, int fd, const struct sockaddr *a, socklen_t len)
{
    struct sockaddr_in in;
    (void)u;
    if (fd != LISTENER || len < sizeof in) return fail(EBADF);
    memcpy(&in, a, sizeof in);
    st.port = in.sin_port;
    return 0;
}

static int listen_to(void *u, int fd, int backlog)
{
    (void)u, (void)backlog;
    return fd == LISTENER ? 0 : fail(EBADF);
}

static int waiting(void)
{
    for (int i = 0; i < CONNS; i++)
        if (st.conns[i].used && st.conns[i].ready && !st.conns[i].accepted) return i;
    return -1;
}

static int accept_one(void *u, int fd, struct sockaddr *a, socklen_t *len)
{
    int i;
    (void)u;
    if (fd != LISTENER) return fail(EBADF);
    pthread_mutex_lock(&st.lock);
    while ((i = waiting()) < 0 && st.patient_listener) a_while();
    if (i >= 0) {
        conn *c = &st.conns[i];
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = c->remote_port, .sin_addr = c->remote};
        memcpy(a, &in, sizeof in);
        *len = sizeof in;
        c->accepted = c->patient = true;
    }
    pthread_mutex_unlock(&st.lock);
    return i < 0 ? fail(EAGAIN) : FIRST_FD + i;
}

static ssize_t read_some(void *u, int fd, void *b, size_t n)
{
    (void)u;
    pthread_mutex_lock(&st.lock);
    conn *c = of(fd);
    while (c && !c->unread && !c->eof && c->patient) a_while();
    size_t got = c && c->unread < n ? c->unread : n;
    bool none = c && !c->unread && !c->eof;
    if (c) c->unread -= (uint32_t)got;
    if (c) memset(b, 0, got);
    pthread_mutex_unlock(&st.lock);
    return !c ? fail(EBADF) : none ? fail(EAGAIN) : (ssize_t)got;
}

static ssize_t write_some(void *u, int fd, const void *b, size_t n)
{
    (void)u, (void)b;
    pthread_mutex_lock(&st.lock);
    conn *c = of(fd);
    if (c) emit(c, false, false, true, n);
    pthread_mutex_unlock(&st.lock);
    return c ? (ssize_t)n : fail(EBADF);
}

static int close_it(void *u, int fd)
{
    (void)u;
    conn *c = of(fd);
    if (fd == LISTENER) return 0;
    if (!c) return fail(EBADF);
    pthread_mutex_lock(&st.lock);
    emit(c, false, true, false, 0);
    pthread_mutex_unlock(&st.lock);
    return 0;
}

static int get_option(void *u, int fd, int level, int name, void *v, socklen_t *len)
{
    (void)u;
    if (level != IPPROTO_TCP || name != TCP_INFO || !of(fd)) return fail(ENOPROTOOPT);
    memset(v, 0, *len);
    *(uint8_t *)v = TCP_ESTABLISHED;
    return 0;
}

static int control(void *u, int fd, int command, ...)
{
    (void)u;
    if (command != F_SETFL) return fail(EINVAL);
    if (fd == LISTENER) st.patient_listener = false;
    else if (of(fd)) of(fd)->patient = false;
    return 0;
}

/* ---------- time, life ---------- */

static int sleep_it(void *u, unsigned us)
{
    (void)u;
    pthread_mutex_lock(&st.lock);
    st.now += us;
    pthread_mutex_unlock(&st.lock);
    return 0;
}

static int time_it(void *u, struct timeval *tv, struct timezone *none)
{
    (void)u, (void)none;
    pthread_mutex_lock(&st.lock);
    st.now++; /* who waits by looking at the clock sees it move */
    pthread_mutex_unlock(&st.lock);
    tv->tv_sec = st.now / 1000000;
    tv->tv_usec = st.now % 1000000;
    return 0;
}

static void release(void *u)
{
    (void)u;
    memset(st.conns, 0, sizeof st.conns);
    st.count = 0;
}

__attribute__((visibility("default"))) void packetdrill_interface_init(const char *flags, cf_so_table *t);
void packetdrill_interface_init(const char *flags, cf_so_table *t)
{
    const char *told = flags ? flags : "";
    st.mute = strcmp(told, "mute") == 0;
    st.late_us = strcmp(told, "late") == 0 ? LATE_US : 0;
    st.patient_listener = true;
    if (strcmp(told, "none") == 0) return;
    *t = (cf_so_table){
        .userdata = &st,
        .free = release,
        .socket = make_socket,
        .bind = bind_it,
        .listen = listen_to,
        .accept = accept_one,
        .read = read_some,
        .write = write_some,
        .fcntl = control,
        .close = close_it,
        .getsockopt = get_option,
        .netdev_send = take,
        .netdev_receive = give,
        .usleep = strcmp(told, "no-clock") == 0 ? NULL : sleep_it,
        .gettimeofday = time_it,
    };
}
