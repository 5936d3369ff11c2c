/* speaker.h — one end of a connection, as far as it has spoken.
 *
 *     cf_speaker_start(&s); for each of its packets: cf_marks_read(&m, seg, ...); <judge>; cf_speaker_took(&s, seg,
 * &m); */
#ifndef CF_AUDIT_SPEAKER_H
#define CF_AUDIT_SPEAKER_H

#include "../capture/conn.h"
#include "cover.h"

enum { CF_MARK_SACKS = 4, CF_SENT_KEPT = 512 };
/* A clock of a microsecond wraps half way after 35 minutes: of older timestamps nobody knows which is newer. */
#define CF_STAMP_OLD_NS 1800000000000ll

/* The options of a packet. */
typedef struct cf_marks {
    bool bad_form, dirty_padding; /* a length that cannot be; bytes other than zero after the end of options */
    bool mss, scale, sack_ok, ts;
    uint16_t mss_val;
    uint8_t shift;
    uint32_t ts_val, ts_ecr;
    unsigned sacks;
    uint32_t sack[2 * CF_MARK_SACKS];
} cf_marks;
void cf_marks_read(cf_marks *out, const cf_seg *s);

/* Text that was sent, to be compared with what is sent again. */
typedef struct cf_sent {
    cf_offset pos;
    uint32_t len;
    uint64_t hash;
} cf_sent;

typedef struct cf_speaker {
    uint64_t packets;
    bool syn;      /* a SYN of it, or SYN+ACK, is in the capture */
    bool unplaced; /* and one that is not where its stream begins: positions may be wrong */
    bool scale, sack_ok, ts, all_ts, all_scale; /* any SYN offered it; all did */
    uint8_t shift;                              /* the largest of its SYNs, 14 at most */
    uint16_t mss;                               /* the largest of its SYNs; 0: none */
    bool no_mss;                                /* a SYN without the option */
    cf_cover cover;                             /* positions sent: SYN 0, bytes from 1, FIN */
    cf_offset end;                              /* after the last of them */
    bool acks, offers;
    cf_offset acked, edge; /* highest acknowledgment and right edge of the window */
    cf_offset acked_stamp; /* the newest timestamp when that was acknowledged */
    bool fin, reset;
    cf_offset fin_at;
    bool stamped;
    cf_offset stamp, first_stamp; /* newest and oldest timestamp, unrolled */
    cf_offset stamp_end;          /* what lies from here on was sent after the newest; INT64_MAX: that is not known */
    int64_t stamp_ns;             /* when that was */
    bool stamp_unsure;            /* there was a pause in which its clock may have wrapped */
    cf_sent sent[CF_SENT_KEPT];   /* a ring */
    uint32_t sent_count;
} cf_speaker;

/* scaled: both ends' SYNs agreed on window scale. Segments that a receiver drops (wrong checksum) must not come here.
 */
void cf_speaker_took(cf_speaker *me, const cf_seg *s, const cf_marks *m, bool scaled);
/* Positions that a segment takes, SYN and FIN counted. */
cf_offset cf_taken(const cf_seg *s);
/* The right edge of the window that a segment offers. */
cf_offset cf_edge_of(const cf_speaker *me, const cf_seg *s, bool scaled);

#endif
