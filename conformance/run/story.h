/* story.h — the dialogue of a failed run, cut to what a reader needs, and the likely reason in one sentence. */
#ifndef CF_RUN_STORY_H
#define CF_RUN_STORY_H

#include "dialogue.h"
#include "result.h"

enum { CF_STORY_MAX = 40 };

/* Moves the last lines of the dialogue, in order of time, into the result. with_cwnd: congestion window changes too. */
void cf_story_take(cf_dialogue *d, bool with_cwnd, cf_result *r);
/* If the result has no hint yet and the stack said why it did not answer the last injected packet: that becomes the
 * hint. */
void cf_story_explain(cf_result *r);

#endif
