/* ref.h — the reference stack as a target: in process, on a virtual clock. Private to the ref_*.c files, except the
 * operations at the top.
 *
 * The clock stands still while anything happens and jumps from one deadline of the stack to the next. Packets are
 * queued with the exact virtual time at which the stack made them. A blocked call is woken at the instant its condition
 * holds, as a thread on an infinitely fast machine would be. */
#ifndef CF_TARGET_REF_H
#define CF_TARGET_REF_H

#include "target.h"

extern const cf_target_ops cf_target_ref;

#include "../../stack/include/refstack/refstack.h"
#include "ref_file.h"

typedef struct cf_ref_packet {
    struct cf_ref_packet *next;
    int64_t at_us;
    size_t len;
    uint8_t bytes[];
} cf_ref_packet;

/* The one call in progress that may wait: of call_begin, or of call while it drives the clock. */
typedef struct cf_ref_wait {
    bool active, done;
    cf_call_in in; /* borrows the caller's buffers */
    cf_call_out out;
    uint32_t parked; /* the stack's number of the parked call */
    rs_pollfd polls[CF_POLLFDS_MAX];
    rs_msg msg;             /* of sendmsg and recvmsg */
    rs_epoll_event *events; /* of epoll_wait, events_cap of them */
    uint32_t events_cap;
    uint8_t *moved; /* bytes on their way between a socket and a file */
    size_t moved_len;
    rs_endpoint peer; /* of accept */
} cf_ref_wait;

typedef struct cf_ref {
    cf_target base;
    rs_stack *st;
    void *memory;
    rs_config cfg; /* as it was set last, for reading settings back */
    rs_time now;
    bool mapped;        /* IPv4-mapped mode: IPv4 addresses are given to AF_INET6 sockets as ::ffff:a.b.c.d */
    bool bursts;        /* the script limits the host's input queue: what arrives at one instant arrives together */
    uint32_t late_us;   /* a script's event comes up to so much late, as on a real clock ... */
    uint64_t late_at;   /* ... by the next of these numbers */
    uint32_t same_time; /* timer rounds without the clock moving: a livelock is an error, not a hang */
    cf_ref_packet *first, *last, *lent;
    uint32_t queued;
    cf_ref_wait wait;
    cf_ref_files files;
    cf_story_fn *story;
    void *story_ctx;
    char trouble[200]; /* why the target is broken; "" while it is fine */
    void *trap;        /* jmp_buf of guarded(), or NULL */
} cf_ref;

static inline cf_ref *cf_ref_of(cf_target *t)
{
    return (cf_ref *)(void *)t;
}

/* ref.c: takes out what the stack has queued, wakes the waiting call; to be used after everything that enters the
 * stack. */
void cf_ref_settle(cf_ref *r);
/* Runs the stack's next deadline if it is at `until` or before; false if there is none. */
bool cf_ref_step(cf_ref *r, int64_t until_us);
/* Moves the clock to at_us, running everything due on the way. */
void cf_ref_run_to(cf_ref *r, int64_t at_us);

/* ref_call.c */
void cf_ref_call(cf_target *t, const cf_call_in *in, cf_call_out *out);
bool cf_ref_call_begin(cf_target *t, const cf_call_in *in);
bool cf_ref_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out);
/* Resumes the waiting call if the stack says that it can go on. True if something happened. */
bool cf_ref_call_poke(cf_ref *r);

/* ref_sock.c: begins one call of the stack; NULL in the table where it has none (out->unsupported is set). */
rs_ret cf_ref_begin(cf_ref *r, const cf_call_in *in, cf_call_out *out);
/* Fills what a call that has ended gives back besides its result. */
void cf_ref_finish(cf_ref *r, const cf_call_in *in, rs_ret got, cf_call_out *out);
rs_addr cf_ref_addr(const cf_addr *a);

/* ref_msg.c: sendmsg, recvmsg and epoll. */
rs_ret cf_ref_sendmsg(cf_ref *r, const cf_call_in *in, const rs_endpoint *to);
rs_ret cf_ref_recvmsg(cf_ref *r, const cf_call_in *in, cf_call_out *out);
void cf_ref_give_msg(cf_ref *r, const cf_call_in *in, cf_call_out *out);
rs_ret cf_ref_epoll_create(cf_ref *r, const cf_call_in *in, cf_call_out *out);
rs_ret cf_ref_epoll_ctl(cf_ref *r, const cf_call_in *in, cf_call_out *out);
rs_ret cf_ref_epoll_wait(cf_ref *r, const cf_call_in *in, cf_call_out *out);
void cf_ref_give_event(cf_ref *r, rs_ret got, cf_call_out *out);

/* ref_splice.c */
rs_ret cf_ref_open_file(cf_ref *r, const cf_call_in *in);
rs_ret cf_ref_pipe_ends(cf_ref *r, cf_call_out *out);
rs_ret cf_ref_file_call(cf_ref *r, const cf_call_in *in, cf_call_out *out); /* a call on a file or a pipe */
rs_ret cf_ref_sendfile(cf_ref *r, const cf_call_in *in, cf_call_out *out);
rs_ret cf_ref_splice(cf_ref *r, const cf_call_in *in, cf_call_out *out);
void cf_ref_moved(cf_ref *r, const cf_call_in *in, int64_t n); /* the socket took or gave n bytes */

/* ref_info.c, ref_story.c */
bool cf_ref_socket_view(cf_target *t, uint32_t *iter, cf_socket_view *out);
int cf_ref_info(cf_target *t, int fd, const char **names, int64_t *values, int cap);
/* target/inner.def. */
int cf_ref_inner(cf_target *t, uint16_t local_port, uint16_t remote_port, const char **names, int64_t *values, int cap);
void cf_ref_story(cf_target *t, cf_story_fn *fn, void *ctx);

#endif
