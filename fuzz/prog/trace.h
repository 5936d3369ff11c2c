/* trace.h — telling what happens while a program runs, for people. Off unless FZ_TRACE is in the environment or
 * fz_trace_on was called; costs one test when off. */
#ifndef FZ_PROG_TRACE_H
#define FZ_PROG_TRACE_H

#include <stdbool.h>
#include <stdint.h>

#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

bool fz_tracing(void);
void fz_trace_on(void);
/* Is there anybody for words: a trace, or a script? */
bool fz_telling(void);
/* One line, after the virtual time. */
void fz_trace(int64_t at_us, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A call and its answer, in the notation of scripts; fmt makes "close(4)". Also into the script (script.h). */
void fz_trace_call(int64_t at_us, rs_ret r, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The number that a descriptor has there. */
int fz_script_fd(rs_fd fd);
/* A packet in script notation with absolute numbers; dir '<' arrives at the host, '>' leaves it. Also into the script.
 */
void fz_trace_packet(int64_t at_us, char dir, const cf_packet *p);

#endif
