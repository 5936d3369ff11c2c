/* linux.h — the kernel of this machine as a target. Private to the linux*.c files, except the operations at the top.
 *
 * Each run has a network namespace of its own with one TUN device. Packets of the script are written into the device;
 * packets of the kernel are seen by a packet socket, with the kernel's own time stamps. System calls are made for real:
 * by the running thread, or by one helper thread when they may block.
 *
 * A run must have a process of its own (suite/pool.c gives it one): the namespace, the priority and the signals are the
 * process's, and all of it goes with the process, whatever ends it. What is not the process's (shell commands that
 * still run, the file of set_sysctls.py) is looked after by a sweeper that waits for the end (linux_sweep.c). */
#ifndef CF_TARGET_LINUX_H
#define CF_TARGET_LINUX_H

#include "target.h"

extern const cf_target_ops cf_target_linux;

#include <sys/types.h>
#include <time.h>

#include "helper.h"

enum { CF_LINUX_FRAME_MAX = 1 << 17, CF_LINUX_IFNAME = 16 };
#define CF_LINUX_DEVICE "tun0"

typedef struct cf_linux {
    cf_target base;
    int tun, sniffer, timer; /* descriptors */
    int home;                /* the network namespace to go back to; -1: none */
    int sweeper;             /* writing end of the sweeper's pipe */
    pid_t sweeper_pid;
    uint32_t sniffed; /* frames seen, but not taken out of the device's queue yet */
    uint32_t gso_mss;
    bool timed, priority; /* in the timed part; with real-time priority */
    bool punctual;        /* the timed part stays on the timekeeper, see linux_keeper.c */
    int64_t late_us;
    uint8_t *frame; /* the frame lent by sniff */
    cf_helper helper;
} cf_linux;

static inline cf_linux *cf_linux_of(cf_target *t)
{
    return (cf_linux *)(void *)t;
}

/* linux_ns.c: puts this process into a new network namespace (and a user namespace if that is what it takes). False:
 * why names the right that is missing. *home: descriptor of the namespace before, or -1. */
bool cf_linux_ns_enter(int *home, char *why, size_t cap);
void cf_linux_ns_leave(int home);

/* linux_net.c: the device's addresses, routes and state, by netlink. */
bool cf_linux_net_setup(const cf_open *o, char *why, size_t cap);

/* linux_tun.c */
bool cf_linux_tun_open(cf_linux *l, const cf_open *o, char *why, size_t cap);
bool cf_linux_sniffer_open(cf_linux *l, char *why, size_t cap);
bool cf_linux_inject(cf_target *t, const uint8_t *bytes, size_t len, char *why, size_t why_cap);
bool cf_linux_sniff(cf_target *t, int64_t deadline_us, cf_sniffed *out);

/* linux_clock.c */
int64_t cf_linux_now(cf_target *t);
void cf_linux_sleep_until(cf_target *t, int64_t at_us);
int64_t cf_linux_run_begin(cf_target *t);
void cf_linux_run_end(cf_target *t);
/* A wake-up that was due at due_us has just happened. */
void cf_linux_note_wake(cf_linux *l, int64_t due_us);
/* A time of the system's calendar clock -> the target's clock, in nanoseconds. */
int64_t cf_linux_from_calendar(const struct timespec *ts);

/* linux_tick.c: the length of a tick; an instant at which one was seen (busy for about two). The first instant from
 * now_ns on that lies phase_ns behind a tick. All in nanoseconds. */
int64_t cf_linux_tick_ns(void);
int64_t cf_linux_tick_watch(void);
int64_t cf_linux_tick_after(int64_t seen_ns, int64_t phase_ns, int64_t now_ns);

/* linux_keeper.c: finds the processor whose timers are punctual, and keeps it so until the end, for all runs that this
 * process starts. The calling thread goes there, to stay; false: none was found, and nothing has changed. */
void cf_linux_keeper_start(void);
void cf_linux_keeper_end(void);
bool cf_linux_keeper_settle(void);
/* Waits on the processors 0 ... count-1 in turn; which one never waited a tick too long? -1: none. */
typedef int64_t cf_linux_wait_fn(void *ctx, uint32_t processor);
int cf_linux_keeper_pick(cf_linux_wait_fn *wait_on, void *ctx, uint32_t count, int64_t tick);

/* linux_call.c */
void cf_linux_call(cf_target *t, const cf_call_in *in, cf_call_out *out);
bool cf_linux_call_begin(cf_target *t, const cf_call_in *in);
bool cf_linux_call_done(cf_target *t, int64_t deadline_us, cf_call_out *out);
void cf_linux_helper_start(cf_linux *l);

/* linux_marshal.c: makes one system call. linux_msg.c: those with messages. */
void cf_linux_do(const cf_call_in *in, cf_call_out *out);
int64_t cf_linux_sendmsg(const cf_call_in *in, cf_call_out *out);
int64_t cf_linux_recvmsg(const cf_call_in *in, cf_call_out *out);
/* linux_info.c */
bool cf_linux_socket_view(cf_target *t, uint32_t *iter, cf_socket_view *out);
int cf_linux_info(cf_target *t, int fd, const char **names, int64_t *values, int cap);

/* linux_sweep.c */
bool cf_linux_sweep_start(cf_linux *l, char *why, size_t cap);
void cf_linux_sweep_end(cf_linux *l);

#endif
