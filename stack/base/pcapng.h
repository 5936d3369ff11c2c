/* pcapng.h — captures in pcapng form: the format only, written into the caller's byte sink.
 *
 * One section with one interface of raw IP packets (LINKTYPE_RAW), times in microseconds. Everything is little-endian
 * whatever the machine, and nothing in it depends on anything but the arguments: the same packets give the same file.
 *
 * Life: rs_pcapng_begin once -> rs_pcapng_packet* ; there is nothing to close. Every call returns false when the sink
 * refused bytes; the file then ends in the middle of a block. */
#ifndef RS_BASE_PCAPNG_H
#define RS_BASE_PCAPNG_H

#include "../include/refstack/types.h"

/* Takes len bytes; false means that they could not be written. Must not keep `data`. */
typedef bool rs_pcapng_sink(void *ctx, const void *data, size_t len);

typedef struct rs_pcapng {
    rs_pcapng_sink *sink;
    void *ctx;
} rs_pcapng;

typedef enum rs_pcapng_dir { RS_PCAPNG_UNKNOWN = 0, RS_PCAPNG_IN = 1, RS_PCAPNG_OUT = 2 } rs_pcapng_dir;

/* Writes the section header (with `comment` if not NULL) and the interface description (named `interface` if not NULL).
 * Borrows the strings. */
RS_MUST_USE bool rs_pcapng_begin(const rs_pcapng *w, const char *comment, const char *interface);

/* Writes one packet seen at `at` (times before 0 are written as 0), with its comment if not NULL. Borrows all.
 * Comments longer than 65535 bytes are cut. */
RS_MUST_USE bool rs_pcapng_packet(const rs_pcapng *w, rs_time at, rs_pcapng_dir dir, rs_bytes pkt, const char *comment);

#endif
