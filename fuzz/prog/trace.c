#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../conformance/packet/print.h"
#include "hash.h"
#include "script.h"

static enum { UNKNOWN, OFF, ON } mode;

bool fz_tracing(void)
{
    if (mode == UNKNOWN) mode = getenv("FZ_TRACE") ? ON : OFF;
    return mode == ON;
}

bool fz_telling(void)
{
    return fz_tracing() || fz_script_on();
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

int fz_script_fd(rs_fd fd)
{
    return fd < 0 ? (int)fd : (int)fd + FZ_SCRIPT_FD_FIRST;
}

/* A call that made a descriptor answers with its number there. */
static bool makes_descriptor(const char *call)
{
    return strncmp(call, "socket(", 7) == 0 || strncmp(call, "accept(", 7) == 0 || strstr(call, "F_DUPFD");
}

void fz_trace_call(int64_t at_us, rs_ret r, const char *fmt, ...)
{
    fz_hash_number(r.value);
    fz_hash_number((int64_t)r.err << 1 | r.parked);
    if (!fz_telling()) return;
    char call[200], line[300];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(call, sizeof call, fmt, ap);
    va_end(ap);
    long long value = makes_descriptor(call) ? fz_script_fd((rs_fd)r.value) : (long long)r.value;
    snprintf(line, sizeof line, "%s = %lld%s%s%s", call, r.value < 0 ? -1 : value, r.err ? " " : "",
             r.err ? rs_status_name(r.err) : "", r.err ? " (as it was)" : "");
    if (r.parked) {
        snprintf(line, sizeof line, "%s blocks", call);
        fz_script_blocks(at_us, r.parked, call);
    } else if (strstr(call, "(-1")) { /* there is no word for that */
        fz_script_note(line);
    } else {
        fz_script_call(at_us, line);
    }
    fz_trace(at_us, "%s", line);
}

void fz_trace_packet(int64_t at_us, char dir, const cf_packet *p)
{
    fz_hash_number(at_us);
    fz_hash_bytes(p->bytes, p->len);
    if (fz_script_on()) fz_script_packet(at_us, dir, p);
    if (!fz_tracing()) return;
    char line[400];
    cf_print_packet(p, true, line, sizeof line);
    fprintf(stderr, "%14.6f  %c  %s\n", (double)at_us / 1e6, dir, line);
}
