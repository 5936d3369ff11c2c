/* diff.c — the part `diff`: `tcprove diff` and tshark on one capture of a gigabyte.
 *
 * The capture is made here: eight connections, segments of 1448 bytes with timestamps, an ACK for every two. It is
 * compared with itself by the tcprove beside this program; tshark reads it once for a table of its packets. */
#define _GNU_SOURCE /* wait4 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <fcntl.h>

#include "bench.h"

enum { CONNS = 8, PAYLOAD = 1448, ETHER = 14, IP = 20, TCP = 32, LINKTYPE_ETHERNET = 1 };

typedef struct {
    FILE *f;
    uint64_t packets, bytes, at_us;
} maker;

static void big(uint8_t *p, uint32_t v, int n)
{
    for (int i = 0; i < n; i++) p[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

/* One frame: Ethernet, IPv4, TCP with timestamps (and, on a SYN, nothing more), zero checksums. */
static void put(maker *m, int conn, bool back, uint32_t seq, uint32_t ack, uint8_t flags, uint32_t len)
{
    static uint8_t frame[ETHER + IP + TCP + PAYLOAD];
    uint32_t total = IP + TCP + len;
    uint8_t *ip = frame + ETHER, *tcp = ip + IP;
    big(frame + 12, 0x0800, 2);
    ip[0] = 0x45;
    big(ip + 2, total, 2);
    big(ip + 6, 0x4000, 2);
    ip[8] = 64;
    ip[9] = 6;
    big(ip + 12, back ? 0x0A000002 : 0x0A000001, 4);
    big(ip + 16, back ? 0x0A000001 : 0x0A000002, 4);
    big(tcp, back ? 80 : (uint32_t)(40000 + conn), 2);
    big(tcp + 2, back ? (uint32_t)(40000 + conn) : 80, 2);
    big(tcp + 4, seq, 4);
    big(tcp + 8, ack, 4);
    tcp[12] = TCP / 4 * 16;
    tcp[13] = flags;
    big(tcp + 14, 1000, 2);
    big(tcp + 20, 0x0101080A, 4);
    big(tcp + 24, (uint32_t)(m->at_us / 1000), 4);
    uint32_t size = ETHER + total,
             head[4] = {(uint32_t)(m->at_us / 1000000), (uint32_t)(m->at_us % 1000000), size, size};
    fwrite(head, sizeof head, 1, m->f);
    fwrite(frame, size, 1, m->f);
    m->packets++;
    m->bytes += sizeof head + size;
    m->at_us += 12;
}

static bool make(const char *path, uint64_t size, maker *m)
{
    static const uint32_t head[] = {0xA1B2C3D4, 2 | 4 << 16, 0, 0, 65535, LINKTYPE_ETHERNET};
    uint32_t next[CONNS];
    *m = (maker){.f = fopen(path, "wb"), .at_us = 1000000000000000};
    if (!m->f) return false;
    unlink(path); /* a run that is cut leaves no gigabyte behind; it is read by its descriptor */
    fwrite(head, sizeof head, 1, m->f);
    for (int c = 0; c < CONNS; c++) {
        put(m, c, false, 0, 0, 2, 0);
        put(m, c, true, 0, 1, 18, 0);
        put(m, c, false, 1, 1, 16, 0);
        next[c] = 1;
    }
    for (int c = 0; m->bytes < size; c = (c + 1) % CONNS) {
        for (int k = 0; k < 2; k++, next[c] += PAYLOAD) put(m, c, false, next[c], 1, 16, PAYLOAD);
        put(m, c, true, 1, next[c], 16, 0);
    }
    return fflush(m->f) == 0 && !ferror(m->f);
}

/* CPU seconds of a program and its memory; negative when it did not end well. */
static double run(char *const argv[], long *kbytes)
{
    struct rusage use;
    int status;
    pid_t pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, 1);
        dup2(null, 2);
        execvp(argv[0], argv);
        _exit(127);
    }
    if (pid < 0 || wait4(pid, &status, 0, &use) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0) return -1;
    *kbytes = use.ru_maxrss;
    return (double)use.ru_utime.tv_sec + (double)use.ru_utime.tv_usec * 1e-6 + (double)use.ru_stime.tv_sec +
           (double)use.ru_stime.tv_usec * 1e-6;
}

static bool beside(const char *name, char *out, size_t cap)
{
    ssize_t n = readlink("/proc/self/exe", out, cap - 1);
    if (n <= 0) return false;
    out[n] = '\0';
    char *slash = strrchr(out, '/');
    return slash && snprintf(slash + 1, cap - (size_t)(slash + 1 - out), "%s", name) > 0;
}

static void best_of(int rounds, char *const argv[], double *seconds, long *kbytes)
{
    *seconds = -1;
    for (int i = 0; i < rounds; i++) {
        double s = run(argv, kbytes);
        if (s > 0 && (*seconds < 0 || s < *seconds)) *seconds = s;
    }
}

static int measure(char *path, const maker *m, int rounds)
{
    char program[512];
    double ours, theirs;
    long our_memory = 0, their_memory = 0;
    if (!beside("tcprove", program, sizeof program)) return 1;
    best_of(rounds, (char *const[]){program, "diff", path, path, NULL}, &ours, &our_memory);
    best_of(1, (char *const[]){"tshark", "-n", "-r", path, "-q", "-z", "io,stat,0", NULL}, &theirs, &their_memory);
    printf("diff: a capture of %llu MB, %llu packets, compared with itself; CPU time\n",
           (unsigned long long)(m->bytes / 1000000), (unsigned long long)m->packets);
    if (ours < 0) {
        printf("  tcprove   failed\n");
        return 1;
    }
    printf("  tcprove diff reads it twice: %.2f s, %.0f packets/s, %ld MB of memory\n", ours,
           2.0 * (double)m->packets / ours, our_memory / 1024);
    if (theirs < 0) printf("  tshark    not measured: it is not installed, or it failed\n");
    else
        printf("  tshark reads it once: %.2f s, %.0f packets/s, %ld MB of memory; %.1fx\n", theirs,
               (double)m->packets / theirs, their_memory / 1024, 2.0 * theirs / ours);
    return 0;
}

int diff_part(bool quick)
{
    maker m;
    const char *dir = getenv("TMPDIR");
    char path[300];
    snprintf(path, sizeof path, "%s/tcprove-bench-%ld.pcap", dir && *dir ? dir : "/tmp", (long)getpid());
    int status = 1;
    if (make(path, quick ? 100000000u : 1000000000u, &m)) {
        snprintf(path, sizeof path, "/proc/%ld/fd/%d", (long)getpid(), fileno(m.f));
        status = measure(path, &m, quick ? 1 : 2);
    } else {
        printf("diff: %s: %s; TMPDIR names another folder\n", path, strerror(errno));
    }
    if (m.f) fclose(m.f);
    return status;
}
