/* main.c — live_stack: the reference stack on a TUN device. `tools/dev live-stack` runs it; it is a test's program. */
#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "live.h"

static const char usage[] =
    "usage: live_stack serve  --tun NAME --local ADDR --port N --file FILE [FAULTS]\n"
    "       live_stack fetch  --tun NAME --local ADDR --peer ADDR --port N [FAULTS]\n"
    "       live_stack bridge --tun NAME --other-net /proc/PID/ns/net [FAULTS] [--mark N]\n"
    "fetch writes the body to standard output\n"
    "FAULTS: --lose, --repeat, --overtake, --corrupt (in millionths), --delay, --jitter (microseconds),\n"
    "        --rate (bytes a second), --queue (bytes that may wait to leave), --seed\n"
    "        --mark: so many of a million packets meet congestion (ECN)\n"
    "        --ready FILE appears when packets are taken\n";

enum {
    TUN = 1,
    LOCAL,
    PEER,
    PORT,
    FILE_,
    LOSE,
    REPEAT,
    OVERTAKE,
    DELAY,
    SEED,
    OTHER,
    READY,
    JITTER,
    RATE,
    QUEUE,
    MARK,
    CORRUPT
};

static const struct option words[] = {
    {"tun", 1, NULL, TUN},         {"local", 1, NULL, LOCAL},     {"peer", 1, NULL, PEER},
    {"port", 1, NULL, PORT},       {"file", 1, NULL, FILE_},      {"lose", 1, NULL, LOSE},
    {"repeat", 1, NULL, REPEAT},   {"delay", 1, NULL, DELAY},     {"overtake", 1, NULL, OVERTAKE},
    {"other-net", 1, NULL, OTHER}, {"ready", 1, NULL, READY},     {"seed", 1, NULL, SEED},
    {"jitter", 1, NULL, JITTER},   {"rate", 1, NULL, RATE},       {"queue", 1, NULL, QUEUE},
    {"mark", 1, NULL, MARK},       {"corrupt", 1, NULL, CORRUPT}, {NULL, 0, NULL, 0},
};

static bool address(const char *text, rs_addr *out)
{
    *out = (rs_addr){.family = strchr(text, ':') ? RS_IPV6 : RS_IPV4};
    return inet_pton(out->family == RS_IPV6 ? AF_INET6 : AF_INET, text, out->bytes) == 1;
}

static bool number(const char *text, uint64_t max, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && end != text && *end == '\0' && text[0] != '-' && *out <= max;
}

static bool take_text(live_opts *o, int word, const char *v)
{
    switch (word) {
    case TUN: o->tun = v; return true;
    case FILE_: o->file = v; return true;
    case OTHER: o->other_net = v; return true;
    case READY: o->ready = v; return true;
    case LOCAL: return address(v, &o->local.addr);
    case PEER: return address(v, &o->peer.addr);
    default: return false;
    }
}

static uint64_t largest(int word)
{
    return word == PORT ? 65535 : word == SEED ? UINT64_MAX : word == RATE || word == QUEUE ? UINT32_MAX : 1000000;
}

static bool take_number(live_opts *o, int word, const char *v)
{
    uint64_t n;
    if (!number(v, largest(word), &n)) return false;
    switch (word) {
    case PORT: o->local.port = o->peer.port = (uint16_t)n; return true;
    case LOSE: o->faults.lose = (uint32_t)n; return true;
    case REPEAT: o->faults.repeat = (uint32_t)n; return true;
    case OVERTAKE: o->faults.overtake = (uint32_t)n; return true;
    case DELAY: o->faults.delay = o->faults.overtake_by = (rs_dur){(int64_t)n}; return true;
    case SEED: o->seed = n; return true;
    case JITTER: o->faults.jitter = (rs_dur){(int64_t)n}; return true;
    case RATE: o->faults.bytes_per_sec = n; return true;
    case QUEUE: o->faults.queue_bytes = (uint32_t)n; return true;
    case CORRUPT: o->faults.corrupt = (uint32_t)n; return true;
    case MARK: o->mark = (uint32_t)n; return true;
    default: return false;
    }
}

static int wrong(const char *what, const char *word)
{
    fprintf(stderr, "live_stack: %s %s\n%s", what, word, usage);
    return 2;
}

static int run(const char *verb, live_opts *o)
{
    if (!o->tun) return wrong("there is no", "--tun");
    if (strcmp(verb, "bridge") == 0) return o->other_net ? live_bridge(o) : wrong("there is no", "--other-net");
    if (o->local.addr.family == RS_AF_NONE || o->local.port == 0) return wrong("there is no", "--local or --port");
    if (strcmp(verb, "serve") == 0) return o->file ? live_serve(o) : wrong("there is no", "--file");
    if (strcmp(verb, "fetch") != 0) return wrong("there is no verb", verb);
    return o->peer.addr.family ? live_fetch(o) : wrong("there is no", "--peer");
}

int main(int argc, char **argv)
{
    live_opts o = {.seed = 1};
    int word;
    if (argc < 2) return wrong("a verb", "is needed");
    if (strcmp(argv[1], "--help") == 0) return fputs(usage, stdout) < 0;
    signal(SIGPIPE, SIG_IGN);
    while ((word = getopt_long(argc - 1, argv + 1, "", words, NULL)) != -1) {
        if (word == '?') return 2;
        if (!take_text(&o, word, optarg) && !take_number(&o, word, optarg)) return wrong("wrong value", optarg);
    }
    if (optind < argc - 1) return wrong("unexpected", argv[optind + 1]);
    return run(argv[1], &o);
}
