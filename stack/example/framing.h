/* framing.h — messages on a byte stream: three ways to tell where one ends.
 *
 *   fixed      every message takes the same number of bytes; short ones are filled up with zeros
 *   prefixed   two bytes before each message say how long it is
 *   delimited  a byte that no message contains stands behind each
 *
 * TCP carries bytes, not writes: two sends may arrive with one recv, and one send with several. A reader therefore
 * keeps what it has until a whole message is there (framing_put, framing_take), and never asks how much one recv gave.
 */
#ifndef RS_EXAMPLE_FRAMING_H
#define RS_EXAMPLE_FRAMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMING_FIXED_BYTES = 16, FRAMING_ROOM = 4096, FRAMING_DELIMITER = '\n' };

typedef enum framing_kind { FRAMING_FIXED, FRAMING_PREFIXED, FRAMING_DELIMITED, FRAMING_KINDS } framing_kind;
const char *framing_name(framing_kind k);

/* The bytes to send for a message; 0 when this kind cannot carry it (too long, or it contains the delimiter). */
size_t framing_encode(framing_kind k, const char *message, size_t len, uint8_t *out, size_t room);

/* The reading side: bytes in as they come, messages out when they are whole. */
typedef struct framing_reader {
    framing_kind kind;
    uint8_t held[FRAMING_ROOM];
    size_t len;
} framing_reader;
/* Takes bytes that have arrived; false: more than any message may be is waiting for its end. */
bool framing_put(framing_reader *r, const uint8_t *bytes, size_t len);
/* The next whole message into out (room bytes), its length into *len; false: none is whole yet. */
bool framing_take(framing_reader *r, char *out, size_t room, size_t *len);

#endif
