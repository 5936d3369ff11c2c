/* target.h — the one door between the runner and a stack under test.
 *
 * A target executes system calls, takes packets in, gives packets out, and owns the clock (virtual or real). It knows
 * nothing of scripts' expectations; the runner knows nothing of which target it is. Values are live values: mapping is
 * the runner's work. All times are microseconds on the target's clock.
 *
 * Contract, in order of a run: open -> { set | call | inject | sniff | sleep_until | probe }* -> close.
 * A call that blocks is begun with call_begin; the runner goes on and asks call_done. At most one blocked call at a
 * time. */
#ifndef CF_TARGET_TARGET_H
#define CF_TARGET_TARGET_H

#include "../packet/packet.h"
#include "../script/ast.h"
#include "../script/calls.h"

/* One list of capabilities: caps.def (sack, timestamps, ..., virtual-clock, state-probe, drop-reasons). */
typedef uint64_t cf_caps;
enum {
#define CAP(id, name, text) CF_CAPBIT_##id,
#include "caps.def"
#undef CAP
    CF_CAPBITS
};
_Static_assert(CF_CAPBITS <= 64, "cf_caps has a bit for every capability");
#define CF_CAP(id) ((cf_caps)1 << CF_CAPBIT_##id)
/* The bit of a capability by its name in scripts, or -1; the name and the text of a bit. */
int cf_cap_find(const char *name);
const char *cf_cap_name(int bit);
const char *cf_cap_text(int bit);

/* Linux numbers that borders need: address families, and the largest number of structures a call takes. */
enum { CF_AF_UNSPEC = 0, CF_AF_INET = 2, CF_AF_INET6 = 10, CF_POLLFDS_MAX = 64, CF_INFO_MAX = 192 };

typedef struct cf_tuning {
    const char *name, *value;
} cf_tuning; /* a sysctl-style setting */

typedef struct cf_open {
    cf_ip_mode mode;
    cf_addr local, remote, gateway;
    uint8_t local_prefix, remote_prefix;
    uint32_t mtu;
    const char *preset; /* "rfc", "linux" */
    uint64_t seed;
    uint32_t memory_blocks, memory_records; /* only ref: rs_limits; 0: what it has by itself */
    uint32_t late_us; /* only ref: sleep_until wakes up to so much late, by the seed; 0: at the instant */
    const cf_tuning *tuning;
    uint32_t tunings; /* from --set */
    /* What only a target with a real device looks at: */
    uint32_t gso_mss;      /* injected TCP packets pose as aggregates of segments of this size; 0: they do not */
    uint32_t speed;        /* of the device, in Mbit/s; 0: as it comes */
    bool anyip;            /* the local address is no address of the device */
    bool punctual;         /* the timed part stays where the timers of the kernel are punctual */
    const char *arg;       /* what stands behind ':' in the target's name, or NULL */
    const char *arg_flags; /* so: what the library is told, or NULL */
} cf_open;

/* A system call with everything evaluated, and its outcome. Byte arguments are real buffers. What stands where, besides
 * fd = the first descriptor:
 *   socket num: domain, type, protocol       listen num: backlog           bind, connect, sendto addr...
 *   send, recv and their kin buf, len; num: flags; readv, writev, sendmsg, recvmsg also iov_len, iovs (buf is one
 * piece) fcntl num: command, argument            ioctl num: request, argument   shutdown num: how getsockopt,
 * setsockopt num: level, name; buf, len; str: the option's name as written poll poll, polls; num: timeout in ms    open
 * str; num: flags           sendfile fd2; off; len         epoll_create num: size                  epoll_wait num:
 * most, timeout  epoll_ctl fd2; num: op, events, data splice fd2; off; num: length, flags     cap_set num: flag,
 * capability, operation */
typedef struct cf_pollfd_arg {
    int fd;
    int16_t events, revents;
} cf_pollfd_arg;
/* One piece of ancillary data. Times in it are times on the target's clock (seconds and nanoseconds), 0 stays 0. */
typedef struct cf_cmsg {
    int level, type;
    uint32_t len;
    const uint8_t *data;
} cf_cmsg;
enum { CF_CMSG_ROOM = 4096, CF_CMSGS_MAX = 16 };
typedef struct cf_call_in {
    const char *name; /* "recvmsg" */
    uint32_t id;      /* cf_call_id */
    int fd, fd2;      /* live descriptors, when the call has them */
    int64_t num[6];   /* integer arguments, see above */
    uint8_t *buf;
    size_t len; /* data to send, or room to receive; option values */
    bool buf_null;
    bool has_addr;
    cf_addr addr;
    uint16_t port;
    int addr_family; /* has_addr false and addr_family AF_UNSPEC: dissolve */
    cf_pollfd_arg *poll;
    uint32_t polls;
    const uint32_t *iov_len;
    uint32_t iovs;
    bool has_off[2]; /* sendfile: [0]; splice: both */
    int64_t off[2];
    const cf_cmsg *cmsg; /* sendmsg: ancillary data */
    uint32_t cmsgs;
    uint8_t *control; /* recvmsg: CF_CMSG_ROOM bytes for ancillary data; NULL: none is wanted */
    const char *str;  /* open(path); the option's name of getsockopt and setsockopt */
} cf_call_in;
typedef struct cf_call_out {
    int64_t result;
    int err;          /* errno, Linux numbers; 0 when fine */
    uint32_t out_len; /* getsockopt length, bytes received */
    int64_t
        out_num[2]; /* ioctl value; pipe descriptors; first event of epoll_wait: bits, data (0 when there is none) */
    int msg_flags;  /* recvmsg */
    cf_cmsg cmsg[CF_CMSGS_MAX]; /* recvmsg; the data lies in the call's control */
    uint32_t cmsgs;
    cf_addr addr;
    uint16_t port;
    bool has_addr;           /* accept, recvfrom, getsockname */
    const char *unsupported; /* non-NULL: the target cannot do this; outcome n/a, this names what */
    bool hung;               /* the call can never end: nothing is pending that could wake it */
    int64_t done_at_us;
} cf_call_out;

/* One socket or connection of the target, for people. Queues of a listener: connections that wait, and the limit. */
typedef struct cf_socket_view {
    const char *state; /* "ESTABLISHED", as the RFC names it; static */
    cf_addr local, remote;
    uint16_t local_port, remote_port; /* 0: any */
    uint32_t recv_q, send_q;
    const char *timer; /* "on", "keepalive", "timewait", "persist"; NULL: none runs */
    int64_t timer_us;  /* until it fires */
    uint32_t timer_tries;
    int names; /* TCP_INFO as names and values; 0: the target tells none of this one */
    const char *name[CF_INFO_MAX];
    int64_t value[CF_INFO_MAX];
} cf_socket_view;

typedef struct cf_sniffed {
    const uint8_t *bytes;
    size_t len;
    int64_t at_us;
} cf_sniffed; /* lends until the next target call */

/* One thing that happened inside the target, for the story of a failure. Text is borrowed during the callback. */
typedef void cf_story_fn(void *ctx, int64_t at_us, const char *kind, const char *text, const char *rfc);

typedef struct cf_target cf_target;
typedef struct cf_target_ops {
    const char *name, *what; /* "ref", one line for people */
    cf_caps caps;
    const char *takes; /* what may stand behind ':' in its name, in a word ("PATH"); NULL: nothing may */
    const char *like;  /* the one preset it is like, when it cannot be configured by presets; else NULL */
    cf_target *(*open)(const cf_open *o, char *why, size_t why_cap); /* NULL: why says what is missing */
    void (*close)(cf_target *t);
    int64_t (*now)(cf_target *t);
    void (*sleep_until)(cf_target *t, int64_t at_us); /* timers of the stack run on the way */
    /* Runs will follow, in processes that the calling one starts, until the end. Both may be NULL. */
    void (*runs_begin)(void);
    void (*runs_end)(void);
    /* The timed part of a run begins: everything slow is behind, the instant of script time 0 is chosen and given back
     * (at most a few ms ahead). And it ends: the cleanup that follows need not be quick. Both may be NULL. */
    int64_t (*run_begin)(cf_target *t);
    void (*run_end)(cf_target *t);
    /* Real clocks: how late this process woke at worst in the timed part, in microseconds. NULL: never late. */
    int64_t (*late)(cf_target *t);
    /* Forgets what was kept from connection to connection ("ip tcp_metrics flush all"). NULL: nothing is. */
    void (*forget)(cf_target *t);
    bool (*inject)(cf_target *t, const uint8_t *bytes, size_t len, char *why, size_t why_cap);
    /* Next packet the stack has sent, waiting until deadline_us at the latest (virtual targets jump). False: none came.
     */
    bool (*sniff)(cf_target *t, int64_t deadline_us, cf_sniffed *out);
    void (*call)(cf_target *t, const cf_call_in *in, cf_call_out *out); /* may block the clock as a real one would */
    bool (*call_begin)(cf_target *t, const cf_call_in *in);             /* buffers stay borrowed until call_done */
    bool (*call_done)(cf_target *t, int64_t deadline_us, cf_call_out *out); /* false: still blocked at the deadline */
    /* A setting by Linux sysctl name. 0 done, 1 known but without effect here (why says so), 2 unknown, 3 bad value. */
    int (*set)(cf_target *t, const char *name, const char *value, char *why, size_t why_cap);
    /* The value of a setting as text; false if there is no such setting. May be NULL: no setting can be read. */
    bool (*get)(cf_target *t, const char *name, char *value, size_t cap);
    /* TCP_INFO of a live descriptor as name -> value pairs (static names, without "tcpi_"), and other code-block
     * sources. */
    int (*info)(cf_target *t, int fd, const char **names, int64_t *values, int cap); /* count, or -1 */
    /* What the stack believes of the connection with these ports, and of all together, by names of its own: count.
     * NULL: it does not tell. */
    int (*inner)(cf_target *t, uint16_t local_port, uint16_t remote_port, const char **names, int64_t *values, int cap);
    /* Walks all sockets and connections: *iter is 0 first; false past the last. NULL: the target cannot list them. */
    bool (*socket_view)(cf_target *t, uint32_t *iter, cf_socket_view *out);
    void (*story)(cf_target *t, cf_story_fn *fn, void *ctx); /* installs the story hook; NULL fn removes */
    int64_t (*next_event)(cf_target *t);                     /* virtual targets: earliest deadline; INT64_MAX none */
    /* Runs fn; a target that finds itself broken in there ends it early (nothing of the target may be used any more but
     * close). False: that happened, why says what. NULL when the target cannot notice. */
    bool (*guarded)(cf_target *t, void (*fn)(void *), void *ctx, char *why, size_t why_cap);
    /* The i-th reason for which the target drops a segment, static text; false past the last. NULL when it has no list.
     */
    bool (*reason)(unsigned i, const char **name, const char **text, const char **rfc);
    /* The i-th thing the target counts, by its Linux name as nstat has it; false past the last. NULL: it counts
     * nothing.
     */
    bool (*counter)(cf_target *t, unsigned i, const char **name, uint64_t *value);
    const char *(*broken)(
        cf_target *t); /* NULL, or the broken invariant (slow); a NULL pointer when it has none to check */
} cf_target_ops;
struct cf_target {
    const cf_target_ops *ops;
};

/* The registry: NULL-terminated. */
extern const cf_target_ops *const cf_targets[];
const cf_target_ops *cf_target_find(const char *name);

#endif
