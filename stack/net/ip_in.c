/* Packets from the device: what is malformed, not for us, or cannot come from one host ends here, silently (RFC
 * 1122 3.2.1, RFC 9293 MUST-57, MUST-63); the rest is a segment or an ICMP message. */
#include "../tcp/reason.h"
#include "../base/addr.h"
#include "../wire/packet.h"
#include "net.h"
#include "route.h"

static const rs_reason reasons[RS_WIRES] = {
    [RS_WIRE_TOO_SHORT] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_BAD_VERSION] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_BAD_IP_HEADER_LENGTH] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_BAD_IP_LENGTH] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_BAD_IP_CHECKSUM] = RS_WHY_IP_CHECKSUM,
    [RS_WIRE_FRAGMENT] = RS_WHY_IP_FRAGMENT,
    [RS_WIRE_BAD_IP6_EXTENSION] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_BAD_IP6_OPTION] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_IP6_SOURCE_ROUTED] = RS_WHY_IP_NOT_OURS,
    [RS_WIRE_IP6_TOO_MANY_HEADERS] = RS_WHY_IP_MALFORMED,
    [RS_WIRE_NOT_TCP] = RS_WHY_IP_PROTOCOL,
    [RS_WIRE_BAD_TCP_CHECKSUM] = RS_WHY_TCP_CHECKSUM,
    [RS_WIRE_BAD_DATA_OFFSET] = RS_WHY_TCP_MALFORMED,
    [RS_WIRE_NOT_ICMP] = RS_WHY_IP_PROTOCOL,
    [RS_WIRE_BAD_ICMP_CHECKSUM] = RS_WHY_ICMP_CHECKSUM,
    [RS_WIRE_BAD_ICMP_QUOTE] = RS_WHY_ICMP_MALFORMED,
};

static void tell_arrival(const rs_env *env, rs_bytes pkt)
{
    if (!env->trace) return;
    rs_event ev = {.at = env->now, .kind = RS_EV_PACKET_IN, .conn = RS_NO_CONN, .a = (int64_t)pkt.len};
    env->trace(env->trace_ctx, &ev);
}

static rs_reason judge_addresses(const rs_config *cfg, const rs_ip *ip, bool looped)
{
    if (rs_route_is_broadcast(cfg, &ip->dst) || rs_addr_is_multicast(&ip->dst)) return RS_WHY_BAD_DESTINATION;
    if (!rs_route_is_local(cfg, &ip->dst)) return RS_WHY_IP_NOT_OURS;
    if (!looped && !rs_route_is_host(cfg, &ip->src)) return RS_WHY_BAD_SOURCE;
    return RS_WHY_NONE;
}

bool rs_net_ingress(rs_net *n, rs_env *env)
{
    if (n->ingress <= (uint32_t)env->cfg->knobs.max_backlog) {
        n->ingress++;
        return true;
    }
    env->count->packets_in++;
    rs_drop(env, RS_NO_CONN, NULL, RS_WHY_INGRESS_FULL);
    return false;
}

void rs_net_input(rs_net *n, rs_env *env, rs_bytes pkt, bool looped)
{
    rs_ip ip;
    rs_seg seg;
    env->count->packets_in++;
    tell_arrival(env, pkt);
    rs_wire wrong = rs_ip_parse(pkt, &ip);
    rs_reason why = reasons[wrong];
    if (wrong == RS_WIRE_OK) why = judge_addresses(env->cfg, &ip, looped);
    if (why != RS_WHY_NONE) {
        rs_drop(env, RS_NO_CONN, NULL, why);
        return;
    }
    if (ip.proto == (ip.src.family == RS_IPV4 ? RS_PROTO_ICMP : RS_PROTO_ICMP6)) {
        rs_net_icmp(n, env, &ip);
        return;
    }
    wrong = rs_packet_seg(&ip, &seg);
    seg.ip_len = (uint16_t)(ip.payload.data - pkt.data);
    if (wrong == RS_WIRE_OK) rs_net_segment(n, env, &seg);
    else rs_drop(env, RS_NO_CONN, NULL, wrong == RS_WIRE_TOO_SHORT ? RS_WHY_TCP_MALFORMED : reasons[wrong]);
}
