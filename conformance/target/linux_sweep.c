#define _GNU_SOURCE /* close_range */
/* linux_sweep.c — a small process that outlives the run, whatever ends it, and takes away what is not the run's own:
 * commands of the script that still run, and the file in which set_sysctls.py keeps old values. It waits on a pipe that
 * only the run's process holds; the end of the pipe is the end of the run. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "linux.h"

enum { GROUP_TRIES = 1000 }; /* of 10 ms */

static void remove_restore_file(pid_t run)
{
    char path[64];
    snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)run);
    if (unlink(path) != 0 && errno != ENOENT) perror(path);
}

/* Is a process of this group still at work? Dead ones count no longer, even if nobody has collected them. */
static bool works_in(const char *pid, pid_t group)
{
    char path[300], text[300];
    long pgrp = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd >= 0 ? read(fd, text, sizeof text - 1) : -1;
    if (fd >= 0) close(fd);
    text[n > 0 ? n : 0] = '\0';
    const char *end = strrchr(text, ')'); /* behind the name: state, parent, group */
    char state = '\0';
    return end && sscanf(end + 1, " %c %*d %ld", &state, &pgrp) == 2 && pgrp == group && !strchr("ZX", state);
}

static bool group_works(pid_t group)
{
    DIR *d = opendir("/proc");
    bool found = false;
    for (struct dirent *e; d && !found && (e = readdir(d));)
        found = e->d_name[0] >= '1' && e->d_name[0] <= '9' && works_in(e->d_name, group);
    if (d) closedir(d);
    return found;
}

/* Ends all of a group, and waits until they are gone: what a killed process was in the middle of still happens. */
static void end_group(pid_t group)
{
    struct timespec moment = {.tv_nsec = 10000000};
    for (int i = 0; i < GROUP_TRIES && kill(-group, SIGKILL) == 0 && group_works(group); i++) nanosleep(&moment, NULL);
}

/* group: the process group of the run when it has one of its own, else 0. */
__attribute__((noreturn)) static void sweep(int end, pid_t run, pid_t group)
{
    char told;
    prctl(PR_SET_PDEATHSIG, 0);
    prctl(PR_SET_NAME, "tcprove-sweeper");
    setsid();
    signal(SIGPIPE, SIG_IGN);
    if (end != 3) dup2(end, 3);
    close_range(4, ~0U, 0);
    ssize_t n;
    while ((n = read(3, &told, 1)) < 0 && errno == EINTR) {}
    if (n == 0 && group) end_group(group);
    remove_restore_file(run);
    _exit(0);
}

bool cf_linux_sweep_start(cf_linux *l, char *why, size_t cap)
{
    int ends[2];
    pid_t run = getpid(), group = getpgrp() == run ? run : 0;
    if (pipe2(ends, O_CLOEXEC) != 0) {
        snprintf(why, cap, "no pipe: %s", strerror(errno));
        return false;
    }
    fflush(NULL);
    l->sweeper_pid = fork();
    if (l->sweeper_pid == 0) {
        close(ends[1]);
        sweep(ends[0], run, group);
    }
    close(ends[0]);
    l->sweeper = ends[1];
    if (l->sweeper_pid > 0) return true;
    snprintf(why, cap, "no process to clean up after the run: %s", strerror(errno));
    return false;
}

void cf_linux_sweep_end(cf_linux *l)
{
    if (l->sweeper < 0) return;
    if (write(l->sweeper, "q", 1) != 1) perror("tcprove: the sweeper is gone");
    close(l->sweeper);
    while (l->sweeper_pid > 0 && waitpid(l->sweeper_pid, NULL, 0) < 0 && errno == EINTR) {}
    l->sweeper = -1;
}
