#include "shell_host.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noreturn)) static void become_shell(const char *dir, const char *text, pid_t parent)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127); /* it is dead already: nothing is to be done for it any more */
    signal(SIGPIPE, SIG_DFL);
    if (dir && chdir(dir) != 0) {
        fprintf(stderr, "%s: %s\n", dir, strerror(errno));
        _exit(126);
    }
    execl("/bin/sh", "sh", "-c", text, (char *)NULL);
    _exit(127);
}

bool cf_shell_on_host(const char *dir, const char *text, char *why, size_t why_cap)
{
    char pid[24];
    int status = 0;
    snprintf(pid, sizeof pid, "%ld", (long)getpid());
    setenv("PACKETDRILL_PID", pid, 1);
    fflush(NULL);
    pid_t self = getpid(), child = fork();
    if (child == 0) become_shell(dir, text, self);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (child < 0) snprintf(why, why_cap, "%s", strerror(errno));
    else if (WIFSIGNALED(status)) snprintf(why, why_cap, "%s", strsignal(WTERMSIG(status)));
    else if (status) snprintf(why, why_cap, "non-zero status %d", WEXITSTATUS(status));
    return child > 0 && status == 0;
}
