/* settings.h — the settings of settings.def, by number. */
#ifndef FZ_PROG_SETTINGS_H
#define FZ_PROG_SETTINGS_H

#include "host.h"

/* Does nothing for row 0 and for what this preset does not know. */
void fz_setting(fz_host *h, uint8_t number);
/* The knob of the host in a row and its value; NULL: the row has none. */
const char *fz_setting_knob(uint8_t number, const char **value);
/* A row that says how the peer signs. */
bool fz_setting_signs(uint8_t number);

/* What a setting leaves open of what oracles know. */
enum {
    FZ_TOUCH_TIMES = 1,     /* how long a timeout is, and how it grows */
    FZ_TOUCH_LOSS = 2,      /* what counts as lost, and what ends a recovery */
    FZ_TOUCH_WINDOW = 4,    /* the congestion window, and how many segments text makes */
    FZ_TOUCH_FAST_OPEN = 8, /* text may go with a SYN */
    FZ_TOUCH_AGREED = 16,   /* what is agreed on in the handshake: options switched off, SYN cookies */
    FZ_TOUCH_EDGE = 32,     /* whether a window that was offered stays offered */
    FZ_TOUCH_REST = 64,     /* whatever a sender and a receiver aim at */
    FZ_TOUCH_ANY = 127,
    FZ_TOUCH_SENT = 128 /* whether what the host says reaches the wire */
};
/* Of a knob by its name: everything, where nobody has said what. Of the knobs that programs can set somebody has. */
unsigned fz_knob_touches(const char *knob);

#endif
