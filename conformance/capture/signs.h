/* signs.h — what single packets of a recording say of what happened inside the stack under test. */
#ifndef CF_CAPTURE_SIGNS_H
#define CF_CAPTURE_SIGNS_H

#include "infer.h"

/* The stack's next packet behind the i-th; NULL: there is none. */
const cf_seg *cf_next_of_stack(const cf_recording *r, uint32_t i);
/* Did the stack take the i-th packet, the third of the handshake? Not when it resets, repeats its SYN+ACK, acknowledges
 * nothing of the data on it, or answers at all although there is no data; nor when it is signed and the stack has no
 * key. */
bool cf_sign_taken(const cf_recording *r, uint32_t i);
/* Does the peer send, after the FIN at i, data that the stack takes? got: bytes taken before. */
bool cf_sign_half_open(const cf_recording *r, uint32_t i, cf_offset got);
/* Is the i-th a reset by the stack that no packet of the peer asked for? */
bool cf_sign_unasked(const cf_recording *r, uint32_t i);

#endif
