/* link.h — from a link layer's frame to the IP packet in it, for the link types that TCP is captured on (cf_link_names
 * lists them).
 *
 * A link type is a row of a table in link.c: length of the header, where it says what follows, and in which numbers.
 * VLAN tags (also stacked), MPLS labels, PPPoE sessions and LLC/SNAP headers are walked through. */
#ifndef CF_CAPTURE_LINK_H
#define CF_CAPTURE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    CF_LINK_IP,    /* *at is where the IP header starts */
    CF_LINK_OTHER, /* something else: ARP, LLDP, a key exchange ... */
    CF_LINK_SHORT  /* the frame ends before the IP header starts */
} cf_link_what;

/* dlt: libpcap's number (DLT_...). An unknown type gives CF_LINK_OTHER: ask cf_link_known first. */
cf_link_what cf_link_strip(int dlt, const uint8_t *bytes, size_t len, size_t *at);
bool cf_link_known(int dlt);
/* "EN10MB, LINUX_SLL, ..." for messages; static text. */
const char *cf_link_names(void);

#endif
