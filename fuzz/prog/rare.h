/* rare.h — socket calls that few programs make: options of Linux, signatures, Fast Open, the error queue. */
#ifndef FZ_PROG_RARE_H
#define FZ_PROG_RARE_H

#include "host.h"

void fz_rare(fz_host *h, const fz_step *s);
/* A new socket whose text of so many bytes goes with its SYN (RFC 7413), to the peer's end of the tuple; -1: there is
 * none. without_cookie: the user says that no cookie is needed. */
rs_fd fz_rare_open_fast(fz_host *h, fz_tuple *peer, size_t len, bool without_cookie);
/* From now on the peer of this tuple is the one that the socket talks to. */
void fz_rare_meet(fz_host *h, rs_fd fd, fz_tuple *t);
/* The step gives a key or takes it away. */
bool fz_rare_signs(const fz_step *s);
/* What such a step leaves open: FZ_TOUCH_* (settings.h). */
unsigned fz_rare_touches(const fz_step *s);

#endif
