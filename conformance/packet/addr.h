/* addr.h — addresses between text and bytes, strictly. */
#ifndef CF_PACKET_ADDR_H
#define CF_PACKET_ADDR_H

#include "packet.h"

/* Dotted quad or RFC 4291 text ("::ffff:1.2.3.4" included); no zone, no prefix. */
bool cf_addr_parse(const char *text, cf_addr *out);
/* RFC 5952 text. Returns its length; out needs 46 bytes. */
size_t cf_addr_text(const cf_addr *a, char *out, size_t cap);
bool cf_addr_same(const cf_addr *a, const cf_addr *b);
/* ::ffff:a.b.c.d */
cf_addr cf_addr_mapped(const cf_addr *v4);

#endif
