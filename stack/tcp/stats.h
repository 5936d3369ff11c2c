/* stats.h — the statistics that go with a time stamp (SOF_TIMESTAMPING_OPT_STATS), in the form Linux gives them: a list
 * of attributes, each with its length, its number and its value, padded to four bytes. */
#ifndef RS_TCP_STATS_H
#define RS_TCP_STATS_H

#include "tcp.h"

enum { RS_STATS_BYTES_MAX = 320 };

/* Writes the list into `to` (RS_STATS_BYTES_MAX); the length. ttl: of the acknowledging segment, 0: there is none. */
uint32_t rs_stats_write(const rs_env *env, const rs_tcb *t, uint8_t ttl, uint8_t *to);

#endif
