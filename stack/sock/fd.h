/* fd.h — descriptors: small numbers that name sockets, the lowest free one first (POSIX).
 *
 * Several descriptors may name one socket; who counts them is the socket. The close-on-exec flag belongs to the
 * descriptor.
 *
 *   F1  a bit of `used` is set if and only if that descriptor names a socket
 *   F2  a bit of `full` is set if and only if its whole word of `used` is */
#ifndef RS_SOCK_FD_H
#define RS_SOCK_FD_H

#include "../include/refstack/types.h"
#include "../net/arena.h"

typedef struct rs_fds {
    uint64_t slots_at, used_at, full_at; /* bytes from this struct to the arrays */
    uint32_t cap;
    uint32_t words; /* of `used` that are in use; the rest is not touched */
} rs_fds;

void rs_fds_init(rs_fds *f, rs_arena *a, uint32_t cap);
void rs_fds_parts(const rs_fds *f, rs_parts *p);

/* The lowest free descriptor that is not below `from` now names the socket; -1 when there is none. */
rs_fd rs_fds_take(rs_fds *f, rs_fd from, uint32_t sock);
/* The descriptor names nothing any more. */
void rs_fds_give(rs_fds *f, rs_fd fd);
/* The socket it names; RS_NIL when it is not open, or names no socket. */
uint32_t rs_fds_sock(const rs_fds *f, rs_fd fd);
/* The same for sets of epoll, whose descriptors are taken with RS_FD_EPOLL | number. */
#define RS_FD_EPOLL (UINT32_C(1) << 30)
uint32_t rs_fds_epoll(const rs_fds *f, rs_fd fd);
bool rs_fds_cloexec(const rs_fds *f, rs_fd fd);
void rs_fds_set_cloexec(rs_fds *f, rs_fd fd, bool on);
/* The lowest open descriptor that is not below `from`; -1 when there is none. */
rs_fd rs_fds_open_from(const rs_fds *f, rs_fd from);

const char *rs_fds_broken(const rs_fds *f);

#endif
