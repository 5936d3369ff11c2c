/* guess.h — what the wire does not show about the end that made it, as a choice of styles for the whole connection and
 * of fixes for single packets.
 *
 * A style is tried first; where the stack under test leaves the recording, fixes near that place are (search.h). Fixes
 * change what the application did, and when; only CF_FIX_LOOSE and CF_FIX_ANY_OPTIONS compare less. */
#ifndef CF_CAPTURE_GUESS_H
#define CF_CAPTURE_GUESS_H

#include <stdbool.h>
#include <stdint.h>

#include "../text/buf.h"

/* What is meant differently at one packet, by its number in the recording. */
typedef enum {
    CF_FIX_CUT,        /* out: a write ends with this segment */
    CF_FIX_JOIN,       /* out: the write goes on behind the PSH of this segment */
    CF_FIX_PLAIN,      /* out: the write that begins here says nothing about more to come */
    CF_FIX_EOR,        /* out: the write that begins here ends a record (MSG_EOR) */
    CF_FIX_PUSH,       /* out: what waited for company is let go here (TCP_NODELAY) */
    CF_FIX_WRITE,      /* before this packet the next write is made already: it waits */
    CF_FIX_CLOSE,      /* before this packet the connection is closed already: the FIN waits */
    CF_FIX_SHUTDOWN,   /* out: this FIN is of a shutdown(), or the other way round */
    CF_FIX_READ,       /* in: the application reads after this packet, or the other way round */
    CF_FIX_ACK_LATE,   /* in: before it, acknowledgments are told to wait */
    CF_FIX_ACK_NOW,    /* out: a waiting acknowledgment is let go here */
    CF_FIX_SETTING,    /* the packet is the number of a setting (cf_guess_settings), for all of the connection */
    CF_FIX_LOOSE,      /* out: when it was sent is not compared, but for a second */
    CF_FIX_ANY_OPTIONS /* out: options are not compared */
} cf_fix_kind;
enum { CF_FIX_KINDS = CF_FIX_ANY_OPTIONS + 1, CF_FIXES_MAX = 200 };

typedef struct cf_fix {
    uint32_t packet;
    cf_fix_kind kind;
} cf_fix;

typedef struct cf_guess {
    bool bursts;      /* a write for each burst of segments, else up to each PSH */
    bool rows;        /* segments of a write are one line, so that their sizes are not compared */
    bool nagle;       /* small segments may be held back, else TCP_NODELAY */
    bool cubic;       /* the congestion control, where one has to be named; else reno */
    bool arrivals;    /* packets as the stack took them, not as they passed by (arrivals.h) */
    bool late;        /* with arrivals: acknowledgments wait for the end of the burst that they came into */
    bool any_options; /* options of the stack under test are not compared */
    bool loose;       /* timers within 20 ms or a fifth, else within an eighth, as precise as a kernel's are */
    const cf_fix *fix;
    uint32_t fixes;
    uint32_t upto; /* only so many packets are told, to see how they go; 0: all */
} cf_guess;
/* Words of a sysctl command: settings that show on the wire only by what the stack then does. */
enum { CF_SETTINGS = 26 };
extern const char *const cf_guess_settings[CF_SETTINGS];
enum { CF_GUESSES = 24 };
extern const cf_guess cf_guesses[CF_GUESSES]; /* the strictest first */

bool cf_guess_fixed(const cf_guess *g, uint32_t packet, cf_fix_kind kind);
/* "its options not compared, timers within 20 ms or 20 %"; "" for a strict one. */
void cf_guess_text(const cf_guess *g, cf_buf *out);

#endif
