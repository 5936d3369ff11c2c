/* signed.h — signatures (RFC 2385, RFC 5925) of one 4-tuple, seen from outside.
 *
 *     fz_signed_arrives before each segment of the peer, fz_signed_sent for each of the host, fz_signed_answered when
 * it has said all that it had to say
 *
 * O28 who signs its SYN signs all that follows, and rightly (RFC 2385 2, RFC 5925 7.4); what is not signed, or wrongly,
 * is dropped without a word and changes nothing (RFC 2385 2.0, RFC 5925 7.3). */
#ifndef FZ_ORACLE_SIGNED_H
#define FZ_ORACLE_SIGNED_H

#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

enum { FZ_SYNS = 8 };

typedef struct fz_signed {
    bool keys_change; /* a key was given or taken away on one of the sides: set by the caller */
    bool cookies;     /* an ACK may bring a connection of an earlier SYN-ACK up: set by the caller */
    bool signs;       /* the host's SYN of this incarnation was signed */
    uint32_t iss, irs[FZ_SYNS], earlier[FZ_SYNS];
    unsigned begun; /* how many numbers the host had before this one, in earlier[]; the first is that of none, 0 */
    unsigned syns;  /* how many numbers the peer has begun with; beyond FZ_SYNS some are forgotten */
    uint32_t met;   /* the one that a signature of the host was made with, in this incarnation; 0: none yet */
    bool unheard;   /* a segment is being answered that must not be heard, by a connection that was like this */
    rs_probe before;
} fz_signed;

/* before: NULL, there is no connection. */
void fz_signed_arrives(fz_signed *s, const cf_packet *p, const rs_probe *before);
void fz_signed_sent(fz_signed *s, const cf_packet *p);
void fz_signed_answered(fz_signed *s, const rs_probe *after);

#endif
