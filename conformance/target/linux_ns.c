#define _GNU_SOURCE /* unshare, setns */
/* linux_ns.c — a network namespace for this process: as root directly, else through a user namespace in which it is
 * root. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "linux.h"

static bool write_file(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return false;
    size_t len = strlen(text);
    bool ok = write(fd, text, len) == (ssize_t)len;
    int saved = errno;
    close(fd);
    errno = saved;
    return ok;
}

/* Root in a user namespace of its own: one user and one group are all it needs. */
static bool enter_user_namespace(void)
{
    char map[64];
    unsigned uid = geteuid(), gid = getegid();
    if (unshare(CLONE_NEWUSER) != 0) return false;
    snprintf(map, sizeof map, "0 %u 1", uid);
    if (!write_file("/proc/self/setgroups", "deny") || !write_file("/proc/self/uid_map", map)) return false;
    snprintf(map, sizeof map, "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map);
}

bool cf_linux_ns_enter(int *home, char *why, size_t cap)
{
    *home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (unshare(CLONE_NEWNET) == 0) return true;
    int first = errno;
    if (*home >= 0) close(*home); /* without root there is no way back */
    *home = -1;
    if (first == EPERM && enter_user_namespace() && unshare(CLONE_NEWNET) == 0) return true;
    if (first != EPERM)
        snprintf(why, cap,
                 "no network namespace: %s (is CONFIG_NET_NS in the kernel, and user.max_net_namespaces not 0?)",
                 strerror(first));
    else
        snprintf(why, cap,
                 "no network namespace: %s. Run as root (CAP_SYS_ADMIN), or let users make user namespaces: sysctl "
                 "user.max_user_namespaces, kernel.unprivileged_userns_clone=1, "
                 "kernel.apparmor_restrict_unprivileged_userns=0",
                 strerror(errno));
    return false;
}

void cf_linux_ns_leave(int home)
{
    if (home < 0) return;
    if (setns(home, CLONE_NEWNET) != 0) perror("tcprove: cannot go back to the network namespace of before");
    close(home);
}
