/* table.h — finding numbered things by a hash: a chained hash table that grows one bucket at a time.
 *
 * The things themselves live elsewhere, in slots with numbers below cap; the table keeps two words for each number and
 * one for each bucket, and compares nothing but hashes: whoever looks something up compares the keys. Linear hashing
 * keeps about one thing per bucket whatever their number, never stops to rehash everything, and touches no memory
 * beyond what is in use, so that a table made for a million costs nothing while it holds ten.
 *
 * Life: rs_table_init (in an arena, once) -> { rs_table_add | rs_table_remove | rs_table_first, rs_table_next }* .
 * Order: things with the same hash are found in an order that depends only on the history of calls.
 *
 *   H1  every number that was added is in the chain of its bucket, once      H2  count is the number of them
 *   H3  a chain holds only hashes of its bucket */
#ifndef RS_NET_TABLE_H
#define RS_NET_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "arena.h"

typedef struct rs_table_link {
    uint32_t hash, next;
} rs_table_link;

typedef struct rs_table {
    uint64_t buckets_at, links_at; /* bytes from this struct; both lie after it in the same arena */
    uint32_t cap;                  /* numbers are below it */
    uint32_t buckets;              /* in use: at least RS_TABLE_FIRST, at most the cap */
    uint32_t count;
    uint32_t high; /* one more than the largest number ever added */
} rs_table;

enum { RS_TABLE_FIRST = 8 };

/* Memory a table for numbers below cap needs for its two arrays. */
uint64_t rs_table_bucket_bytes(uint32_t cap);
uint64_t rs_table_link_bytes(uint32_t cap);
void rs_table_init(rs_table *t, void *buckets, void *links, uint32_t cap);
/* Adds a number that is not in the table. */
void rs_table_add(rs_table *t, uint32_t id, uint32_t hash);
/* Removes a number that is in the table. */
void rs_table_remove(rs_table *t, uint32_t id);
/* Walks the numbers with this hash; RS_NIL after the last. Between first and next nothing may be added or removed. */
uint32_t rs_table_first(const rs_table *t, uint32_t hash);
uint32_t rs_table_next(const rs_table *t, uint32_t id);
/* Which number rs_table_first will most likely give, as far as that can be told without a look at the numbers; RS_NIL
 * when there is none. */
uint32_t rs_table_guess(const rs_table *t, uint32_t hash);
/* Hints for the caches: the bucket of a hash, the link of a number. */
void rs_table_expect(const rs_table *t, uint32_t hash);
void rs_table_expect_link(const rs_table *t, uint32_t id);
/* The used parts, for a copy. */
void rs_table_parts(const rs_table *t, rs_parts *p);
/* NULL or the broken invariant. */
const char *rs_table_broken(const rs_table *t);

#endif
