/* signing.h — segments signed with MD5 (RFC 2385): which key a segment needs, and what becomes of those that come
 * without the right one. */
#ifndef RS_TCP_SIGNING_H
#define RS_TCP_SIGNING_H

#include "../mech/keyring.h"
#include "env.h"
#include "tcb.h"

enum { RS_MD5_OPTION_BYTES = 20 };

/* Must this connection sign? */
static inline bool rs_signing(const rs_env *env, const rs_tcb *t)
{
    return t->opts.md5 && rs_keyring_find(env->blocks, t->opts.md5, &t->remote.addr).data;
}
/* May a segment for an endpoint with these keys be taken? A wrong or missing digest is dropped without a word
 * (RFC 2385 2), and so is one that nobody has a key for. conn: RS_NO_CONN for a listener. */
bool rs_signing_takes(rs_env *env, uint32_t conn, uint32_t ring, const rs_seg *s);
/* A segment is built: with a digest if the peer needs one. ring: of the endpoint it comes from. */
void rs_signing_ask(const rs_env *env, uint32_t ring, rs_outseg *o);

#endif
