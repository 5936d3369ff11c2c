/* cover.h — a set of positions, as a few ranges in order. When it holds more than fit, it forgets that it knows
 * (`full`), and every question is answered with yes: a rule must not say "broken" for want of memory. */
#ifndef CF_AUDIT_COVER_H
#define CF_AUDIT_COVER_H

#include <stdbool.h>

#include "../packet/offset.h"

enum { CF_COVER_MAX = 128 };

typedef struct cf_cover {
    struct {
        cf_offset from, to;
    } range[CF_COVER_MAX]; /* sorted, apart from each other */
    unsigned count;
    bool full;
} cf_cover;

/* [from, to); an empty range changes nothing. */
void cf_cover_add(cf_cover *c, cf_offset from, cf_offset to);
/* All of [from, to)? */
bool cf_cover_has(const cf_cover *c, cf_offset from, cf_offset to);
/* The end of the range that holds at, or at itself. */
cf_offset cf_cover_reach(const cf_cover *c, cf_offset at);

#endif
