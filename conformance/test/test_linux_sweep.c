#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

static char path[64];

/* A run that has a command going and a file of set_sysctls.py; tells the command's number and waits to be killed. */
static void keep_touching(pid_t run)
{
    snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)run);
    for (;;) close(open(path, O_CREAT | O_WRONLY, 0600));
}

__attribute__((noreturn)) static void act_as_run(int tell, bool busy)
{
    char why[200];
    cf_linux l = {.sweeper = -1};
    setpgid(0, 0);
    if (!cf_linux_sweep_start(&l, why, sizeof why)) _exit(1);
    pid_t command = fork();
    if (command == 0) {
        close(l.sweeper); /* as starting a program does */
        if (busy) keep_touching(getppid());
        poll(NULL, 0, 60000);
        _exit(0);
    }
    snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)getpid());
    FILE *f = fopen(path, "w");
    if (f) fclose(f);
    pid_t told[2] = {command, l.sweeper_pid};
    if (write(tell, told, sizeof told) != sizeof told) _exit(1);
    poll(NULL, 0, 60000);
    _exit(0);
}

static bool gone(pid_t pid)
{
    for (int i = 0; i < 200; i++) {
        if (kill(pid, 0) != 0 && errno == ESRCH) return true;
        char stat[64], state[64] = "";
        snprintf(stat, sizeof stat, "/proc/%ld/stat", (long)pid);
        FILE *f = fopen(stat, "r");
        if (f && fscanf(f, "%*d %*s %63s", state) != 1) state[0] = '\0';
        if (f) fclose(f);
        if (state[0] == 'Z') return true; /* nobody here reaps what init inherits */
        poll(NULL, 0, 10);
    }
    return false;
}

TEST(after_a_kill_the_commands_end_and_the_file_goes)
{
    int ends[2], status;
    pid_t told[2];
    struct stat st;
    CHECK_EQ(pipe(ends), 0);
    pid_t run = fork();
    if (run == 0) act_as_run(ends[1], false);
    CHECK_EQ(read(ends[0], told, sizeof told), sizeof told);
    snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)run);
    CHECK_EQ(stat(path, &st), 0);
    kill(run, SIGKILL);
    CHECK_EQ(waitpid(run, &status, 0), run);
    CHECK(gone(told[0]));
    CHECK(gone(told[1]));
    CHECK(stat(path, &st) != 0);
    close(ends[0]);
    close(ends[1]);
}

TEST(a_command_that_makes_the_file_at_the_moment_of_the_kill_leaves_none)
{
    struct stat st;
    for (int i = 0; i < 20; i++) {
        int ends[2], status;
        pid_t told[2];
        CHECK_EQ(pipe(ends), 0);
        pid_t run = fork();
        if (run == 0) act_as_run(ends[1], true);
        CHECK_EQ(read(ends[0], told, sizeof told), sizeof told);
        kill(run, SIGKILL);
        CHECK_EQ(waitpid(run, &status, 0), run);
        CHECK(gone(told[1]));
        CHECK(gone(told[0]));
        snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)run);
        CHECK(stat(path, &st) != 0);
        close(ends[0]);
        close(ends[1]);
    }
}

TEST(after_a_normal_end_only_the_file_goes)
{
    char why[200];
    struct stat st;
    cf_linux l = {.sweeper = -1};
    CHECK(cf_linux_sweep_start(&l, why, sizeof why));
    snprintf(path, sizeof path, "/tmp/sysctl_restore_%ld.sh", (long)getpid());
    FILE *f = fopen(path, "w");
    CHECK(f != NULL);
    fclose(f);
    cf_linux_sweep_end(&l);
    CHECK(stat(path, &st) != 0);
    CHECK_EQ(l.sweeper, -1);
}
