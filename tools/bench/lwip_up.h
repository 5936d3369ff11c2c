/* lwip_up.h — lwIP in this process: brought up once, on a clock of its own (lwip.c). */
#ifndef BENCH_LWIP_UP_H
#define BENCH_LWIP_UP_H

#include <stdint.h>

extern uint32_t lwip_clock_ms;
void lwip_up(void);

#endif
