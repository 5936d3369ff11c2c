/* show.h — a comparison for people, for programs, and as one page to send to somebody. */
#ifndef CF_CAPTURE_SHOW_H
#define CF_CAPTURE_SHOW_H

#include "../text/json.h"
#include "diff.h"

/* The ladders of both sides next to each other, the differences under the packets. width: columns; summary: only the
 * table of classes. */
typedef struct cf_diff_show {
    int width;
    bool colour, summary;
} cf_diff_show;
void cf_diff_text(cf_buf *out, const cf_diff *d, const cf_diff_show *how);
/* One line: "2 must, 14 choice" or "no differences". */
void cf_diff_summary(cf_buf *out, const cf_diff *d);

/* Members of an object that the caller has opened. */
void cf_diff_json(cf_json *j, const cf_diff *d);

/* One HTML page, complete in itself: no script, nothing loaded. Between head and foot any number of comparisons. */
void cf_diff_html_head(cf_buf *out, const char *title);
void cf_diff_html(cf_buf *out, const cf_diff *d);
void cf_diff_html_line(cf_buf *out, const char *class, const char *text); /* a remark; class "note", "must" ... */
void cf_diff_html_foot(cf_buf *out);

#endif
