#define CHECK_MAIN
#include "check.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../base/check.h"
#include "../include/refstack/stack.h"

static jmp_buf escape;
static const char *told_what;
static int told_line;

static void leave(void *ctx, const char *file, int line, const char *what)
{
    (void)file;
    *(int *)ctx += 1;
    told_what = what;
    told_line = line;
    longjmp(escape, 1);
}

static void come_back(void *ctx, const char *file, int line, const char *what)
{
    (void)ctx, (void)file, (void)line, (void)what;
}

TEST(a_belief_that_holds_is_silent)
{
    int told = 0;
    rs_on_broken(leave, &told);
    if (setjmp(escape) == 0) rs_check(1 + 1 == 2);
    rs_on_broken(NULL, NULL);
    CHECK_EQ(told, 0);
}

TEST(a_broken_belief_tells_the_hook_its_text_and_line)
{
    static int told;
    told = 0;
    rs_on_broken(leave, &told);
    int line = __LINE__ + 1;
    if (setjmp(escape) == 0) rs_check(1 + 1 == 3);
    rs_on_broken(NULL, NULL);
    CHECK_EQ(told, 1);
    CHECK_STR(told_what, "1 + 1 == 3");
    CHECK_EQ(told_line, line);
}

/* How a child that breaks a belief under this hook ends: the signal, or 0. */
static int signal_of_break(rs_broken_fn *hook)
{
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGILL, SIG_DFL);
        signal(SIGTRAP, SIG_DFL);
        rs_on_broken(hook, NULL);
        rs_check(pid > 0);
        _exit(0);
    }
    int status = 0;
    if (waitpid(pid, &status, 0) != pid) return -1;
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

TEST(without_a_hook_a_broken_belief_ends_the_process)
{
    CHECK(signal_of_break(NULL) > 0);
}

TEST(a_hook_that_returns_does_not_let_the_code_go_on)
{
    CHECK(signal_of_break(come_back) > 0);
}
