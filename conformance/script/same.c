#include "same.h"

#include <string.h>

#include "../packet/addr.h"

static bool text_same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool mpls_same(const cf_mpls *a, uint32_t an, const cf_mpls *b, uint32_t bn)
{
    if (an != bn) return false;
    for (uint32_t i = 0; i < an; i++)
        if (a[i].label != b[i].label || a[i].tc != b[i].tc || a[i].bottom != b[i].bottom || a[i].ttl != b[i].ttl)
            return false;
    return true;
}

static bool gre_same(const cf_gre *a, const cf_gre *b)
{
    return a->flags == b->flags && a->sum == b->sum && a->off == b->off && a->key == b->key && a->seq == b->seq;
}

const char *cf_expr_differs(const cf_expr *a, const cf_expr *b)
{
    if (a->kind != b->kind) return "value kind";
    if (a->num != b->num || a->resolved != b->resolved) return "number";
    if (!text_same(a->word, b->word)) return "word";
    if (a->str_len != b->str_len || (a->str_len && memcmp(a->str, b->str, a->str_len) != 0)) return "string";
    if (a->count != b->count) return "number of values";
    if (!gre_same(&a->gre, &b->gre)) return "GRE value";
    if (!mpls_same(a->mpls, a->mpls_count, b->mpls, b->mpls_count)) return "MPLS value";
    for (uint32_t i = 0; i < a->count; i++) {
        const char *d = cf_expr_differs(a->kid[i], b->kid[i]);
        if (d) return d;
    }
    return NULL;
}

static const char *call_differs(const cf_call *a, const cf_call *b)
{
    if (!text_same(a->name, b->name)) return "call name";
    if (a->argc != b->argc) return "number of arguments";
    if (!text_same(a->errno_name, b->errno_name)) return "errno";
    if (!text_same(a->note, b->note)) return "note";
    if (a->blocking != b->blocking || a->end_us != b->end_us) return "blocking time";
    for (uint32_t i = 0; i < a->argc; i++) {
        const char *d = cf_expr_differs(a->argv[i], b->argv[i]);
        if (d) return d;
    }
    return cf_expr_differs(a->result, b->result);
}

static bool ip_same(const cf_ip_spec *a, const cf_ip_spec *b)
{
    return a->given == b->given && a->tos_check == b->tos_check && a->tos == b->tos && a->has_flow == b->has_flow &&
           a->flow == b->flow && a->has_ttl == b->has_ttl && a->ttl == b->ttl;
}

static bool outers_same(const cf_pkt *a, const cf_pkt *b)
{
    if (a->outers != b->outers) return false;
    for (uint32_t i = 0; i < a->outers; i++) {
        const cf_outer *x = &a->outer[i], *y = &b->outer[i];
        if (x->kind != y->kind || !ip_same(&x->ip, &y->ip) || !gre_same(&x->gre, &y->gre)) return false;
        if (!cf_addr_same(&x->src, &y->src) || !cf_addr_same(&x->dst, &y->dst)) return false;
        if (!mpls_same(x->mpls, x->mpls_count, y->mpls, y->mpls_count)) return false;
    }
    return true;
}

static bool opts_same(const cf_pkt *a, const cf_pkt *b)
{
    if (a->opts_any != b->opts_any || a->opts != b->opts) return false;
    for (uint32_t i = 0; i < a->opts; i++) {
        const cf_opt_spec *x = &a->opt[i], *y = &b->opt[i];
        if (x->kind != y->kind || x->a != y->a || x->b != y->b || x->c != y->c || x->n != y->n) return false;
        if (x->valid != y->valid) return false;
        if (memcmp(x->sack, y->sack, sizeof x->sack) != 0 || memcmp(x->blob, y->blob, sizeof x->blob) != 0)
            return false;
    }
    return true;
}

static const char *icmp_differs(const cf_pkt *a, const cf_pkt *b)
{
    if (a->icmp_type != b->icmp_type || a->icmp_code != b->icmp_code) return "icmp type or code";
    if (a->has_mtu != b->has_mtu || a->mtu != b->mtu) return "icmp mtu";
    if (a->has_id != b->has_id || a->icmp_id != b->icmp_id) return "icmp id";
    if (a->quote != b->quote || a->q_seq != b->q_seq || a->q_len != b->q_len) return "icmp quote";
    return NULL;
}

const char *cf_pkt_differs(const cf_pkt *a, const cf_pkt *b)
{
    if (a->dir != b->dir || a->proto != b->proto) return "packet kind";
    if (!outers_same(a, b)) return "encapsulation";
    if (!ip_same(&a->ip, &b->ip)) return "IP fields";
    if (a->psp != b->psp || a->psp_spi != b->psp_spi) return "psp";
    if (a->has_ports != b->has_ports || a->sport != b->sport || a->dport != b->dport) return "ports";
    if (a->flags != b->flags || a->has_ace != b->has_ace || a->ace != b->ace) return "flags";
    if (a->seq != b->seq || a->seq_end != b->seq_end || a->len != b->len) return "sequence range";
    if (a->has_ack != b->has_ack || a->ack != b->ack) return "ack";
    if (a->has_win != b->has_win || a->win != b->win) return "win";
    if (a->has_urg != b->has_urg || a->urg != b->urg) return "urg";
    if (!opts_same(a, b)) return "TCP options";
    return icmp_differs(a, b);
}

static const char *event_differs(const cf_event *a, const cf_event *b)
{
    if (a->time_kind != b->time_kind || a->time_us != b->time_us || a->time_end_us != b->time_end_us) return "time";
    if (a->kind != b->kind) return "event kind";
    if (a->kind == CF_EV_PACKET) return cf_pkt_differs(&a->pkt, &b->pkt);
    if (a->kind == CF_EV_CALL) return call_differs(&a->call, &b->call);
    return text_same(a->text, b->text) ? NULL : "text";
}

static const char *head_differs(const cf_script *a, const cf_script *b)
{
    if (a->options != b->options) return "number of options";
    for (uint32_t i = 0; i < a->options; i++)
        if (!text_same(a->option[i].name, b->option[i].name) || !text_same(a->option[i].value, b->option[i].value))
            return "option";
    if (!text_same(a->init_cmd, b->init_cmd)) return "init command";
    if (!text_same(a->cleanup_cmd, b->cleanup_cmd)) return "cleanup command";
    if (a->quiet_us != b->quiet_us) return "quiet time";
    if (a->fronts != b->fronts) return "front matter";
    return a->events == b->events ? NULL : "number of events";
}

const char *cf_script_differs(const cf_script *a, const cf_script *b, uint32_t *event)
{
    *event = 0;
    const char *d = head_differs(a, b);
    for (uint32_t i = 0; !d && i < a->events; i++) {
        *event = i;
        d = event_differs(&a->event[i], &b->event[i]);
    }
    return d;
}
