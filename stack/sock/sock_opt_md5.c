/* TCP_MD5SIG and TCP_MD5SIG_EXT: keys of RFC 2385, in the structure of Linux (struct tcp_md5sig). They can be set in
 * every state and never read. */
#include <string.h>

#include "../base/addr.h"
#include "../base/bytes.h"
#include "../base/wipe.h"
#include "../tcp/signing.h"
#include "sock_opt.h"

enum { FLAGS_AT = 128, PREFIX_AT = 129, KEY_LEN_AT = 130, INTERFACE_AT = 132, KEY_AT = 136, BYTES = 216 };
enum { FLAG_PREFIX = 1, FLAG_INTERFACE = 2, FAMILY_INET = 2, FAMILY_INET6 = 10, ADDR4_AT = 4, ADDR6_AT = 8 };

static uint16_t host16(const uint8_t *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* The address in the socket address; the socket's own family only. */
static bool read_peer(const rs_sock *s, const uint8_t *b, rs_addr *peer)
{
    if (host16(b) != (s->v6 ? FAMILY_INET6 : FAMILY_INET)) return false;
    *peer = (rs_addr){.family = s->v6 ? RS_IPV6 : RS_IPV4};
    if (s->v6) memcpy(peer->bytes, b + ADDR6_AT, 16);
    else memcpy(peer->bytes, b + ADDR4_AT, 4);
    *peer = rs_addr_unmap(*peer);
    return true;
}

static int read_key(const rs_sock *s, rs_opt_value in, bool extended, rs_peer_key *k)
{
    const uint8_t *b = in.val;
    *k = (rs_peer_key){.kind = RS_KEY_MD5};
    if (in.len < BYTES || !read_peer(s, b, &k->peer)) return RS_EINVAL;
    uint16_t len = host16(b + KEY_LEN_AT);
    uint8_t most = k->peer.family == RS_IPV4 ? 32 : 128, flags = extended ? b[FLAGS_AT] : 0;
    static const uint8_t no_interface[4] = {0};
    if ((flags & FLAG_INTERFACE) && memcmp(b + INTERFACE_AT, no_interface, 4) != 0) return RS_EINVAL; /* there is one */
    k->prefix = flags & FLAG_PREFIX ? b[PREFIX_AT] : most;
    if (k->prefix > most || len > RS_MD5_KEY_BYTES) return RS_EINVAL;
    k->len = (uint8_t)len;
    memcpy(k->key, b + KEY_AT, len);
    return 0;
}

static int set_key(rs_call *c, rs_opt_value in, bool extended)
{
    rs_peer_key k;
    int err = read_key(c->s, in, extended, &k);
    if (!err) err = rs_keyring_set(c->env.blocks, &rs_sock_opts(c->st, c->s)->keys, &k);
    rs_wipe(&k, sizeof k);
    rs_tcb *t = rs_sock_tcb(c->st, c->s);
    if (!err && t) rs_tcb_set_mss(&c->env, t); /* the signature takes its place from the text */
    return err;
}

int rs_opt_set_MD5SIG(rs_call *c, rs_opt_value in)
{
    return set_key(c, in, false);
}

int rs_opt_set_MD5SIG_EXT(rs_call *c, rs_opt_value in)
{
    return set_key(c, in, true);
}

int rs_opt_get_MD5SIG(rs_call *c, rs_opt_bytes out)
{
    (void)c, (void)out;
    return RS_ENOPROTOOPT;
}

int rs_opt_get_MD5SIG_EXT(rs_call *c, rs_opt_bytes out)
{
    return rs_opt_get_MD5SIG(c, out);
}
