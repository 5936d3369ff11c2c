/* rare.h — socket calls that few programs make: options of Linux, signatures, Fast Open, the error queue. */
#ifndef FZ_PROG_RARE_H
#define FZ_PROG_RARE_H

#include "host.h"

void fz_rare(fz_host *h, const fz_step *s);
/* The step sets an option, the algorithm of congestion control or a key. */
bool fz_rare_sets(const fz_step *s);
/* The step gives a key or takes it away. */
bool fz_rare_signs(const fz_step *s);
/* The step sets how long a timeout may be. */
bool fz_rare_sets_times(const fz_step *s);

#endif
