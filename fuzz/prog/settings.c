#include "settings.h"

void fz_setting(fz_host *h, uint8_t row)
{
    static const struct {
        const char *knob, *value;
    } rows[] = {
#define S(knob, value) {knob, value},
#include "settings.def"
#undef S
    };
    const unsigned count = sizeof rows / sizeof rows[0];
    if (rows[row % count].knob) fz_host_set(h, rows[row % count].knob, rows[row % count].value);
}
