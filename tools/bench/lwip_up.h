/* lwip_up.h — lwIP in this process: brought up once, on a clock of its own (lwip.c). */
#ifndef BENCH_LWIP_UP_H
#define BENCH_LWIP_UP_H

#include <stdint.h>

#include <lwip/netif.h>

extern uint32_t lwip_clock_ms;
void lwip_up(void);

/* An interface of a bench: raw IPv4, up at once; what it sends goes to output. Keeps n. */
typedef struct lwip_port {
    uint8_t own[4], gateway[4];
    netif_output_fn output;
} lwip_port;
void lwip_add_port(struct netif *n, const lwip_port *port);

#endif
