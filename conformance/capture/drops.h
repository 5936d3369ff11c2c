/* drops.h — how many packets a capture says it lacks: the statistics blocks of pcapng, which libpcap passes over.
 *
 *     cf_drops d = {0};
 *     cf_drops_feed(&d, bytes, n);        the file as it is read, in pieces of any size
 *     ... cf_drops_total(&d) ...          at any time; what was fed so far
 *
 * Other files say nothing, and the total stays 0. That is no promise that nothing was dropped: many programs write no
 * such block. */
#ifndef CF_CAPTURE_DROPS_H
#define CF_CAPTURE_DROPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So much of a block is kept; of a longer one its beginning is read. */
enum { CF_DROPS_BLOCK = 1024, CF_DROPS_INTERFACES = 64 };

typedef struct cf_drops {
    bool other;         /* no pcapng, or none from here on: nothing is read any more */
    bool begun, big;    /* a section has begun; its most significant byte comes first */
    uint32_t len, gone; /* of the block at hand: all of it (once its head is there), and what was fed */
    uint8_t block[CF_DROPS_BLOCK];
    uint64_t of[CF_DROPS_INTERFACES]; /* what each interface of the section said last; the last place is shared */
    uint64_t before;                  /* of the sections before */
} cf_drops;

void cf_drops_feed(cf_drops *d, const uint8_t *bytes, size_t n);
uint64_t cf_drops_total(const cf_drops *d);

#endif
