/* store.h — a long row of records of one size, on disk when it is long: constant memory for captures of any size.
 *
 * The records live in a file without a name in TMPDIR (or /tmp), mapped into memory; pages not in use are given back
 * to the system all the time. A pointer is good until the next call on the same store. */
#ifndef CF_CAPTURE_STORE_H
#define CF_CAPTURE_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cf_store {
    int fd;
    size_t item; /* bytes of a record */
    uint8_t *map;
    size_t mapped; /* bytes */
    uint32_t count;
    uint32_t touched; /* accesses since pages were last given back */
} cf_store;

void cf_store_init(cf_store *s, size_t item);
void cf_store_free(cf_store *s);
/* Room for one more, zeroed; its number (from 0) in *number. NULL with the reason in why when there is no room. */
void *cf_store_add(cf_store *s, uint32_t *number, char *why, size_t why_cap);
void *cf_store_at(cf_store *s, uint32_t number);

#endif
