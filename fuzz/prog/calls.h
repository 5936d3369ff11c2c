/* calls.h — one socket call of a program. */
#ifndef FZ_PROG_CALLS_H
#define FZ_PROG_CALLS_H

#include "host.h"

void fz_call(fz_host *h, const fz_step *s);
/* connect() on both stacks; to NULL: AF_UNSPEC. When it begins something, the streams of the descriptor start at 0. */
rs_ret fz_connect(fz_host *h, rs_fd fd, const rs_endpoint *to);
/* The descriptor that a step's actor means: the connection, the listener, or any. */
rs_fd fz_pick_fd(const fz_host *h, const fz_step *s);
/* For FAIR and the end: the user reads everything there is. Returns the bytes read. */
size_t fz_read_all(fz_host *h, rs_fd fd);
/* For FAIR: nothing may be held back by TCP_CORK or Nagle. */
void fz_push(fz_host *h, rs_fd fd);

#endif
