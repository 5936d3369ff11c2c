/* contract.h — O61: what the answer of every call keeps, whatever the state. Judged from the answer alone. */
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

#endif
