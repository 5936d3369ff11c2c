/* hints.h — what a recording says about the settings of the stack under test: what it did not offer, when it gave up,
 * what it forgot sooner or later than by default.
 *
 * Settings that leave no mark on the wire stay as they are. */
#ifndef CF_CAPTURE_HINTS_H
#define CF_CAPTURE_HINTS_H

#include "infer.h"

/* cc: the congestion control, where the recording shows that it was none that paces.
 * " net.ipv4.tcp_sack=0 net.ipv4.tcp_retries2=3": words of a sysctl command, each with a blank before it; nothing when
 * all is as usual. */
void cf_hints_sysctls(cf_buf *out, const cf_recording *r, const char *cc);
/* The listener's TCP_DEFER_ACCEPT in seconds; 0: none. */
int cf_hints_defer_accept(const cf_recording *r);
/* The right edge of the window moves on: somebody reads. */
bool cf_hints_application_reads(const cf_recording *r);
/* Keepalive probes without an answer before the reset that ended it; 0: it did not end so. */
int cf_hints_keepalive_count(const cf_recording *r);
/* SO_RCVBUF that gives so small a first window; 0: it was not small. */
int cf_hints_receive_buffer(const cf_recording *r);
/* TCP_MAXSEG: the MSS is too small for the MTU of any link of this family; 0: the MTU explains it. */
int cf_hints_maxseg(const cf_recording *r);
/* Segments of one size follow each other too fast to have been sent so: the stack hands over as many bytes at once as
 * its rate needs for a millisecond, and a card or driver cut them. */
bool cf_hints_cut_by_card(const cf_recording *r);
/* The host keeps no TIME-WAIT. (Linux then forgets even the FIN-WAIT-2 of who has closed, not that of who has only shut
 * down.) */
bool cf_hints_keeps_no_time_wait(const cf_recording *r);
/* A SYN for a connection in TIME-WAIT found no listener: it drew an ACK. */
bool cf_hints_listener_gone(const cf_recording *r);
/* The first segments of the peer were acknowledged late: the stack was told to delay. */
bool cf_hints_delays_first_ack(const cf_recording *r);

#endif
