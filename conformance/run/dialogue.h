/* dialogue.h — what happened in a run, in order: packets, calls, and what the stack says of itself.
 *
 * Packets always count and go into the hash; lines of text are kept only when `on`, because most runs pass and nobody
 * reads them (a failed run is repeated with the dialogue on: virtual time gives the same again). Times are script time.
 */
#ifndef CF_RUN_DIALOGUE_H
#define CF_RUN_DIALOGUE_H

#include "map.h"
#include "pcap.h"
#include "result.h"

enum { CF_DIALOGUE_MAX = 4000 };

typedef struct cf_dialogue {
    bool on;
    cf_story_line *line;
    uint32_t count, cap;
    uint32_t dropped; /* lines beyond CF_DIALOGUE_MAX */
    uint32_t packets_in, packets_out;
    uint64_t hash;
    int64_t live_start_us;
    cf_pcap *pcap; /* NULL: none asked for */
} cf_dialogue;

void cf_dialogue_init(cf_dialogue *d, bool on, cf_pcap *pcap);
void cf_dialogue_free(cf_dialogue *d);
/* One line at script time at_us, for script line `line` (0: none). */
void cf_dialogue_say(cf_dialogue *d, int64_t at_us, const char *kind, uint32_t line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
/* Moves the newest line up to where the dialogue stood at `mark` (its count then), if it belongs to the same instant: a
 * call's line stands before its effects. */
void cf_dialogue_raise(cf_dialogue *d, uint32_t mark);
/* A packet crossed the border at live time at_us. Returns its number in the capture, for cf_pcap_comment. */
uint32_t cf_dialogue_packet(cf_dialogue *d, cf_dir dir, int64_t live_us, const uint8_t *bytes, size_t len);
/* A live frame of the stack, told in the notation and numbers of scripts when s is its socket, else with addresses. */
void cf_dialogue_frame(cf_dialogue *d, int64_t live_us, const cf_sock *s, const cf_packet *frame, uint32_t line,
                       const char *remark);
/* The story hook of the target: cf_story_fn. */
void cf_dialogue_hear(void *ctx, int64_t live_us, const char *kind, const char *text, const char *rfc);
/* A frame in script notation; the text is the caller's to free. */
char *cf_dialogue_frame_text(const cf_sock *s, const cf_packet *frame);

#endif
