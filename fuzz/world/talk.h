/* talk.h — one conversation: two users, their sockets, and the books that say what must have arrived (O50-O53).
 *
 * The byte at every place of a stream is known (prog/bytes.h), so what is lost, doubled, swapped or shifted is seen
 * when it is read. Which errors a user may meet follows from the plan: without a user that leaves, none. */
#ifndef FZ_WORLD_TALK_H
#define FZ_WORLD_TALK_H

#include "plan.h"

typedef enum fz_phase { FZ_TO_OPEN, FZ_OPENING, FZ_OPEN, FZ_GONE } fz_phase;

typedef struct fz_end {
    fz_phase phase;
    rs_fd fd, listener; /* -1: none */
    uint32_t key;
    uint64_t wrote, got;
    bool full; /* its last call was taken in part: another would be refused until there is news (world.c says when) */
    bool shut; /* ended its stream */
    bool eof;  /* read the end of the other's */
    bool left; /* went away early ... */
    bool restarted; /* ... because its host did, which knows nothing of the connection any more */
    bool deaf;      /* broken off although everybody was there: see fz_talk_is_deaf */
    int error;      /* what a call failed with, RS_E*; 0 none */
    rs_time write_at, read_at;
} fz_end;

typedef struct fz_talk {
    const fz_talk_plan *plan;
    unsigned number;
    fz_end end[2]; /* the client's, the server's */
} fz_talk;

/* The sockets' calls go to a host; the network is fair or not. */
typedef struct fz_ground {
    rs_stack *st[2];
    rs_time now, origin;
    rs_addr addr[2];
    bool linux_preset[2];
    bool fair;
} fz_ground;

void fz_talk_begin(fz_talk *t, const fz_talk_plan *plan, unsigned number, rs_time origin);
/* The user of one side does what it can do now. True: something was done. */
bool fz_talk_step(fz_talk *t, unsigned side, const fz_ground *g);
/* When the user of one side wants to do something whatever the network does; RS_NEVER: only on news. */
rs_time fz_talk_wakes(const fz_talk *t, unsigned side, rs_time now, rs_time origin);
/* The user goes away at once, with a reset. */
void fz_talk_abandon(fz_talk *t, unsigned side, const fz_ground *g);
/* The user goes away with its host, without a call. */
void fz_talk_restart(fz_talk *t, unsigned side);
/* Somebody leaves early in this conversation: it may break. */
bool fz_talk_may_break(const fz_talk *t);

/* A Linux host with something to read refuses text that does not fit, and behind a window that it took back for want of
 * memory everything, and with it the acknowledgments of what it has sent itself (quirk beyond_window_refused): it gives
 * up when its user has slept for long enough. What the peer wrote and its user has not read is the sign. */
bool fz_talk_is_deaf(const fz_talk *t, unsigned side, const fz_ground *g);

/* ---------- what must hold ---------- */

/* O50: the bytes read at `from` are those that the peer wrote there, and it wrote so many. */
void fz_check_read(const fz_end *reader, const fz_end *writer, const uint8_t *bytes, size_t len);
/* O53: the stream ends once, behind its last byte, and only if the peer ended it. */
void fz_check_eof(const fz_end *reader, const fz_end *writer);
/* O53: an error that nothing in this world explains. */
void fz_check_error(const fz_talk *t, unsigned side, const char *call, int err);
/* O51: after the network was fair for long enough everything is delivered and both users are gone. */
void fz_check_served(const fz_talk *t);

#endif
