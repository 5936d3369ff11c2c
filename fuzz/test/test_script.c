#define CHECK_MAIN
#include "../../stack/test/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../conformance/packet/encode.h"
#include "../prog/calls.h"
#include "../prog/keys.h"
#include "../prog/script.h"
#include "../prog/segment.h"
#include "../prog/start.h"

static fz_host h;
static const fz_watch silent;
static char script_path[100], pcap_path[100], text[8192];

static void at(const fz_header *header)
{
    if (!script_path[0]) {
        snprintf(script_path, sizeof script_path, "/tmp/fz_script.%d.pkt", (int)getpid());
        snprintf(pcap_path, sizeof pcap_path, "/tmp/fz_script.%d.pcapng", (int)getpid());
        setenv("FZ_SCRIPT", script_path, 1);
        setenv("FZ_PCAP", pcap_path, 1);
    }
    fz_host_open(&h, header, &silent);
    fz_start_at(&h);
}

static size_t read_file(const char *path)
{
    fflush(NULL);
    FILE *f = fopen(path, "rb");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    if (f) fclose(f);
    text[n] = '\0';
    unlink(path);
    return n;
}

static bool says(const char *words)
{
    return strstr(text, words) != NULL;
}

TEST(a_start_is_told_with_its_calls_and_numbers_from_the_syns_on)
{
    static const fz_header header = {.start = FZ_AT_CLOSE_WAIT, .peer_mss = 1460, .irs = 0x80000000u};
    at(&header);
    CHECK(read_file(script_path) > 0);
    CHECK(says("//: preset: rfc\n"));
    CHECK(says("socket(..., SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) = 3\n"));
    CHECK(says("< S 2147483648:2147483648(0) win 20000 <mss 1460>\n"));
    CHECK(says("> S. 0:0(0) ack 2147483649 "));
    CHECK(says("accept(3, ..., ...) = 4\n"));
    CHECK(says("< F. 1:1(0) ack 1 "));
    CHECK(says("> . 1:1(0) ack 2 "));
}

TEST(a_capture_holds_the_same_packets)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    CHECK(read_file(pcap_path) > 28 + 3 * (32 + 40));
    CHECK_EQ((uint8_t)text[0], 0x0a); /* a section header */
    read_file(script_path);
}

TEST(what_a_script_cannot_say_is_left_out_with_a_remark)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    fz_segment bad = {.flags = CF_ACK, .seq = 10, .ack = 1, .win = 1, .bad_sum = true};
    fz_send(&h, &h.tuple[0], &bad);
    CHECK(read_file(script_path) > 0);
    CHECK(says("// left out, a packet with a wrong checksum: < "));
}

TEST(another_connection_is_told_with_its_ports)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    fz_segment stranger = {.flags = CF_SYN, .seq = 1, .win = 1};
    fz_send(&h, &h.tuple[3], &stranger);
    CHECK(read_file(script_path) > 0);
    CHECK(says("--tcp_ts_ecr_checked\n--by_ports\n--memory_blocks=192\n--memory_records=256\n"));
    CHECK(says("< 40003 > 9 S 1:1(0) win 1\n"));
    CHECK(says("> 9 > 40003 R. 0:0(0) ack 1 win 0\n"));
}

TEST(text_is_numbered_as_long_as_the_peer_sends_what_follows_from_its_numbers)
{
    static const fz_header header = {.start = FZ_AT_UNREAD, .peer_mss = 1460, .irs = 9};
    at(&header);
    CHECK(read_file(script_path) > 0);
    CHECK(says("\n--numbered_text"));
    at(&header);
    fz_segment odd = {.flags = CF_ACK, .seq = 10, .ack = h.tuple[0].iss + 1, .win = 1, .len = 5, .other_bytes = true};
    fz_send(&h, &h.tuple[0], &odd);
    CHECK(read_file(script_path) > 0);
    CHECK(!says("--numbered_text"));
}

TEST(how_a_story_goes_on_is_one_digit)
{
    static const char *const digits[] = {"0", "2", "3", "5", "6"};
    static const fz_script_more meant[] = {{.any = false},
                                           {.any = true, .steps = 2},
                                           {.any = true, .inner = true},
                                           {.any = true, .inner = true, .steps = 2},
                                           {.any = true, .inner = true, .to_rest = true}};
    static const fz_header header = {.start = FZ_AT_CLOSED};
    at(&header);
    for (unsigned i = 0; i < 5; i++) {
        setenv("FZ_AFTERMATH", digits[i], 1);
        fz_script_more more = fz_script_aftermath();
        CHECK(more.any == meant[i].any && more.inner == meant[i].inner && more.to_rest == meant[i].to_rest &&
              more.steps == meant[i].steps);
    }
    unsetenv("FZ_AFTERMATH");
    CHECK(!fz_script_aftermath().any);
}

TEST(a_failed_call_says_its_error_and_time_is_relative)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    fz_host_sleep(&h, (rs_time){h.now.us + 1500000}, 0);
    fz_step read_some = {.kind = FZ_CALL, .arg = {4, 1}}; /* recv of 1000 bytes */
    fz_call(&h, &read_some);
    fz_host_set(&h, "net.ipv4.tcp_sack", "0");
    CHECK(read_file(script_path) > 0);
    CHECK(says("+1.500000 recv(4, ..., 1000, 0) = -1 EAGAIN ("));
    CHECK(says("+0.000000 `sysctl -q net.ipv4.tcp_sack=\"0\"`\n"));
    read_file(pcap_path);
}

TEST(a_range_may_pass_the_end_of_the_circle)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    fz_segment old = {.flags = CF_ACK, .seq = 9 - 5, .ack = h.tuple[0].iss + 1, .win = 1, .len = 10};
    fz_send(&h, &h.tuple[0], &old);
    CHECK(read_file(script_path) > 0);
    CHECK(says("0 < . 4294967291:5(10) ack 1 "));
    read_file(pcap_path);
}

TEST(a_right_signature_is_told_as_that)
{
    static const char *const ways[] = {"md5", "ao 1"};
    for (unsigned i = 0; i < 2; i++) {
        fz_header header = {.start = FZ_AT_CLOSED, .peer_mss = 1460, .irs = 9, .keys = true};
        at(&header);
        CHECK(fz_keys_begin(&h, ways[i]));
        header.start = FZ_AT_ESTABLISHED;
        fz_start_at(&h);
        CHECK(read_file(script_path) > 0);
        CHECK(says("--tcp_md5_secret=secret\n--tcp_ao_keys=\"100:"));
        CHECK(
            says(i ? "TCP_AO_ADD_KEY, {ao_alg=\"cmac(aes128)\", ao_sndid=101, " : "TCP_MD5SIG, {tcpm_key=\"secret\"}"));
        CHECK(says(i ? "< S 9:9(0) win 20000 <mss 1460,ao 111 101 valid 14,eol,eol>"
                     : "< S 9:9(0) win 20000 <mss 1460,md5 valid,eol,eol>"));
        CHECK(says(i ? "ao 101 111 valid 14" : "nop,nop,md5 valid"));
        read_file(pcap_path);
    }
}

TEST(an_error_of_the_network_is_told_with_what_it_quotes)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    at(&header);
    fz_send_icmp(&h, &h.tuple[0], 3, 4, h.tuple[0].iss + 1, 1400);
    fz_send_icmp(&h, &h.tuple[0], 3, 1, h.tuple[0].iss + 1, 0);
    CHECK(read_file(script_path) > 0);
    CHECK(says("< icmp unreachable frag_needed mtu 1400 [1:1(0)]\n"));
    CHECK(says("< icmp unreachable host_unreachable [1:1(0)]\n"));
    read_file(pcap_path);
}

/* A writer on a blocking socket whose buffer is smaller than what it writes; the peer then acknowledges. */
static void block_a_writer(void)
{
    static const fz_header header = {
        .start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9, .blocking = true, .sndbuf = 1};
    at(&header);
    fz_host_sleep(&h, (rs_time){h.now.us + 500000}, 0);
    for (int i = 0; i < 20 && !h.parked[0].number; i++)
        fz_call(&h, &(fz_step){.kind = FZ_CALL, .arg = {0, 6}}); /* send of many bytes */
    CHECK(h.parked[0].number != 0);
}

TEST(a_call_that_blocks_is_told_where_it_began_with_what_it_came_to)
{
    block_a_writer();
    fz_host_sleep(&h, (rs_time){h.now.us + 250000}, 0);
    for (int i = 0; i < 20 && h.parked[0].number; i++) {
        fz_look(&h, &h.tuple[0]);
        fz_segment all = {.flags = CF_ACK, .seq = 10, .ack = h.tuple[0].last.snd_max, .win = 60000};
        fz_send(&h, &h.tuple[0], &all);
    }
    CHECK(h.parked[0].number == 0);
    CHECK(read_file(script_path) > 0);
    CHECK(says("blocks\n+0.000000...0.250000 send(4, ..., ") ||
          says("blocks\n+0.500000 `true`\n+0.000000...0.250000 send("));
    read_file(pcap_path);
}

TEST(a_call_that_sleeps_to_the_end_is_left_out_unless_that_is_wrong)
{
    block_a_writer();
    CHECK(read_file(script_path) > 0);
    CHECK(says("blocks\n") && !says("+0.000000...0"));
    block_a_writer();
    fz_script_asleep(h.parked[0].number);
    CHECK(read_file(script_path) > 0);
    CHECK(says("+0.000000...0.000000 send(4, ..., "));
    read_file(pcap_path);
}

TEST(the_first_number_of_the_host_is_part_of_the_story)
{
    static const fz_header header = {.start = FZ_AT_ESTABLISHED, .peer_mss = 1460, .irs = 9};
    char line[80];
    at(&header);
    snprintf(line, sizeof line, "+0 `sysctl -q refstack.first_seq=%u`", (unsigned)h.tuple[0].iss);
    CHECK(read_file(script_path) > 0);
    CHECK(says(line));
    read_file(pcap_path);
}
