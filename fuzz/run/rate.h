/* rate.h — how fast a target is: inputs are kept in memory and run again and again. */
#ifndef FZ_RUN_RATE_H
#define FZ_RUN_RATE_H

#include "standalone.h"

typedef struct fz_input {
    uint8_t *bytes; /* exactly as long as the input, so that a sanitizer sees a read behind the end */
    size_t len;
} fz_input;

typedef struct fz_inputs {
    fz_input *of;
    size_t count, room;
} fz_inputs;

/* Keeps a copy of an input. False: no memory. */
bool fz_inputs_add(fz_inputs *in, const uint8_t *bytes, size_t len);
void fz_inputs_free(fz_inputs *in);

/* Runs all inputs in turn, from the first on, until `seconds` of this process' CPU time (user and system) have passed;
 * whole rounds only, and one round before the time counts. Returns runs per second, 0 without inputs; out: how many
 * runs and seconds. */
double fz_rate(const fz_inputs *in, fz_run_fn *run, double seconds, uint64_t *runs, double *took);

#endif
