/* epoll.h — sets of watched sockets (epoll(7)).
 *
 * An item watches one socket under one descriptor's number for one set. Nothing calls it: it remembers the numbers of
 * the socket's wake-ups (tcp/tell.h) it has seen, so that epoll_wait can tell what is new. A level-triggered item is
 * reported while the socket is ready; an edge-triggered one when the socket is ready and was woken for something the
 * item asks for since it was reported last; a one-shot item is disarmed by its report. Items are reported in the order
 * in which they became ready; a level-triggered one goes to the end of that order when it is reported.
 *
 *   P1  every item is in the list of its set and in the list of its socket
 *   P2  the references of a set are the descriptors that name it and the calls parked on it */
#ifndef RS_SOCK_EPOLL_H
#define RS_SOCK_EPOLL_H

#include "../base/list.h"
#include "../include/refstack/socket.h"
#include "../net/arena.h"
#include "../tcp/tcb.h"

typedef struct rs_epoll_item {
    rs_list_node in_set, at_sock;
    uint32_t set, sock;
    rs_fd fd;
    uint32_t events; /* wanted, with the EPOLL* bits */
    uint64_t data;
    uint32_t seen[RS_WAKES]; /* the socket's wake-ups up to here are known */
    uint32_t order;          /* when it became ready, on the host's counter */
    bool ready;              /* it was woken and not reported since */
} rs_epoll_item;

typedef struct rs_epoll_set {
    uint32_t unused; /* a free slot of the pool is overwritten here, and refs must stay 0 */
    uint32_t refs;
    rs_list items;
} rs_epoll_set;

typedef struct rs_epolls {
    rs_pool sets, items;
} rs_epolls;

void rs_epolls_init(rs_epolls *e, rs_arena *a, uint32_t cap);
void rs_epolls_parts(const rs_epolls *e, rs_parts *p);

struct rs_env;
/* The socket is gone: no set watches it any more. */
void rs_epoll_forget(rs_stack *st, uint32_t sock);
/* One reference to a set goes; the last one ends it. */
void rs_epoll_let_go(rs_stack *st, uint32_t set);
/* close, dup and fcntl for a descriptor of a set. */
rs_ret rs_epoll_close(rs_stack *st, rs_fd fd);
rs_ret rs_epoll_dup(rs_stack *st, rs_fd fd, int from);
rs_ret rs_epoll_fcntl(rs_stack *st, rs_fd fd, int cmd, int arg);
/* Has the set something to report? */
bool rs_epoll_has_event(const rs_stack *st, const struct rs_env *env, uint32_t set);

const char *rs_epolls_broken(const rs_stack *st);

#endif
