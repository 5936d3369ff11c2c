/* trace.h — telling what happens while a program runs, for people. Off unless FZ_TRACE is in the environment or
 * fz_trace_on was called; costs one test when off. */
#ifndef FZ_PROG_TRACE_H
#define FZ_PROG_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../conformance/packet/packet.h"

bool fz_tracing(void);
void fz_trace_on(void);
/* One line, after the virtual time. */
void fz_trace(int64_t at_us, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A packet in script notation with absolute numbers; dir '<' arrives at the host, '>' leaves it. */
void fz_trace_packet(int64_t at_us, char dir, const cf_packet *p);

#endif
