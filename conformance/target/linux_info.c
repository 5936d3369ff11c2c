/* linux_info.c — TCP_INFO, TCP_CC_INFO and SO_MEMINFO of a descriptor by the names scripts use. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "linux.h"

enum {
    OPTION_INFO = 11,
    OPTION_CC_INFO = 26,
    OPTION_MEMINFO = 55,
    INFO_ROOM = 512,
    WSCALE_AT = 6,
    APP_LIMITED_AT = 7,
    ACCECN_AT = 276
};

typedef struct list {
    const char **names;
    int64_t *values;
    int cap, count;
} list;

static void put(list *l, const char *name, int64_t value)
{
    if (l->count >= l->cap) return;
    l->names[l->count] = name;
    l->values[l->count++] = value;
}

static int64_t number_at(const uint8_t *b, size_t at, size_t bytes)
{
    uint8_t u8;
    uint16_t u16;
    uint32_t u32;
    int64_t s64;
    switch (bytes) {
    case 1: memcpy(&u8, b + at, 1); return u8;
    case 2: memcpy(&u16, b + at, 2); return u16;
    case 4: memcpy(&u32, b + at, 4); return u32;
    default: break;
    }
    memcpy(&s64, b + at, sizeof s64);
    return s64;
}

static void put_info(list *l, const uint8_t *b)
{
    static const struct {
        uint16_t at, bytes;
        const char *name;
    } rows[] = {
#define AT(offset, size, name) {offset, size, name},
#include "tcp_info_layout.def"
#undef AT
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        put(l, rows[i].name, number_at(b, rows[i].at, rows[i].bytes));
    put(l, "snd_wscale", b[WSCALE_AT] & 0xf);
    put(l, "rcv_wscale", b[WSCALE_AT] >> 4);
    put(l, "delivery_rate_app_limited", b[APP_LIMITED_AT] & 1);
    uint32_t bits = (uint32_t)number_at(b, ACCECN_AT, 4);
    put(l, "ecn_mode", bits & 3);
    put(l, "accecn_opt_seen", bits >> 2 & 3);
    put(l, "accecn_fail_mode", bits >> 4 & 0xf);
    put(l, "options2", bits >> 8);
}

/* What the bytes mean depends on the algorithm; only their number tells, so all readings that fit are offered. */
static void put_cc_info(list *l, const uint8_t *b, size_t len)
{
    if (len >= 20) {
        int64_t low = number_at(b, 0, 4), high = number_at(b, 4, 4);
        put(l, "bbr_bw_lo", low);
        put(l, "bbr_bw_hi", high);
        put(l, "bbr_bw", high << 32 | low);
        put(l, "bbr_min_rtt", number_at(b, 8, 4));
        put(l, "bbr_pacing_gain", number_at(b, 12, 4));
        put(l, "bbr_cwnd_gain", number_at(b, 16, 4));
    }
    if (len < 16) return;
    put(l, "dctcp_enabled", number_at(b, 0, 2));
    put(l, "dctcp_ce_state", number_at(b, 2, 2));
    put(l, "dctcp_alpha", number_at(b, 4, 4));
    put(l, "dctcp_ab_ecn", number_at(b, 8, 4));
    put(l, "dctcp_ab_tot", number_at(b, 12, 4));
    put(l, "tcpv_enabled", number_at(b, 0, 4));
    put(l, "tcpv_rttcnt", number_at(b, 4, 4));
    put(l, "tcp_rtt", number_at(b, 8, 4));
    put(l, "tcp_minrtt", number_at(b, 12, 4));
}

static void put_memory(list *l, const uint8_t *b)
{
    static const char *const names[] = {
        "SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF",    "SK_MEMINFO_WMEM_ALLOC",
        "SK_MEMINFO_SNDBUF",     "SK_MEMINFO_FWD_ALLOC", "SK_MEMINFO_WMEM_QUEUED",
        "SK_MEMINFO_OPTMEM",     "SK_MEMINFO_BACKLOG",   "SK_MEMINFO_DROPS",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) put(l, names[i], number_at(b, 4 * i, 4));
}

/* The length, or -1. */
static int read_option(int fd, int level, int option, uint8_t *room)
{
    socklen_t len = INFO_ROOM;
    memset(room, 0, INFO_ROOM);
    return getsockopt(fd, level, option, room, &len) == 0 ? (int)len : -1;
}

int cf_linux_info(cf_target *t, int fd, const char **names, int64_t *values, int cap)
{
    uint8_t info[INFO_ROOM], cc[INFO_ROOM], memory[INFO_ROOM];
    list l = {names, values, cap, 0};
    (void)t;
    int cc_len = -1;
    if (read_option(fd, IPPROTO_TCP, OPTION_INFO, info) < 0) return -1;
    if ((cc_len = read_option(fd, IPPROTO_TCP, OPTION_CC_INFO, cc)) < 0) return -1;
    if (read_option(fd, SOL_SOCKET, OPTION_MEMINFO, memory) < 0) return -1;
    put_info(&l, info);
    put_cc_info(&l, cc, (size_t)cc_len);
    put_memory(&l, memory);
    return l.count;
}
