#include <net/if.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

TEST(a_new_namespace_has_nothing_but_lo)
{
    int home;
    char why[400];
    if (!cf_linux_ns_enter(&home, why, sizeof why)) CHECK_SKIP("%s", why);
    struct if_nameindex *all = if_nameindex();
    CHECK(all && all[0].if_index);
    CHECK_STR(all[0].if_name, "lo");
    CHECK_EQ(all[1].if_index, 0);
    if_freenameindex(all);
    cf_linux_ns_leave(home);
}

/* A user with no right at all gets a namespace of its own, or hears which right is missing. */
TEST(without_root_it_works_or_the_missing_right_is_named)
{
    char why[400] = "";
    int home, status = 0;
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(9);
        if (cf_linux_ns_enter(&home, why, sizeof why)) _exit(geteuid() == 0 ? 0 : 8);
        _exit(strstr(why, "user.max_user_namespaces") ? 0 : 7);
    }
    CHECK(child > 0);
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK_EQ(WEXITSTATUS(status), 0);
}
