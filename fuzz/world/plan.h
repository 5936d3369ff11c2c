/* plan.h — what one simulated world is like: hosts, paths, conversations, faults. Everything follows from a seed of 64
 * bits; all of it is integers, so that a seed means the same on every machine. */
#ifndef FZ_WORLD_PLAN_H
#define FZ_WORLD_PLAN_H

#include "../../stack/drive/link.h"
#include "../../stack/include/refstack/refstack.h"

enum {
    FZ_HOSTS_MAX = 8,
    FZ_TALKS_MAX = 16,
    FZ_CUTS = 2,
    FZ_KNOBS_MAX = 10,
    FZ_SERVER_PORT = 8000,
    FZ_CLIENT_PORT = 40000,
    FZ_WORLD_MTU = 1500,
    FZ_LEAST_RCVBUF = 4096 /* of a Linux host: with room for one segment it may never open a window of a few bytes */
};

/* The application at one end of a conversation. */
typedef struct fz_script {
    rs_dur start;        /* a client connects then */
    uint64_t bytes;      /* writes so many, then ends its stream */
    uint32_t piece;      /* after so many ... */
    rs_dur piece_gap;    /* ... it pauses so long */
    uint32_t read_piece; /* reads at most so many a call, with a pause between two calls */
    rs_dur read_gap;
    uint32_t first, each, more; /* each > 0: writes `first` bytes unasked, and `more` for every `each` bytes it reads */
    bool late_reader;           /* reads nothing before the network is fair */
    rs_dur leaves;              /* goes away then, whatever there is to do; 0: does not */
    bool leaves_hard;           /* ... with SO_LINGER 0 */
    bool sees_off;              /* closes when all it said is acknowledged: an orphan may give up early */
    bool no_delay;
    int rcvbuf, sndbuf, mss; /* socket options set before the connection; 0: not set */
} fz_script;

typedef struct fz_talk_plan {
    uint8_t host[2];   /* the client's, the server's */
    fz_script user[2]; /* of the client, of the server */
} fz_talk_plan;

/* One direction between two hosts. */
typedef struct fz_path_plan {
    rs_link_faults rough, calm; /* in the fault phase, and from FAIR on */
    uint32_t to_bad, to_good;   /* Gilbert's model: chances, in millionths, that a packet finds the state changed ... */
    uint32_t lose_when_bad;     /* ... and that it is lost in the bad one */
    struct {
        rs_dur from, to; /* everything is lost between, one way */
    } cut[FZ_CUTS];
} fz_path_plan;

typedef struct fz_host_plan {
    bool linux_preset;
    uint8_t knobs;
    struct {
        const char *name, *value;
    } knob[FZ_KNOBS_MAX];
} fz_host_plan;

typedef struct fz_plan {
    uint64_t seed;
    rs_time origin; /* where the clock starts */
    rs_dur rough;   /* how long the faults last */
    bool ipv6;
    bool iss_wraps;      /* the first client's sequence numbers wrap soon */
    uint32_t iss_before; /* ... after so many */
    bool close_look;     /* also the oracles that ask the stack after every packet */
    unsigned hosts, talks;
    fz_host_plan host[FZ_HOSTS_MAX];
    fz_talk_plan talk[FZ_TALKS_MAX];
    fz_path_plan path[FZ_HOSTS_MAX][FZ_HOSTS_MAX]; /* from, to */
} fz_plan;

/* hosts: how many, 0 lets the seed choose (mostly two). */
void fz_plan_of(fz_plan *p, uint64_t seed, unsigned hosts);

#endif
