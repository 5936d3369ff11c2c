/* ao_value.h — the values of TCP_AO_ADD_KEY, TCP_AO_DEL_KEY and TCP_AO_INFO as a script writes them <-> the structures
 * of Linux.
 *
 *     setsockopt(3, SOL_TCP, TCP_AO_ADD_KEY, {ao_sndid=61, ao_rcvid=84, ao_key="secret"}, 288)     the peer of this run
 *     setsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_set_rnext=1, ao_rnext=84}, 48)
 *     getsockopt(3, SOL_TCP, TCP_AO_INFO, {ao_current_key=61, ao_pkt_bad=0}, [48])                 what is named is
 * compared
 *
 * Members have Linux's names behind "ao_" (ao_addr, ao_alg, ao_prefix, ao_maclen, ...), in any order; what is left out
 * is 0, the algorithm hmac(sha1), the prefix all of the address, a key's length that of the key. */
#ifndef CF_RUN_AO_VALUE_H
#define CF_RUN_AO_VALUE_H

#include "md5_key.h"

/* Is this such a value? */
bool cf_ao_value_is(const cf_expr *x);
/* Its bytes for this option, from env->mem. NULL: env says what is wrong. */
uint8_t *cf_ao_value_build(const cf_expr *x, int64_t option, const cf_md5_key_env *env, size_t *len);
/* What came back from getsockopt against the members that are named: NULL, or the first that differs, with both
 * numbers. */
const char *cf_ao_value_differs(const cf_expr *x, const uint8_t *info, size_t len, int64_t *want, int64_t *got);

#endif
