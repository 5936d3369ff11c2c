/* signing.h — signed segments: with MD5 (RFC 2385) or with the authentication option (TCP-AO, RFC 5925). Which key a
 * segment needs, and what becomes of those that come without the right one. */
#ifndef RS_TCP_SIGNING_H
#define RS_TCP_SIGNING_H

#include "../mech/keyring.h"
#include "env.h"
#include "tcb.h"

enum { RS_MD5_OPTION_BYTES = 20 };

/* Must this connection sign? */
bool rs_signing(const rs_env *env, const rs_tcb *t);
/* ... with MD5, which leaves no room for timestamps. */
static inline bool rs_signing_md5(const rs_env *env, const rs_tcb *t)
{
    return t->opts.keys && rs_keyring_find(env->blocks, t->opts.keys, &t->remote.addr).data;
}
/* What the signature takes of every segment, as options that are wanted; and so many bytes. */
void rs_signing_options(const rs_env *env, const rs_tcb *t, rs_opts *o);
uint8_t rs_signing_bytes(const rs_env *env, const rs_tcb *t);

/* May this end begin a connection to the peer? Who has asked for authentication does not go without it (Linux). */
bool rs_signing_may_begin(const rs_env *env, uint32_t ring, const rs_addr *peer);
/* A connection begins, after rs_tcb_init; where tuples fit its peer it has a ring of its own from now on, else it does
 * without authentication to its end. syn: what the
 * peer's SYN says, or the ACK that proves a cookie; NULL when this end begins. False: no memory. */
bool rs_signing_begin(rs_env *env, rs_tcb *t, const rs_opts *syn);

/* May a segment for an endpoint with these keys be taken? A wrong or missing signature is dropped without a word (RFC
 * 2385 2, RFC 5925 7.3), and so is one that nobody has a key for. conn: RS_NO_CONN for a listener. */
bool rs_signing_takes(rs_env *env, uint32_t conn, uint32_t ring, const rs_seg *s);

/* A segment of a connection is built. */
void rs_signing_ask(const rs_env *env, rs_tcb *t, rs_outseg *o);
/* A reset is built from the segment it answers. t: the connection that refuses it, or NULL; then ring is that of the
 * listener, or 0. */
typedef struct rs_signer {
    rs_tcb *t;
    uint32_t ring;
} rs_signer;
void rs_signing_ask_reset(const rs_env *env, const rs_signer *by, const rs_seg *answered, rs_outseg *o);
/* The key of a segment that was asked for above, when its packet is built. */
struct rs_packet_how;
void rs_signing_keys(const rs_env *env, const rs_outseg *o, struct rs_packet_how *how);

/* RFC 5925 7.8: messages that could end an authenticated connection, and that anybody can forge, are ignored. */
bool rs_signing_ignores(rs_env *env, const rs_tcb *t, uint8_t type, uint8_t code);

#endif
