/* inner.h — what the host believes, as assertions of a script: for faults that no packet shows. */
#ifndef FZ_PROG_INNER_H
#define FZ_PROG_INNER_H

#include "host.h"

/* Writes into the script what is believed of the main connection, and of all together (conformance's target/inner.def).
 */
void fz_inner_tell(const fz_host *h);

#endif
