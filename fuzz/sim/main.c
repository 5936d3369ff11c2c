/* sim — worlds of reference stacks, bad networks and users, each from a seed (fuzz/world).
 *
 *     tcprove sim [--seed N] [--runs K] [--seconds S] [--hosts H] [--trace] [--hash] [--quiet]
 *
 * Exit status: 0 every oracle held; 1 one failed (the seed, the oracle, its story and the line to see it again are
 * printed); 2 wrong usage, or the output cannot be written. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../prog/fail.h"
#include "../prog/trace.h"
#include "../world/world.h"

enum { TWICE_EVERY = 16, STORY_US = 2000000, HOSTS_LEAST = 2 };

typedef struct options {
    uint64_t seed, runs, seconds, hosts;
    bool trace, hash, quiet;
} options;

typedef struct totals {
    uint64_t worlds, packets, virtual_us;
    struct timespec began;
    double told;
} totals;

static fz_plan plan;
static fz_world world;
static options opt = {.seed = 1, .runs = 1};

static const char usage[] =
    "sim: simulated worlds of reference stacks on bad networks, each from a seed.\n"
    "\n"
    "  --seed N      the first seed (1)\n"
    "  --runs K      so many seeds, one after the other (1; with --seconds as many as there is time for)\n"
    "  --seconds S   stop after S seconds\n"
    "  --hosts H     so many hosts, 2 to 8 (the seed chooses)\n"
    "  --trace       tell everything that happens\n"
    "  --hash        a line for each seed: the hash of all its packets\n"
    "  --quiet       no progress line\n"
    "\n"
    "Exit status: 0 every oracle held, 1 one failed, 2 wrong usage or output that cannot be written.\n";

/* ---------- options ---------- */

static bool number(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, text[0] == '0' && text[1] == 'x' ? 16 : 10);
    return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

static bool flag(const char *name)
{
    const struct {
        const char *name;
        bool *on;
    } flags[] = {{"--trace", &opt.trace}, {"--hash", &opt.hash}, {"--quiet", &opt.quiet}};
    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        if (strcmp(name, flags[i].name) != 0) continue;
        *flags[i].on = true;
        return true;
    }
    return false;
}

static uint64_t *value_of(const char *name)
{
    if (strcmp(name, "--seed") == 0) return &opt.seed;
    if (strcmp(name, "--runs") == 0) return &opt.runs;
    if (strcmp(name, "--seconds") == 0) return &opt.seconds;
    if (strcmp(name, "--hosts") == 0) return &opt.hosts;
    return NULL;
}

static int refuse(const char *what, const char *word)
{
    fprintf(stderr, "sim: %s \"%s\"; sim --help lists the options\n", what, word);
    return 2;
}

/* 0, or the exit status. */
static int parse(int argc, char **argv)
{
    bool counted = false;
    for (int i = 1; i < argc; i++) {
        if (flag(argv[i])) continue;
        uint64_t *value = value_of(argv[i]);
        if (!value) return refuse("no option", argv[i]);
        if (i + 1 == argc) return refuse("a number is missing after", argv[i]);
        if (!number(argv[++i], value)) return refuse("not a number:", argv[i]);
        counted |= value == &opt.runs;
    }
    if (opt.runs == 0) return refuse("at least 1:", "--runs");
    if (opt.hosts && (opt.hosts < HOSTS_LEAST || opt.hosts > FZ_HOSTS_MAX)) return refuse("from 2 to 8:", "--hosts");
    if (opt.seconds && !counted) opt.runs = UINT64_MAX;
    return 0;
}

/* ---------- a failure ---------- */

static void give_up(int sig)
{
    (void)sig;
    fflush(NULL);
    _exit(1);
}

/* The same seed again, told aloud near its end; it fails the same way, and stops there. */
static void tell(void *ctx)
{
    (void)ctx;
    fprintf(stderr, "seed %" PRIu64 " fails after %.6f s of virtual time; the story of the last seconds:\n", plan.seed,
            (double)(world.now.us - world.origin.us) / 1e6);
    char hosts[40] = "";
    if (opt.hosts) snprintf(hosts, sizeof hosts, " --hosts %" PRIu64, opt.hosts);
    if (!opt.trace) {
        world.loud_from.us = world.now.us - STORY_US;
        if (world.loud_from.us <= 0) world.loud_from.us = 1;
        signal(SIGABRT, SIG_DFL);
    }
    signal(SIGABRT, give_up);
    fprintf(stderr, "to see all of it: tcprove sim --seed %" PRIu64 "%s --trace\n", plan.seed, hosts);
    if (!opt.trace) fz_world_play(&world, &plan);
}

/* ---------- the runs ---------- */

static double seconds_since(const struct timespec *began)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - began->tv_sec) + (double)(now.tv_nsec - began->tv_nsec) / 1e9;
}

static void report(const totals *t, double took, bool last)
{
    double years = (double)t->virtual_us / 1e6 / 86400 / 365.25;
    fprintf(last ? stdout : stderr,
            "%s%" PRIu64 " worlds, %" PRIu64 " segments, %.3f virtual years; %.0f worlds/s, %.0f segments/s%s",
            last ? "" : "\r", t->worlds, t->packets, years, (double)t->worlds / took, (double)t->packets / took,
            last ? "\n" : "   ");
}

static void run_seed(uint64_t seed, totals *t)
{
    fz_plan_of(&plan, seed, (unsigned)opt.hosts);
    fz_world_play(&world, &plan);
    uint64_t hash = world.hash;
    t->worlds++;
    t->packets += world.packets;
    t->virtual_us += (uint64_t)(world.now.us - world.origin.us);
    if (opt.hash) printf("%" PRIu64 " %016" PRIx64 "\n", seed, hash);
    if (seed % TWICE_EVERY) return;
    fz_world_play(&world, &plan);
    if (world.hash != hash) fz_fail("O60 same", "the same seed gave other packets the second time");
}

/* What was lost on the way would look like fewer worlds. */
static bool written(void)
{
    if (fflush(stdout) == 0 && !ferror(stdout)) return true;
    fprintf(stderr, "sim: the output cannot be written: %s\n", strerror(errno));
    return false;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(usage, stdout);
        return 0;
    }
    int wrong = parse(argc, argv);
    if (wrong) return wrong;
    totals t = {0};
    clock_gettime(CLOCK_MONOTONIC, &t.began);
    if (opt.trace) fz_trace_on();
    fz_on_fail(tell, NULL);
    for (uint64_t i = 0; i < opt.runs; i++) {
        run_seed(opt.seed + i, &t);
        double took = seconds_since(&t.began);
        if (opt.seconds && took >= (double)opt.seconds) break;
        if (opt.quiet || took < t.told + 1) continue;
        t.told = took;
        report(&t, took, false);
    }
    if (t.told > 0) fputc('\n', stderr);
    report(&t, seconds_since(&t.began), true);
    return written() ? 0 : 2;
}
