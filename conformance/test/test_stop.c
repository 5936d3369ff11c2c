#define CHECK_MAIN
#include "../cli/stop.h"

#include <sys/wait.h>
#include <unistd.h>

#include "../../stack/test/check.h"

TEST(the_first_interruption_is_noted)
{
    cf_stop_watch();
    CHECK_EQ(cf_stop_asked, 0);
    raise(SIGINT);
    CHECK_EQ(cf_stop_asked, SIGINT);
    cf_stop_unwatch();
}

TEST(the_second_interruption_ends_the_process)
{
    int status = 0;
    pid_t child = fork();
    if (child == 0) {
        cf_stop_watch();
        raise(SIGTERM);
        raise(SIGTERM);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK_EQ(WTERMSIG(status), SIGTERM);
}

TEST(a_signal_that_was_ignored_stays_ignored)
{
    void (*was)(int) = signal(SIGHUP, SIG_IGN);
    cf_stop_watch();
    raise(SIGHUP);
    CHECK_EQ(cf_stop_asked, 0);
    cf_stop_unwatch();
    CHECK(signal(SIGHUP, was) == SIG_IGN);
}
