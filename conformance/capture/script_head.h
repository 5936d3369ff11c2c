/* script_head.h — what stands before the first line of an imported script, and its final spelling. */
#ifndef CF_CAPTURE_SCRIPT_HEAD_H
#define CF_CAPTURE_SCRIPT_HEAD_H

#include "infer.h"

/* Front matter, options, and the settings that the recording shows. */
void cf_script_head(cf_buf *out, const cf_recording *r, const cf_guess *g, bool raw_echoes, const char *title);
/* The script in its canonical spelling; false with a message in why: it is none. */
bool cf_script_canonical(cf_buf *text, const cf_buf *raw, bool six, char *why, size_t why_cap);

#endif
