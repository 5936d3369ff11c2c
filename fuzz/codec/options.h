/* options.h — O20: the options of a segment as the judge reads them, beside those that the stack has read. */
#ifndef FZ_CODEC_OPTIONS_H
#define FZ_CODEC_OPTIONS_H

#include "../../conformance/packet/packet.h"
#include "../../stack/wire/seg.h"

/* What the judge found, in the shape of the stack's value. Options end at EOL (RFC 9293 3.2). Fast Open is left out:
 * whether a cookie counts depends on the SYN bit, which options do not know. */
rs_opts fz_judge_opts(const cf_tcp *t);
/* Fails with the first field that the two read differently. */
void fz_same_opts(const rs_opts *stack, const cf_tcp *t);

#endif
