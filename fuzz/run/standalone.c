/* standalone.c — runs a fuzz target over files without libFuzzer: any compiler, any debugger.
 *
 *     replay_X [--trace] [--script OUT.pkt] [--pcap OUT.pcapng] [--optional] FILE|FOLDER...
 *
 * Folders are walked in order of name. --trace asks the target to tell what it does (FZ_TRACE=1 in the environment),
 * --script and --pcap to write the last input's story as a script and as a capture (FZ_SCRIPT, FZ_PCAP);
 * --optional: a path that is not there is not an error, and neither is finding nothing. Ends with "replayed N inputs".
 * When an input kills the process, its path is the last thing printed. */
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "standalone.h"

enum { INPUT_MAX = 1 << 20, PATH_ROOM = 4096 };

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
        r->run(exact, len);
        now_running[0] = '\0';
        r->inputs++;
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

int fz_replay_main(int argc, char **argv, fz_run_fn *run)
{
    fz_replay r = {.run = run};
    int first = 1;
    for (; first < argc && argv[first][0] == '-'; first++) {
        if (strcmp(argv[first], "--optional") == 0) {
            r.optional = true;
        } else if (strcmp(argv[first], "--trace") == 0) {
            setenv("FZ_TRACE", "1", 1);
        } else if (strcmp(argv[first], "--script") == 0 && first + 1 < argc) {
            setenv("FZ_SCRIPT", argv[++first], 1);
        } else if (strcmp(argv[first], "--pcap") == 0 && first + 1 < argc) {
            setenv("FZ_PCAP", argv[++first], 1);
        } else {
            fprintf(stderr,
                    "%s: unknown option %s; usage: [--trace] [--script OUT.pkt] [--pcap OUT.pcapng] [--optional] "
                    "FILE|FOLDER...\n",
                    argv[0], argv[first]);
            return 2;
        }
    }
    watch_for_death();
    bool good = true;
    for (int i = first; i < argc; i++) good = fz_replay_path(&r, argv[i]) && good;
    printf("replayed %zu inputs\n", r.inputs);
    return good && (r.inputs || r.optional) ? 0 : 1;
}
