/* capture_fix.h — small captures made in memory: one line of a story, one packet.
 *
 *     story(&c, (const beat[]){{0, '>', "S", 0, 0, 0, 1000}, {10, '<', "S.", 0, 0, 1, 2000}, ...}, n);
 *
 * Client 192.0.2.1:4000, server 192.168.0.1:80 unless `shape` says otherwise. seq and ack are relative to the ISNs. */
#ifndef CF_TEST_CAPTURE_FIX_H
#define CF_TEST_CAPTURE_FIX_H

#include "../capture/capture.h"

typedef struct beat {
    int ms;
    char dir;          /* '>' from the client, '<' from the server */
    const char *flags; /* "S", "P.", "F." ... */
    uint32_t seq, len, ack;
    uint16_t win;
    const char *opts; /* bytes, or NULL */
    uint8_t opt_len;
    uint8_t fill; /* every byte of the payload */
} beat;

/* What is the same for all packets; zero: the usual. */
typedef struct shape {
    uint32_t isn[2];
    uint16_t port[2];
    uint8_t ttl;
    bool six;
    int64_t start_ns;
} shape;

uint32_t beat_bytes(uint8_t *out, size_t cap, const shape *sh, const beat *b);
/* Adds to a started capture. */
void story_more(cf_capture *c, const shape *sh, const beat *b, size_t n);
/* A capture of its own. */
void story(cf_capture *c, const shape *sh, const beat *b, size_t n);
/* The same as a pcap file of link type RAW in the folder of fixture.h; its path lives until tree_free. */
const char *story_file(const char *name, const shape *sh, const beat *b, size_t n);
/* A file from raw frames of one link type. */
const char *frames_file(const char *name, uint32_t linktype, const uint8_t *const *frame, const uint32_t *len,
                        size_t n);

/* A handshake, 100 bytes each way, an orderly end: 10 packets. */
extern const beat whole[10];

#endif
