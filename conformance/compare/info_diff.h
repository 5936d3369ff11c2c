/* info_diff.h — TCP_INFO at the ends of two runs, field by field (info.def); texts are `info` of run/ledger.h. A text
 * that is empty says that there was nothing to ask: then nothing is compared. */
#ifndef CF_COMPARE_INFO_DIFF_H
#define CF_COMPARE_INFO_DIFF_H

#include "call_diff.h"

/* Returns whether times were equal only within the tolerance. */
bool cf_info_diff(const cf_run_diff *d, const char *a, const char *b);

#endif
