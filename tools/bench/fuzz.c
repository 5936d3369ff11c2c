/* fuzz.c — the part `fuzz`: how many inputs a second the fuzzers run with all their oracles, beside twins that play the
 * same programs on lwIP without any (lwip_fuzz.c, lwip_pair.c), and beside themselves under sanitizers.
 *
 * The programs are made of the committed corpus: the header and steps of one input, filled up with the steps of others
 * to the size that is stated. Of fuzz_pair's, some make three events and some a hundred thousand (probes of a closed
 * window for months): those with about 300 are chosen, and what they make on either side is printed. Our side is the
 * replay programs beside this one; everything is CPU time. */
#define _GNU_SOURCE /* wait4 */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../fuzz/prog/happened.h"
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
    } set;                /* a byte of the header that is the same in all programs */
    unsigned least, most; /* only programs with so many events: packets that arrive, timers, users' calls, steps */
    size_t candidates;    /* ... of so many */
} fuzz_target;

/* No kind of step of fuzz_seg is switched off. */

static const fuzz_target targets[] = {
    {"fuzz_parse",
     "one packet",
     {"corpus/seed/fuzz_parse", "corpus/grown/fuzz_parse"},
     150000,
     0,
     0,
     0,
     lwip_play_parse,
     {0, 0},
     0,
     0,
     0},
    {"fuzz_seg",
     "30 steps",
     {"corpus/seed/fuzz_seg", "corpus/grown/fuzz_seg"},
     20000,
     16,
     30,
     500,
     lwip_play_seg,
     {10, 0},
     0,
     0,
     0},
    {"fuzz_pair",
     "60 steps",
     {"corpus/seed/fuzz_pair", "corpus/grown/fuzz_pair"},
     3000,
     40,
     60,
     200,
     lwip_play_pair,
     {0, 0},
     240,
     360,
     1600},
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
static void splice(const fuzz_target *t, const bench_inputs *from, size_t programs, bench_inputs *out)
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
    for (size_t k = 0, n = at / STEP; n && k < programs; k++) {
        const bench_input *first = &from->of[k * 7 % from->count];
        size_t len = first->len < most ? first->len / STEP * STEP + t->header % STEP : most, next = k * 7919;
        if (len > first->len || len < t->header) len = first->len < t->header ? first->len : t->header;
        memset(program, 0, most);
        memcpy(program, first->bytes, len);
        for (size_t step = len < t->header ? t->header : len; step < most; step += STEP)
            memcpy(program + step, steps + next++ % n * STEP, STEP);
        if (t->set.at) program[t->set.at] = t->set.value;
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

/* What is on disk now, for a run that is cut. */
static struct {
    char folder[PATH_ROOM];
    size_t count;
} on_disk;

static void clear_and_end(int number)
{
    remove_folder(on_disk.folder, on_disk.count);
    signal(number, SIG_DFL);
    raise(number);
}

/* What was ignored when we began stays so. */
static void watch_for_end(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (signal(numbers[i], clear_and_end) == SIG_IGN) signal(numbers[i], SIG_IGN);
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

/* Executions a second, and how many events each makes (0: they are not counted). */
typedef struct {
    double runs, events;
} speed;

/* Of a replay program over a folder; no runs: not measured. */
static speed replay_rate(const char *preset, const fuzz_target *t, char *folder, const char *seconds)
{
    char path[PATH_ROOM], name[40], said[4000], word[20];
    snprintf(name, sizeof name, "replay_%s", t->name + strlen("fuzz_"));
    snprintf(word, sizeof word, "%s", seconds);
    if (!program_of(preset, name, path, sizeof path)) return (speed){0};
    if (run((char *const[]){path, "--rate", word, folder, NULL}, said, sizeof said) < 0) return (speed){0};
    const char *rate = strstr(said, "rate: "), *events = strstr(said, "events: ");
    return (speed){rate ? strtod(rate + strlen("rate: "), NULL) : 0,
                   events ? strtod(events + strlen("events: "), NULL) : 0};
}

/* lwIP stops the process when a packet breaks one of its beliefs: it has one of its own. */
static speed twin_rate(const fuzz_target *t, const bench_inputs *in, double seconds)
{
    int ends[2];
    speed rate = {0};
    if (pipe(ends) != 0) return rate;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        uint64_t runs = 0;
        double began = bench_cpu_seconds(), took = 0;
        for (; took < seconds; took = bench_cpu_seconds() - began, runs += in->count)
            for (size_t i = 0; i < in->count; i++) t->twin(in->of[i].bytes, in->of[i].len);
        fz_happened h = fz_happened_take();
        rate = (speed){(double)runs / took, (double)fz_happened_events(&h) / (double)runs};
        _exit(write(ends[1], &rate, sizeof rate) != sizeof rate);
    }
    close(ends[1]);
    if (pid < 0 || read(ends[0], &rate, sizeof rate) != sizeof rate) rate = (speed){0};
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

static speed faster(speed a, speed b)
{
    return a.runs > b.runs ? a : b;
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

static void print_events(speed ours, speed theirs)
{
    double own = ours.runs * ours.events, other = theirs.runs * theirs.events;
    if (ours.events <= 0) return;
    printf("; %.0f events each, %.2f M events/s", ours.events, own / 1e6);
    if (other > 0) printf(", lwip %.0f events each, %.2f M events/s, %.2fx", theirs.events, other / 1e6, own / other);
}

static int measure(const fuzz_target *t, const bench_inputs *in, char *folder, bool quick)
{
    const char *seconds = quick ? "0.3" : "1";
    speed ours = {0}, sanitized = {0}, theirs = {0};
    for (int i = 0; i < (quick ? 1 : ROUNDS); i++) {
        ours = faster(ours, replay_rate(NULL, t, folder, seconds));
        theirs = faster(theirs, twin_rate(t, in, strtod(seconds, NULL)));
        sanitized = faster(sanitized, replay_rate("asan", t, folder, seconds));
    }
    if (ours.runs <= 0) {
        printf("  %s: not measured: the replay program is not there, or an oracle failed\n", t->name);
        return 1;
    }
    printf("  %s, %s, %zu inputs: %.0f exec/s", t->name, t->what, in->count, ours.runs);
    if (theirs.runs > 0) printf(", lwip %.0f exec/s, %.2fx", theirs.runs, ours.runs / theirs.runs);
    else printf(", lwip not measured: it stopped");
    print_events(ours, theirs);
    print_shares(sanitized.runs, ours.runs, t->asked);
    return 0;
}

/* Those with as many events as the target is measured with, by what the replay program counts in each. */
static void choose(const fuzz_target *t, bench_inputs *all, char *folder, bench_inputs *out)
{
    enum { LINE = 80 };
    char path[PATH_ROOM], name[40], *said = malloc(all->count * (strlen(folder) + LINE) + 1);
    snprintf(name, sizeof name, "replay_%s", t->name + strlen("fuzz_"));
    bool counted = said && program_of(NULL, name, path, sizeof path) && write_folder(folder, all) &&
                   run((char *const[]){path, "--count", folder, NULL}, said, all->count * (strlen(folder) + LINE)) >= 0;
    if (!counted) printf("  %s: %s: its events cannot be counted: %s\n", t->name, folder, strerror(errno));
    const char *at = counted ? said : NULL;
    for (size_t i = 0; at && i < all->count && out->count < t->programs; i++) {
        at = strchr(at, ' ');
        unsigned long events = at ? strtoul(at, NULL, 10) : 0;
        if (events >= t->least && events <= t->most) keep(out, all->of[i].bytes, all->of[i].len);
        at = at ? strchr(at, '\n') : NULL;
    }
    if (counted && out->count == 0) printf("  %s: no program has %u to %u events\n", t->name, t->least, t->most);
    remove_folder(folder, all->count);
    free(said);
}

static void make(const fuzz_target *t, const bench_inputs *found, char *folder, bool quick, bench_inputs *made)
{
    enum { QUICK = 8 };
    bench_inputs all = {0};
    if (!t->most) {
        splice(t, found, t->programs, made);
        return;
    }
    splice(t, found, quick ? t->candidates / QUICK : t->candidates, &all);
    choose(t, &all, folder, made);
    drop(&all);
}

static int run_target(const fuzz_target *t, bool quick)
{
    bench_inputs found = {0}, made = {0};
    const char *dir = getenv("TMPDIR");
    char folder[PATH_ROOM];
    int status = 1;
    for (int i = 0; t->folders[i]; i++) read_folder(t->folders[i], &found);
    snprintf(folder, sizeof folder, "%.400s/tcprove-bench-%ld", dir && *dir ? dir : "/tmp", (long)getpid());
    snprintf(on_disk.folder, sizeof on_disk.folder, "%s", folder);
    on_disk.count = found.count + t->programs + t->candidates; /* no more than that */
    watch_for_end();
    if (t->steps && found.count) make(t, &found, folder, quick, &made);
    const bench_inputs *in = t->steps ? &made : &found;
    if (found.count == 0) printf("  %s: no inputs in %s: start it where the sources are\n", t->name, t->folders[0]);
    else if (in->count && !write_folder(folder, in))
        printf("  %s: %s: %s; TMPDIR names another folder\n", t->name, folder, strerror(errno));
    else if (in->count) status = measure(t, in, folder, quick);
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
