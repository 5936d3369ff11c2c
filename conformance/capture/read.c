#define _GNU_SOURCE /* fopencookie */
#include "read.h"

#include <errno.h>
#include <fcntl.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../text/mem.h"
#include "drops.h"
#include "link.h"

enum { FILE_BUFFER = 1 << 20 };
#define NS_PER_S 1000000000ll
#define SECONDS_MAX (INT64_MAX / NS_PER_S / 4) /* the year 2043: even differences of differences have room */

struct cf_reader {
    pcap_t *pcap;
    int fd, dlt;
    cf_drops drops;
    cf_read_count count;
    bool ended;
    char problem[400];
};

/* ---------- the file, as libpcap reads it: what passes by is looked at ---------- */

static ssize_t read_some(void *cookie, char *to, size_t n)
{
    cf_reader *r = cookie;
    ssize_t got;
    do got = read(r->fd, to, n);
    while (got < 0 && errno == EINTR);
    if (got > 0) cf_drops_feed(&r->drops, (const uint8_t *)to, (size_t)got);
    return got;
}

static int close_file(void *cookie)
{
    cf_reader *r = cookie;
    return r->fd == STDIN_FILENO ? 0 : close(r->fd);
}

/* libpcap does not say of a folder that it is one. */
static bool open_file(cf_reader *r, const char *path, char *why, size_t why_cap)
{
    struct stat st;
    r->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    bool folder = r->fd >= 0 && fstat(r->fd, &st) == 0 && S_ISDIR(st.st_mode);
    if (folder) {
        close_file(r);
        errno = EISDIR;
    }
    if (r->fd >= 0 && !folder) return true;
    snprintf(why, why_cap, "%s: %s", path, strerror(errno));
    return false;
}

static pcap_t *open_pcap(cf_reader *r, const char *path, char *why, size_t why_cap)
{
    char error[PCAP_ERRBUF_SIZE] = "";
    FILE *f = fopencookie(r, "rb", (cookie_io_functions_t){.read = read_some, .close = close_file});
    if (!f || setvbuf(f, NULL, _IOFBF, FILE_BUFFER) != 0) cf_mem_or_die(NULL);
    pcap_t *p = pcap_fopen_offline_with_tstamp_precision(f, PCAP_TSTAMP_PRECISION_NANO, error);
    if (!p) {
        snprintf(why, why_cap, "%s: not a capture that can be read: %s", path, error);
        fclose(f);
        return NULL;
    }
    if (cf_link_known(pcap_datalink(p))) return p;
    const char *name = pcap_datalink_val_to_name(pcap_datalink(p));
    snprintf(why, why_cap, "%s: no TCP is looked for in link type %d (%s); known are %s", path, pcap_datalink(p),
             name ? name : "unknown", cf_link_names());
    pcap_close(p);
    return NULL;
}

cf_reader *cf_reader_open(const char *path, char *why, size_t why_cap)
{
    cf_reader *r = cf_mem_zero(1, sizeof *r);
    if (open_file(r, path, why, why_cap)) r->pcap = open_pcap(r, path, why, why_cap);
    if (!r->pcap) {
        free(r);
        return NULL;
    }
    r->dlt = pcap_datalink(r->pcap);
    return r;
}

/* ---------- packets ---------- */

static cf_read stop(cf_reader *r, int status)
{
    r->ended = true;
    if (status != PCAP_ERROR_BREAK)
        snprintf(r->problem, sizeof r->problem, "damaged after packet %llu: %s", (unsigned long long)r->count.packets,
                 pcap_geterr(r->pcap));
    return CF_READ_END;
}

/* A damaged header may hold any number of seconds. */
static int64_t time_of(const struct pcap_pkthdr *h)
{
    int64_t s = h->ts.tv_sec, ns = h->ts.tv_usec;
    if (s > SECONDS_MAX) s = SECONDS_MAX;
    if (s < 0) s = 0;
    return s * NS_PER_S + (ns < 0 ? 0 : ns % NS_PER_S);
}

cf_read cf_reader_next(cf_reader *r, cf_frame *f)
{
    struct pcap_pkthdr *h;
    const u_char *bytes;
    if (r->ended) return CF_READ_END;
    int status = pcap_next_ex(r->pcap, &h, &bytes);
    if (status != 1) return stop(r, status);
    size_t at = 0;
    r->count.packets++;
    r->count.bytes += h->caplen;
    if (h->caplen < h->len) r->count.cut++;
    *f = (cf_frame){.number = r->count.packets, .at_ns = time_of(h), .cap = h->caplen, .len = h->len};
    if (cf_link_strip(r->dlt, bytes, h->caplen, &at) == CF_LINK_IP) {
        f->ip = bytes + at;
        f->ip_cap = h->caplen - (uint32_t)at;
    } else {
        r->count.not_ip++;
    }
    return CF_READ_PACKET;
}

const char *cf_reader_problem(const cf_reader *r)
{
    return r->problem[0] ? r->problem : NULL;
}

const cf_read_count *cf_reader_count(cf_reader *r)
{
    r->count.dropped = cf_drops_total(&r->drops);
    return &r->count;
}

void cf_reader_close(cf_reader *r)
{
    if (!r) return;
    pcap_close(r->pcap);
    free(r);
}
