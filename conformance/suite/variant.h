/* variant.h — one script, several runs: over IPv4, over IPv6, and over IPv4 by an IPv6 socket.
 *
 * Addresses, MTU and the -D symbols are those that packetdrill's own suite runners pass; many scripts depend on them.
 * The MTU of 1520 makes the MSS 1460 in both families. */
#ifndef CF_SUITE_VARIANT_H
#define CF_SUITE_VARIANT_H

#include "find.h"

typedef struct cf_variant {
    const char *name; /* "ipv4" */
    const char *other_names[2];
    cf_ip_mode mode;
    uint32_t mtu;               /* of a script that names none */
    const char *const *options; /* "local_ip=192.168.0.1" ... */
    uint32_t option_count;
    const cf_define *defines;
    uint32_t define_count;
} cf_variant;

enum { CF_VARIANTS = 3 };
extern const cf_variant cf_variants[CF_VARIANTS];

/* By name ("ipv4", "v6", "mapped", "ipv4-mapped-ipv6", "ipv4_mapped_ipv6", ...); NULL if there is none. */
const cf_variant *cf_variant_find(const char *name);
/* A list separated by commas, or "all", as a set of bits (1 << index). 0, with the wrong name in *wrong (cap bytes), if
 * one is unknown. */
unsigned cf_variant_set(const char *list, char *wrong, size_t cap);
/* May this script run in this variant? A script with its own --ip_version runs only so; one that names families ("//:
 * family:") only in those; *v4.pkt not over IPv6, *v6.pkt only over IPv6. */
bool cf_variant_fits(const cf_variant *v, const cf_test *t);

#endif
