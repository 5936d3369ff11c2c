/* told.c — a script that was inferred, and the way back from its lines to the packets. */
#include <string.h>

#include "../text/mem.h"
#include "infer.h"

void cf_told_free(cf_told *told)
{
    cf_buf_free(&told->text);
    cf_buf_free(&told->notes);
    free(told->first);
    memset(told, 0, sizeof *told);
}

/* "+0.1 < ", "+0~+0.2 > ": calls have neither before their first parenthesis. */
static bool is_packet_line(const char *line, size_t len)
{
    const char *sign = memchr(line, ' ', len);
    return *line == '+' && sign && (sign[1] == '<' || sign[1] == '>');
}

uint32_t cf_told_packet(const cf_told *told, const cf_recording *r, uint32_t line)
{
    uint32_t at = 1, seen = 0;
    for (const char *c = cf_buf_str(&told->text); *c; at++) {
        size_t len = strcspn(c, "\n");
        bool packet = is_packet_line(c, len);
        uint32_t n = seen > told->before ? seen - told->before : 0;
        if (packet && at >= line) return n < told->packets ? told->first[n] : r->count;
        seen += packet;
        c += len + (c[len] == '\n');
    }
    return r->count;
}
