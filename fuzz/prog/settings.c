#include "settings.h"

static const struct {
    const char *knob, *value;
} rows[] = {
#define S(knob, value) {knob, value},
#include "settings.def"
#undef S
};

const char *fz_setting_knob(uint8_t row, const char **value)
{
    unsigned i = row % (sizeof rows / sizeof rows[0]);
    *value = rows[i].value;
    return rows[i].knob;
}

void fz_setting(fz_host *h, uint8_t row)
{
    const char *value, *knob = fz_setting_knob(row, &value);
    if (knob) fz_host_set(h, knob, value);
}
