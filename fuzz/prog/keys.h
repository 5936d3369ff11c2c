/* keys.h — signatures: the keys that the host and the peer have in common (RFC 2385, RFC 5925), the calls that give
 * them to the host and take them away, and the peer's half of signing, reckoned by the judge's code.
 *
 * A program that sets "peer.signs" in its header has every socket get the key before it listens or connects, and a peer
 * that signs everything: it goes on as one without signatures. Steps change keys on both sides afterwards. */
#ifndef FZ_PROG_KEYS_H
#define FZ_PROG_KEYS_H

#include "../../conformance/packet/aosig.h"
#include "../../conformance/packet/encode.h"
#include "segment.h"

/* From now on the peer signs as the words say (settings.def); false: there are no such words. */
bool fz_keys_begin(fz_host *h, const char *words);
/* A new socket gets the key that the peer signs with; nothing where it does not sign. */
void fz_keys_give(fz_host *h, rs_fd fd);
/* Linux's struct tcp_md5sig for the peer; a key of no length takes it away. */
void fz_keys_md5(fz_host *h, rs_fd fd, uint8_t prefix_class, bool away);
/* The step AUTH. */
void fz_keys(fz_host *h, rs_fd fd, const fz_step *s);

/* Appends the options that a segment is signed with, their digests empty; false: they do not fit. */
bool fz_keys_put(const fz_host *h, const fz_segment *s, cf_opt_row *row);
/* Fills in the digests of the options that fz_keys_put has put last. b: the segment with them. */
void fz_keys_sign(const fz_host *h, const fz_tuple *t, const fz_segment *s, const cf_build *b, cf_opt_row *row);

/* Is a segment of either side signed once, and rightly, with one of the keys? isns: of its sender and receiver. */
bool fz_keys_hold(const cf_packet *p, const cf_ao_isns *isns);
/* What --tcp_ao_keys of a script must say. */
void fz_keys_words(char *out, size_t cap);

typedef struct fz_ao_key {
    const char *algorithm, *secret;
    uint8_t bytes, send_id, recv_id; /* of a code; the host's numbers */
    bool skips_options;
} fz_ao_key;

#endif
