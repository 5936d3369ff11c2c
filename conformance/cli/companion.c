/* Programs of this project that tcprove starts by name, as git does: they are built from other parts (the simulator
 * holds the reference stack and the fuzzers' oracles, which the judge must not include). In a build they lie in the
 * same folder, installed in libexec/tcprove beside bin/. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../text/mem.h"
#include "cli.h"

const cf_companion cf_companions[] = {
    {"sim", "--seed N [OPTION...]", "simulate hosts on bad networks, everything from one seed, and judge them"},
};
const size_t cf_companion_count = sizeof cf_companions / sizeof *cf_companions;

const cf_companion *cf_companion_find(const char *name)
{
    for (size_t i = 0; i < cf_companion_count; i++)
        if (strcmp(cf_companions[i].name, name) == 0) return &cf_companions[i];
    return NULL;
}

/* The folder of this program, without the slash at its end; "" when it cannot be told. */
static void own_folder(char out[PATH_MAX])
{
    ssize_t n = readlink("/proc/self/exe", out, PATH_MAX - 1);
    out[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(out, '/');
    if (slash) *slash = '\0';
}

int cf_companion_run(const cf_companion *c, char **argv)
{
    /* Beside an installed tcprove anybody may have put a program of that name. */
    static const char *const places[] = {"/../libexec/tcprove", ""};
    char folder[PATH_MAX];
    own_folder(folder);
    fflush(NULL);
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        argv[0] = cf_mem_fmt("%s%s/%s", folder, places[i], c->name);
        execv(argv[0], argv);
        free(argv[0]);
        if (errno != ENOENT) break;
    }
    return cf_complain(CF_EXIT_USAGE, "cannot start the program \"%s\" of %s: %s; `tools/dev build release` builds it",
                       c->name, folder, strerror(errno));
}
