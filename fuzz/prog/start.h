/* start.h — prepared worlds: brings a fresh host to the state that the header asks for, by honest segments and calls.
 */
#ifndef FZ_PROG_START_H
#define FZ_PROG_START_H

#include "host.h"

/* The connection's descriptor is h->conn (-1 when there is none yet), the listener's h->listener. */
void fz_start_at(fz_host *h);

#endif
