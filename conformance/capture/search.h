/* search.h — looks for a guess whose script the stack under test reproduces.
 *
 * Styles come first, the strictest first (but rows first where a card cut the segments: then their sizes say nothing
 * about the stack). Where none passes, the one that gets farthest is fixed packet by packet: at the place where the
 * stack leaves the recording, each fix that could explain it is tried, and the one that gets farthest stays. Styles
 * that compare less come last. The work is bounded: so many runs, so many packets. */
#ifndef CF_CAPTURE_SEARCH_H
#define CF_CAPTURE_SEARCH_H

#include "infer.h"

typedef struct cf_tried {
    bool passed;
    uint32_t same; /* packets of the recording before the one where the stack went another way, or all that were told */
} cf_tried;

/* Makes a script of r in this way and runs it. False: there is no such script. One that tells only a part (upto) has
 * not passed, whatever it did. */
typedef bool cf_try_fn(void *ctx, const cf_recording *r, const cf_guess *g, cf_tried *out);

/* True: one passed, and it was the last that was tried. */
bool cf_search(const cf_recording *r, cf_try_fn *try_it, void *ctx);

#endif
