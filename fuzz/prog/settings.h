/* settings.h — the settings of settings.def, by number. */
#ifndef FZ_PROG_SETTINGS_H
#define FZ_PROG_SETTINGS_H

#include "host.h"

/* Does nothing for row 0 and for what this preset does not know. */
void fz_setting(fz_host *h, uint8_t row);
/* The knob of a row and its value; NULL for row 0. */
const char *fz_setting_knob(uint8_t row, const char **value);

#endif
