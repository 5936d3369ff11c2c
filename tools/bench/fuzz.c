/* fuzz.c — the part `fuzz`: how many inputs a second the fuzzers run with all their oracles, beside twins that play the
 * same programs on lwIP without any (lwip_fuzz.c, lwip_pair.c), and beside themselves under sanitizers.
 *
 * The programs are made of the committed corpus: the header and steps of one input, filled up with the steps of others
 * to the size that is stated. Our side is the replay programs beside this one; everything is CPU time. */
#define _GNU_SOURCE /* wait4 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

enum { STEP = 12, PATH_ROOM = 600, WORDS = 8, ROUNDS = 3, SIM_ASKED = 1000000 /* segments a second */ };

typedef struct {
    const char *name, *what;
    const char *folders[3];
    double asked;                   /* executions a second, without sanitizers */
    size_t header, steps, programs; /* steps 0: the inputs as they are */
    lwip_play_fn *twin;
    struct {
        uint8_t at, value;
    } set[2]; /* bytes of the header that are the same in all programs */
} fuzz_target;

/* No kind of step of fuzz_seg is switched off; each user of fuzz_pair writes 40000 bytes, which makes about 300 events
 * (270 packets that leave or arrive, timers, steps). */

static const fuzz_target targets[] = {
    {"fuzz_parse",
     "one packet",
     {"corpus/seed/fuzz_parse", "corpus/grown/fuzz_parse"},
     150000,
     0,
     0,
     0,
     lwip_play_parse,
     {{0, 0}, {0, 0}}},
    {"fuzz_seg",
     "30 steps",
     {"corpus/seed/fuzz_seg", "corpus/grown/fuzz_seg"},
     20000,
     16,
     30,
     500,
     lwip_play_seg,
     {{10, 0}, {10, 0}}},
    {"fuzz_pair",
     "60 steps",
     {"corpus/seed/fuzz_pair", "corpus/grown/fuzz_pair"},
     3000,
     40,
     60,
     200,
     lwip_play_pair,
     {{16, 5}, {22, 5}}},
};
enum { TARGETS = sizeof targets / sizeof targets[0] };

/* ---------- inputs ---------- */

static bool keep(bench_inputs *in, const uint8_t *bytes, size_t len)
{
    bench_input *more = realloc(in->of, (in->count + 1) * sizeof *more);
    uint8_t *copy = malloc(len ? len : 1);
    if (more) in->of = more;
    if (!more || !copy) {
        free(copy);
        return false;
    }
    memcpy(copy, bytes, len);
    in->of[in->count++] = (bench_input){copy, len};
    return true;
}

static void drop(bench_inputs *in)
{
    for (size_t i = 0; i < in->count; i++) free(in->of[i].bytes);
    free(in->of);
    *in = (bench_inputs){0};
}

static void read_folder(const char *folder, bench_inputs *in)
{
    static uint8_t bytes[1 << 16];
    struct dirent **names;
    int count = scandir(folder, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char path[PATH_ROOM];
        snprintf(path, sizeof path, "%.200s/%.300s", folder, names[i]->d_name);
        FILE *f = names[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (f) keep(in, bytes, fread(bytes, 1, sizeof bytes, f));
        if (f) fclose(f);
        free(names[i]);
    }
    if (count >= 0) free(names);
}

/* Programs of exactly so many steps: those of an input, then those of all inputs from some place on. */
static void splice(const fuzz_target *t, const bench_inputs *from, bench_inputs *out)
{
    size_t most = t->header + t->steps * STEP, at = 0;
    uint8_t *program = calloc(1, most), *steps = NULL;
    for (size_t i = 0; program && i < from->count; i++) {
        size_t len = from->of[i].len > t->header ? (from->of[i].len - t->header) / STEP * STEP : 0;
        uint8_t *more = len ? realloc(steps, at + len) : NULL;
        if (!more) continue;
        steps = more;
        memcpy(steps + at, from->of[i].bytes + t->header, len);
        at += len;
    }
    for (size_t k = 0, n = at / STEP; n && k < t->programs; k++) {
        const bench_input *first = &from->of[k * 7 % from->count];
        size_t len = first->len < most ? first->len / STEP * STEP + t->header % STEP : most, next = k * 7919;
        if (len > first->len || len < t->header) len = first->len < t->header ? first->len : t->header;
        memset(program, 0, most);
        memcpy(program, first->bytes, len);
        for (size_t step = len < t->header ? t->header : len; step < most; step += STEP)
            memcpy(program + step, steps + next++ % n * STEP, STEP);
        for (size_t i = 0; i < sizeof t->set / sizeof t->set[0]; i++) program[t->set[i].at] = t->set[i].value;
        keep(out, program, most);
    }
    free(program);
    free(steps);
}

static bool write_folder(const char *folder, const bench_inputs *in)
{
    bool good = mkdir(folder, 0700) == 0;
    for (size_t i = 0; good && i < in->count; i++) {
        char path[PATH_ROOM];
        snprintf(path, sizeof path, "%.500s/%05u", folder, (unsigned)i);
        FILE *f = fopen(path, "wb");
        good = f && fwrite(in->of[i].bytes, 1, in->of[i].len, f) == in->of[i].len;
        if (f) good = fclose(f) == 0 && good;
    }
    return good;
}

static void remove_folder(const char *folder, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char path[PATH_ROOM];
        snprintf(path, sizeof path, "%.500s/%05u", folder, (unsigned)i);
        unlink(path);
    }
    rmdir(folder);
}

/* ---------- running ---------- */

/* The program in the folder of preset's programs; false: it is not built. */
static bool program_of(const char *preset, const char *name, char *out, size_t cap)
{
    char self[PATH_ROOM];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    if (n <= 0) return false;
    self[n] = '\0';
    char *slash = strrchr(self, '/');
    if (slash) *slash = '\0';
    if (preset) snprintf(out, cap, "%.400s/../../%s/bin/%s", self, preset, name);
    else snprintf(out, cap, "%.400s/%s", self, name);
    return access(out, X_OK) == 0;
}

/* What a program says on its standard output, and its CPU seconds; negative: it did not end well. */
static double run(char *const argv[], char *said, size_t cap)
{
    int ends[2], status;
    struct rusage use;
    if (pipe(ends) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], 1);
        close(ends[0]);
        close(ends[1]);
        setenv("ASAN_OPTIONS", "detect_stack_use_after_return=0", 1); /* as tools/dev fuzz does */
        execv(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    size_t len = 0;
    for (ssize_t n = 1; pid > 0 && n > 0 && len < cap - 1; len += n > 0 ? (size_t)n : 0)
        n = read(ends[0], said + len, cap - 1 - len);
    said[len] = '\0';
    close(ends[0]);
    if (pid < 0 || wait4(pid, &status, 0, &use) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return -1;
    return (double)use.ru_utime.tv_sec + (double)use.ru_utime.tv_usec * 1e-6 + (double)use.ru_stime.tv_sec +
           (double)use.ru_stime.tv_usec * 1e-6;
}

/* Executions a second of a replay program over a folder; 0: not measured. */
static double replay_rate(const char *preset, const fuzz_target *t, char *folder, const char *seconds)
{
    char path[PATH_ROOM], name[40], said[4000], word[20];
    snprintf(name, sizeof name, "replay_%s", t->name + strlen("fuzz_"));
    snprintf(word, sizeof word, "%s", seconds);
    if (!program_of(preset, name, path, sizeof path)) return 0;
    if (run((char *const[]){path, "--rate", word, folder, NULL}, said, sizeof said) < 0) return 0;
    const char *rate = strstr(said, "rate: ");
    return rate ? strtod(rate + strlen("rate: "), NULL) : 0;
}

/* lwIP stops the process when a packet breaks one of its beliefs: it has one of its own. */
static double twin_rate(const fuzz_target *t, const bench_inputs *in, double seconds)
{
    int ends[2];
    double rate = 0;
    if (pipe(ends) != 0) return 0;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        uint64_t runs = 0;
        double began = bench_cpu_seconds(), took = 0;
        for (; took < seconds; took = bench_cpu_seconds() - began, runs += in->count)
            for (size_t i = 0; i < in->count; i++) t->twin(in->of[i].bytes, in->of[i].len);
        rate = (double)runs / took;
        _exit(write(ends[1], &rate, sizeof rate) != sizeof rate);
    }
    close(ends[1]);
    if (pid < 0 || read(ends[0], &rate, sizeof rate) != sizeof rate) rate = 0;
    close(ends[0]);
    if (pid > 0) waitpid(pid, NULL, 0);
    return rate;
}

/* Segments a CPU second of the simulator; 0: not measured. */
static double sim_rate(const char *preset, const char *worlds)
{
    char path[PATH_ROOM], said[4000], runs[20];
    unsigned long long done, segments;
    snprintf(runs, sizeof runs, "%s", worlds);
    if (!program_of(preset, "sim", path, sizeof path)) return 0;
    double took = run((char *const[]){path, "--seed", "1", "--runs", runs, "--quiet", NULL}, said, sizeof said);
    if (took <= 0 || sscanf(said, "%llu worlds, %llu segments", &done, &segments) != 2) return 0;
    return (double)segments / took;
}

static double most(double a, double b)
{
    return a > b ? a : b;
}

/* ---------- printing ---------- */

/* What the rates are of what is asked: with sanitizers that is 40 % of what it is without. */
static void print_shares(double rate, double plain, double asked)
{
    double least = asked * 40 / 100;
    printf("; %.0f %% of the %.0f asked", 100 * plain / asked, asked);
    if (rate > 0)
        printf("; with sanitizers %.0f, %.0f %% of the %.0f asked, %.0f %% of the rate without\n", rate,
               100 * rate / least, least, 100 * rate / plain);
    else printf("; with sanitizers not measured: there is no build (tools/dev build asan), or it found something\n");
}

static int measure(const fuzz_target *t, const bench_inputs *in, char *folder, bool quick)
{
    const char *seconds = quick ? "0.3" : "1";
    double ours = 0, sanitized = 0, theirs = 0;
    for (int i = 0; i < (quick ? 1 : ROUNDS); i++) {
        ours = most(ours, replay_rate(NULL, t, folder, seconds));
        theirs = most(theirs, twin_rate(t, in, strtod(seconds, NULL)));
        sanitized = most(sanitized, replay_rate("asan", t, folder, seconds));
    }
    if (ours <= 0) {
        printf("  %s: not measured: the replay program is not there, or an oracle failed\n", t->name);
        return 1;
    }
    printf("  %s, %s, %zu inputs: %.0f exec/s", t->name, t->what, in->count, ours);
    if (theirs > 0) printf(", lwip %.0f exec/s, %.2fx", theirs, ours / theirs);
    else printf(", lwip not measured: it stopped");
    print_shares(sanitized, ours, t->asked);
    return 0;
}

static int run_target(const fuzz_target *t, bool quick)
{
    bench_inputs found = {0}, made = {0};
    const char *dir = getenv("TMPDIR");
    char folder[PATH_ROOM];
    int status = 1;
    for (int i = 0; t->folders[i]; i++) read_folder(t->folders[i], &found);
    if (t->steps) splice(t, &found, &made);
    const bench_inputs *in = t->steps ? &made : &found;
    snprintf(folder, sizeof folder, "%.400s/tcprove-bench-%ld", dir && *dir ? dir : "/tmp", (long)getpid());
    if (in->count == 0) printf("  %s: no inputs in %s: start it where the sources are\n", t->name, t->folders[0]);
    else if (!write_folder(folder, in)) printf("  %s: %s: %s\n", t->name, folder, strerror(errno));
    else status = measure(t, in, folder, quick);
    remove_folder(folder, in->count);
    drop(&found);
    drop(&made);
    return status;
}

int fuzz_part(bool quick)
{
    int bad = 0;
    printf("fuzz: executions with all oracles on one core, and the same programs on lwIP without any; CPU time\n");
    for (int i = 0; i < TARGETS; i++) {
        bad |= run_target(&targets[i], quick);
        fflush(stdout);
    }
    double ours = 0, sanitized = 0;
    for (int i = 0; i < (quick ? 1 : ROUNDS); i++) {
        ours = most(ours, sim_rate(NULL, quick ? "200" : "1000"));
        sanitized = most(sanitized, sim_rate("asan", quick ? "50" : "200"));
    }
    printf("  sim: %.0f segments/s", ours);
    print_shares(sanitized, ours, SIM_ASKED);
    return bad | (ours <= 0);
}
