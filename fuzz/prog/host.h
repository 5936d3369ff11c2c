/* host.h — one reference stack on a virtual clock, its sockets, and what the peer knows about it.
 *
 * Everything a step does goes through here, so that there is one place that feeds the host, drains it, tells the
 * oracles (fz_watch) and, after a clone, does the same to the twin and compares. The peer's knowledge comes from the
 * packets alone; fz_look asks the stack (rs_probe) so that steps can be placed next to live numbers. */
#ifndef FZ_PROG_HOST_H
#define FZ_PROG_HOST_H

#include "../../conformance/packet/offset.h"
#include "../../conformance/packet/packet.h"
#include "../../stack/include/refstack/refstack.h"
#include "program.h"

enum {
    FZ_TUPLES = 4,
    FZ_HISTORY = 8,
    FZ_HISTORY_BYTES = 2048,
    FZ_PARKED = 4,
    FZ_BLOCKS = 192,
    FZ_RECORDS = 256,
    FZ_FDS = 24,
    FZ_STREAMS = 300,
    FZ_IO_MAX = 4096,
    FZ_PORT_LISTEN = 8080,
    FZ_PORT_PEER = 40000,
    FZ_PORT_CLOSED = 9
};

/* What the oracles are told. Pointers are borrowed during the call; any function may be NULL. */
typedef struct fz_watch {
    void *ctx;
    void (*arrives)(void *ctx, rs_time now, const cf_packet *p); /* before the host sees it */
    void (*sent)(void *ctx, rs_time now, const cf_packet *p);
    void (*answered)(void *ctx, rs_time now); /* all that a packet draws at once has been sent */
    void (*reads)(void *ctx, const rs_probe *conn, uint64_t offset, const uint8_t *bytes, size_t len);
    void (*moved)(void *ctx, const rs_event *ev); /* a state change */
} fz_watch;

/* One 4-tuple as the peer sees it. */
typedef struct fz_tuple {
    uint16_t local_port, remote_port;
    rs_probe last;   /* newest look at a living connection; zero before the first */
    bool alive;      /* the look was possible just now */
    uint32_t looked; /* the act after which that was, and its time: as long as nothing has happened it is still right */
    rs_time looked_at;
    bool syn_seen; /* the host sent a SYN: iss and end are valid */
    bool peer_fin; /* the peer sent a FIN, wherever */
    uint32_t iss;
    cf_offset end;     /* first position the host has not sent; iss is position iss */
    uint32_t ts_val;   /* newest timestamp of the host */
    uint32_t peer_syn; /* number of the peer's newest SYN ... */
    bool peer_began;   /* ... which there was */
    rs_time ts_at;     /* when the connection's first SYN passed: the peer's timestamp clock starts there */
} fz_tuple;

/* The books of one connection's user: bytes taken from it and given to it. Descriptors that were dup'ed share a stream;
 * a descriptor that is used again has another. */
typedef struct fz_stream {
    uint64_t wrote, got;
    bool nodelay; /* TCP_NODELAY is on */
} fz_stream;

/* A call that waits, with the buffer it was made with. number 0: a free place. */
typedef enum fz_call_kind { FZ_READS, FZ_WRITES, FZ_ACCEPTS, FZ_OTHER_CALL } fz_call_kind;
typedef struct fz_parked {
    uint32_t number;
    rs_fd fd;
    fz_call_kind kind;
    fz_stream *stream;
    bool wants_all; /* MSG_WAITALL: less than len is not enough */
    size_t len;
    uint8_t *io; /* FZ_IO_MAX bytes of fz_host.io */
} fz_parked;

/* How a segment is signed: TCP MD5 (RFC 2385), TCP-AO (RFC 5925), both. */
typedef enum fz_sign {
    FZ_NOT_SIGNED, /* of a segment: as the peer signs */
    FZ_SIGNED,
    FZ_SIGNED_WRONG,
    FZ_SIGNED_AO,
    FZ_SIGNED_AO_WRONG,
    FZ_SIGNED_TWICE,
    FZ_UNSIGNED
} fz_sign;
typedef struct fz_signer {
    fz_sign how;
    uint8_t key, rnext; /* AO: of keys.c, the one it signs with and the one it asks for */
    bool for_all;       /* MD5: the host has the key for whomever */
} fz_signer;

/* What the host has sent since a call began (effect.h). */
typedef struct fz_out {
    unsigned acks, resets;
    bool text, last_pushed, small;
    uint32_t small_len, end; /* of the smallest segment with new text; of the newest text */
} fz_out;

typedef struct fz_host {
    const fz_header *header;
    const fz_watch *watch;
    rs_addr own, peer;   /* fz_local_addr, fz_remote_addr of the header */
    rs_stack *st, *twin; /* twin: NULL until a CLONE step */
    rs_time now;
    uint32_t acts;             /* counts whatever may have changed the stacks: calls, packets, timers */
    fz_tuple tuple[FZ_TUPLES]; /* 0 is the main one */
    rs_fd listener, conn;      /* -1: none */
    fz_stream *by_fd[FZ_FDS];  /* NULL: not a connection of ours */
    unsigned streams;
    fz_out out;
    bool urges;             /* urgent text was sent */
    bool hurries, corks;    /* TCP_NODELAY was set somewhere; TCP_CORK, or text that more follows, may hold back */
    bool clamps;            /* a smaller window or buffer was asked for, or SHUT_RD: it need not follow what is read */
    bool lingers_0[FZ_FDS]; /* SO_LINGER with a time of 0 */
    bool impatient;         /* the user set a time-out of its own: giving up is no fault then */
    bool paces;             /* SO_MAX_PACING_RATE was set somewhere: what is queued may take its time */
    fz_parked parked[FZ_PARKED];
    uint8_t cookie[16], cookie_len; /* of Fast Open, as the host gave it last; 0: none */
    fz_signer signer;               /* how the peer signs */
    bool keyed;                     /* the host was given other keys than the peer signs with, or the other way round */
    bool mute, was_mute;            /* the host's device drops all that it sends; it did so once */
    bool shares_port;               /* there were two listeners on the port */
    bool stray;                     /* what arrives now is no part of the program (stray.h) */
    uint32_t seen;                  /* packets in both directions so far */
    fz_stream stream[FZ_STREAMS];   /* the first `streams` of them */
    struct {
        uint16_t len;
        uint8_t bytes[FZ_HISTORY_BYTES];
    } history[FZ_HISTORY]; /* the last `seen` of them */
    uint8_t io[FZ_PARKED][FZ_IO_MAX];
} fz_host;

/* A host as the header wants it, without sockets. The host lives in static memory: one at a time. */
void fz_host_open(fz_host *h, const fz_header *header, const fz_watch *watch);
/* The host's and the peer's address in the header's family. */
rs_addr fz_local_addr(const fz_header *header);
rs_addr fz_remote_addr(const fz_header *header);
/* The peer's port of a tuple. */
uint16_t fz_remote_port(const fz_header *header, unsigned tuple);

/* Feeds a packet, then drains what the host sends. */
void fz_host_input(fz_host *h, const uint8_t *pkt, size_t len);
/* Drains what the host sends, tells everybody, lets ready blocked calls go on. Done by all functions here. */
void fz_host_drain(fz_host *h);
/* Lets time pass; timers run on the way, at most `events` of them (0: as many as there are). False: stopped early. */
bool fz_host_sleep(fz_host *h, rs_time until, unsigned events);
/* Makes the twin. */
void fz_host_clone(fz_host *h);
/* Changes a knob. */
void fz_host_set(fz_host *h, const char *knob, const char *value);
/* A new look at the connection of the tuple; false (and the old look) when there is none. */
bool fz_look(fz_host *h, fz_tuple *t);
/* The same for a caller who has looked already; p: NULL when there is none. */
bool fz_saw(fz_host *h, fz_tuple *t, const rs_probe *p);
/* The descriptor belongs to a new connection: its streams start at 0. */
void fz_host_new_stream(fz_host *h, rs_fd fd);
/* The user wants the main connection to take its time (SO_MAX_PACING_RATE), as it was at the last look. */
bool fz_is_paced(const fz_host *h);
/* Connections hold much of the memory: another one may find none. */
bool fz_memory_is_short(const fz_host *h);
/* The number of a reason for drops; a name that is not there is a fault of the caller. */
unsigned fz_drop_reason(const char *name);
/* The user's books after a call has ended: bytes written, bytes read (given to the oracles), descriptors made. */
void fz_host_account(fz_host *h, const fz_parked *call, rs_ret r);
/* Ends blocked calls of a descriptor (all: -1). */
void fz_host_unpark(fz_host *h, rs_fd fd);

/* The bytes the user writes at an offset of its stream, and those the honest peer sends at a sequence number (the low
 * 32 bits of seq). */
void fz_user_bytes(uint64_t offset, uint8_t *out, size_t len);
void fz_peer_bytes(uint64_t seq, uint8_t *out, size_t len);

#endif
