/* main.c — picks parts, runs both sides, prints ratios. Usage: bench [--quick] [PART...]; bench --help lists the parts.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench.h"

static double seconds_of(clockid_t clock)
{
    struct timespec ts;
    clock_gettime(clock, &ts);
    return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

double bench_seconds(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

double bench_cpu_seconds(void)
{
    return seconds_of(CLOCK_PROCESS_CPUTIME_ID);
}

typedef double rate_fn(uint64_t amount, char *why, unsigned why_cap);

static double ours_conns_rate(uint64_t n, char *why, unsigned cap)
{
    return ours_conns((uint32_t)n, why, cap);
}
static double lwip_conns_rate(uint64_t n, char *why, unsigned cap)
{
    return lwip_conns((uint32_t)n, why, cap);
}
static double linux_conns_rate(uint64_t n, char *why, unsigned cap)
{
    return linux_conns((uint32_t)n, why, cap);
}

/* A part whose figure is a rate, measured on us and on every peer. */
typedef struct {
    const char *name, *work, *unit;
    uint64_t amount, quick_amount;
    struct {
        const char *who;
        rate_fn *run;
    } side[3]; /* ours first */
} rate_part;

static const rate_part rate_parts[] = {
    {"bulk",
     "bulk transfer, MSS 1460, both ends in one process",
     "data segments/s",
     2000000000u,
     200000000u,
     {{"refstack", ours_bulk}, {"lwip", lwip_bulk}, {"linux", linux_bulk}}},
    {"conns",
     "connections opened, one byte each way, and closed",
     "connections/s",
     100000,
     10000,
     {{"refstack", ours_conns_rate}, {"lwip", lwip_conns_rate}, {"linux", linux_conns_rate}}},
};
enum { RATE_PARTS = sizeof rate_parts / sizeof rate_parts[0], ROUNDS = 3 };

static void print_rate(const rate_part *p, const bench_figure *fig)
{
    printf("%s: %s\n", p->name, p->work);
    for (int s = 1; s < 3; s++) {
        if (!fig[0].valid || !fig[s].valid) {
            printf("  %-9s not measured: %s\n", fig[s].who, fig[s].valid ? fig[0].why : fig[s].why);
            continue;
        }
        printf("  refstack %.0f %s, %s %.0f %s, %.1fx\n", fig[0].value, p->unit, fig[s].who, fig[s].value, p->unit,
               fig[0].value / fig[s].value);
    }
}

static int run_rate(const rate_part *p, bool quick)
{
    bench_figure fig[3];
    memset(fig, 0, sizeof fig);
    for (int s = 0; s < 3; s++) fig[s].who = p->side[s].who;
    for (int round = 0; round < (quick ? 1 : ROUNDS); round++) {
        for (int s = 0; s < 3; s++) {
            double v = p->side[s].run(quick ? p->quick_amount : p->amount, fig[s].why, sizeof fig[s].why);
            if (v > fig[s].value) fig[s].value = v;
            fig[s].valid = fig[s].value > 0;
        }
    }
    print_rate(p, fig);
    return fig[0].valid ? 0 : 1;
}

static void print_idle(const bench_idle *r, const bench_idle *thousand)
{
    printf("%.0f bytes each (%.0f after a byte each way), timer event %.0f ns, ", r->bytes_per_conn,
           r->bytes_per_used_conn, r->ns_per_timer);
    printf("segment to a random connection %.0f ns, by 32 %.0f ns", r->ns_per_lookup, r->ns_per_lookup_of_train);
    if (thousand)
        printf(", against 1000 connections: timer %.1fx, segment %.1fx, by 32 %.1fx",
               r->ns_per_timer / thousand->ns_per_timer, r->ns_per_lookup / thousand->ns_per_lookup,
               r->ns_per_lookup_of_train / thousand->ns_per_lookup_of_train);
    printf("\n");
}

static int run_idle(bool quick)
{
    static const struct {
        uint32_t conns;
        bool small_pages;
    } row[] = {{1, false}, {1000, false}, {100000, false}, {1000000, false}, {1000000, true}};
    printf("idle: established connections with nothing to do, one stack; CPU time\n");
    bench_idle first = {0};
    for (int i = 0; i < (quick ? 2 : 5); i++) {
        char why[128] = "";
        bench_idle r;
        printf("  refstack %u connections%s: ", row[i].conns, row[i].small_pages ? ", no huge pages" : "");
        if (!ours_idle(row[i].conns, row[i].small_pages, &r, why, sizeof why)) {
            printf("failed: %s\n", why);
            return 1;
        }
        if (i == 1) first = r;
        print_idle(&r, i >= 2 ? &first : NULL);
    }
    return 0;
}

static bool wanted(const char *name, int argc, char **argv)
{
    bool any = false;
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] == '-') continue;
        any = true;
        if (strcmp(argv[i], name) == 0) return true;
    }
    return !any;
}

static bool is_special(const char *name)
{
    return strcmp(name, "idle") == 0 || strcmp(name, "flood") == 0 || strcmp(name, "fuzz") == 0 ||
           strcmp(name, "diff") == 0;
}

static int check_names(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--quick") == 0 || is_special(argv[i])) continue;
        bool known = false;
        for (int p = 0; p < RATE_PARTS; p++) known = known || strcmp(argv[i], rate_parts[p].name) == 0;
        if (known) continue;
        fprintf(stderr, "bench: no part \"%s\"; there are: bulk conns idle flood fuzz diff (and --quick)\n", argv[i]);
        return 2;
    }
    return 0;
}

static const char help[] =
    "bench: refstack beside peers that do the same work; without a part all of them.\n"
    "\n"
    "  --quick   less work, one round\n"
    "  bulk      one connection, 2 GB: refstack, lwIP, Linux\n"
    "  conns     connections opened, used and closed: refstack, lwIP, Linux\n"
    "  idle      many connections with nothing to do\n"
    "  flood     a SYN flood beside a client\n"
    "  fuzz      the fuzzers, oracles on: executions a second, beside the same programs on lwIP, under sanitizers\n"
    "  diff      a capture of 1 GB: tcprove diff, tshark\n"
    "\n"
    "Exit status: 0 everything of ours was measured, 1 something was not, 2 wrong usage.\n";

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        fputs(help, stdout);
        return 0;
    }
    int bad = check_names(argc, argv);
    if (bad) return bad;
    bool quick = false;
    for (int i = 1; i < argc; i++) quick = quick || strcmp(argv[i], "--quick") == 0;
    for (int p = 0; p < RATE_PARTS; p++) {
        if (!wanted(rate_parts[p].name, argc, argv)) continue;
        bad |= run_rate(&rate_parts[p], quick);
        fflush(stdout);
    }
    if (wanted("idle", argc, argv)) bad |= run_idle(quick);
    fflush(stdout);
    if (wanted("flood", argc, argv)) bad |= flood_part(quick);
    fflush(stdout);
    if (wanted("fuzz", argc, argv)) bad |= fuzz_part(quick);
    fflush(stdout);
    if (wanted("diff", argc, argv)) bad |= diff_part(quick);
    return bad;
}
