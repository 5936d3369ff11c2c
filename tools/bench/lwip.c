/* lwip.c — the same work done by lwIP (Debian's shared library) through its raw API, one thread, its own loopback.
 *
 * The library is built for threads; this file takes over the few functions through which it would reach for them: its
 * clock (virtual here), its locks (there is one thread) and the callback queue (the loop below polls instead). All of
 * that makes lwIP faster, never slower. */
#include <lwip/init.h>
#include <lwip/ip4_addr.h>
#include <lwip/netif.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>

#include <stdio.h>
#include <string.h>

#include "bench.h"
#include "lwip_up.h"

uint32_t lwip_clock_ms;

/* Taken over from the library: the linker lets the program's definitions win. */
u32_t sys_now(void)
{
    return lwip_clock_ms;
}
sys_prot_t sys_arch_protect(void)
{
    return 0;
}
void sys_arch_unprotect(sys_prot_t p)
{
    (void)p;
}
void sys_check_core_locking(void) {}
err_t tcpip_try_callback(tcpip_callback_fn f, void *ctx)
{
    (void)f;
    (void)ctx;
    return ERR_OK;
}

static struct netif loop;
static bool up;

static err_t loop_output(struct netif *n, struct pbuf *p, const ip4_addr_t *to)
{
    (void)to;
    return netif_loop_output(n, p);
}

void lwip_up(void)
{
    static bool up_once;
    if (!up_once) lwip_init();
    up_once = true;
}

static err_t port_init(struct netif *n)
{
    n->name[0] = 'p';
    n->name[1] = 'o';
    n->mtu = 1500;
    n->flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP;
    return ERR_OK;
}

void lwip_add_port(struct netif *n, const lwip_port *port)
{
    ip4_addr_t own, mask, gateway;
    IP4_ADDR(&own, port->own[0], port->own[1], port->own[2], port->own[3]);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, port->gateway[0], port->gateway[1], port->gateway[2], port->gateway[3]);
    netif_add(n, &own, &mask, &gateway, NULL, port_init, ip_input);
    n->output = port->output;
    netif_set_up(n);
    netif_set_link_up(n);
}

static void start(void)
{
    if (up) return;
    up = true;
    lwip_up();
    lwip_add_port(&loop, &(lwip_port){{10, 0, 0, 1}, {10, 0, 0, 1}, loop_output});
    netif_set_default(&loop);
}

static struct {
    uint64_t want, received, queued;
    uint32_t closed;
    struct tcp_pcb *client;
    uint8_t chunk[16384];
} run;

static void push(struct tcp_pcb *pcb)
{
    while (run.queued < run.want) {
        u16_t room = tcp_sndbuf(pcb);
        if (room > sizeof run.chunk) room = sizeof run.chunk;
        if (room == 0 || tcp_write(pcb, run.chunk, room, TCP_WRITE_FLAG_COPY) != ERR_OK) break;
        run.queued += room;
    }
    tcp_output(pcb);
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t len)
{
    (void)arg;
    (void)len;
    push(pcb);
    return ERR_OK;
}

static err_t on_bulk_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)arg;
    (void)err;
    if (!p) return ERR_OK;
    static uint8_t sink[65536];
    pbuf_copy_partial(p, sink, p->tot_len, 0); /* our side copies to the reader too */
    run.received += p->tot_len;
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    return ERR_OK;
}

static err_t on_bulk_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    tcp_recv(pcb, on_bulk_recv);
    return ERR_OK;
}

static err_t on_bulk_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    tcp_sent(pcb, on_sent);
    push(pcb);
    return ERR_OK;
}

static void turn(void)
{
    netif_poll(&loop);
    static u32_t polls;
    if (++polls % 64 == 0) {
        lwip_clock_ms++;
        sys_check_timeouts();
    }
}

static struct tcp_pcb *listen_on(u16_t port, tcp_accept_fn accept)
{
    struct tcp_pcb *pcb = tcp_new();
    pcb->so_options |= SOF_REUSEADDR;
    tcp_bind(pcb, IP_ADDR_ANY, port);
    struct tcp_pcb *l = tcp_listen_with_backlog(pcb, 255);
    tcp_accept(l, accept);
    return l;
}

double lwip_bulk(uint64_t bytes, char *why, unsigned why_cap)
{
    start();
    memset(&run, 0, sizeof run);
    run.want = bytes;
    static u16_t port = 7000;
    struct tcp_pcb *l = listen_on(++port, on_bulk_accept), *c = tcp_new();
    double t0 = bench_seconds();
    tcp_connect(c, netif_ip_addr4(&loop), port, on_bulk_connected);
    while (run.received < bytes && bench_seconds() - t0 < 60) turn();
    double took = bench_seconds() - t0;
    tcp_abort(c);
    tcp_close(l);
    for (int i = 0; i < 100; i++) turn();
    if (run.received < bytes) {
        snprintf(why, why_cap, "lwip moved %llu of %llu bytes in 60 s", (unsigned long long)run.received,
                 (unsigned long long)bytes);
        return -1;
    }
    return (double)bytes / 1460 / took;
}

static err_t on_small_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    (void)err;
    if (!p) { /* end of file: close our side */
        tcp_recv(pcb, NULL);
        if (arg) run.closed++;
        return tcp_close(pcb);
    }
    tcp_recved(pcb, p->tot_len);
    pbuf_free(p);
    if (!arg) { /* server: answer and close first */
        tcp_write(pcb, "y", 1, TCP_WRITE_FLAG_COPY);
        tcp_output(pcb);
        tcp_close(pcb);
    }
    return ERR_OK;
}

static err_t on_small_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, on_small_recv);
    return ERR_OK;
}

static err_t on_small_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    (void)err;
    tcp_write(pcb, "x", 1, TCP_WRITE_FLAG_COPY);
    return tcp_output(pcb);
}

double lwip_conns(uint32_t conns, char *why, unsigned why_cap)
{
    start();
    memset(&run, 0, sizeof run);
    static u16_t port = 9000;
    struct tcp_pcb *l = listen_on(++port, on_small_accept);
    double t0 = bench_seconds();
    for (uint32_t i = 0; i < conns; i++) {
        struct tcp_pcb *c = tcp_new();
        tcp_arg(c, &run);
        tcp_recv(c, on_small_recv);
        if (tcp_connect(c, netif_ip_addr4(&loop), port, on_small_connected) != ERR_OK) break;
        for (int n = 0; run.closed <= i && n < 1000; n++) netif_poll(&loop);
        for (int n = 0; n < 4; n++) netif_poll(&loop);
        /* TIME-WAIT would fill lwIP's linear list: end it at once, as our side reuses ports by time. */
        while (tcp_tw_pcbs) tcp_abort(tcp_tw_pcbs);
        if (run.closed <= i) break;
    }
    double took = bench_seconds() - t0;
    tcp_close(l);
    if (run.closed < conns) {
        snprintf(why, why_cap, "lwip closed %u of %u connections", run.closed, conns);
        return -1;
    }
    return (double)conns / took;
}
