/* pcap.h — one capture for a run, as pcapng that libpcap and its friends read.
 *
 * Raw IP packets, microsecond times counted from the live start, the direction as seen by the stack, and a comment on
 * each: the script line and what the judge said. Packets are sorted by time when the file is written; the same run
 * gives the same bytes. */
#ifndef CF_RUN_PCAP_H
#define CF_RUN_PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_pcap cf_pcap;

/* section: the comment on the whole file (tool, target, preset, seed). */
cf_pcap *cf_pcap_new(const char *section);
/* Copies a packet; returns its number. */
uint32_t cf_pcap_add(cf_pcap *p, int64_t at_us, bool inbound, const uint8_t *bytes, size_t len);
/* Sets the comment on a packet; a later one replaces it. A NULL capture is fine: nothing happens. */
void cf_pcap_comment(cf_pcap *p, uint32_t number, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Standard output in place of a path. It is written to as it is open: by name it may be out of reach (a socket, a pipe
 * of another user). */
#define CF_PCAP_STDOUT "-"
/* False with the reason in why. */
bool cf_pcap_write(const cf_pcap *p, const char *path, char *why, size_t why_cap);
void cf_pcap_free(cf_pcap *p);

#endif
