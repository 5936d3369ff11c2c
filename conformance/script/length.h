/* length.h — how long a script takes on a clock that is not simulated, by what it says itself. */
#ifndef CF_SCRIPT_LENGTH_H
#define CF_SCRIPT_LENGTH_H

#include "ast.h"

/* From the first event to the last, with the silence behind it; commands and "*" count as nothing. */
int64_t cf_script_length_us(const cf_script *s);

#endif
