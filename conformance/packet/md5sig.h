/* md5sig.h — the digest of a signed TCP segment (RFC 2385 2), reckoned from the bytes of the packet. */
#ifndef CF_PACKET_MD5SIG_H
#define CF_PACKET_MD5SIG_H

#include "packet.h"

enum { CF_MD5_BYTES = 16, CF_MD5_KEY_MAX = 80 };

/* The digest that the innermost TCP segment should carry under this secret. False: there is no TCP over IP in it. */
bool cf_md5_digest(const cf_packet *p, const char *secret, uint8_t out[CF_MD5_BYTES]);

#endif
