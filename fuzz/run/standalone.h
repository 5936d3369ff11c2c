/* standalone.h — the replay loop as functions, so that it can be tested without a target. */
#ifndef FZ_RUN_STANDALONE_H
#define FZ_RUN_STANDALONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int fz_run_fn(const uint8_t *data, size_t len);

struct fz_inputs;

typedef struct fz_replay {
    fz_run_fn *run;
    struct fz_inputs *keep; /* inputs are kept here and not run; NULL: they are run */
    size_t inputs;          /* how many were run so far */
    bool optional;          /* a path that is not there is fine */
    bool count;             /* print how much happens in each input (prog/happened.h) */
    bool hash;              /* print the hash of each input's story (prog/hash.h) */
} fz_replay;

/* Runs one file, or everything in a folder, by name. False (and a message) if something could not be read. */
bool fz_replay_path(fz_replay *r, const char *path);
/* The command line. Returns the exit status: 0 when everything was read and, unless optional, there was something. */
int fz_replay_main(int argc, char **argv, fz_run_fn *run);

#endif
