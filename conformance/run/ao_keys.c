#include "ao_keys.h"

#include <string.h>

#include "../packet/encode.h"
#include "../packet/opts.h"

/* One item, "61:hmac(sha1):secret", up to a comma. */
typedef struct item {
    unsigned id;
    cf_ao_key key;
} item;

static const char *take_id(const char *s, item *out)
{
    out->id = 0;
    const char *begin = s;
    for (; *s >= '0' && *s <= '9' && out->id < 256; s++) out->id = out->id * 10 + (unsigned)(*s - '0');
    if (s == begin || out->id > 255) return NULL;
    out->key.skips_options = *s == '*';
    if (*s == '*') s++;
    return *s == ':' ? s + 1 : NULL;
}

static const char *take_algorithm(const char *s, item *out)
{
    char name[32] = "";
    const char *end = strchr(s, ':');
    if (!end || (size_t)(end - s) >= sizeof name) return NULL;
    memcpy(name, s, (size_t)(end - s));
    out->key.mac = rs_mac_find(name);
    return out->key.mac == RS_MACS ? NULL : end + 1;
}

/* The item at *text, which moves behind it. False: what stands there is none. */
static bool next_item(const char **text, item *out)
{
    const char *s = take_id(*text, out);
    if (s) s = take_algorithm(s, out);
    if (!s) return false;
    out->key.secret = s;
    out->key.secret_len = strcspn(s, ",");
    s += out->key.secret_len;
    *text = *s == ',' ? s + 1 : s;
    return true;
}

bool cf_ao_keys_find(const char *text, uint8_t key_id, cf_ao_key *key)
{
    item it;
    while (text && *text && next_item(&text, &it)) {
        if (it.id != key_id) continue;
        *key = it.key;
        return true;
    }
    return false;
}

const char *cf_ao_keys_wrong(const char *text)
{
    item it;
    do
        if (!next_item(&text, &it))
            return "keys are KEYID:ALGORITHM:SECRET, with a comma between two, as in 61:hmac(sha1):secret";
    while (*text);
    return NULL;
}

/* Of a SYN only its own number is known, and that only to its sender until it is answered (RFC 5925 5.2). */
static cf_ao_isns isns_of(const cf_ao_packet *p, const cf_tcp *t)
{
    uint32_t stack = p->sock && p->sock->isn_known ? p->sock->live_isn : 0, peer = p->sock ? p->sock->remote_isn : 0;
    cf_ao_isns i = {p->inbound ? peer : stack, p->inbound ? stack : peer};
    if (t->flags & CF_SYN) i.sender = t->seq;
    if ((t->flags & CF_SYN) && !(t->flags & CF_ACK)) i.receiver = 0;
    return i;
}

bool cf_ao_keys_code(const char *text, const cf_ao_packet *p, uint8_t out[RS_MAC_BYTES_MAX])
{
    const cf_tcp *t = cf_packet_tcp(p->packet);
    cf_opt_val v;
    cf_ao_key key;
    if (!t || !cf_tcp_opt_find(t, CF_OPT_AO, &v) || !cf_ao_keys_find(text, v.key_id, &key)) return false;
    cf_ao_isns isns = isns_of(p, t);
    return v.n <= rs_mac_len(key.mac) && cf_ao_code(p->packet, &key, &isns, out);
}
