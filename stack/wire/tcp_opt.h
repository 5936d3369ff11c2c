/* tcp_opt.h — TCP options: bytes to an rs_opts value and back (RFC 9293 3.1; the list is opt.def).
 *
 * Parsing is total. A length that cannot be (under 2, or past the end) ends the walk: what came before stands. A known
 * option of the wrong length is skipped. Both set `malformed`; what to do about it is the protocol's business (MUST-7).
 * Options may stand in any order and at any alignment (MUST-64); of two of a kind the last counts. Whether an option
 * may stand on this segment is judged above. */
#ifndef RS_WIRE_TCP_OPT_H
#define RS_WIRE_TCP_OPT_H

#include "seg.h"

enum { RS_OPT_ANY, RS_OPT_SYN };
/* Where the digest and the code lie in the options that rs_opts_build makes. */
enum { RS_OPT_MD5_AT = 4, RS_OPT_AO_MAC_AT = 4 };
enum rs_opt_kind {
#define O(name, kind, min, max, where, rfc) RS_OPT_KIND_##name = kind,
#include "opt.def"
#undef O
};

/* Reads the option area of a header (at most RS_OPT_BYTES). Borrows it. */
void rs_opts_parse(rs_opts *out, const uint8_t *area, size_t len);

/* Bytes that the wanted options take, padding included: a multiple of 4, at most RS_OPT_BYTES. `syn` as in building. */
uint8_t rs_opts_len(const rs_opts *o, bool syn);

/* Writes the wanted options in the order Linux has, padded to a multiple of 4, and returns the length.
 *   first:       the MD5 signature or the authentication option
 *   with SYN:    MSS, then SACK-permitted and timestamps, then window scale, then Fast Open if it still fits; AccECN
 *                stands behind the timestamps
 *   without SYN: timestamps, AccECN, then as many SACK blocks as fit, first ones first; MSS, window scale and
 *                SACK-permitted are never written (MUST-65). AccECN and SACK share their padding */
uint8_t rs_opts_build(uint8_t out[RS_OPT_BYTES], const rs_opts *o, bool syn);

/* How many SACK blocks fit beside the other wanted options of a segment without SYN (RFC 2018 3). */
uint8_t rs_opts_sack_room(const rs_opts *o);

#endif
