/* linux_view.c — the sockets of the namespace, from /proc/net/tcp and /proc/net/tcp6. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "linux.h"

/* Numbers of states in /proc/net/tcp. */
static const char *const states[] = {NULL,         "ESTABLISHED", "SYN-SENT",    "SYN-RECEIVED", "FIN-WAIT-1",
                                     "FIN-WAIT-2", "TIME-WAIT",   "CLOSED",      "CLOSE-WAIT",   "LAST-ACK",
                                     "LISTEN",     "CLOSING",     "SYN-RECEIVED"};

/* "0100007F:1F90": words of four bytes in the order of this machine. */
static bool take_end(const char *text, cf_addr *addr, uint16_t *port)
{
    const char *colon = strchr(text, ':');
    unsigned p;
    if (!colon || sscanf(colon + 1, "%4X", &p) != 1) return false;
    size_t words = (size_t)(colon - text) / 8;
    *addr = (cf_addr){.family = words == 1 ? 4 : 6};
    for (size_t i = 0; i < words && i < 4; i++) {
        unsigned w;
        if (sscanf(text + 8 * i, "%8X", &w) != 1) return false;
        uint32_t word = w;
        memcpy(addr->b + 4 * i, &word, sizeof word);
    }
    *port = (uint16_t)p;
    return true;
}

static bool take_line(const char *line, cf_socket_view *out)
{
    enum { TICK_US = 10000 };
    static const char *const timers[] = {NULL, "on", "keepalive", "timewait", "persist"};
    char local[40], remote[40];
    unsigned state, send, recv, timer, left, tries;
    if (sscanf(line, " %*u: %39s %39s %X %X:%X %X:%X %X", local, remote, &state, &send, &recv, &timer, &left, &tries) !=
        8)
        return false;
    *out = (cf_socket_view){.recv_q = recv, .send_q = send, .timer_tries = tries};
    out->state = state < sizeof states / sizeof *states ? states[state] : NULL;
    out->timer = timer < sizeof timers / sizeof *timers ? timers[timer] : NULL;
    out->timer_us = (int64_t)left * TICK_US;
    return out->state && take_end(local, &out->local, &out->local_port) &&
           take_end(remote, &out->remote, &out->remote_port);
}

/* *iter is the number of the line, counted through both files: they are read again for each, which is rare enough. */
bool cf_linux_socket_view(cf_target *t, uint32_t *iter, cf_socket_view *out)
{
    static const char *const paths[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    char line[512];
    uint32_t at = 0;
    (void)t;
    for (size_t i = 0; i < 2; i++) {
        FILE *f = fopen(paths[i], "re");
        if (!f) continue;
        while (fgets(line, sizeof line, f)) {
            if (!take_line(line, out) || at++ < *iter) continue;
            ++*iter;
            fclose(f);
            return true;
        }
        fclose(f);
    }
    return false;
}
