/* ICMP for this host (RFC 792, RFC 4443): echo is answered, errors find the connection that they quote (RFC
 * 9293 3.9.2.2).
 *
 * An error becomes an errno and a kind. Hard says: by RFC 1122 4.2.3.9 the connection should end; what is done about
 * that in which state is the protocol's business (RFC 5461). The errnos are those Linux gives. */
#include "../tcp/reason.h"
#include "../base/time.h"
#include "../wire/icmp.h"
#include "../wire/packet.h"
#include "net.h"

typedef struct meaning {
    int err;
    bool hard;
} meaning;

static const meaning unreachable4[] = {
    [RS_IM4_NET] = {RS_ENETUNREACH, false},
    [RS_IM4_HOST] = {RS_EHOSTUNREACH, false},
    [RS_IM4_PROTOCOL] = {RS_ENOPROTOOPT, true},
    [RS_IM4_PORT] = {RS_ECONNREFUSED, true},
    [RS_IM4_FRAG_NEEDED] = {RS_EMSGSIZE, true},
    [RS_IM4_SOURCE_ROUTE] = {RS_EOPNOTSUPP, false},
    [RS_IM4_NET_UNKNOWN] = {RS_ENETUNREACH, false},
    [RS_IM4_HOST_UNKNOWN] = {RS_EHOSTDOWN, false},
    [RS_IM4_ISOLATED] = {RS_ENONET, false},
    [RS_IM4_NET_PROHIBITED] = {RS_ENETUNREACH, false},
    [RS_IM4_HOST_PROHIBITED] = {RS_EHOSTUNREACH, false},
    [RS_IM4_NET_TOS] = {RS_ENETUNREACH, false},
    [RS_IM4_HOST_TOS] = {RS_EHOSTUNREACH, false},
    [RS_IM4_FILTERED] = {RS_EHOSTUNREACH, false},
    [RS_IM4_PRECEDENCE] = {RS_EHOSTUNREACH, false},
    [RS_IM4_PRECEDENCE_CUTOFF] = {RS_EHOSTUNREACH, false},
};

static const meaning unreachable6[] = {
    [RS_IM6_NO_ROUTE] = {RS_ENETUNREACH, false},      [RS_IM6_PROHIBITED] = {RS_EACCES, true},
    [RS_IM6_BEYOND_SCOPE] = {RS_EHOSTUNREACH, false}, [RS_IM6_ADDRESS] = {RS_EHOSTUNREACH, false},
    [RS_IM6_PORT] = {RS_ECONNREFUSED, true},          [RS_IM6_POLICY] = {RS_EACCES, false},
    [RS_IM6_REJECT_ROUTE] = {RS_EACCES, false},       [RS_IM6_SOURCE_ROUTE] = {RS_EPROTO, false},
};

static bool unreachable(const rs_icmp_msg *m, meaning *out)
{
    bool v4 = m->family == RS_IPV4;
    const meaning *table = v4 ? unreachable4 : unreachable6;
    size_t codes = v4 ? sizeof unreachable4 / sizeof *table : sizeof unreachable6 / sizeof *table;
    if (m->code >= codes) return false;
    *out = table[m->code];
    return true;
}

/* False for messages that must not reach a connection, source quench above all (MUST-55). */
static bool understand(const rs_icmp_msg *m, rs_icmp_error *e)
{
    meaning what = {RS_EHOSTUNREACH, false};
    if (m->kind == RS_IM_TOO_BIG) {
        *e = (rs_icmp_error){.kind = RS_ICMP_TOO_BIG, .err = RS_EMSGSIZE, .mtu = m->mtu};
        return true;
    }
    if (m->kind == RS_IM_PARAM_PROBLEM) what.err = RS_EPROTO;
    else if (m->kind == RS_IM_UNREACHABLE && !unreachable(m, &what)) return false;
    else if (m->kind != RS_IM_UNREACHABLE && m->kind != RS_IM_TIME_EXCEEDED) return false;
    *e = (rs_icmp_error){.kind = what.hard ? RS_ICMP_HARD : RS_ICMP_SOFT, .err = what.err};
    return true;
}

static void answer_echo(rs_net *n, rs_env *env, const rs_ip *ip, const rs_icmp_msg *request)
{
    rs_icmp_msg reply = *request;
    rs_ip out = {.src = ip->dst, .dst = ip->src, .proto = ip->proto, .tos = ip->tos};
    reply.kind = RS_IM_ECHO_REPLY;
    out.ttl = (uint8_t)env->cfg->knobs.default_ttl;
    size_t head = rs_ip_len(ip->src.family), body = 8 + request->data.len;
    uint8_t *at = head + body <= env->cfg->mtu ? rs_net_packet_space(n, env, head + body) : NULL;
    if (!at) return;
    out.payload.len = body;
    rs_ip_build(at, &out);
    size_t built = rs_icmp_build(at + head, body, &reply, &out.src, &out.dst);
    rs_check(built == body);
    rs_net_packet_done(n, env, head + body, &out.dst);
}

/* The type as it is written in the message. */
static uint8_t raw_type(const rs_icmp_msg *m)
{
    bool v4 = m->family == RS_IPV4;
    if (m->kind == RS_IM_TIME_EXCEEDED) return v4 ? 11 : 3;
    if (m->kind == RS_IM_PARAM_PROBLEM) return v4 ? 12 : 4;
    if (m->kind == RS_IM_TOO_BIG) return v4 ? 3 : 2;
    return v4 ? 3 : 1;
}

/* What a connection knows of its path, for those that share it, when the message was believed. */
static void learn_path(rs_net *n, const rs_env *env, const rs_tcb *t, const rs_pmtu_found *before)
{
    if (t->snd.pmtu == before->mtu && t->snd.path_fragments == before->fragments) return;
    rs_time until = rs_time_add(env->now, env->cfg->knobs.mtu_expires);
    rs_pmtu_learn(&n->host.pmtu, &(rs_pmtu_news){&t->remote.addr, t->snd.pmtu, t->snd.path_fragments, until});
}

static void to_connection(rs_net *n, rs_env *env, const rs_icmp_msg *m)
{
    rs_icmp_error error;
    rs_icmp_quote quote;
    if (!understand(m, &error)) {
        rs_drop(env, RS_NO_CONN, NULL, RS_WHY_ICMP_IGNORED);
        return;
    }
    if (rs_icmp_parse_quote(m, &quote) != RS_WIRE_OK) {
        rs_drop(env, RS_NO_CONN, NULL, RS_WHY_ICMP_MALFORMED);
        return;
    }
    uint32_t conn = rs_conns_find(&n->conns, &quote.src, &quote.dst);
    if (conn == RS_NIL) {
        rs_drop(env, RS_NO_CONN, NULL, RS_WHY_ICMP_NO_CONNECTION);
        return;
    }
    error.seq = quote.seq;
    error.type = raw_type(m);
    error.code = m->code;
    rs_tcb *t = rs_net_tcb(n, conn);
    rs_pmtu_found before = {t->snd.pmtu, t->snd.path_fragments};
    rs_tcp_icmp(env, t, &error);
    learn_path(n, env, t, &before);
    rs_net_settle(n, env, conn);
}

void rs_net_icmp(rs_net *n, rs_env *env, const rs_ip *ip)
{
    rs_icmp_msg m;
    rs_wire wrong = rs_icmp_parse(ip, &m);
    if (wrong != RS_WIRE_OK)
        rs_drop(env, RS_NO_CONN, NULL,
                wrong == RS_WIRE_BAD_ICMP_CHECKSUM ? RS_WHY_ICMP_CHECKSUM : RS_WHY_ICMP_MALFORMED);
    else if (m.kind == RS_IM_ECHO_REQUEST) answer_echo(n, env, ip, &m);
    else if (rs_icmp_is_error(m.kind)) to_connection(n, env, &m);
    else rs_drop(env, RS_NO_CONN, NULL, RS_WHY_ICMP_IGNORED);
}
