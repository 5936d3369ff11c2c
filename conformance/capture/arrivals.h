/* arrivals.h — a recording as the stack under test took it, which need not be as the packets passed by.
 *
 *   - A packet that acknowledges less than what had passed by was made before the rest was taken: it goes back to its
 *     place. (The capture was taken elsewhere, or packets waited while the application held the connection.)
 *   - Segments that came in a row without an answer between them are one arrival: a card or driver joins them before
 *     TCP sees them.
 *   - late: an acknowledgment that passed by in the middle of a burst was taken at its end: the application was in a
 *     call, and held the connection. (So it is on a link without delay: the answer comes before the call is over.) */
#ifndef CF_CAPTURE_ARRIVALS_H
#define CF_CAPTURE_ARRIVALS_H

#include "infer.h"

/* out is a recording of its own, of the same connection; cf_recording_free. */
void cf_arrivals(cf_recording *out, const cf_recording *r, bool late);

#endif
