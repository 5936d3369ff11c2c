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

#endif
