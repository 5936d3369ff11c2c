/* A segment for nobody (RFC 9293 3.10.7.1): answered with a reset made from the segment alone, never answering a
 * reset. */
#include "build.h"
#include "reason.h"
#include "signing.h"
#include "tcp.h"

void rs_tcp_closed_input(rs_env *env, const rs_seg *seg)
{
    if (seg->flags & RS_RST) {
        rs_drop(env, RS_NO_CONN, seg, RS_WHY_NO_CONNECTION_RST);
        return;
    }
    rs_drop(env, RS_NO_CONN, seg, RS_WHY_NO_CONNECTION);
    rs_send_reset_for(env, seg, &(rs_signer){0});
}
