/* cut.h — a segment on its way becomes two that say the same, as a box between two hosts may do it: the bytes divided,
 * the options on both, FIN and PSH on the second. */
#ifndef FZ_WORLD_CUT_H
#define FZ_WORLD_CUT_H

#include "../../stack/include/refstack/types.h"

enum { FZ_CUT_BYTES = 2048 };

typedef struct fz_halves {
    uint8_t first[FZ_CUT_BYTES], second[FZ_CUT_BYTES];
    size_t first_len, second_len;
} fz_halves;

/* After the first `at` bytes of its text. False: it is none that could be cut there (no text so long, a SYN, an urgent
 * pointer, a wrong checksum, something else than TCP behind one plain IP header), and stays whole. */
bool fz_cut(rs_bytes pkt, uint32_t at, fz_halves *out);

#endif
