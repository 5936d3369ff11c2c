#include "length.h"

int64_t cf_script_length_us(const cf_script *s)
{
    int64_t at = 0;
    for (uint32_t i = 0; i < s->events; i++) {
        const cf_event *ev = &s->event[i];
        switch (ev->time_kind) {
        case CF_T_ABSOLUTE:
        case CF_T_ABS_RANGE: at = ev->time_us > at ? ev->time_us : at; break;
        case CF_T_RELATIVE:
        case CF_T_REL_RANGE: at += ev->time_us; break;
        case CF_T_ANY: break;
        }
    }
    return s->quiet_us > 0 ? at + s->quiet_us : at;
}
