/* classes.h — from a small choice to a number next to live state. */
#ifndef FZ_PROG_CLASSES_H
#define FZ_PROG_CLASSES_H

#include "host.h"

/* A sequence number the peer may send from: an anchor of the receive side, plus a distance. `raw` feeds the open-ended
 * distances. */
uint32_t fz_seq(const fz_tuple *t, uint8_t anchor, uint8_t distance, uint8_t raw);
/* The same for an acknowledgment: anchors of the send side. */
uint32_t fz_ack(const fz_tuple *t, uint8_t anchor, uint8_t distance, uint8_t raw);
uint16_t fz_window(const fz_tuple *t, uint8_t class, uint8_t raw);
/* Payload bytes; mostly none. */
uint32_t fz_length(const fz_tuple *t, uint8_t class, uint8_t raw);
/* Bytes of a user's call. */
uint32_t fz_io_length(const fz_tuple *t, uint8_t class, uint8_t raw);
/* Microseconds; negative: relative to the next deadline, see FZ_TO_DEADLINE. */
int64_t fz_duration(uint8_t class, uint8_t raw);

/* The first classes of fz_duration go to the next deadline, one microsecond before, and one after. */
enum { FZ_TO_DEADLINE = 0, FZ_BEFORE_DEADLINE = 1, FZ_AFTER_DEADLINE = 2 };

#endif
