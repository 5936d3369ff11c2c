/* hex.h — packets as hexadecimal text, for tests. */
#ifndef CF_TEST_HEX_H
#define CF_TEST_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Bytes written; text has two digits for each. */
static inline size_t from_hex(const char *text, uint8_t *out, size_t cap)
{
    size_t n = 0;
    for (; text[2 * n] && n < cap; n++) {
        unsigned v = 0;
        if (sscanf(text + 2 * n, "%2x", &v) != 1) break;
        out[n] = (uint8_t)v;
    }
    return n;
}

static inline const char *to_hex(const uint8_t *bytes, size_t len)
{
    static char text[1024];
    text[0] = '\0';
    for (size_t i = 0; i < len && 2 * i + 3 < sizeof text; i++) snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    return text;
}

/* Made by scapy, an independent witness. */
#define HEX_SYN4                                                                                                       \
    "4500003c00000000ff063911c0000201c0a800019c401f900000000100000000a002801889070000020405b40402080a0000006400000000" \
    "01030307"
#define HEX_DATA6                                                                                                      \
    "602123450019064020010db8000000000000000000000001fd3d0a0b17d6000000000000000000011f909c40fffffffe0000000550180100" \
    "6247000068656c6c6f"
#define HEX_UDP4 "4500001f00000000401166cc0a0000010a00000203e807d0000b1bbb616263"
#define HEX_ICMP4                                                                                                      \
    "4500003800000000400166c30a0000010a0000020304f841000004b04500002800000000400666ce0a0000020a0000010001000200000007"
#define HEX_ICMP6                                                                                                      \
    "60000000000c3a40fe800000000000000000000000000001fe80000000000000000000000000000202009bb40000050060000000"
#define HEX_EXT6                                                                                                       \
    "6000000000240040fe800000000000000000000000000001fe8000000000000000000000000000023c000104000000000600010400000000" \
    "0001000200000000000000005010200092cd0000"
#define HEX_GRE                                                                                                        \
    "4500004800000000402f7482010101010202020230000800000000070000000945000028000000004006"                             \
    "66ce0a0000010a000002001400500000000000000000500220007b7c0000"
#define HEX_MPLS                                                                                                       \
    "4500005000000000402f747a010101010202020200008847fffffa01000001ff6000000000081140fe800000000000000000000000000001" \
    "fe80000000000000000000000000000200010002000802d7"
#define HEX_FRAG "4500002800092000400646c50a0000010a000002001400500000000000000000500220007b7c0000"

#endif
