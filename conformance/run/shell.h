/* shell.h — the shell commands of scripts on a target that has no shell: settings, and nothing else.
 *
 * sysctl (with names of Linux, and with those of FreeBSD: sysctl_bsd.h), echo into /proc/sys, defaults.sh,
 * set_sysctls.py and the restore script it writes become cf_target_ops.set; other scripts (DIR/NAME.sh) are read, line
 * by line, as such commands. Commands about the device and the host (tc, ethtool, ip tcp_metrics) are accepted, because
 * a virtual device has no queue and no offloads; those whose answer a script would need (ip route) make the run not
 * applicable. A command that is not known is an error with its text, unless the real shell was asked for
 * (--shell=host). */
#ifndef CF_RUN_SHELL_H
#define CF_RUN_SHELL_H

#include "../target/target.h"
#include "../text/buf.h"
#include "files.h"

typedef enum {
    CF_SHELL_OK,
    CF_SHELL_STATUS /* non-zero exit status */,
    CF_SHELL_NA,
    CF_SHELL_UNKNOWN
} cf_shell_verdict;

enum { CF_SHELL_COUNTERS = 64 };

typedef struct cf_kept {
    char *name, *value;
} cf_kept;

typedef struct cf_shell {
    cf_target *t;
    bool host;       /* --shell=host: unknown commands go to /bin/sh */
    const char *dir; /* of the script; the host shell runs there; may be NULL */
    cf_buf notes;    /* settings without effect, one line each */
    cf_kept *kept;
    uint32_t kept_count, kept_cap; /* values before set_sysctls.py */
    cf_files files;                /* dd and rm work on them, open() opens them */
    cf_buf said;                   /* what nstat would have printed; valid while has_said */
    bool has_said;
    uint64_t counted[CF_SHELL_COUNTERS]; /* at the last nstat */
    unsigned depth;                      /* of scripts that scripts call */
    int64_t slept_us;                    /* asked for by sleep, not slept yet */
    char why[300];                       /* of the last verdict that was not OK */
} cf_shell;

void cf_shell_free(cf_shell *s);
cf_shell_verdict cf_shell_run(cf_shell *s, const char *text);
/* One setting by sysctl name, with the notes it deserves. Status as a command would have it; s->why says more. */
cf_shell_verdict cf_shell_set(cf_shell *s, const char *name, const char *value);

#endif
