/* fast_open.h — what a recording shows of TCP Fast Open (RFC 7413), and what a script needs to do the same. */
#ifndef CF_CAPTURE_FAST_OPEN_H
#define CF_CAPTURE_FAST_OPEN_H

#include "infer.h"

typedef enum {
    CF_FO_NONE,
    CF_FO_ASKS,   /* client: the SYN asks for a cookie */
    CF_FO_BARE,   /* client: text on the SYN, without a cookie */
    CF_FO_COOKIE, /* client: a cookie on the SYN, from a connection before */
    CF_FO_GIVES,  /* server: the SYN+ACK gives a cookie */
    CF_FO_TAKES   /* server: the SYN+ACK acknowledges text of the SYN */
} cf_fast_open;

cf_fast_open cf_fast_open_of(const cf_recording *r);
/* " net.ipv4.tcp_fastopen=5"; "" when the default will do. A server cannot know the key of the recording: it takes text
 * with any cookie. */
const char *cf_fast_open_sysctl(cf_fast_open fo);
/* Lines of an earlier connection that gave the client its cookie. Returns the number of packets in them. */
uint32_t cf_fast_open_prologue(cf_buf *out, const cf_recording *r);

#endif
