/* happened.h — how much inputs make happen, for those who measure: executions a second say little when some inputs do
 * nothing. */
#ifndef FZ_PROG_HAPPENED_H
#define FZ_PROG_HAPPENED_H

#include <stdint.h>

typedef struct fz_happened {
    uint64_t packets; /* arrived at a host */
    uint64_t timers;  /* made a host do something */
    uint64_t calls;   /* of a user, that did something */
    uint64_t steps;   /* of a program */
} fz_happened;

void fz_happened_add(const fz_happened *h);
fz_happened fz_happened_take(void); /* since the last time */
uint64_t fz_happened_events(const fz_happened *h);

#endif
