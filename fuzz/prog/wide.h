/* wide.h — steps about more than one peer or listener: ports that are shared, many hosts to connect to, the keys of
 * cookies. */
#ifndef FZ_PROG_WIDE_H
#define FZ_PROG_WIDE_H

#include "host.h"

/* The step WIDE. */
void fz_wide(fz_host *h, const fz_step *s);

#endif
