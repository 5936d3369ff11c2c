/* so.h — a stack in a shared library as a target: packetdrill's plug-in interface.
 *
 * The library exports one C function, packetdrill_interface_init(flags, table), which fills the table below. The order
 * of the members is the interface. Calls are like those of POSIX: -1 and errno on failure, numbers of Linux; addresses
 * are sockaddr_in and sockaddr_in6. Descriptors are the library's own. All waiting and all times go through its usleep
 * and gettimeofday, so it may run on simulated time.
 *
 *   netdev_send     takes one IP packet without link header: 0 or -1
 *   netdev_receive  gives the next IP packet that leaves the stack, its size in *count (the room before) and its time
 *                   on the clock of gettimeofday: 0; anything else, or *count 0: there is none
 *
 * One thread makes calls that may block, while another uses all the rest. A run has a process of its own, as for every
 * target on a real clock; free() is called at its end. Shell commands that set something are passed over with a note:
 * nothing of this machine is changed for a stack that would not see it. */
#ifndef CF_TARGET_SO_H
#define CF_TARGET_SO_H

#include "target.h"

extern const cf_target_ops cf_target_so;

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "helper.h"

#define CF_SO_INIT "packetdrill_interface_init"

typedef struct cf_so_table {
    void *userdata; /* the first argument of every function */
    void (*free)(void *u);
    int (*socket)(void *u, int domain, int type, int protocol);
    int (*bind)(void *u, int fd, const struct sockaddr *a, socklen_t len);
    int (*listen)(void *u, int fd, int backlog);
    int (*accept)(void *u, int fd, struct sockaddr *a, socklen_t *len);
    int (*connect)(void *u, int fd, const struct sockaddr *a, socklen_t len);
    ssize_t (*read)(void *u, int fd, void *b, size_t n);
    ssize_t (*readv)(void *u, int fd, const struct iovec *v, int n);
    ssize_t (*recv)(void *u, int fd, void *b, size_t n, int flags);
    ssize_t (*recvfrom)(void *u, int fd, void *b, size_t n, int flags, struct sockaddr *a, socklen_t *len);
    ssize_t (*recvmsg)(void *u, int fd, struct msghdr *m, int flags);
    ssize_t (*write)(void *u, int fd, const void *b, size_t n);
    ssize_t (*writev)(void *u, int fd, const struct iovec *v, int n);
    ssize_t (*send)(void *u, int fd, const void *b, size_t n, int flags);
    ssize_t (*sendto)(void *u, int fd, const void *b, size_t n, int flags, const struct sockaddr *a, socklen_t len);
    ssize_t (*sendmsg)(void *u, int fd, const struct msghdr *m, int flags);
    int (*fcntl)(void *u, int fd, int command, ...);
    int (*ioctl)(void *u, int fd, unsigned long request, ...);
    int (*close)(void *u, int fd);
    int (*shutdown)(void *u, int fd, int how);
    int (*getsockopt)(void *u, int fd, int level, int name, void *v, socklen_t *len);
    int (*setsockopt)(void *u, int fd, int level, int name, const void *v, socklen_t len);
    int (*poll)(void *u, struct pollfd *p, nfds_t n, int timeout_ms);
    int (*netdev_send)(void *u, const void *packet, size_t n);
    int (*netdev_receive)(void *u, void *packet, size_t *n, long long *at_us);
    int (*usleep)(void *u, unsigned us);
    int (*gettimeofday)(void *u, struct timeval *now, struct timezone *none);
    int (*epoll_create)(void *u, int size);
    int (*epoll_ctl)(void *u, int epfd, int op, int fd, struct epoll_event *e);
    int (*epoll_wait)(void *u, int epfd, struct epoll_event *e, int most, int timeout_ms);
    int (*pipe)(void *u, int fds[2]);
    int (*splice)(void *u, int in, off_t *in_at, int out, off_t *out_at, size_t n, unsigned flags);
} cf_so_table;

typedef void cf_so_init(const char *flags, cf_so_table *table);

typedef struct cf_so {
    cf_target base;
    void *library;
    cf_so_table table;
    bool filled; /* the library has filled the table */
    cf_helper helper;
    uint8_t *frame; /* lent by sniff */
} cf_so;

static inline cf_so *cf_so_of(cf_target *t)
{
    return (cf_so *)(void *)t;
}

/* so_call.c: makes one call. */
void cf_so_do(cf_so *s, const cf_call_in *in, cf_call_out *out);

#endif
