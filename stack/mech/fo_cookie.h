/* fo_cookie.h — the server's side of Fast Open cookies (RFC 7413 4.1.2): a keyed hash of both addresses, so that only
 * who receives packets at an address can show a cookie for it, and so that nothing has to be kept.
 *
 * Two keys: the first makes cookies and checks them, the second only checks, so that a key can be changed while old
 * cookies are still about. Pure functions. */
#ifndef RS_MECH_FO_COOKIE_H
#define RS_MECH_FO_COOKIE_H

#include "../include/refstack/config.h"
#include "../wire/seg.h"

typedef struct rs_fo_cookie {
    uint8_t len; /* 0: none */
    uint8_t bytes[RS_FO_COOKIE_BYTES];
} rs_fo_cookie;

/* Keys as a host has them before anybody has set any: from its secret. */
rs_fo_keys rs_fo_keys_of_secret(const uint8_t secret[16]);
/* Keys as TCP_FASTOPEN_KEY gives them: 16 or 32 bytes. False: another length. */
bool rs_fo_keys_of_bytes(rs_fo_keys *out, const uint8_t *bytes, size_t len);

typedef struct rs_fo_pair {
    const rs_addr *client, *server;
} rs_fo_pair;
/* The cookie of these two under keys->key[which]. */
rs_fo_cookie rs_fo_make(const rs_fo_keys *keys, unsigned which, const rs_fo_pair *pair);

typedef enum rs_fo_judgment { RS_FO_FORGED, RS_FO_GOOD, RS_FO_GOOD_BY_BACKUP } rs_fo_judgment;
rs_fo_judgment rs_fo_judge(const rs_fo_keys *keys, const rs_fo_pair *pair, const rs_fo_cookie *shown);

#endif
