/* trail.h — the way of one capture through a connection: what each end has sent, acknowledged and offered so far, and
 * the packets around the place reached. So a packet can be judged by where it stands (what does it answer? is it within
 * the window?) and by whether the other capture says the same at another time.
 *
 *     cf_trail_start(&t, conns, k);
 *     for every packet: cf_trail_place(&t, u, &place); ... cf_trail_take(&t, u);
 *
 * Memory is constant: CF_TRAIL_BACK packets are remembered, CF_TRAIL_AHEAD are read ahead when asked for. */
#ifndef CF_CAPTURE_TRAIL_H
#define CF_CAPTURE_TRAIL_H

#include "align.h"

enum { CF_TRAIL_BACK = 64, CF_TRAIL_AHEAD = 256 };

/* What a packet answers: the last one of the other end, as its receiver had to see it. */
typedef enum {
    CF_TO_NOTHING,
    CF_TO_SYN,    /* a SYN on a connection that exists */
    CF_TO_OPEN,   /* the SYN or SYN+ACK that opens */
    CF_TO_RST,    /* a reset */
    CF_TO_OLD,    /* nothing but what was received before; a probe */
    CF_TO_BEYOND, /* bytes or an acknowledgment to the right of the window */
    CF_TO_GAP,    /* bytes after a gap */
    CF_TO_DATA,   /* the next bytes */
    CF_TO_FIN,    /* the next bytes and FIN, or FIN alone */
    CF_TO_UNSENT, /* an acknowledgment of what was never sent */
    CF_TO_ACK     /* an acknowledgment and nothing else */
} cf_answers;

typedef struct cf_place {
    cf_answers to;
    bool second;      /* that packet was answered before */
    int64_t wait_ns;  /* since that packet; INT64_MAX: there was none */
    int64_t idle_ns;  /* since its end sent something; 0: it had not */
    bool fresh;       /* bytes, a SYN or a FIN that were not sent before */
    bool advances;    /* acknowledges more than its end did before */
    bool acks_unseen; /* acknowledges what the other end has not sent */
    bool overruns;    /* new bytes to the right of the window offered (one byte is a probe) */
    bool regresses;   /* acknowledges less than its end did before */
    bool oversize;    /* more bytes than the MSS of the other end's SYN, if it had one */
    bool shrinks;     /* takes back a part of the window offered */
    bool opens;       /* offers more than before */
    bool first;       /* the first bytes of its end */
    bool probe;       /* asks for a sign of life: no new byte, before what was sent */
} cf_place;

/* A packet as far as it is remembered. */
typedef struct cf_past {
    int64_t at_ns; /* since the start of the connection */
    cf_offset pos, end, ack, edge;
    uint16_t flags;
    uint8_t dir, mark;
    bool pure; /* no bytes, no SYN, FIN, RST */
} cf_past;

typedef struct cf_trail {
    cf_conns *conns;
    const cf_conn *k;
    cf_past back[CF_TRAIL_BACK];
    uint64_t taken;
    uint32_t next;        /* the record after the last one taken */
    bool seen[2], syn[2]; /* by end */
    cf_offset end[2];     /* after the last byte sent */
    cf_offset reach[2];   /* as end, but without what comes after a gap */
    cf_offset acked[2];   /* highest acknowledgment */
    cf_offset edge[2];    /* furthest right edge offered; 0: none yet */
    cf_answers to[2];     /* what the end has to answer */
    int64_t asked_ns[2], sent_ns[2];
    uint32_t answered[2];
} cf_trail;

void cf_trail_start(cf_trail *t, cf_conns *conns, const cf_conn *k);
/* Where u stands that comes next. */
void cf_trail_place(const cf_trail *t, const cf_unit *u, cf_place *out);
void cf_trail_take(cf_trail *t, const cf_unit *u);

/* What is looked for in the other capture. */
typedef enum {
    CF_SAYS_SENT,   /* all bytes up to end are sent (with FIN when fin is asked for) */
    CF_SAYS_AGAIN,  /* the byte at pos is sent again */
    CF_SAYS_ACKED,  /* everything up to ack is acknowledged */
    CF_SAYS_OPEN,   /* the right edge of the window is at edge or further */
    CF_SAYS_SAME,   /* the same flags at pos: SYN, SYN+ACK, RST */
    CF_SAYS_NOTHING /* a duplicate acknowledgment: only its like says it, and that is another packet */
} cf_says;
typedef struct cf_want {
    cf_says what;
    uint8_t dir;
    cf_offset pos, end, ack, edge;
    uint16_t flags;
    int64_t at_ns; /* since the start of the connection, in the capture that asks */
} cf_want;

/* What packet u at its place in a capture says, in words to look for. */
cf_want cf_trail_want(const cf_trail *own, const cf_unit *u, const cf_place *place);
/* Whether and when t's capture says so around the place reached: *apart_ns is its time less that of the question. */
bool cf_trail_finds(const cf_trail *t, const cf_want *w, int64_t *apart_ns);

#endif
