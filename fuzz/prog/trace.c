#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "../../conformance/packet/print.h"

static enum { UNKNOWN, OFF, ON } mode;

bool fz_tracing(void)
{
    if (mode == UNKNOWN) mode = getenv("FZ_TRACE") ? ON : OFF;
    return mode == ON;
}

void fz_trace_on(void)
{
    mode = ON;
}

void fz_trace(int64_t at_us, const char *fmt, ...)
{
    if (!fz_tracing()) return;
    fprintf(stderr, "%14.6f     ", (double)at_us / 1e6);
    va_list ap;
    va_start(ap, fmt);
    vfprintf(stderr, fmt, ap);
    va_end(ap);
    fputc('\n', stderr);
}

void fz_trace_packet(int64_t at_us, char dir, const cf_packet *p)
{
    if (!fz_tracing()) return;
    char line[400];
    cf_print_packet(p, true, line, sizeof line);
    fprintf(stderr, "%14.6f  %c  %s\n", (double)at_us / 1e6, dir, line);
}
