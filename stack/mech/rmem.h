/* rmem.h — what received text costs the buffer, as Linux reckons it: the memory of the packets that it lies in, not its
 * bytes.
 *
 * A packet takes a buffer of one of a few sizes, and a description. Text that fits into what is left behind the last
 * packet of the queue costs nothing. Memory is given back as the user reads; here in proportion to the bytes, because
 * the borders of packets are not kept.
 *
 * Life: all zero -> { rs_rmem_take | rs_rmem_read | rs_rmem_collapse }* .
 *
 * Nothing is used when nothing is held: the caller, who knows what is held, looks after that. */
#ifndef RS_MECH_RMEM_H
#define RS_MECH_RMEM_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_rmem {
    uint32_t used;
    uint16_t behind; /* room behind the last packet in order, for text that follows it */
} rs_rmem;

/* Memory of a packet of so many bytes, headers included. */
uint32_t rs_rmem_of_packet(uint32_t packet_len);

typedef struct rs_rmem_text {
    uint32_t packet_len, text_len;
    bool in_order; /* it follows what the user can read */
} rs_rmem_text;
/* The text is kept. Returns what it costs. */
uint32_t rs_rmem_take(rs_rmem *m, const rs_rmem_text *t);
/* Of `held` bytes the user has taken n. */
typedef struct rs_rmem_part {
    uint32_t n, held;
} rs_rmem_part;
void rs_rmem_read(rs_rmem *m, const rs_rmem_part *p);
/* The buffer is full: `held` bytes are copied together into full pages, if that takes less. */
void rs_rmem_collapse(rs_rmem *m, uint32_t held);

#endif
