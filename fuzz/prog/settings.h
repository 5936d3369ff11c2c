/* settings.h — the settings of settings.def, by number. */
#ifndef FZ_PROG_SETTINGS_H
#define FZ_PROG_SETTINGS_H

#include "host.h"

/* Does nothing for row 0 and for what this preset does not know. */
void fz_setting(fz_host *h, uint8_t row);

#endif
