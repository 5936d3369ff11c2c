#include "rate.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FIRST_ROOM = 64 };

bool fz_inputs_add(fz_inputs *in, const uint8_t *bytes, size_t len)
{
    if (in->count == in->room) {
        size_t room = in->room ? 2 * in->room : FIRST_ROOM;
        fz_input *more = realloc(in->of, room * sizeof *more);
        if (!more) return false;
        in->of = more;
        in->room = room;
    }
    uint8_t *copy = malloc(len ? len : 1);
    if (!copy) return false;
    memcpy(copy, bytes, len);
    in->of[in->count++] = (fz_input){copy, len};
    return true;
}

void fz_inputs_free(fz_inputs *in)
{
    for (size_t i = 0; i < in->count; i++) free(in->of[i].bytes);
    free(in->of);
    *in = (fz_inputs){0};
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void run_all(const fz_inputs *in, fz_run_fn *run)
{
    for (size_t i = 0; i < in->count; i++) run(in->of[i].bytes, in->of[i].len);
}

double fz_rate(const fz_inputs *in, fz_run_fn *run, double seconds, uint64_t *runs, double *took)
{
    *runs = 0;
    *took = 0;
    if (in->count == 0) return 0;
    run_all(in, run);
    for (double began = cpu_seconds(); *took < seconds || *took <= 0; *took = cpu_seconds() - began) {
        run_all(in, run);
        *runs += in->count;
    }
    return (double)*runs / *took;
}
