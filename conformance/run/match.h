/* match.h — what a script expects against what was seen: all differences, and the first one in packetdrill's order.
 *
 * What a script does not say is not checked: the window without "win", options with "<...>", type of service, TTL and
 * flow label without an IP word. What it says by silence is checked: no options, no ACK number, no urgent pointer.
 * "//: free:" takes back a part of that: a PSH more than is written, another order or padding of the options, a byte of
 * garbage in a keepalive probe.
 *
 * A script line may be met by several segments (the stack under test need not hand big segments to a device that cuts
 * them): cf_seen_add joins frames whose payload follows on; the whole has the last frame's headers, the first one's
 * sequence number and CWR bit, the last one's time. */
#ifndef CF_RUN_MATCH_H
#define CF_RUN_MATCH_H

#include "clock.h"
#include "map.h"
#include "result.h"

enum { CF_MATCH_ROWS = 48, CF_SEEN_BYTES = 70000 };

/* One or several frames taken as one packet. */
typedef struct cf_seen {
    uint8_t *bytes; /* the last frame; owned */
    size_t len;
    cf_packet p;                             /* of the last frame; text_len is the whole payload */
    uint32_t frames, first_text, frame_text; /* payload of the first and of the last frame */
    bool first_cwr, text_zero;
    int64_t at_us; /* live time of the last frame */
} cf_seen;

void cf_seen_clear(cf_seen *s);
/* Takes a first frame, or joins a further one. False: it does not follow on; why names the field. */
bool cf_seen_add(cf_seen *s, const cf_packet *frame, int64_t at_us, const char **why);

typedef struct cf_match {
    bool ok;
    cf_field_diff row[CF_MATCH_ROWS];
    uint32_t rows;
    char field[32];   /* the first mismatch: "ack", "opt.ts.val", "time", "payload" */
    char reason[320]; /* the same in packetdrill's words */
    cf_pkt actual;    /* in script space */
    cf_opt_spec opts[CF_TCP_OPTS_MAX];
    uint32_t odd_opts; /* options no script can say */
    cf_field_diff
        derived; /* a length that follows from something else; a row of its own only if nothing else differs */
} cf_match;

typedef struct cf_match_in {
    const cf_pkt *want;
    cf_sock *sock; /* timestamps and flow labels are recorded in it when record is true */
    bool record;
    const cf_seen *seen;
    const cf_settings *set;
    unsigned free; /* cf_free bits of the script */
    const cf_when *when;
    int64_t live_start_us;
} cf_match_in;

void cf_match_packet(const cf_match_in *in, cf_match *out);

/* For the parts in match_*.c: one row; a mismatch also sets field and reason if it is the first. fmt and what follows
 * are the reason in packetdrill's words. derived: packetdrill reports it, but for people it is only the echo of another
 * row. */
typedef struct cf_row {
    const char *field;
    bool same, derived;
} cf_row;
cf_field_diff *cf_match_row(cf_match *m, cf_row row, const char *reason_fmt, ...) __attribute__((format(printf, 3, 4)));
void cf_match_number(cf_match *m, const char *field, const char *wire_name, uint64_t want, uint64_t got);
void cf_match_derived(cf_match *m, const char *field, const char *wire_name, uint64_t want, uint64_t got);
void cf_match_options(const cf_match_in *in, cf_match *m); /* match_opt.c */
void cf_match_layers(const cf_match_in *in, cf_match *m);  /* match_ip.c: number and kinds of headers, IP fields */
void cf_match_flow_label(const cf_match_in *in, cf_match *m);
/* Is the frame one that is written empty, and carries the byte of garbage that it may? */
bool cf_match_garbage_byte(const cf_match_in *in);
/* Bytes that the options of a script's packet take in a header. */
uint32_t cf_match_opt_bytes(const cf_match_in *in);

#endif
