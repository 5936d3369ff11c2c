/* standalone.c — runs a fuzz target over files without libFuzzer: any compiler, any debugger.
 *
 *     replay_X [--trace] [--hash] [--script OUT.pkt] [--pcap OUT.pcapng] [--cells OUT.tsv]
 *              [--write OUT] [--seeds FIRST COUNT] [--optional] [--rate SECONDS] [--count] FILE|FOLDER...
 *
 * Folders are walked in order of name. --trace asks the target to tell what it does (FZ_TRACE=1 in the environment),
 * --script and --pcap to write the last input's story as a script and as a capture (FZ_SCRIPT, FZ_PCAP);
 * --cells to write which corners of the state machine were seen (FZ_CELLS, oracle/cells.h);
 * --seeds runs inputs that follow from numbers (seeds.h), --write keeps the last of them as a file; --hash prints for
 * each input the hash of all that happened;
 * --optional: a path that is not there is not an error, and neither is finding nothing; --rate: all inputs are run
 * again and again for so many seconds of CPU time, and it says how many runs a second that is; --count
 * prints for each input how many events it makes (prog/happened.h; of targets that count them). Ends with "replayed N
 * inputs". When an input kills the process, its path is the last thing printed. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../prog/happened.h"
#include "../prog/hash.h"
#include "rate.h"
#include "seeds.h"
#include "standalone.h"

enum { INPUT_MAX = 1 << 20, PATH_ROOM = 4096, SEED_ROOM = 2048 };

static char now_running[PATH_ROOM];

/* Only async-signal-safe calls: the process is dying. */
static void say_path(void)
{
    static const char words[] = "while replaying ";
    if (!now_running[0]) return;
    bool told = write(2, words, sizeof words - 1) > 0 && write(2, now_running, strlen(now_running)) > 0;
    if (told && write(2, "\n", 1) < 0) return;
}

static void on_signal(int number)
{
    say_path();
    signal(number, SIG_DFL);
    raise(number);
}

/* There when a sanitizer is linked in. */
__attribute__((weak)) void __sanitizer_set_death_callback(void (*callback)(void));

static void watch_for_death(void)
{
    static const int numbers[] = {SIGABRT, SIGTRAP, SIGILL};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) signal(numbers[i], on_signal);
    if (__sanitizer_set_death_callback) {
        __sanitizer_set_death_callback(say_path);
    } else {
        signal(SIGSEGV, on_signal);
        signal(SIGBUS, on_signal);
        signal(SIGFPE, on_signal);
    }
}

/* What now_running names. */
static void run_one(fz_replay *r, const uint8_t *data, size_t len)
{
    r->inputs++;
    if (r->keep) {
        if (!fz_inputs_add(r->keep, data, len)) fprintf(stderr, "%s: no memory to keep it\n", now_running);
        return;
    }
    fz_hash_begin();
    r->run(data, len);
    if (r->hash) printf("%s %016" PRIx64 "\n", now_running, fz_hash_value());
    fz_happened h = fz_happened_take();
    if (r->count) printf("%s %" PRIu64 "\n", now_running, fz_happened_events(&h));
    now_running[0] = '\0';
}

/* The bytes are handed over in a block of exactly their size, so that a sanitizer sees a read behind the end. */
static bool replay_file(fz_replay *r, const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *room = f ? malloc(INPUT_MAX) : NULL;
    size_t len = room ? fread(room, 1, INPUT_MAX, f) : 0;
    bool whole = room && !ferror(f);
    if (f) fclose(f);
    uint8_t *exact = whole ? malloc(len ? len : 1) : NULL;
    if (exact) {
        memcpy(exact, room, len);
        snprintf(now_running, sizeof now_running, "%s", path);
        run_one(r, exact, len);
    } else {
        fprintf(stderr, "%s: cannot be read: %s\n", path, strerror(errno));
    }
    free(exact);
    free(room);
    return exact != NULL;
}

static bool replay_folder(fz_replay *r, const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    bool good = count >= 0;
    for (int i = 0; i < count; i++) {
        char below[PATH_ROOM];
        int n = snprintf(below, sizeof below, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') good = n > 0 && (size_t)n < sizeof below && fz_replay_path(r, below) && good;
        free(names[i]);
    }
    if (count >= 0) free(names);
    return good;
}

bool fz_replay_path(fz_replay *r, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        if (r->optional && errno == ENOENT) return true;
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return false;
    }
    return S_ISDIR(st.st_mode) ? replay_folder(r, path) : replay_file(r, path);
}

/* ---------- inputs from numbers ---------- */

/* A target's own, when it has one. */
__attribute__((weak)) size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t len, size_t cap, unsigned seed);

/* Before it is run: it may be the end of this process. */
static bool keep(const char *path, const uint8_t *data, size_t len)
{
    FILE *f = fopen(path, "wb");
    bool good = f && fwrite(data, 1, len, f) == len;
    if (f && fclose(f) != 0) good = false;
    if (!good) fprintf(stderr, "%s: cannot be written: %s\n", path, strerror(errno));
    return good;
}

static bool run_seeds(fz_replay *r, uint64_t first, uint64_t count, const char *path)
{
    bool good = true;
    static uint8_t room[SEED_ROOM];
    for (uint64_t i = 0; i < count; i++) {
        size_t len = fz_seed_input(LLVMFuzzerCustomMutator, first + i, room, sizeof room);
        snprintf(now_running, sizeof now_running, "seed %" PRIu64, first + i);
        if (path && i + 1 == count) good = keep(path, room, len);
        run_one(r, room, len);
    }
    return good;
}

/* ---------- the command line ---------- */

typedef struct words {
    uint64_t first, count;
    bool seeds;
    const char *write; /* NULL: without */
    double seconds;    /* of --rate; 0: without */
} words;

static const char usage[] =
    "[--trace] [--hash] [--script OUT.pkt] [--pcap OUT.pcapng] [--cells OUT.tsv] "
    "[--write OUT] [--seeds FIRST COUNT] [--optional] [--rate SECONDS] [--count] FILE|FOLDER...";

static bool number(const char *text, uint64_t *out)
{
    char *end;
    errno = 0;
    *out = strtoull(text, &end, 10);
    return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0';
}

/* Seconds as a number above 0; 0: it is none. */
static double seconds_of(const char *word)
{
    char *end;
    double s = strtod(word, &end);
    return *end == '\0' && s > 0 && s < 1e6 ? s : 0;
}

/* How many of the words that follow an option belong to it; -1: the option is not known or lacks some. */
static int take_option(fz_replay *r, words *w, char **word, int left)
{
    if (strcmp(word[0], "--optional") == 0) return (int)!(r->optional = true);
    if (strcmp(word[0], "--count") == 0) return (int)!(r->count = true);
    if (strcmp(word[0], "--hash") == 0) return (int)!(r->hash = true);
    if (strcmp(word[0], "--trace") == 0) return setenv("FZ_TRACE", "1", 1);
    if (strcmp(word[0], "--script") == 0 && left >= 1) return 1 + setenv("FZ_SCRIPT", word[1], 1);
    if (strcmp(word[0], "--pcap") == 0 && left >= 1) return 1 + setenv("FZ_PCAP", word[1], 1);
    if (strcmp(word[0], "--cells") == 0 && left >= 1) return 1 + setenv("FZ_CELLS", word[1], 1);
    if (strcmp(word[0], "--write") == 0 && left >= 1) return (w->write = word[1]) ? 1 : -1;
    if (strcmp(word[0], "--rate") == 0 && left >= 1) return (w->seconds = seconds_of(word[1])) > 0 ? 1 : -1;
    if (strcmp(word[0], "--seeds") != 0 || left < 2) return -1;
    w->seeds = number(word[1], &w->first) && number(word[2], &w->count);
    return w->seeds ? 2 : -1;
}

static void measure(const fz_inputs *kept, fz_run_fn *run, double seconds)
{
    uint64_t runs;
    double took, rate = fz_rate(kept, run, seconds, &runs, &took);
    printf("rate: %.0f runs/s, %llu runs in %.3f s of CPU time\n", rate, (unsigned long long)runs, took);
    fz_happened h = fz_happened_take();
    double all = (double)(runs + kept->count); /* with the round that is not measured */
    if (fz_happened_events(&h) == 0) return;
    printf("events: %.1f in a run: %.1f packets, %.1f timers, %.1f calls, %.1f steps\n",
           (double)fz_happened_events(&h) / all, (double)h.packets / all, (double)h.timers / all, (double)h.calls / all,
           (double)h.steps / all);
}

int fz_replay_main(int argc, char **argv, fz_run_fn *run)
{
    fz_replay r = {.run = run};
    fz_inputs kept = {0};
    words w = {0};
    int first = 1;
    for (; first < argc && argv[first][0] == '-'; first++) {
        int more = take_option(&r, &w, argv + first, argc - first - 1);
        if (more < 0) {
            fprintf(stderr, "%s: cannot take %s; usage: %s\n", argv[0], argv[first], usage);
            return 2;
        }
        first += more;
    }
    if (w.seconds > 0) r.keep = &kept;
    watch_for_death();
    if (r.hash) fz_hash_on();
    bool good = !w.seeds || run_seeds(&r, w.first, w.count, w.write);
    for (int i = first; i < argc; i++) good = fz_replay_path(&r, argv[i]) && good;
    if (w.seconds > 0) measure(&kept, run, w.seconds);
    fz_inputs_free(&kept);
    printf("replayed %zu inputs\n", r.inputs);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "%s: the output cannot be written: %s\n", argv[0], strerror(errno));
        return 2;
    }
    return good && (r.inputs || r.optional) ? 0 : 1;
}
