#include "stop.h"

#include <stddef.h>

volatile sig_atomic_t cf_stop_asked;

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { SIGNALS = sizeof signals / sizeof *signals };
static struct sigaction before[SIGNALS];

static void ask(int signal_number)
{
    cf_stop_asked = signal_number;
}

void cf_stop_watch(void)
{
    struct sigaction act = {.sa_handler = ask, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&act.sa_mask);
    cf_stop_asked = 0;
    for (size_t i = 0; i < SIGNALS; i++) {
        sigaction(signals[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) sigaction(signals[i], &act, NULL);
    }
}

void cf_stop_unwatch(void)
{
    for (size_t i = 0; i < SIGNALS; i++) sigaction(signals[i], &before[i], NULL);
}
