/* fmt.h — a tree back to text, in one canonical spelling: parsing it gives the same tree (same.h). */
#ifndef CF_SCRIPT_FMT_H
#define CF_SCRIPT_FMT_H

#include "../text/buf.h"
#include "ast.h"

void cf_fmt_script(cf_buf *out, const cf_script *s);
void cf_fmt_event(cf_buf *out, const cf_event *e);
void cf_fmt_packet(cf_buf *out, const cf_pkt *p); /* "< S 0:0(0) win 100 <mss 1000>" */
void cf_fmt_call(cf_buf *out, const cf_call *c);  /* without time and blocking end */
void cf_fmt_expr(cf_buf *out, const cf_expr *x);
void cf_fmt_opt(cf_buf *out, const cf_opt_spec *o); /* "mss 1460" */
void cf_fmt_seconds(cf_buf *out, int64_t us);       /* "1.5", "0", ".01" is written 0.01 */

#endif
