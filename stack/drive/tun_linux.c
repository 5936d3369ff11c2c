#include "tun_linux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int rs_tun_open(const char *name)
{
    struct ifreq r = {.ifr_flags = IFF_TUN | IFF_NO_PI};
    size_t len = strlen(name);
    if (len == 0 || len >= sizeof r.ifr_name) {
        errno = EINVAL;
        return -1;
    }
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return -1;
    memcpy(r.ifr_name, name, len);
    if (ioctl(fd, TUNSETIFF, &r) == 0) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

long rs_tun_read(int fd, void *buf, size_t cap)
{
    for (;;) {
        ssize_t n = read(fd, buf, cap);
        if (n >= 0) return n;
        if (errno == EAGAIN) return 0;
        if (errno != EINTR) return -1;
    }
}

bool rs_tun_write(int fd, rs_bytes pkt)
{
    return write(fd, pkt.data, pkt.len) == (ssize_t)pkt.len;
}
