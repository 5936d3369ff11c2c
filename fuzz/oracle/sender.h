/* sender.h — what a sender believes of the peer's acknowledgments, and what it sends again or asks for.
 *
 *     fz_sender_sent for each segment of the host, fz_sender_arrives before and fz_sender_look after each of the peer,
 *     and fz_sender_look after every step
 *
 * O11 nothing is SACKed that the peer never told; O17 a recovery lasts until all that was out is acknowledged; O23 new
 * text stays in the window of now; O25 segments do not become tiny; O39 a timeout sends again from SND.UNA on; O40 a
 * fast retransmit at the third duplicate, not before and not later; O42 a probe is something that the peer has to
 * answer; O45 what lies before the urgent pointer says so. */
#ifndef FZ_ORACLE_SENDER_H
#define FZ_ORACLE_SENDER_H

#include "../../conformance/packet/offset.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"

typedef struct fz_sender {
    bool linux_preset;
    bool unheard;    /* what it says may not have reached the wire: set by the caller */
    bool other_loss; /* what counts as lost was set by the program: set by the caller */
    bool sure;       /* what arrives is a whole segment of this connection: set by the caller */
    bool urges;      /* its user has sent urgent text: set by the caller */
    bool spoke;      /* end is valid */
    uint32_t end;
    unsigned dups;          /* acknowledgments of SND.UNA without text, since it moved */
    unsigned plain_dups;    /* the same in a row, which nobody can take for anything else */
    bool sack_heard;        /* a block above SND.UNA came, in whatever segment */
    uint32_t longest_block; /* that the segment which is being answered brings */
    bool recovering;
    uint32_t recover; /* what was out when the recovery began */
    uint32_t resent;  /* how many segments had gone again by then */
    /* since the last look */
    bool fresh, old, probed; /* new text went, up to fresh_end; something older, the lowest from old_from on; something
                                that the peer answers */
    uint32_t fresh_end, old_from;
    bool bare; /* text went without URG, the lowest from bare_from on */
    uint32_t bare_from;
    bool pointed; /* URG went, and the pointer said points_to */
    uint32_t points_to;
    /* of the last look */
    uint8_t retransmits, probes;
    uint32_t up;
    bool up_known;
    rs_probe before; /* the segment that is being answered */
    bool have_before;
} fz_sender;

void fz_sender_begins(fz_sender *s);
/* before: NULL when there is no connection. t: NULL when it is no segment of TCP. */
void fz_sender_arrives(fz_sender *s, const rs_probe *before, const cf_tcp *t, uint32_t text);
void fz_sender_sent(fz_sender *s, const cf_tcp *t, uint32_t text);
void fz_sender_look(fz_sender *s, const rs_probe *now, bool answered);

#endif
