/* synsave.h — the headers of a SYN as they came, for a user who wants to see them (TCP_SAVE_SYN of Linux).
 *
 * They lie in a payload block, so that who does not ask pays nothing; the number 0 is no SYN.
 *
 * Life: 0 -> rs_synsave_keep -> rs_synsave_bytes* -> rs_synsave_release.
 *
 *   V1  0 < bytes <= RS_SYNSAVE_BYTES */
#ifndef RS_MECH_SYNSAVE_H
#define RS_MECH_SYNSAVE_H

#include "../include/refstack/types.h"
#include "blocks.h"

enum { RS_SYNSAVE_BYTES = RS_BLOCK_SLOT_BYTES - (int)sizeof(uint32_t) };

/* Copies the headers. No memory, or headers longer than a block: nothing is kept, as on Linux without memory. */
void rs_synsave_keep(rs_pool *blocks, uint32_t *number, rs_bytes headers);
/* Lends them until the release; empty: none. */
rs_bytes rs_synsave_bytes(const rs_pool *blocks, uint32_t number);
void rs_synsave_release(rs_pool *blocks, uint32_t *number);
/* NULL or the broken invariant. */
const char *rs_synsave_broken(const rs_pool *blocks, uint32_t number);

#endif
