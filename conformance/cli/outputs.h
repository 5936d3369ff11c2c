/* outputs.h — where the reports of one run go: the terminal and the files asked for. */
#ifndef CF_CLI_OUTPUTS_H
#define CF_CLI_OUTPUTS_H

#include "../report/report.h"
#include "args.h"

/* Writes every report that was asked for. The people's report goes to standard output, or to standard error when a
 * machine's report has taken that. False after a complaint when a file could not be written. */
bool cf_outputs_write(const cf_args *a, cf_report *rep);

/* The line of progress on a terminal; nothing is shown when standard error is none. */
typedef struct cf_progress {
    bool shown;
    int64_t last_us;
} cf_progress;
void cf_progress_start(cf_progress *p, const cf_args *a);
void cf_progress_show(void *progress, const cf_result *r, uint32_t finished, uint32_t total);
void cf_progress_end(cf_progress *p);

#endif
