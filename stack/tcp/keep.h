/* keep.h — keepalive with the limits of this connection: the option if set, else the host's knob. */
#ifndef RS_TCP_KEEP_H
#define RS_TCP_KEEP_H

#include "env.h"
#include "tcb.h"

/* The option was switched or its times changed. */
void rs_keep_changed(rs_env *env, rs_tcb *t);
/* The keepalive deadline has come. */
rs_keepalive_act rs_keep_due(rs_env *env, rs_tcb *t);

#endif
