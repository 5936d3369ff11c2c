#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdlib.h>
#include <unistd.h>

#define CHECK_MAIN
#include "live_fix.h"

TEST(the_kernel_is_a_target_with_a_real_clock_and_a_real_shell)
{
    const cf_target_ops *t = cf_target_find("linux");
    CHECK(t == &cf_target_linux);
    CHECK(t->caps & CF_CAP(REAL_CLOCK));
    CHECK(t->caps & CF_CAP(HOST_SHELL));
    CHECK(!(t->caps & CF_CAP(VIRTUAL_CLOCK)));
    CHECK_STR(t->like, "linux");
}

TEST(a_setting_is_the_namespaces_own)
{
    char value[80], why[200];
    cf_target *t = live_open();
    CHECK_EQ(cf_target_linux.set(t, "net.ipv4.tcp_sack", "0", why, sizeof why), 0);
    CHECK(cf_target_linux.get(t, "net.ipv4.tcp_sack", value, sizeof value));
    CHECK_STR(value, "0");
    cf_target_linux.close(t);
    t = live_open();
    CHECK(cf_target_linux.get(t, "net.ipv4.tcp_sack", value, sizeof value));
    CHECK_STR(value, "1");
    cf_target_linux.close(t);
}

TEST(a_setting_that_is_none_or_a_value_that_does_not_fit_is_told)
{
    char value[80], why[200];
    cf_target *t = live_open();
    CHECK_EQ(cf_target_linux.set(t, "net.ipv4.tcp_teleport", "1", why, sizeof why), 2);
    CHECK_STR(why, "net.ipv4.tcp_teleport is no setting of this kernel");
    CHECK_EQ(cf_target_linux.set(t, "net.ipv4.tcp_sack", "many", why, sizeof why), 3);
    CHECK(strstr(why, "does not take the value \"many\"") != NULL);
    CHECK_EQ(cf_target_linux.set(t, "../../etc/passwd", "1", why, sizeof why), 2);
    CHECK(!cf_target_linux.get(t, "net.ipv4.tcp_teleport", value, sizeof value));
    cf_target_linux.close(t);
}

TEST(settings_asked_for_at_the_start_hold_or_the_target_does_not_start)
{
    char value[80], why[200];
    cf_tuning tuning = {"net.ipv4.tcp_fin_timeout", "7"};
    cf_open o = live_options();
    o.tuning = &tuning;
    o.tunings = 1;
    cf_target *t = live_open_with(&o);
    CHECK(cf_target_linux.get(t, "net.ipv4.tcp_fin_timeout", value, sizeof value));
    CHECK_STR(value, "7");
    cf_target_linux.close(t);
    tuning.value = "soon";
    CHECK(cf_target_linux.open(&o, why, sizeof why) == NULL);
    CHECK(strstr(why, "tcp_fin_timeout") != NULL);
}

static int open_descriptors(void)
{
    int count = 0;
    for (int fd = 0; fd < 256; fd++) count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

TEST(after_close_nothing_of_the_run_is_left)
{
    cf_target_linux.close(live_open());
    int before = open_descriptors();
    cf_target *t = live_open();
    cf_target_linux.run_begin(t);
    CHECK(if_nametoindex(CF_LINUX_DEVICE) != 0);
    cf_target_linux.close(t);
    CHECK_EQ(if_nametoindex(CF_LINUX_DEVICE), 0);
    CHECK_EQ(open_descriptors(), before);
}
