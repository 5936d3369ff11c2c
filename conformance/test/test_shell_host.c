#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "../../stack/test/check.h"
#include "../run/shell_host.h"
#include "fixture.h"

static char why[200];

static bool run(const char *text)
{
    why[0] = '\0';
    return cf_shell_on_host(NULL, text, why, sizeof why);
}

TEST(a_command_that_ends_well_is_fine_and_others_say_how_they_ended)
{
    CHECK(run("true"));
    CHECK(!run("exit 3"));
    CHECK_STR(why, "non-zero status 3");
    CHECK(!run("kill -TERM $$"));
    CHECK_STR(why, strsignal(SIGTERM));
}

TEST(the_parent_of_a_command_is_the_process_in_packetdrill_pid)
{
    CHECK(run("test $PPID = $PACKETDRILL_PID"));
    char text[80];
    snprintf(text, sizeof text, "test $PPID = %ld", (long)getpid());
    CHECK(run(text));
}

TEST(a_command_runs_in_the_folder_it_is_given)
{
    const char *dir = tree_new();
    tree_put("here", "");
    CHECK(cf_shell_on_host(dir, "test -e here", why, sizeof why));
    CHECK(!cf_shell_on_host("/nowhere", "true", why, sizeof why));
    tree_free();
}
