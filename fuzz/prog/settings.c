#include "settings.h"

#include <string.h>

#include "fail.h"
#include "keys.h"

static const struct {
    const char *knob, *value;
} rows[] = {
#define S(knob, value) {knob, value},
#include "settings.def"
#undef S
};

enum { ROWS = sizeof rows / sizeof rows[0], FIRST_ROWS = 65 };
_Static_assert(ROWS <= 128, "world/pair.c has seven bits for a row");

/* Numbers beyond the last row mean one of those that were there first. */
static unsigned row_of(uint8_t number)
{
    return number < ROWS ? number : number % FIRST_ROWS;
}

static bool is_peers(unsigned row)
{
    return rows[row].knob && strncmp(rows[row].knob, "peer.", 5) == 0;
}

const char *fz_setting_knob(uint8_t number, const char **value)
{
    unsigned row = row_of(number);
    *value = rows[row].value;
    return is_peers(row) ? NULL : rows[row].knob;
}

bool fz_setting_signs(uint8_t number)
{
    return is_peers(row_of(number));
}

void fz_setting(fz_host *h, uint8_t number)
{
    const char *value, *knob = fz_setting_knob(number, &value);
    if (knob) fz_host_set(h, knob, value);
    else if (fz_setting_signs(number) && !fz_keys_begin(h, value)) fz_fail("setup", "peer.signs = %s", value);
}
