/* fmt_packet.c — packets as canonical text. */
#include "../packet/encode.h"
#include "../packet/icmp_names.h"
#include "../packet/print.h"
#include "fmt.h"

static void put_blob(cf_buf *out, const cf_opt_spec *o)
{
    if (o->n && o->kind != CF_O_RAW) cf_buf_putc(out, ' ');
    for (unsigned i = 0; i < o->n; i++) cf_buf_printf(out, "%02x", o->blob[i]);
}

static void put_counters(cf_buf *out, const cf_opt_spec *o)
{
    static const char *const orders[2][3] = {{"e0b", "ceb", "e1b"}, {"e1b", "ceb", "e0b"}};
    const uint32_t values[3] = {o->a, o->b, o->c};
    for (unsigned i = 0; i < o->n; i++) cf_buf_printf(out, " %s %u", orders[o->kind == CF_O_ACCECN1][i], values[i]);
}

enum { AO_CODE = 12 }; /* bytes of a code unless it says otherwise */

void cf_fmt_opt(cf_buf *out, const cf_opt_spec *o)
{
    static const char *const words[] = {"eol", "nop", "mss", "wscale", "sackOK", "sack", "TS",
                                        "md5", "ao",  "FO",  "FOEXP",  "ECN",    "ECN",  ""};
    cf_buf_puts(out, words[o->kind]);
    switch (o->kind) {
    case CF_O_EOL:
    case CF_O_NOP:
    case CF_O_SACKOK: break;
    case CF_O_MSS:
    case CF_O_WSCALE: cf_buf_printf(out, " %u", o->a); break;
    case CF_O_TS: cf_buf_printf(out, " val %u ecr %u", o->a, o->b); break;
    case CF_O_SACK:
        for (unsigned i = 0; i < o->n; i++) cf_buf_printf(out, " %u:%u", o->sack[2 * i], o->sack[2 * i + 1]);
        break;
    case CF_O_AO:
        cf_buf_printf(out, " %u %u", o->a, o->b);
        if (!o->valid) put_blob(out, o);
        else if (o->n == AO_CODE) cf_buf_puts(out, " valid");
        else cf_buf_printf(out, " valid %u", o->n);
        break;
    case CF_O_MD5:
    case CF_O_FO:
    case CF_O_FOEXP:
        if (o->valid) cf_buf_puts(out, " valid");
        else put_blob(out, o);
        break;
    case CF_O_ACCECN0:
    case CF_O_ACCECN1: put_counters(out, o); break;
    case CF_O_RAW: put_blob(out, o); break;
    }
}

static void put_ip_info(cf_buf *out, const cf_ip_spec *ip)
{
    static const char *const ecn[] = {"noecn", "ect1", "ect0", "ce"};
    const char *comma = "";
    if (!ip->given) return;
    cf_buf_putc(out, '[');
    if (ip->tos_check == CF_TOS_WHOLE) cf_buf_printf(out, "tos 0x%x", ip->tos);
    if (ip->tos_check == CF_TOS_ECN) cf_buf_puts(out, ecn[ip->tos & 3]);
    if (ip->tos_check == CF_TOS_ECT01) cf_buf_puts(out, "ect01");
    if (ip->tos_check != CF_TOS_NONE) comma = ", ";
    if (ip->has_flow) cf_buf_printf(out, "%sflowlabel 0x%x", comma, ip->flow);
    if (ip->has_ttl) cf_buf_printf(out, "ttl %u", ip->ttl);
    cf_buf_puts(out, "] ");
}

static void put_addr(cf_buf *out, const cf_addr *a)
{
    char text[64];
    cf_print_addr(a, text, sizeof text);
    cf_buf_puts(out, text);
}

static void put_outer(cf_buf *out, const cf_outer *o)
{
    if (o->kind == CF_L_GRE) {
        cf_buf_printf(out, "gre flags 0x%x, sum 0x%x, off 0x%x, key 0x%x, seq 0x%x: ", o->gre.flags, o->gre.sum,
                      o->gre.off, o->gre.key, o->gre.seq);
    } else if (o->kind == CF_L_MPLS) {
        cf_buf_puts(out, "mpls ");
        for (uint32_t i = 0; i < o->mpls_count; i++) {
            const cf_mpls *e = &o->mpls[i];
            cf_buf_printf(out, "(label %u, tc %u,%s ttl %u) ", e->label, e->tc, e->bottom ? " [S]," : "", e->ttl);
        }
        cf_buf_puts(out, ": ");
    } else {
        cf_buf_puts(out, o->kind == CF_L_IPV4 ? "ipv4 " : "ipv6 ");
        put_ip_info(out, &o->ip);
        put_addr(out, &o->src);
        cf_buf_puts(out, " > ");
        put_addr(out, &o->dst);
        cf_buf_puts(out, ": ");
    }
}

/* Letters in packetdrill's order, the dot last, and the ACE digit behind the dot: "P.5". */
static void put_flags(cf_buf *out, const cf_pkt *k)
{
    static const struct {
        uint16_t bit;
        char letter;
    } letters[] = {{CF_FIN, 'F'}, {CF_SYN, 'S'}, {CF_RST, 'R'}, {CF_PSH, 'P'},
                   {CF_URG, 'U'}, {CF_ECE, 'E'}, {CF_CWR, 'W'}, {CF_AE, 'A'}};
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        bool part_of_ace = k->has_ace && letters[i].bit >= CF_ECE;
        if (k->flags & letters[i].bit && !part_of_ace) cf_buf_putc(out, letters[i].letter);
    }
    if (k->flags & CF_ACK) cf_buf_putc(out, '.');
    if (k->has_ace) cf_buf_printf(out, "%u", k->ace);
    if (k->flags == 0) cf_buf_putc(out, '-');
}

static void put_options(cf_buf *out, const cf_pkt *k)
{
    if (k->opts_any) cf_buf_puts(out, " <...>");
    if (k->opts == 0) return;
    for (uint32_t i = 0; i < k->opts; i++) {
        cf_buf_puts(out, i ? "," : " <");
        cf_fmt_opt(out, &k->opt[i]);
    }
    cf_buf_putc(out, '>');
}

static void put_ports(cf_buf *out, const cf_pkt *k)
{
    if (k->has_ports) cf_buf_printf(out, "%u > %u ", k->sport, k->dport);
}

static void put_tcp(cf_buf *out, const cf_pkt *k)
{
    if (k->psp) cf_buf_printf(out, "encap psp spi %u ", k->psp_spi);
    put_ports(out, k);
    put_flags(out, k);
    cf_buf_printf(out, " %u:%u(%u)", k->seq, k->seq_end, k->len);
    if (k->has_ack) cf_buf_printf(out, " ack %u", k->ack);
    if (k->has_win) cf_buf_printf(out, " win %u", k->win);
    if (k->has_urg) cf_buf_printf(out, " urg %u", k->urg);
    put_options(out, k);
}

/* Numbers, not names: the words depend on the family that the script is read for. */
static void put_icmp(cf_buf *out, const cf_pkt *k)
{
    cf_buf_printf(out, "icmp type_%u", k->icmp_type);
    if (k->icmp_code) cf_buf_printf(out, " code_%u", k->icmp_code);
    if (k->has_mtu) cf_buf_printf(out, " mtu %u", k->mtu);
    if (k->has_id) cf_buf_printf(out, " id %u", k->icmp_id);
    switch (k->quote) {
    case CF_Q_NONE: break;
    case CF_Q_TCP:
        cf_buf_printf(out, " [%u:%llu(%u)]", k->q_seq, (unsigned long long)k->q_seq + k->q_len, k->q_len);
        break;
    case CF_Q_UDP: cf_buf_printf(out, " [udp (%u)]", k->q_len); break;
    case CF_Q_RAW: cf_buf_printf(out, " [raw (%u)]", k->q_len); break;
    }
}

void cf_fmt_packet(cf_buf *out, const cf_pkt *k)
{
    cf_buf_puts(out, k->dir == CF_IN ? "< " : "> ");
    for (uint32_t i = 0; i < k->outers; i++) put_outer(out, &k->outer[i]);
    put_ip_info(out, &k->ip);
    if (k->proto == CF_P_TCP) put_tcp(out, k);
    else if (k->proto == CF_P_ICMP) put_icmp(out, k);
    else {
        cf_buf_puts(out, "udp ");
        put_ports(out, k);
        cf_buf_printf(out, "(%u)", k->len);
    }
}
