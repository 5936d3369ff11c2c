#include "keys.h"

#include <stdio.h>
#include <string.h>

#include "../../conformance/packet/md5sig.h"
#include "both.h"
#include "script.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { SOL_TCP = 6, MD5SIG = 14, MD5SIG_EXT = 32, ADD_KEY = 38, DEL_KEY = 39, INFO = 40, GET_KEYS = 41 };
enum { INET = 2, INET6 = 10, ADDR4 = 4, ADDR6 = 8, PACKET_MOST = FZ_TEXT_MAX + 200, AO_HEAD = 4 };

/* The last two have a number of the first one each: a host cannot have them for the same peer. */
static const fz_ao_key keys[] = {{"hmac(sha1)", "first", 12, 100, 110, false},
                                 {"cmac(aes128)", "second", 14, 101, 111, true},
                                 {"hmac(sha256)", "third", 4, 102, 112, false},
                                 {"hmac(sha1)", "first", 12, 100, 113, false},
                                 {"hmac(sha1)", "first", 12, 103, 110, false}};

static const fz_ao_key *numbered(uint8_t id)
{
    for (unsigned i = 0; i < COUNT(keys); i++)
        if (keys[i].send_id == id || keys[i].recv_id == id) return &keys[i];
    return NULL;
}

/* What the codes of a connection begin with, by all that it follows from: the same few are asked for again and again.
 */
typedef struct kept {
    bool there;
    rs_mac_kind mac;
    const char *secret;
    cf_addr src, dst;
    uint16_t sport, dport;
    cf_ao_isns isns;
    rs_mac begun;
} kept;

static bool is_of(const kept *c, const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns)
{
    const cf_ip *ip = cf_packet_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    return c->there && c->mac == key->mac && strcmp(c->secret, key->secret) == 0 && c->isns.sender == isns->sender &&
           c->isns.receiver == isns->receiver && c->sport == t->sport && c->dport == t->dport &&
           c->src.family == ip->src.family && memcmp(c->src.b, ip->src.b, sizeof c->src.b) == 0 &&
           c->dst.family == ip->dst.family && memcmp(c->dst.b, ip->dst.b, sizeof c->dst.b) == 0;
}

static bool keep(kept *c, const cf_packet *p, const cf_ao_key *key, const cf_ao_isns *isns)
{
    const cf_ip *ip = cf_packet_ip(p);
    const cf_tcp *t = cf_packet_tcp(p);
    c->there = cf_ao_begin(p, key, isns, &c->begun);
    c->mac = key->mac;
    c->secret = key->secret;
    c->src = ip->src;
    c->dst = ip->dst;
    c->sport = t->sport;
    c->dport = t->dport;
    c->isns = *isns;
    return c->there;
}

static bool code_of(const fz_ao_key *k, const cf_packet *p, const cf_ao_isns *isns, uint8_t out[RS_MAC_BYTES_MAX])
{
    enum { PLACES = 32 };
    static kept places[PLACES];
    cf_ao_key key = {rs_mac_find(k->algorithm), k->secret, strlen(k->secret), k->skips_options};
    const cf_tcp *t = cf_packet_tcp(p);
    if (!t || p->layers != 2) return cf_ao_code(p, &key, isns, out);
    uint32_t mixed = (isns->sender ^ isns->receiver * 3 ^ (uint32_t)t->sport << 16 ^ key.mac) * 0x9e3779b9u;
    kept *c = &places[mixed >> 27];
    if (!is_of(c, p, &key, isns) && !keep(c, p, &key, isns)) return false;
    return cf_ao_go_on(&c->begun, p, &key, isns, out);
}

bool fz_keys_hold(const cf_packet *p, const cf_ao_isns *isns)
{
    const cf_tcp *t = cf_packet_tcp(p);
    cf_opt_val md5, ao;
    uint8_t digest[CF_MD5_BYTES], code[RS_MAC_BYTES_MAX];
    bool has_md5 = t && cf_tcp_opt_find(t, CF_OPT_MD5, &md5), has_ao = t && cf_tcp_opt_find(t, CF_OPT_AO, &ao);
    if (has_md5 == has_ao) return false;
    if (has_md5) return cf_md5_digest(p, FZ_SECRET, digest) && memcmp(digest, md5.blob, sizeof digest) == 0;
    const fz_ao_key *k = numbered(ao.key_id);
    return k && ao.n == k->bytes && code_of(k, p, isns, code) && memcmp(code, ao.blob, ao.n) == 0;
}

void fz_keys_words(char *out, size_t cap)
{
    size_t n = 0;
    for (unsigned i = 0; i < 2 * COUNT(keys); i++) {
        const fz_ao_key *k = &keys[i / 2];
        n += (size_t)snprintf(out + n, cap - n, "%s%u%s:%s:%s", i ? "," : "", i % 2 ? k->recv_id : k->send_id,
                              k->skips_options ? "*" : "", k->algorithm, k->secret);
        if (n >= cap) fz_fail("setup", "the keys are longer than a line");
    }
}

/* ---------- the calls ---------- */

/* The last byte of the addresses of others. */
static uint8_t other(uint8_t class)
{
    return (uint8_t)(65 + class / 4);
}

/* Whom a key is for: the peer, everybody, its network, somebody else. */
static uint8_t put_peer(const fz_host *h, uint8_t *to, uint8_t class)
{
    bool six = h->header->ipv6;
    uint16_t family = six ? INET6 : INET;
    rs_addr a = fz_remote_addr(h->header);
    static const uint8_t prefix4[] = {32, 0, 20, 32}, prefix6[] = {128, 0, 60, 128};
    uint8_t prefix = six ? prefix6[class % 4] : prefix4[class % 4], bytes = six ? 16 : 4;
    if (class % 4 == 3) a.bytes[bytes - 1] = other(class);
    memcpy(to, &family, sizeof family);
    memcpy(to + (six ? ADDR6 : ADDR4), a.bytes, prefix / 8);
    return prefix;
}

static rs_ret set(fz_host *h, rs_fd fd, int name, const void *value, uint32_t len)
{
    rs_ret r;
    ON_BOTH(h, r, rs_setsockopt(st, h->now, fd, SOL_TCP, name, value, len));
    fz_contract_ret("setsockopt", r);
    if (r.parked) fz_contract_cancelled("setsockopt", rs_call_cancel(h->st, h->now, r.parked));
    return r;
}

static void told(fz_host *h, rs_fd fd, rs_ret r, const char *what)
{
    char line[500];
    snprintf(line, sizeof line, "setsockopt(%d, SOL_TCP, %s) = %d%s%s%s", fz_script_fd(fd), what, r.err ? -1 : 0,
             r.err ? " " : "", r.err ? rs_status_name(r.err) : "", r.err ? " (as it was)" : "");
    if (fd < 0) fz_script_note(line);
    else fz_script_call(h->now.us, line);
    fz_trace(h->now.us, "%s", line);
    fz_host_drain(h);
}

/* For whom a key is, where a script would take its peer for granted: the addresses are those of scripts. */
static const char *whom_words(char words[100], const fz_host *h, const char *prefix_of, uint8_t class, uint8_t prefix)
{
    static const char *const four[] = {"", "0.0.0.0", "192.0.0.0", "192.0.2."};
    static const char *const six[] = {"", "::", "fd3d:fa7b:d17d::", "fd3d:fa7b:d17d::"};
    bool v6 = h->header->ipv6;
    char last[8] = "";
    words[0] = '\0';
    if (class % 4 == 3) snprintf(last, sizeof last, v6 ? "%x" : "%u", other(class));
    if (class % 4)
        snprintf(words, 100, "%s_addr=inet_addr(\"%s%s\"), %s=%u, ", strncmp(prefix_of, "ao", 2) == 0 ? "ao" : "tcpm",
                 v6 ? six[class % 4] : four[class % 4], last, prefix_of, prefix);
    return words;
}

void fz_keys_md5(fz_host *h, rs_fd fd, uint8_t class, bool away)
{
    enum { BYTES = 216, FLAGS = 128, PREFIX = 129, KEY_LEN = 130, KEY = 136 };
    uint8_t sig[BYTES] = {0}, prefix = put_peer(h, sig, class);
    uint16_t len = away ? 0 : sizeof FZ_SECRET - 1;
    bool extended = class % 4 != 0;
    sig[FLAGS] = extended;
    sig[PREFIX] = extended ? prefix : 0;
    memcpy(sig + KEY_LEN, &len, sizeof len);
    memcpy(sig + KEY, FZ_SECRET, len);
    rs_ret r = set(h, fd, extended ? MD5SIG_EXT : MD5SIG, sig, sizeof sig);
    char words[260], whom[100];
    snprintf(words, sizeof words, "%s, {%s%stcpm_key=\"%s\"}, 216", extended ? "TCP_MD5SIG_EXT" : "TCP_MD5SIG",
             whom_words(whom, h, "tcpm_prefixlen", class, prefix),
             extended ? "tcpm_flags=TCP_MD5SIG_FLAG_PREFIX, " : "", away ? "" : FZ_SECRET);
    told(h, fd, r, words);
    h->keyed |= r.err == 0;
}

static void add_key(fz_host *h, rs_fd fd, unsigned number, uint8_t class, uint8_t bits)
{
    enum { BYTES = 288, ALG = 128, BITS = 196, PREFIX = 202, SEND_ID, RECV_ID, MAC_LEN, FLAGS, KEY_LEN, KEY };
    const fz_ao_key *k = &keys[number % COUNT(keys)];
    uint8_t b[BYTES] = {0}, prefix = put_peer(h, b, class);
    memcpy(b + ALG, k->algorithm, strlen(k->algorithm));
    b[BITS] = bits & 3;
    b[PREFIX] = prefix;
    b[SEND_ID] = k->send_id;
    b[RECV_ID] = k->recv_id;
    b[MAC_LEN] = k->bytes;
    b[FLAGS] = k->skips_options ? 2 : 0;
    b[KEY_LEN] = (uint8_t)strlen(k->secret);
    memcpy(b + KEY, k->secret, b[KEY_LEN]);
    rs_ret r = set(h, fd, ADD_KEY, b, sizeof b);
    char words[400], whom[100];
    snprintf(words, sizeof words,
             "TCP_AO_ADD_KEY, {ao_alg=\"%s\", ao_sndid=%u, ao_rcvid=%u, ao_maclen=%u, ao_keyflags=%u, %s"
             "ao_set_current=%u, ao_set_rnext=%u, ao_key=\"%s\"}, 288",
             k->algorithm, k->send_id, k->recv_id, k->bytes, b[FLAGS], whom_words(whom, h, "ao_prefix", class, prefix),
             bits & 1, bits >> 1 & 1, k->secret);
    told(h, fd, r, words);
    h->keyed |= r.err == 0;
}

static void delete_key(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    enum { BYTES = 144, BITS = 132, PREFIX = 138, SEND_ID, RECV_ID, CURRENT, RNEXT };
    const fz_ao_key *k = &keys[arg[1] % COUNT(keys)], *other = &keys[arg[4] % COUNT(keys)];
    uint8_t b[BYTES] = {0}, bits = arg[3] & 7;
    b[PREFIX] = put_peer(h, b, arg[2]);
    b[BITS] = bits;
    b[SEND_ID] = k->send_id;
    b[RECV_ID] = k->recv_id;
    b[CURRENT] = other->send_id;
    b[RNEXT] = other->recv_id;
    rs_ret r = set(h, fd, DEL_KEY, b, sizeof b);
    char words[400], whom[100];
    snprintf(words, sizeof words,
             "TCP_AO_DEL_KEY, {ao_sndid=%u, ao_rcvid=%u, %sao_set_current=%u, ao_set_rnext=%u, ao_del_async=%u, "
             "ao_current_key=%u, ao_rnext=%u}, 144",
             k->send_id, k->recv_id, whom_words(whom, h, "ao_prefix", arg[2], b[PREFIX]), bits & 1, bits >> 1 & 1,
             bits >> 2 & 1, other->send_id, other->recv_id);
    told(h, fd, r, words);
    h->keyed |= r.err == 0;
}

static void choose(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    enum { BYTES = 48, CURRENT = 6, RNEXT = 7 };
    const fz_ao_key *current = &keys[arg[2] % COUNT(keys)], *rnext = &keys[arg[3] % COUNT(keys)];
    uint8_t b[BYTES] = {arg[1] & 0x1f};
    b[CURRENT] = current->send_id;
    b[RNEXT] = rnext->recv_id;
    rs_ret r = set(h, fd, INFO, b, sizeof b);
    char words[260];
    snprintf(words, sizeof words,
             "TCP_AO_INFO, {ao_set_current=%u, ao_set_rnext=%u, ao_ao_required=%u, ao_set_counters=%u, "
             "ao_accept_icmps=%u, ao_current_key=%u, ao_rnext=%u}, 48",
             arg[1] & 1, arg[1] >> 1 & 1, arg[1] >> 2 & 1, arg[1] >> 3 & 1, arg[1] >> 4 & 1, current->send_id,
             rnext->recv_id);
    told(h, fd, r, words);
    h->keyed |= r.err == 0;
}

/* What nobody tells: it changes nothing. */
static void ask(fz_host *h, rs_fd fd, const uint8_t *arg)
{
    enum { BYTES = 304, COUNT_AT = 272, MATCH = 276, SEND_ID = 278, RECV_ID = 279, MANY = 8 };
    const fz_ao_key *k = &keys[arg[2] % COUNT(keys)];
    static const uint8_t matches[] = {4, 0, 1, 2, 3, 5};
    uint8_t b[MANY * BYTES] = {0};
    uint32_t count = MANY, len = sizeof b;
    memcpy(b + COUNT_AT, &count, sizeof count);
    b[MATCH] = matches[arg[1] % COUNT(matches)];
    b[SEND_ID] = k->send_id;
    b[RECV_ID] = k->recv_id;
    rs_ret r;
    ON_BOTH(h, r, rs_getsockopt(st, h->now, fd, SOL_TCP, arg[1] & 0x80 ? INFO : GET_KEYS, b, &len));
    if (r.value == 0) fz_contract_length(len, sizeof b);
    fz_contract_ret("getsockopt", r);
    fz_host_drain(h);
}

static const char *const ways[] = {"not", "md5", "md5 of all", "ao 0", "ao 1", "ao 2", "ao 3"};
enum { WAY_MD5 = 1, WAY_MD5_ALL = 2, WAY_AO = 3 };

static void begin(fz_host *h, unsigned way)
{
    h->signer.how = way == 0 ? FZ_NOT_SIGNED : way < WAY_AO ? FZ_SIGNED : FZ_SIGNED_AO;
    h->signer.key = way < WAY_AO ? 0 : (uint8_t)(way - WAY_AO);
    h->signer.rnext = h->signer.key;
    h->signer.for_all = way == WAY_MD5_ALL;
    fz_trace(h->now.us, "the peer signs: %s", ways[way]);
}

bool fz_keys_begin(fz_host *h, const char *words)
{
    for (unsigned way = 0; way < COUNT(ways); way++) {
        if (strcmp(words, ways[way]) != 0) continue;
        begin(h, way);
        return true;
    }
    return false;
}

void fz_keys_give(fz_host *h, rs_fd fd)
{
    bool keyed = h->keyed;
    if (h->signer.how == FZ_SIGNED) fz_keys_md5(h, fd, h->signer.for_all, false);
    else if (h->signer.how == FZ_SIGNED_AO) add_key(h, fd, h->signer.key, 0, 0);
    h->keyed = keyed; /* that both have the same key is no change */
}

void fz_keys(fz_host *h, rs_fd fd, const fz_step *s)
{
    const uint8_t *a = s->arg;
    switch (a[0] % 8) {
    case 0: add_key(h, fd, a[1], a[2], a[3]); break;
    case 1: delete_key(h, fd, a); break;
    case 2: choose(h, fd, a); break;
    case 3: ask(h, fd, a); break;
    case 4: fz_keys_md5(h, fd, a[2], a[1] & 1); break;
    default:
        begin(h, a[1] % COUNT(ways));
        h->signer.rnext = a[2] % COUNT(keys);
        h->keyed = true; /* whether the host has that key is another matter */
        break;
    }
}

/* ---------- the peer's half ---------- */

static const fz_ao_key *ao_of(const fz_host *h)
{
    return &keys[h->signer.key % COUNT(keys)];
}

static bool is_md5(unsigned how)
{
    return how == FZ_SIGNED || how == FZ_SIGNED_WRONG || how == FZ_SIGNED_TWICE;
}

static bool is_ao(unsigned how)
{
    return how == FZ_SIGNED_AO || how == FZ_SIGNED_AO_WRONG || how == FZ_SIGNED_TWICE;
}

bool fz_keys_put(const fz_host *h, const fz_segment *s, cf_opt_row *row)
{
    static const uint8_t empty[CF_MD5_BYTES];
    const fz_ao_key *k = ao_of(h);
    if (is_md5(s->sign)) cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_MD5, .n = CF_MD5_BYTES, .blob = empty});
    if (is_ao(s->sign))
        cf_opt_put(row, &(cf_opt_val){.id = CF_OPT_AO,
                                      .key_id = k->recv_id,
                                      .rnext_id = keys[h->signer.rnext % COUNT(keys)].send_id,
                                      .n = k->bytes,
                                      .blob = empty});
    return !row->overflow;
}

/* The digest does not count options: that of the segment with an empty signature is the right one (RFC 2385 2). */
static void sign_md5(const cf_packet *p, bool right, uint8_t *to)
{
    uint8_t digest[CF_MD5_BYTES];
    if (!cf_md5_digest(p, FZ_SECRET, digest)) return;
    if (!right) digest[0] ^= 1;
    memcpy(to, digest, sizeof digest);
}

/* Where the numbers of both began, as the peer knows it (RFC 5925 5.2). */
static cf_ao_isns isns_of(const fz_tuple *t, const fz_segment *s)
{
    bool begins = s->flags & CF_SYN, first = begins && !(s->flags & CF_ACK);
    if (!t->alive) return (cf_ao_isns){.sender = begins ? s->seq : s->seq - 1, .receiver = first ? 0 : s->ack - 1};
    uint32_t own = t->last.state > RS_SYN_SENT ? t->last.irs : t->peer_syn;
    return (cf_ao_isns){.sender = begins ? s->seq : own, .receiver = first ? 0 : t->iss};
}

static void sign_ao(const fz_host *h, const cf_packet *p, const cf_ao_isns *isns, bool right, uint8_t *to)
{
    const fz_ao_key *k = ao_of(h);
    uint8_t code[RS_MAC_BYTES_MAX];
    if (!code_of(k, p, isns, code)) return;
    if (!right) code[0] ^= 1;
    memcpy(to, code, k->bytes);
}

void fz_keys_sign(const fz_host *h, const fz_tuple *t, const fz_segment *s, const cf_build *b, cf_opt_row *row)
{
    uint8_t pkt[PACKET_MOST], *end = row->bytes + row->len;
    const char *why = NULL;
    cf_packet p;
    size_t n = cf_encode(b, pkt, sizeof pkt, &why);
    if (n == 0) fz_fail("setup", "cf_encode: %s", why ? why : "?");
    cf_packet_decode_sound(&p, pkt, n);
    cf_ao_isns isns = isns_of(t, s);
    uint8_t ao_bytes = is_ao(s->sign) ? ao_of(h)->bytes : 0;
    if (is_ao(s->sign)) sign_ao(h, &p, &isns, s->sign != FZ_SIGNED_AO_WRONG, end - ao_bytes);
    if (!is_md5(s->sign)) return;
    uint8_t behind = ao_bytes ? (uint8_t)(ao_bytes + AO_HEAD) : 0;
    sign_md5(&p, s->sign != FZ_SIGNED_WRONG, end - behind - CF_MD5_BYTES);
}
