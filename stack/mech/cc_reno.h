/* cc_reno.h — what all algorithms that reduce by a threshold share: Reno's growth and NewReno's recovery around the
 * threshold that the algorithm itself says (rs_cc_algo.ssthresh). Only cc_*.c include this. */
#ifndef RS_MECH_CC_RENO_H
#define RS_MECH_CC_RENO_H

#include "cc.h"
#include "hystart_pp.h"

enum { RS_CC_LEAST_SSTHRESH = 2 };

/* Slow start up to ssthresh. Returns what is left of the acknowledged segments for avoidance: in the RFC form all or
 * nothing. */
uint32_t rs_reno_slow_start(rs_cc *cc, const rs_cc_ack *e);
/* One segment more for every `every` segments acknowledged. */
void rs_reno_add(rs_cc *cc, uint32_t every, uint32_t segs);
/* Window and all counters towards the next segment. */
void rs_reno_set_segs(rs_cc *cc, uint32_t segs);

void rs_reno_on_enter_recovery(rs_cc *cc, const rs_cc_loss *e);
void rs_reno_on_dup_ack(rs_cc *cc, rs_time now);
void rs_reno_on_partial_ack(rs_cc *cc, const rs_cc_partial *e);
void rs_reno_on_exit_recovery(rs_cc *cc, const rs_cc_exit *e);
void rs_reno_on_rto(rs_cc *cc, const rs_cc_loss *e);
void rs_reno_on_idle_restart(rs_cc *cc, const rs_cc_idle *e);
void rs_reno_on_underuse(rs_cc *cc, uint32_t used_segs);
/* An ACK of the first slow start, with HyStart++ where it is wanted (RFC 9406). True: it is wanted. */
bool rs_reno_hystart_pp(rs_cc *cc, rs_hspp *h, const rs_cc_rtt *e);
/* Nothing. */
void rs_reno_on_sample(rs_cc *cc, const rs_cc_sample *e);
void rs_reno_on_rtt(rs_cc *cc, const rs_cc_rtt *e);
void rs_reno_on_begin(rs_cc *cc, const rs_cc_begin *e);

#endif
