/* bench.h — benchmark parts: one piece of work each, done by us and, where they can do the same work, by peers.
 *
 * Both sides run in the same process run, one after the other, several rounds interleaved; the best round of each
 * counts, because on a shared machine noise only ever slows. A part prints one line per peer: work, both figures,
 * ratio. */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Wall seconds of a monotonic clock. */
double bench_seconds(void);

/* Seconds of a processor that this process has had: for what one thread does by itself, on a machine with other work.
 */
double bench_cpu_seconds(void);

/* How a figure is printed: "1.23 M segments/s". Higher is better unless the unit says bytes or ns. */
typedef struct {
    const char *who;
    double value;
    bool valid;
    char why[128];
} bench_figure;

typedef struct {
    uint64_t bulk_bytes;
    uint32_t conns, rounds;
} bench_size;

/* Each returns work per second (segments, connections), or a negative number with the reason in why. */
double ours_bulk(uint64_t bytes, char *why, unsigned why_cap);
double ours_conns(uint32_t conns, char *why, unsigned why_cap);
double lwip_bulk(uint64_t bytes, char *why, unsigned why_cap);
double lwip_conns(uint32_t conns, char *why, unsigned why_cap);
double linux_bulk(uint64_t bytes, char *why, unsigned why_cap);
double linux_conns(uint32_t conns, char *why, unsigned why_cap);

/* n idle established connections on one stack. */
typedef struct {
    double bytes_per_conn;      /* growth of the used part of the arena, per connection */
    double bytes_per_used_conn; /* the same, when each has carried something and is idle again */
    double ns_per_timer; /* a keepalive deadline passes on every connection: cost of one timer event, answer included */
    double
        ns_per_lookup; /* a segment for a random connection, text that it has already: finding it, judging, answering */
    double ns_per_lookup_of_train; /* the same, when they come by 32 (rs_stack_input_many) */
    double rss_per_conn;           /* growth of resident memory, per connection */
} bench_idle;
bool ours_idle(uint32_t n, bool small_pages, bench_idle *out, char *why, unsigned why_cap);

/* A SYN flood beside a legitimate client, for each setting of SYN cookies; prints by itself. Exit status. */
int flood_part(bool quick);

/* How many inputs a second the fuzzers run, ours and twins that feed the same programs to lwIP; prints by itself. */
int fuzz_part(bool quick);

/* Inputs of fuzzers, in memory. */
typedef struct {
    uint8_t *bytes;
    size_t len;
} bench_input;
typedef struct {
    bench_input *of;
    size_t count;
} bench_inputs;

/* One input is played on lwIP, which is as fresh afterwards as before. */
typedef void lwip_play_fn(const uint8_t *data, size_t len);
lwip_play_fn lwip_play_parse, lwip_play_seg, lwip_play_pair;

/* `tcprove diff` and tshark on a large capture; prints by itself. Exit status. */
int diff_part(bool quick);

#endif
