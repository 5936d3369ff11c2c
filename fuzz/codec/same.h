/* same.h — two codecs, one field. */
#ifndef FZ_CODEC_SAME_H
#define FZ_CODEC_SAME_H

#include <stdint.h>

#include "../prog/fail.h"

#define SAME(field, a, b)                                                                                              \
    do {                                                                                                               \
        if ((uint64_t)(a) != (uint64_t)(b))                                                                            \
            fz_fail("O20 codec", "%s: the stack read %llu, the judge %llu", field, (unsigned long long)(a),            \
                    (unsigned long long)(b));                                                                          \
    } while (0)

#endif
