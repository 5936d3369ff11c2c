/* capture.h — a whole capture, ready to be compared or imported: its connections, its packets, and what was left out.
 *
 *     cf_capture c;
 *     if (!cf_capture_read(&c, "a.pcapng", false, why, sizeof why)) ...       unreadable
 *     for (uint32_t i = 0; i < c.conns.count; i++) ... c.conns.items[i] ...
 *     cf_capture_free(&c);
 *
 * Or packet by packet: cf_capture_start -> cf_capture_add* -> the same use. A damaged file gives what could be read;
 * `left_out` says in words what is missing and why. Memory does not grow with the number of packets (store.h). */
#ifndef CF_CAPTURE_CAPTURE_H
#define CF_CAPTURE_CAPTURE_H

#include "../text/buf.h"
#include "conn.h"
#include "read.h"

typedef struct cf_capture {
    char *path; /* or the name given */
    cf_conns conns;
    cf_read_count read;
    uint64_t tcp, icmp; /* packets filed */
    uint64_t not_tcp, fragments, cut_headers, malformed;
    bool rolling; /* payload hashes can be joined (seg.h) */
    char *damage; /* NULL, or why reading stopped early */
} cf_capture;

/* rolling: for comparisons of byte ranges; slower. False with the reason in why: nothing could be read. */
bool cf_capture_read(cf_capture *c, const char *path, bool rolling, char *why, size_t why_cap);
void cf_capture_start(cf_capture *c, const char *name, bool rolling);
/* An IP packet, times in any common zero. False with the reason in why when there is no room. */
bool cf_capture_add(cf_capture *c, int64_t at_ns, const uint8_t *ip, uint32_t len, char *why, size_t why_cap);
void cf_capture_free(cf_capture *c);
/* One line for each thing that was left out ("12 IP fragments"); nothing when all was taken. */
void cf_capture_left_out(const cf_capture *c, cf_buf *out);

#endif
