/* ao_keys.h — the keys of "ao KEYID RNEXTKEYID valid", as --tcp_ao_keys=... gives them:
 *
 *     --tcp_ao_keys=61:hmac(sha1):secret,84:cmac(aes128):other
 *
 * For every KeyID that may stand in a segment: the algorithm by Linux's name and the secret. An asterisk behind the
 * KeyID (61*:...) says that the code covers no other options. */
#ifndef CF_RUN_AO_KEYS_H
#define CF_RUN_AO_KEYS_H

#include "../packet/aosig.h"
#include "map.h"

/* The key for this KeyID; false: there is none. Lends the text. */
bool cf_ao_keys_find(const char *text, uint8_t key_id, cf_ao_key *key);
/* NULL if the text is sound, else what is wrong with it. Static string. */
const char *cf_ao_keys_wrong(const char *text);
/* The code of a packet of this socket's connection, which the peer (inbound) or the stack sends. False: no key, or no
 * option. */
typedef struct cf_ao_packet {
    const cf_sock *sock;
    const cf_packet *packet;
    bool inbound;
} cf_ao_packet;
bool cf_ao_keys_code(const char *text, const cf_ao_packet *p, uint8_t out[RS_MAC_BYTES_MAX]);

#endif
