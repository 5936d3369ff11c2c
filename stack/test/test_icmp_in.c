/* ICMP: echo, and errors that find their connection and say the right errno. */
#define CHECK_MAIN
#include "raw.h"

static raw *r;

static rs_fd dialing(rs_config cfg, rs_family family)
{
    r = raw_host(cfg, family);
    rs_fd fd = sock(r->w, &r->w->client);
    rs_endpoint to = raw_peer(80);
    FAILS(rs_connect(r->st, r->now, fd, &to), RS_EINPROGRESS);
    CHECK(raw_out(NULL));
    return fd;
}

static int so_error(rs_fd fd)
{
    int value;
    uint32_t len = sizeof value;
    OK(rs_getsockopt(r->st, r->now, fd, 1, 4, &value, &len));
    return value;
}

TEST(an_echo_request_is_answered)
{
    for (int six = 0; six < 2; six++) {
        r = raw_host(rs_config_rfc(), six ? RS_IPV6 : RS_IPV4);
        rs_icmp_msg m = {.family = r->family,
                         .kind = RS_IM_ECHO_REQUEST,
                         .echo_id = 7,
                         .echo_seq = 9,
                         .data = {(const uint8_t *)"hello", 5}};
        rs_ip ip = {
            .src = raw_peer(0).addr, .dst = raw_here(0).addr, .ttl = 3, .proto = six ? RS_PROTO_ICMP6 : RS_PROTO_ICMP};
        size_t head = rs_ip_len((uint8_t)r->family);
        ip.payload.len = rs_icmp_build(r->pkt + head, 100, &m, &ip.src, &ip.dst);
        rs_ip_build(r->pkt, &ip);
        raw_bytes(r->pkt, head + ip.payload.len);
        rs_bytes out;
        CHECK(raw_out_bytes(&out));
        CHECK_EQ(rs_ip_parse(out, &ip), RS_WIRE_OK);
        CHECK_EQ(rs_icmp_parse(&ip, &m), RS_WIRE_OK);
        CHECK_EQ(m.kind, RS_IM_ECHO_REPLY);
        CHECK_EQ(m.echo_id, 7);
        CHECK_EQ(m.echo_seq, 9);
        CHECK(m.data.len == 5 && memcmp(m.data.data, "hello", 5) == 0);
        CHECK_EQ(ip.ttl, 64);
        CHECK(rs_addr_eq(&ip.dst, &r->w->server.v4) || rs_addr_eq(&ip.dst, &r->w->server.v6));
    }
}

TEST(on_linux_every_error_ends_an_attempt_with_its_errno)
{
    static const struct {
        rs_family family;
        rs_icmp_kind kind;
        uint8_t code;
        int err;
    } rows[] = {
        {RS_IPV4, RS_IM_UNREACHABLE, 0, RS_ENETUNREACH},    {RS_IPV4, RS_IM_UNREACHABLE, 1, RS_EHOSTUNREACH},
        {RS_IPV4, RS_IM_UNREACHABLE, 2, RS_ENOPROTOOPT},    {RS_IPV4, RS_IM_UNREACHABLE, 3, RS_ECONNREFUSED},
        {RS_IPV4, RS_IM_UNREACHABLE, 5, RS_EOPNOTSUPP},     {RS_IPV4, RS_IM_UNREACHABLE, 6, RS_ENETUNREACH},
        {RS_IPV4, RS_IM_UNREACHABLE, 7, RS_EHOSTDOWN},      {RS_IPV4, RS_IM_UNREACHABLE, 8, RS_ENONET},
        {RS_IPV4, RS_IM_UNREACHABLE, 9, RS_ENETUNREACH},    {RS_IPV4, RS_IM_UNREACHABLE, 10, RS_EHOSTUNREACH},
        {RS_IPV4, RS_IM_UNREACHABLE, 13, RS_EHOSTUNREACH},  {RS_IPV4, RS_IM_UNREACHABLE, 15, RS_EHOSTUNREACH},
        {RS_IPV4, RS_IM_TIME_EXCEEDED, 0, RS_EHOSTUNREACH}, {RS_IPV4, RS_IM_PARAM_PROBLEM, 0, RS_EPROTO},
        {RS_IPV6, RS_IM_UNREACHABLE, 0, RS_ENETUNREACH},    {RS_IPV6, RS_IM_UNREACHABLE, 1, RS_EACCES},
        {RS_IPV6, RS_IM_UNREACHABLE, 2, RS_EHOSTUNREACH},   {RS_IPV6, RS_IM_UNREACHABLE, 3, RS_EHOSTUNREACH},
        {RS_IPV6, RS_IM_UNREACHABLE, 4, RS_ECONNREFUSED},   {RS_IPV6, RS_IM_UNREACHABLE, 5, RS_EACCES},
        {RS_IPV6, RS_IM_UNREACHABLE, 6, RS_EACCES},         {RS_IPV6, RS_IM_TIME_EXCEEDED, 0, RS_EHOSTUNREACH},
        {RS_IPV6, RS_IM_PARAM_PROBLEM, 0, RS_EPROTO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        rs_fd fd = dialing(rs_config_linux(), rows[i].family);
        raw_icmp(rows[i].kind, rows[i].code, 0);
        CHECK_STR(rs_status_name(so_error(fd)), rs_status_name(rows[i].err));
    }
}

TEST(by_the_rfc_only_hard_errors_end_an_attempt)
{
    for (uint8_t code = 0; code < 16; code++) {
        if (code == RS_IM4_FRAG_NEEDED) continue;
        rs_fd fd = dialing(rs_config_rfc(), RS_IPV4);
        raw_icmp(RS_IM_UNREACHABLE, code, 0);
        bool hard = code == RS_IM4_PROTOCOL || code == RS_IM4_PORT;
        STATE_IS(r->w, &r->w->client, fd, hard ? RS_CLOSED : RS_SYN_SENT);
    }
}

TEST(source_quench_and_unknown_codes_are_ignored)
{
    rs_fd fd = dialing(rs_config_linux(), RS_IPV4);
    raw_icmp(RS_IM_SOURCE_QUENCH, 0, 0);
    CHECK_EQ(raw_drops("ICMP_IGNORED"), 1);
    raw_icmp(RS_IM_UNREACHABLE, 16, 0);
    CHECK_EQ(raw_drops("ICMP_IGNORED"), 2);
    STATE_IS(r->w, &r->w->client, fd, RS_SYN_SENT);
}

TEST(an_error_about_nobodys_packet_is_dropped)
{
    rs_fd fd = dialing(rs_config_linux(), RS_IPV4);
    OK(rs_close(r->st, r->now, fd));
    raw_icmp(RS_IM_UNREACHABLE, 3, 0);
    CHECK_EQ(raw_drops("ICMP_NO_CONNECTION"), 1);
}

TEST(an_error_about_a_segment_not_in_flight_is_dropped)
{
    rs_fd fd = dialing(rs_config_linux(), RS_IPV4);
    rs_seg s;
    r->now.us += 1000000;
    rs_stack_advance(r->st, r->now);
    CHECK(raw_out(&s)); /* the SYN again */
    rs_seg answer = raw_seg(80, s.src.port, RS_SYN | RS_ACK, 100, s.seq.raw + 1);
    raw_in(&answer);
    /* The SYN is acknowledged; an error that quotes it comes too late (RFC 5927 4.1). */
    raw_icmp(RS_IM_UNREACHABLE, 3, 0);
    STATE_IS(r->w, &r->w->client, fd, RS_ESTABLISHED);
    CHECK_EQ(raw_drops("ICMP_SEQ"), 1);
}

TEST(a_damaged_message_is_dropped)
{
    dialing(rs_config_linux(), RS_IPV4);
    raw_icmp(RS_IM_UNREACHABLE, 3, 0);
    r->pkt[30] ^= 0xff;
    raw_bytes(r->pkt, 56);
    CHECK(raw_drops("ICMP_CHECKSUM") + raw_drops("IP_MALFORMED") == 1);
}
