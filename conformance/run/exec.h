/* exec.h — one script in one variant on one target: the event loop and what its parts share.
 *
 * Events run strictly in file order, one at a time. The parts return false when the run is over; the verdict is then in
 * x->res. Live times are the target's clock, script times count from x->live_start_us.
 *
 *   exec.c         waiting, verdicts, the loop          exec_packet.c  expected packets
 *   exec_inject.c  injected packets                     exec_call.c    system calls
 *   exec_end.c     silence, cleanup, final resets, code
 *   exec_text.c    text that is numbered */
#ifndef CF_RUN_EXEC_H
#define CF_RUN_EXEC_H

#include "call_marshal.h"
#include "clock.h"
#include "code.h"
#include "dialogue.h"
#include "ledger.h"
#include "map.h"
#include "match.h"
#include "result.h"
#include "shell.h"

typedef struct cf_fd_pair {
    int64_t script;
    int live;
} cf_fd_pair;

enum { CF_SYN_HEADERS_MAX = 256 };

typedef struct cf_exec {
    const cf_run_opts *opts;
    const cf_script *script;
    cf_settings set;
    cf_result *res;
    const cf_target_ops *ops;
    cf_target *t;
    int64_t live_start_us, limit_us; /* limit_us: live time beyond which the run is given up */
    cf_clock clock;
    cf_map map;
    cf_dialogue dialogue;
    cf_shell shell;
    cf_code code;
    cf_pcap *pcap;
    cf_ledger ledger;
    cf_fd_pair *fds;
    uint32_t fd_count, fd_cap; /* open descriptors */
    const cf_event *ev;
    cf_when when;
    const cf_event *blocked; /* the blocking call in progress, or NULL */
    cf_when blocked_when;
    cf_marshal blocked_call;
    uint64_t frames;                 /* sniffed so far */
    uint8_t syn[CF_SYN_HEADERS_MAX]; /* IP and TCP headers of the last SYN that was injected */
    size_t syn_len;
    bool text_lost;        /* --numbered_text: the bytes that users read are not counted any more */
    bool init_done, begun; /* begun: the timed part */
    bool sockets_shown;
    bool over; /* the verdict is written */
} cf_exec;

enum { CF_FRAMES_MAX = 200000 };

/* ---------- exec.c ---------- */

/* Runs everything from the init command to the final resets. The target is open. */
void cf_exec_run(cf_exec *x);
int64_t cf_exec_now(const cf_exec *x); /* script time */
/* Sleeps until script time at_us and looks after the blocking call. False: the run is over. */
bool cf_exec_wait_until(cf_exec *x, int64_t at_us);
/* Notes how near a time came to its tolerance (beyond it: below 0), if it was off at all. */
void cf_exec_note_margin(cf_exec *x, const cf_when *w, int64_t happened_us);
/* The start of an event that had to wait for its time. */
bool cf_exec_in_time(cf_exec *x, const char *what);

typedef struct cf_where {
    uint32_t line;
    cf_span span;
} cf_where;
cf_where cf_exec_here(const cf_exec *x);
/* Verdicts; all return false. The message gets "path:line: " in front (path only when line is 0). */
bool cf_exec_fail(cf_exec *x, cf_where at, const char *signature, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
bool cf_exec_error(cf_exec *x, cf_where at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* The same when the script itself is wrong (a misspelt call, time that goes back): `tcprove run` then ends with
 * status 4. */
bool cf_exec_invalid(cf_exec *x, cf_where at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool cf_exec_na(cf_exec *x, cf_where at, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
void cf_exec_hint(cf_exec *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void cf_exec_note(cf_exec *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* What the script asks for and no target of this kind can do (encapsulation, PSP): n/a. True: nothing of that. */
bool cf_exec_can_packet(cf_exec *x, const cf_pkt *p);

/* ---------- exec_packet.c ---------- */
bool cf_exec_outbound(cf_exec *x);
typedef enum { CF_FRAME_OK, CF_FRAME_NONE, CF_FRAME_OVER } cf_frame_verdict;
typedef struct cf_frame {
    cf_packet p;
    int64_t at_us;
    uint32_t number; /* in the capture */
} cf_frame;
/* The next frame of socket s (of anybody when s is NULL) until live time deadline_us; patience_us restarts with every
 * frame that is not ours. */
cf_frame_verdict cf_exec_next_frame(cf_exec *x, const cf_sock *s, int64_t patience_us, cf_frame *out);
/* Tells the story of what is still queued, after a failure. */
void cf_exec_drain(cf_exec *x);
/* Puts what is still queued into the capture: packets that came after the last line. */
void cf_exec_keep_rest(cf_exec *x);

/* ---------- exec_inject.c ---------- */
bool cf_exec_inbound(cf_exec *x);
/* Builds the live bytes of a script's packet. Returns the length, 0 with a reason in why. */
size_t cf_exec_build(const cf_exec *x, const cf_sock *s, const cf_pkt *live, uint8_t *out, size_t cap,
                     const char **why);
/* Injects bytes and accounts for them. */
bool cf_exec_inject(cf_exec *x, const uint8_t *bytes, size_t len, const char *comment);

/* ---------- exec_call.c ---------- */
bool cf_exec_call(cf_exec *x);
/* If the blocking call has ended: judges it. False: the run is over. */
bool cf_exec_poll_blocked(cf_exec *x);
/* Waits for the blocking call, one second at most. False: the run is over. *done: it has ended (or there was none). */
bool cf_exec_await_blocked(cf_exec *x, bool *done);
bool cf_exec_find_fd(const cf_exec *x, int64_t script_fd, int *live);

/* ---------- exec_text.c ---------- */

/* The text of a packet with live numbers: live->len bytes. */
void cf_exec_text_fill(const cf_sock *s, const cf_pkt *live, uint8_t *out);
/* A call has ended. False: it gave the user other text than the peer sent; why says where. Always true without
 * --numbered_text, and from where on nobody can count any more: urgent text, splice. */
bool cf_exec_text_read(cf_exec *x, const cf_marshal *m, const cf_call_out *out, char *why, size_t cap);

/* ---------- exec_end.c ---------- */

/* TCP_INFO of the connection under test, for the record of the run: before its descriptor is closed, and at the end. */
void cf_exec_take_info(cf_exec *x, int closing_fd);
bool cf_exec_quiet(cf_exec *x);
bool cf_exec_code(cf_exec *x);
void cf_exec_reset_all(cf_exec *x);
bool cf_exec_command(cf_exec *x, const char *text, cf_where at, const char *what);

#endif
