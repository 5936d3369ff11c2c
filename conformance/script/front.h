/* front.h — what our scripts say about themselves, in comments that packetdrill skips.
 *
 *     //: title: A RST in the window, not at RCV.NXT, draws a challenge ACK and changes nothing
 *     //: spec:  RFC5961-3.2-challenge (MUST)
 *     //: quiet 3s
 *
 * A line of "//:" that has no key, or one that is like none of ours, is somebody else's: a warning, and it is skipped.
 * A line is "//: key: value"; "//: quiet 3s" needs no second colon. Two blanks and "#" start a remark. A key may come
 * again (spec, bug, needs, kills, because); title, family, clock, preset, version, level, quiet, free, expect may not.
 *
 * bug: is the id of a bug that a real stack had and the script asks for: a CVE, or the name of the stack, '-' and a
 * commit. Where one fix has several commits they are joined by '+'. */
#ifndef CF_SCRIPT_FRONT_H
#define CF_SCRIPT_FRONT_H

#include "ast.h"

/* Reads the "//:" comments (spans from the colon to the end of line) into s->front, s->quiet_us and s->free; reports
 * what is wrong. */
void cf_front_read(cf_script *s, const cf_span *notes, uint32_t count, cf_diags *diags);
/* The i-th value of a key that may come again, or NULL. */
const char *cf_front_nth(const cf_script *s, const char *key, uint32_t i);
/* "3s", "200ms", "1.5s", "50us" -> microseconds; false if it is none of these. */
bool cf_front_duration(const char *text, int64_t *us);

#endif
