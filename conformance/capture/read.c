#include "read.h"

#include <errno.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "../text/mem.h"
#include "link.h"

enum { FILE_BUFFER = 1 << 20 };
#define NS_PER_S 1000000000ll
#define SECONDS_MAX (INT64_MAX / NS_PER_S / 4) /* the year 2043: even differences of differences have room */

struct cf_reader {
    pcap_t *pcap;
    int dlt;
    cf_read_count count;
    bool ended;
    char problem[400];
};

/* libpcap does not say of a folder that it is one. */
static FILE *open_file(const char *path, char *why, size_t why_cap)
{
    struct stat st;
    if (strcmp(path, "-") == 0) return stdin;
    FILE *f = fopen(path, "rb");
    if (f && fstat(fileno(f), &st) == 0 && S_ISDIR(st.st_mode)) {
        fclose(f);
        f = NULL;
        errno = EISDIR;
    }
    if (!f) snprintf(why, why_cap, "%s: %s", path, strerror(errno));
    return f;
}

static pcap_t *open_pcap(const char *path, FILE *f, char *why, size_t why_cap)
{
    char error[PCAP_ERRBUF_SIZE] = "";
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
    FILE *f = open_file(path, why, why_cap);
    if (!f) return NULL;
    setvbuf(f, NULL, _IOFBF, FILE_BUFFER);
    pcap_t *p = open_pcap(path, f, why, why_cap);
    if (!p) return NULL;
    cf_reader *r = cf_mem_zero(1, sizeof *r);
    r->pcap = p;
    r->dlt = pcap_datalink(p);
    return r;
}

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

const cf_read_count *cf_reader_count(const cf_reader *r)
{
    return &r->count;
}

void cf_reader_close(cf_reader *r)
{
    if (!r) return;
    pcap_close(r->pcap);
    free(r);
}
