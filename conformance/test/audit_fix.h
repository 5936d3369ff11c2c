/* audit_fix.h — stories (capture_fix.h) judged, with the capture taken at both ends unless a test says otherwise.
 *
 *     CHECK_EQ(BREAKS(CF_RULE_ACK_BEYOND, {0, '>', "S", ...}, ...), 1);
 *
 * Every story is judged as it stands; a test plants one violation in an otherwise sound story. */
#ifndef CF_TEST_AUDIT_FIX_H
#define CF_TEST_AUDIT_FIX_H

#include <string.h>

#include "../audit/audit.h"
#include "capture_fix.h"

enum { STORY_MAX = 64 };
#define SYN_OF(mss) "\2\4" mss, 4
#define TS_SYN(v) "\2\4\5\xb4\4\2\10\12\0\0\0" v "\0\0\0\0", 16
#define TS(v, e) "\1\1\10\12\0\0\0" v "\0\0\0" e, 12

/* How a test story begins: a handshake with MSS 1460, window scale 7 and nothing else; text starts at 1. */
extern const beat opened[3];

/* Runs a story; the handshake comes first when `open`. Returns how often the rule was broken; checks that nothing else
 * was. *judged: how often it was asked. */
uint64_t story_breaks(cf_rule_id rule, bool open, cf_which_ends tap, const beat *b, size_t n, uint64_t *judged);

#define BEATS(...) (const beat[]){__VA_ARGS__}, sizeof((const beat[]){__VA_ARGS__}) / sizeof(beat)
#define BREAKS(rule, ...) story_breaks(rule, true, CF_ENDS_BOTH, BEATS(__VA_ARGS__), NULL)
#define BREAKS_AT(end, rule, ...) story_breaks(rule, true, end, BEATS(__VA_ARGS__), NULL)
#define BREAKS_AFAR(rule, ...) story_breaks(rule, true, CF_ENDS_NONE, BEATS(__VA_ARGS__), NULL)
#define BREAKS_ALONE(rule, ...) story_breaks(rule, false, CF_ENDS_BOTH, BEATS(__VA_ARGS__), NULL)

#endif
