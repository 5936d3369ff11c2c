/* contract.h — what is judged from an answer alone, whatever the state: O61, the contract of calls, and O46, what an
 * ICMP error may do. */
#ifndef FZ_PROG_CONTRACT_H
#define FZ_PROG_CONTRACT_H

#include "../../stack/include/refstack/refstack.h"

/* A call has ended: a failure has an errno, a success has none. One that blocks says nothing yet. */
void fz_contract_ret(const char *call, rs_ret r);
/* A call that was cancelled has ended. */
void fz_contract_cancelled(const char *call, rs_ret r);
/* getsockopt writes no more than there is room. */
void fz_contract_length(uint32_t len, size_t room);
/* What ioctl counts is not negative. */
void fz_contract_count(rs_ret r, int value);
/* poll has said readable: recv does not block. */
void fz_contract_readable(rs_ret r);

/* An ICMP error that quotes seq came. O46: it is acted upon only if it quotes what is out (RFC 5927 4.1), and makes
 * nobody believe in a path MTU below the least there is (RFC 1191 3, RFC 8201 4). after: NULL when the connection has
 * ended. */
void fz_contract_icmp(const rs_probe *before, const rs_probe *after, uint32_t seq);

#endif
