/* tun_linux.h — a Linux TUN device as a source and a sink of whole IP packets.
 *
 * Needs /dev/net/tun and CAP_NET_ADMIN in the current network namespace. The device appears with the call and goes with
 * the descriptor. Its addresses, routes and its MTU are the administrator's affair (ip-address(8)). */
#ifndef RS_DRIVE_TUN_LINUX_H
#define RS_DRIVE_TUN_LINUX_H

#include "../include/refstack/types.h"

/* Makes (or attaches to) the TUN device `name` in the current network namespace: raw IP packets, no prefix, no
 * offloads. Returns a non-blocking descriptor that the caller closes, or -1 with errno: EINVAL (no device name, or
 * longer than 15 bytes), ENOENT (no TUN driver), EPERM (not allowed), EBUSY (another process holds it). */
int rs_tun_open(const char *name);

/* The next packet into buf; its length, 0 when there is none now, -1 with errno when the device is gone. */
long rs_tun_read(int fd, void *buf, size_t cap);

/* Gives one packet to the other side; false when it was not taken (a full queue, a device that is down), as a wire may
 * lose any packet. Borrows pkt. */
bool rs_tun_write(int fd, rs_bytes pkt);

#endif
