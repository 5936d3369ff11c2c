/* so_fix.h — the library of test/plugin, and runs of scripts on it. */
#ifndef SO_FIX_H
#define SO_FIX_H

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../stack/test/check.h"
#include "../packet/addr.h"
#include "../run/result.h"
#include "../target/so.h"

/* It lies beside the test program. */
static inline const char *plugin_path(void)
{
    static char path[500];
    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 20);
    while (n > 0 && path[n - 1] != '/') n--;
    snprintf(path + (n > 0 ? n : 0), 20, "plugin.so");
    return path;
}

static inline cf_target *plugin_open(const char *flags)
{
    static char why[300];
    cf_open o = {.arg = plugin_path(), .arg_flags = flags};
    cf_target *t = cf_target_so.open(&o, why, sizeof why);
    if (!t) CHECK_FAIL("%s", why);
    return t;
}

#endif
