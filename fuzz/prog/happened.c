#include "happened.h"

static fz_happened so_far;

void fz_happened_add(const fz_happened *h)
{
    so_far.packets += h->packets;
    so_far.timers += h->timers;
    so_far.calls += h->calls;
    so_far.steps += h->steps;
}

fz_happened fz_happened_take(void)
{
    fz_happened taken = so_far;
    so_far = (fz_happened){0};
    return taken;
}

uint64_t fz_happened_events(const fz_happened *h)
{
    return h->packets + h->timers + h->calls + h->steps;
}
