/* same.h — two trees say the same thing, whatever their spans, comments and spelling. */
#ifndef CF_SCRIPT_SAME_H
#define CF_SCRIPT_SAME_H

#include "ast.h"

/* NULL, or a short static name of the first thing that differs ("event kind", "packet ack"). *event gets the event's
 * index. */
const char *cf_script_differs(const cf_script *a, const cf_script *b, uint32_t *event);
const char *cf_pkt_differs(const cf_pkt *a, const cf_pkt *b);
const char *cf_expr_differs(const cf_expr *a, const cf_expr *b);

#endif
