/* outputs.h — where the reports of one run go: the terminal and the files asked for. */
#ifndef CF_CLI_OUTPUTS_H
#define CF_CLI_OUTPUTS_H

#include "../report/report.h"
#include "args.h"

/* The machines' reports. Opened before anything runs, for nobody wants to hear afterwards that a file cannot be
 * written. */
enum { CF_OUTPUTS = 4 };
typedef struct cf_outputs {
    FILE *to[CF_OUTPUTS]; /* stdout or a file; NULL: not asked for */
} cf_outputs;             /* zero-init; cf_outputs_close */

/* Opens and empties every file that was asked for. False after a complaint. */
bool cf_outputs_open(cf_outputs *o, const cf_args *a);
/* Writes every report. The people's goes to standard output, or to standard error when a machine's report has taken
 * that. A run that was stopped (whole: false) leaves the JSON lines of what had finished; the other forms say how many
 * runs there are, which would be wrong, so their files stay empty. */
void cf_outputs_write(const cf_outputs *o, const cf_args *a, cf_report *rep, bool whole);
/* False after a complaint when a file could not be written. */
bool cf_outputs_close(cf_outputs *o, const cf_args *a);

/* Of the commands that write JSON and a page: does one of them go to standard output? Then the text goes to standard
 * error. False after a complaint: both would. */
bool cf_report_on_stdout(const cf_args *a);
bool cf_reports_fit(const cf_args *a);
/* Writes b there ("-": standard output). False after a complaint. */
bool cf_report_put(const char *path, const cf_buf *b);

/* The line of progress on a terminal; nothing is shown when standard error is none. */
typedef struct cf_progress {
    bool shown;
    int64_t last_us;
} cf_progress;
void cf_progress_start(cf_progress *p, const cf_args *a);
void cf_progress_show(void *progress, const cf_result *r, uint32_t finished, uint32_t total);
void cf_progress_end(cf_progress *p);

#endif
