/* linux_info.c — TCP_INFO, TCP_CC_INFO and SO_MEMINFO of a descriptor by the names scripts use. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "info.h"
#include "linux.h"

enum { OPTION_MEMINFO = 55 };

static void put_memory(cf_info_list *l, const uint8_t *b)
{
    static const char *const names[] = {
        "SK_MEMINFO_RMEM_ALLOC", "SK_MEMINFO_RCVBUF",    "SK_MEMINFO_WMEM_ALLOC",
        "SK_MEMINFO_SNDBUF",     "SK_MEMINFO_FWD_ALLOC", "SK_MEMINFO_WMEM_QUEUED",
        "SK_MEMINFO_OPTMEM",     "SK_MEMINFO_BACKLOG",   "SK_MEMINFO_DROPS",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) cf_info_put(l, names[i], cf_info_number(b, 4 * i, 4));
}

/* The length, or -1. */
static int read_option(int fd, int level, int option, uint8_t *room)
{
    socklen_t len = CF_INFO_ROOM;
    memset(room, 0, CF_INFO_ROOM);
    return getsockopt(fd, level, option, room, &len) == 0 ? (int)len : -1;
}

int cf_linux_info(cf_target *t, int fd, const char **names, int64_t *values, int cap)
{
    uint8_t info[CF_INFO_ROOM], cc[CF_INFO_ROOM], memory[CF_INFO_ROOM];
    cf_info_list l = {names, values, cap, 0};
    (void)t;
    int cc_len = -1;
    if (read_option(fd, IPPROTO_TCP, CF_INFO_OPTION, info) < 0) return -1;
    if ((cc_len = read_option(fd, IPPROTO_TCP, CF_INFO_CC_OPTION, cc)) < 0) return -1;
    if (read_option(fd, SOL_SOCKET, OPTION_MEMINFO, memory) < 0) return -1;
    cf_info_read(&l, info);
    cf_info_read_cc(&l, cc, (size_t)cc_len);
    put_memory(&l, memory);
    return l.count;
}
