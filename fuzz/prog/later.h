/* later.h — segments with what came after RFC 9293: ECN and AccECN, Fast Open, signatures, SACK beside what is out. */
#ifndef FZ_PROG_LATER_H
#define FZ_PROG_LATER_H

#include "host.h"

/* The peer sends one. Arguments: 0 flags, 1 bits of ECN and signature, 2 sequence number, 3 its distance, 4
 * acknowledgment, 5 its distance, 6 window, 7 length, 8 options, 9 raw. */
void fz_later(fz_host *h, fz_tuple *t, const fz_step *s);

#endif
