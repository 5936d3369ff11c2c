/* print.h — packets for people, in the notation of scripts. Everything goes into the caller's buffer, always
 * terminated, cut when it does not fit; every function returns the length that the whole text has (as snprintf does).
 * */
#ifndef CF_PACKET_PRINT_H
#define CF_PACKET_PRINT_H

#include "packet.h"

/* "S.", "P.", "SEWA." -> F S R P . U then E W A; "-" for none. ace >= 0: the digit instead of E, W and A. */
size_t cf_print_flags(uint16_t flags, int ace, char *out, size_t cap);
/* "mss 1460,nop,wscale 7": no angle brackets; "" for none. */
size_t cf_print_opts(const cf_tcp *t, char *out, size_t cap);
/* "S. 0:0(0) ack 1 win 65535 <mss 1460>". text_len is the payload's length; numbers as they stand in t. */
size_t cf_print_tcp(const cf_tcp *t, uint32_t text_len, char *out, size_t cap);
/* A whole packet: outer headers ("ipv4 1.2.3.4 > 5.6.7.8: "), then the transport. Addresses of the innermost IP header
 * and ports are shown only with ends true. What is malformed is said at the end in braces. */
size_t cf_print_packet(const cf_packet *p, bool ends, char *out, size_t cap);
/* "     0.100000  >  S. 0:0(0) ack 1 ..." — one step of a story; dir '<' or '>'. */
size_t cf_print_ladder(int64_t at_us, char dir, const cf_packet *p, char *out, size_t cap);
/* "0.100000" with the sign. */
size_t cf_print_time(int64_t us, char *out, size_t cap);
size_t cf_print_addr(const cf_addr *a, char *out, size_t cap);
/* Rows of 16 bytes with offsets and ASCII; at most max_bytes are shown, then "... N more". */
size_t cf_print_hex(const uint8_t *bytes, size_t len, size_t max_bytes, char *out, size_t cap);

#endif
