/* types.h — the plain values that cross the border of the reference stack.
 *
 * Everything here is a value: no pointers that outlive a call, nothing to free. Times, durations and statuses are
 * one-field structs so that mixing them up does not compile. This header includes nothing of the stack and may be
 * included by every floor. */
#ifndef REFSTACK_TYPES_H
#define REFSTACK_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A point on the caller's clock, in microseconds. Only differences matter. The stack never reads a clock: every entry
 * point that depends on time takes one of these, and they must not go backwards. */
typedef struct {
    int64_t us;
} rs_time;

/* A length of time in microseconds; may be negative only as the difference of two times. */
typedef struct {
    int64_t us;
} rs_dur;

/* "No deadline": later than every other time. */
#define RS_NEVER ((rs_time){INT64_MAX})

/* Borrowed bytes. Who owns them is said by the function that takes or returns them. */
typedef struct {
    const uint8_t *data;
    size_t len;
} rs_bytes;

/* IP family; the values are the IP version numbers. */
typedef enum { RS_AF_NONE = 0, RS_IPV4 = 4, RS_IPV6 = 6 } rs_family;

/* An address of either family, network byte order; IPv4 uses the first four bytes and leaves the rest zero. */
typedef struct {
    uint8_t bytes[16];
    uint8_t family; /* rs_family */
} rs_addr;

/* One end of a connection. Port in host byte order; 0 means "any" or "not chosen yet". */
typedef struct {
    rs_addr addr;
    uint16_t port;
} rs_endpoint;

/* A file descriptor of the stack's own table: dense, from 0, lowest free number first (POSIX). */
typedef int32_t rs_fd;

/* Outcome of a call that can only succeed or fail. code is 0 or one of RS_E* below. Must be looked at. */
typedef struct {
    int code;
} rs_status;
#define RS_OK ((rs_status){0})
#define RS_MUST_USE __attribute__((warn_unused_result))

/* RS_EAGAIN and so on: POSIX errno names with the numbers Linux uses on all common architectures, because that is what
 * scripts expect to read. The list is base/status.def; rs_status_name() and rs_status_text() are in stack.h. */
enum rs_errno {
#define S(name, number, text) RS_##name = number,
#include "status.def"
#undef S
};

#endif
