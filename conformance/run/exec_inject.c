/* exec_inject.c — injected packets: mapped to live numbers, built as bytes, handed to the target. */
#include <stdio.h>
#include <string.h>

#include "../packet/encode.h"
#include "../packet/md5sig.h"
#include "../packet/opts.h"
#include "../script/fmt.h"
#include "ao_keys.h"
#include "exec.h"

enum { TTL_DEFAULT = 255, QUOTED_TRANSPORT = 8, ICMP_HEADER = 8, PSP_FLAGS = 1, PSP_EXT_LEN = 1 };

/* Which end of the connection a packet comes from. */
typedef struct ends {
    cf_addr src, dst;
    uint16_t sport, dport;
} ends;

static ends from_peer(const cf_exec *x, const cf_sock *s)
{
    ends e = {s->remote, s->local, s->remote_port, s->local_port};
    if (!e.src.family) e.src = x->set.remote;
    if (!e.dst.family) e.dst = x->set.local;
    return e;
}

static ends from_stack(const cf_exec *x, const cf_sock *s)
{
    ends e = from_peer(x, s);
    return (ends){e.dst, e.src, e.dport, e.sport};
}

/* ---------- layers ---------- */

static bool add_ip(cf_build *b, const cf_ip_spec *spec, const cf_addr *src, const cf_addr *dst)
{
    cf_layer *l = cf_build_add(b, src->family == 6 ? CF_L_IPV6 : CF_L_IPV4);
    if (!l) return false;
    l->u.ip.src = *src;
    l->u.ip.dst = *dst;
    l->u.ip.tos = spec->given ? spec->tos : 0;
    l->u.ip.ttl = spec->given && spec->has_ttl ? spec->ttl : TTL_DEFAULT;
    l->u.ip.flow_label = spec->given && spec->has_flow ? spec->flow : 0;
    return true;
}

static bool add_outer(cf_build *b, const cf_outer *o)
{
    if (o->kind == CF_L_IPV4 || o->kind == CF_L_IPV6) return add_ip(b, &o->ip, &o->src, &o->dst);
    if (o->kind == CF_L_GRE) {
        cf_layer *l = cf_build_add(b, CF_L_GRE);
        if (l) l->u.gre = o->gre;
        return l != NULL;
    }
    cf_layer *l = cf_build_add(b, CF_L_MPLS);
    if (!l || o->mpls_count > CF_MPLS_MAX) return false;
    l->u.mpls.count = (uint8_t)o->mpls_count;
    for (uint32_t i = 0; i < o->mpls_count; i++) l->u.mpls.e[i] = o->mpls[i];
    return true;
}

static bool add_psp(cf_build *b, const cf_exec *x, const cf_pkt *p)
{
    cf_layer *u = cf_build_add(b, CF_L_UDP_ENCAP), *l = cf_build_add(b, CF_L_PSP);
    if (!u || !l) return false;
    u->u.udp.sport = u->u.udp.dport = x->set.psp_udp_port;
    l->u.psp = (cf_psp){.ext_len = PSP_EXT_LEN, .flags = PSP_FLAGS, .spi = p->psp_spi};
    return true;
}

static void option_value(const cf_opt_spec *o, cf_opt_val *v)
{
    static const cf_opt_id ids[] = {
        [CF_O_EOL] = CF_OPT_EOL,         [CF_O_NOP] = CF_OPT_NOP,        [CF_O_MSS] = CF_OPT_MSS,
        [CF_O_WSCALE] = CF_OPT_WSCALE,   [CF_O_SACKOK] = CF_OPT_SACK_OK, [CF_O_SACK] = CF_OPT_SACK,
        [CF_O_TS] = CF_OPT_TS,           [CF_O_MD5] = CF_OPT_MD5,        [CF_O_FO] = CF_OPT_FO,
        [CF_O_AO] = CF_OPT_AO,           [CF_O_FOEXP] = CF_OPT_FOEXP,    [CF_O_ACCECN0] = CF_OPT_ACCECN0,
        [CF_O_ACCECN1] = CF_OPT_ACCECN1,
    };
    *v = (cf_opt_val){.id = ids[o->kind],
                      .n = o->n,
                      .mss = (uint16_t)o->a,
                      .wscale = (uint8_t)o->a,
                      .ts_val = o->a,
                      .ts_ecr = o->b,
                      .key_id = (uint8_t)o->a,
                      .rnext_id = (uint8_t)o->b,
                      .ecn = {o->a, o->b, o->c},
                      .blob = o->blob};
    memcpy(v->sack, o->sack, sizeof o->sack);
}

static uint16_t flags_of(const cf_pkt *p)
{
    unsigned ace = p->has_ace ? (p->ace & 4 ? CF_AE : 0u) | (p->ace & 2 ? CF_CWR : 0u) | (p->ace & 1 ? CF_ECE : 0u) : 0;
    return (uint16_t)(p->flags | ace);
}

static void put_options(const cf_pkt *p, cf_opt_row *row)
{
    for (uint32_t i = 0; i < p->opts; i++) {
        const cf_opt_spec *o = &p->opt[i];
        cf_opt_val v;
        if (o->kind == CF_O_RAW) {
            cf_opt_put_bytes(row, o->blob, o->n);
            continue;
        }
        option_value(o, &v);
        cf_opt_put(row, &v);
    }
}

static bool add_tcp(cf_build *b, const cf_pkt *p, const ends *e, cf_opt_row *row)
{
    cf_layer *l = cf_build_add(b, CF_L_TCP);
    if (!l) return false;
    l->u.tcp.sport = p->has_ports && p->sport ? p->sport : e->sport;
    l->u.tcp.dport = p->has_ports && p->dport ? p->dport : e->dport;
    l->u.tcp.seq = p->seq;
    l->u.tcp.ack = p->ack;
    l->u.tcp.win = p->win;
    l->u.tcp.urp = p->urg;
    l->u.tcp.flags = flags_of(p);
    put_options(p, row);
    l->u.tcp.opt_bytes = row->bytes;
    l->u.tcp.opt_len = row->len;
    b->text_len = p->len;
    return !row->overflow;
}

static bool add_udp(cf_build *b, const cf_pkt *p, const ends *e)
{
    cf_layer *l = cf_build_add(b, CF_L_UDP);
    if (!l) return false;
    l->u.udp.sport = p->has_ports && p->sport ? p->sport : e->sport;
    l->u.udp.dport = p->has_ports && p->dport ? p->dport : e->dport;
    b->text_len = p->len;
    return true;
}

/* The first bytes of the stack's own packet, as a router would send them back. */
static uint16_t quote(const cf_exec *x, const cf_sock *s, const cf_pkt *p, uint8_t *out, size_t cap, const char **why)
{
    ends e = from_stack(x, s);
    cf_build b = {0};
    cf_opt_row none = {0};
    cf_pkt inner = {.proto = p->quote == CF_Q_UDP ? CF_P_UDP : CF_P_TCP, .len = p->q_len};
    inner.seq = cf_map_seq_to_live(s, p->quote == CF_Q_TCP ? p->q_seq : 0);
    if (!add_ip(&b, &inner.ip, &e.src, &e.dst)) return 0;
    if (!(inner.proto == CF_P_UDP ? add_udp(&b, &inner, &e) : add_tcp(&b, &inner, &e, &none))) return 0;
    size_t n = cf_encode(&b, out, cap, why);
    size_t keep = (e.src.family == 6 ? 40u : 20u) + QUOTED_TRANSPORT;
    return (uint16_t)(n < keep ? n : keep);
}

static bool add_icmp(const cf_exec *x, const cf_sock *s, cf_build *b, const cf_pkt *p, uint8_t *room, size_t cap,
                     const char **why)
{
    cf_layer *l = cf_build_add(b, x->set.mode == CF_MODE_IPV6 ? CF_L_ICMPV6 : CF_L_ICMPV4);
    if (!l) return false;
    l->u.icmp.type = p->icmp_type;
    l->u.icmp.code = p->icmp_code;
    l->u.icmp.mtu = p->has_mtu ? p->mtu : 0;
    l->u.icmp.id = p->has_id ? p->icmp_id : 0;
    if (p->quote == CF_Q_RAW) {
        b->text_len = p->q_len > ICMP_HEADER ? p->q_len - ICMP_HEADER : 0;
        return true;
    }
    l->u.icmp.quote_len = quote(x, s, p, room, cap, why);
    l->u.icmp.quote = room;
    return l->u.icmp.quote_len != 0;
}

/* The digest or code of a packet that is complete but for that. */
static bool signature(const cf_exec *x, const cf_sock *s, cf_opt_kind kind, const cf_packet *p,
                      uint8_t out[RS_MAC_BYTES_MAX])
{
    if (kind == CF_O_AO) return cf_ao_keys_code(x->set.ao_keys, &(cf_ao_packet){s, p, true}, out);
    return x->set.md5_secret && cf_md5_digest(p, x->set.md5_secret, out);
}

/* The digest does not cover itself: the packet is built once to be signed, and once signed. False: nothing to sign
 * with. */
static bool sign(const cf_exec *x, const cf_sock *s, cf_build *b, const cf_pkt *p, uint8_t *out, size_t cap,
                 cf_opt_row *row)
{
    cf_packet signed_one;
    cf_pkt copy = *p;
    cf_opt_spec opts[CF_TCP_OPTS_MAX];
    uint8_t made[RS_MAC_BYTES_MAX];
    const char *why;
    size_t len = cf_encode(b, out, cap, &why);
    if (!len) return false;
    cf_packet_decode(&signed_one, out, len);
    copy.opt = opts;
    for (uint32_t i = 0; i < p->opts; i++) {
        opts[i] = p->opt[i];
        if (!opts[i].valid) continue;
        if (!signature(x, s, opts[i].kind, &signed_one, made)) return false;
        memcpy(opts[i].blob, made, opts[i].n);
    }
    *row = (cf_opt_row){0};
    put_options(&copy, row);
    return true;
}

static bool wants_signature(const cf_pkt *p)
{
    bool valid = false;
    for (uint32_t i = 0; i < p->opts; i++) valid |= p->opt[i].valid;
    return p->proto == CF_P_TCP && valid;
}

size_t cf_exec_build(const cf_exec *x, const cf_sock *s, const cf_pkt *p, uint8_t *out, size_t cap, const char **why)
{
    static uint8_t room[CF_PACKET_MAX], text[UINT16_MAX];
    cf_build b = {0};
    cf_opt_row row = {0};
    ends e = from_peer(x, s);
    if (p->len > sizeof text) return 0;
    *why = "too many headers";
    for (uint32_t i = 0; i < p->outers; i++)
        if (!add_outer(&b, &p->outer[i])) return 0;
    if (!add_ip(&b, &p->ip, &e.src, &e.dst)) return 0;
    if (p->psp && !add_psp(&b, x, p)) return 0;
    if (p->proto == CF_P_TCP && !add_tcp(&b, p, &e, &row)) return 0;
    if (p->proto == CF_P_TCP && x->set.numbered_text && p->len <= sizeof text) {
        cf_exec_text_fill(s, p, text);
        b.text = text;
    }
    if (p->proto == CF_P_UDP && !add_udp(&b, p, &e)) return 0;
    if (wants_signature(p) && !sign(x, s, &b, p, out, cap, &row)) {
        *why = "valid signatures need keys: --tcp_md5_secret=..., --tcp_ao_keys=KEYID:ALGORITHM:SECRET,...";
        return 0;
    }
    if (p->proto == CF_P_ICMP && !add_icmp(x, s, &b, p, room, sizeof room, why)) return 0;
    return cf_encode(&b, out, cap, why);
}

/* ---------- injection ---------- */

bool cf_exec_inject(cf_exec *x, const uint8_t *bytes, size_t len, const char *comment)
{
    char why[200];
    uint32_t number = cf_dialogue_packet(&x->dialogue, CF_IN, x->ops->now(x->t), bytes, len);
    cf_pcap_comment(x->dialogue.pcap, number, "%s", comment);
    if (x->ops->inject(x->t, bytes, len, why, sizeof why)) return true;
    return cf_exec_error(x, cf_exec_here(x), "the target does not take packets: %s", why);
}

static void note_injected(cf_sock *s, const cf_pkt *live)
{
    if (live->proto != CF_P_TCP) return;
    uint32_t end = live->seq + live->len + ((live->flags & CF_SYN) != 0) + ((live->flags & CF_FIN) != 0);
    if (!(live->flags & CF_ACK)) return;
    s->sent_ack = true;
    s->sent_next = end;
    s->sent_ack_no = live->ack;
    s->sent_win = live->win;
}

/* What TCP_SAVED_SYN gives back: the headers from the outermost IP header to the end of the TCP options. */
static void note_syn(cf_exec *x, const uint8_t *bytes, size_t len)
{
    cf_packet p;
    cf_packet_decode(&p, bytes, len);
    const cf_layer *tcp = p.layers ? &p.layer[p.layers - 1] : NULL;
    if (!tcp || tcp->kind != CF_L_TCP || tcp->at + tcp->len > sizeof x->syn) return;
    x->syn_len = tcp->at + tcp->len;
    memcpy(x->syn, bytes, x->syn_len);
}

static void tell(cf_exec *x)
{
    if (!x->dialogue.on) return;
    cf_buf b = {0};
    cf_fmt_packet(&b, &x->ev->pkt);
    cf_dialogue_say(&x->dialogue, cf_exec_now(x), "in", x->ev->line, "%s", cf_buf_str(&b));
    cf_buf_free(&b);
}

bool cf_exec_inbound(cf_exec *x)
{
    static uint8_t bytes[CF_PACKET_MAX];
    const cf_pkt *p = &x->ev->pkt;
    cf_where at = {x->ev->line, p->span};
    cf_pkt live;
    cf_opt_spec opts[CF_TCP_OPTS_MAX];
    char why[200];
    const char *cannot;
    if (!cf_exec_can_packet(x, p)) return false;
    if (!cf_exec_wait_until(x, x->when.at_us) || !cf_exec_in_time(x, "inbound packet")) return false;
    cf_sock *s = cf_map_inbound(&x->map, &x->set, p);
    if (!s) return cf_exec_error(x, at, "error handling packet: no matching socket for inbound packet");
    cf_map_injecting(s, p);
    if (!cf_map_to_live(s, &x->set, p, &live, opts, why, sizeof why))
        return cf_exec_error(x, at, "error handling packet: %s", why);
    size_t len = cf_exec_build(x, s, &live, bytes, sizeof bytes, &cannot);
    if (!len) return cf_exec_error(x, at, "error handling packet: it cannot be built: %s", cannot);
    note_injected(s, &live);
    x->text_lost |= p->proto == CF_P_TCP && p->flags & CF_URG;
    if (live.proto == CF_P_TCP && (live.flags & (CF_SYN | CF_ACK)) == CF_SYN) note_syn(x, bytes, len);
    tell(x);
    snprintf(why, sizeof why, "line %u", x->ev->line);
    return cf_exec_inject(x, bytes, len, why);
}
