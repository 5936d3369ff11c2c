/* parcel.h — a result as bytes, for the way from a worker to its parent. Both are the same program on the same machine,
 * so numbers travel as they lie in memory; only what pointers point at is written out. */
#ifndef CF_SUITE_PARCEL_H
#define CF_SUITE_PARCEL_H

#include "../run/result.h"
#include "../text/buf.h"

/* Appends the result to b. */
void cf_parcel_pack(cf_buf *b, const cf_result *r);
/* Fills *r (to be freed with cf_result_free) from bytes that cf_parcel_pack made. False when they are not whole; *r is
 * then empty and needs no free. */
bool cf_parcel_open(const char *bytes, size_t len, cf_result *r);
/* A text that lives as long as the process, the same pointer for the same letters (names of fields). */
const char *cf_parcel_name(const char *text);

#endif
