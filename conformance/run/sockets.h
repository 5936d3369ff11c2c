/* sockets.h — the sockets of a target as text, in the form people know from `ss -tni` and `netstat -ant`. */
#ifndef CF_RUN_SOCKETS_H
#define CF_RUN_SOCKETS_H

#include "../target/target.h"
#include "../text/buf.h"

typedef enum { CF_SOCKETS_SS, CF_SOCKETS_NETSTAT } cf_sockets_form;

/* Appends the table, a line for each socket (in the form of ss, one more with what TCP knows of it). False: the target
 * cannot list its sockets, and nothing was appended. */
bool cf_sockets_text(cf_buf *b, cf_target *t, cf_sockets_form form);

#endif
