/* stack.h — one TCP/IP host as a value.
 *
 * A stack is one block of memory that the caller provides. It has no clock, no random source, no threads, no callbacks
 * into the caller except the trace hook, and it allocates nothing after rs_stack_init. The caller moves packets and
 * time:
 *
 *     rs_stack_init -> { rs_stack_input | rs_stack_output | rs_stack_advance | socket calls }* ; nothing to free.
 *
 * Driving it: after every call that takes `now`, drain rs_stack_output until it returns false, then sleep (really, or
 * by moving a virtual clock) until rs_stack_next_deadline, and call rs_stack_advance. The same configuration and the
 * same sequence of calls give the same bytes, on every machine and compiler.
 *
 * Distinct stacks may be used by distinct threads; one stack is used by one thread at a time. */
#ifndef REFSTACK_STACK_H
#define REFSTACK_STACK_H

#include "config.h"
#include "types.h"

typedef struct rs_stack rs_stack;

/* Bytes of memory a stack with this configuration needs: the whole address range. Pages that are never touched stay
 * untouched, so a big limit costs nothing until it is used (give it memory that the system zero-fills on demand).
 * Returns 0 if the configuration is invalid; rs_config_check says why, or NULL when it is valid and the limits are too
 * large for the addresses of this machine. */
size_t rs_stack_size(const rs_config *cfg);

/* Builds a stack in `arena` (keeps it until the stack is no longer used; must be zero-filled, 64-byte aligned and
 * rs_stack_size(cfg) long). Borrows cfg: it is copied. Fails with EINVAL (configuration) or ENOMEM (arena too small).
 */
RS_MUST_USE rs_status rs_stack_init(rs_stack **out, void *arena, size_t arena_len, const rs_config *cfg, rs_time now);

/* Feeds one IP packet (no link header) that arrived at `now`. Borrows `pkt` until return. Never fails: what is wrong
 * with a packet shows up as a drop reason in the trace and in the counters. As long as time stands still and neither
 * rs_stack_output nor rs_stack_advance is called, the host has had no time to empty its input queue: of such a run of
 * packets it takes net.core.netdev_max_backlog and one more, and the rest is dropped. */
void rs_stack_input(rs_stack *st, rs_time now, rs_bytes pkt);

/* Several packets that arrived at `now`, in their order: the same as rs_stack_input with each. On a host with very many
 * connections it is faster, because the memory of all of them is asked for before the first is looked at. */
void rs_stack_input_many(rs_stack *st, rs_time now, const rs_bytes *pkts, size_t count);

/* Takes the next packet to put on the wire; false if there is none. Lends `out->data` until the next call on `st`. */
bool rs_stack_output(rs_stack *st, rs_time now, rs_bytes *out);

/* Runs every timer that is due at `now`, earliest deadline first, then timer kind, then connection. */
void rs_stack_advance(rs_stack *st, rs_time now);

/* The earliest time at which rs_stack_advance has something to do; RS_NEVER if nothing is pending. */
rs_time rs_stack_next_deadline(const rs_stack *st);

/* Changes one knob of a running stack by its Linux sysctl name, with immediate effect where Linux has it (new sockets
 * for defaults, at once for global behaviour). EINVAL: bad value; ENOENT: no such knob. */
RS_MUST_USE rs_status rs_stack_set(rs_stack *st, const char *knob, const char *value);

/* Forgets what is kept from connection to connection: Fast Open cookies and what goes with them. */
void rs_stack_forget(rs_stack *st);

/* Bytes a copy needs now (the used part, not the limits). */
size_t rs_stack_used(const rs_stack *st);

/* Copies a stack, with all its connections, timers and queued packets, into `arena` (keeps it; 64-byte aligned, at
 * least as long as the original's rs_stack_size). From then on the two are independent and behave identically. The
 * trace hook is not copied. Returns NULL if the arena is too small. */
rs_stack *rs_stack_clone(void *arena, size_t arena_len, const rs_stack *from);

/* NULL, or the name and text of the first broken invariant found anywhere in the stack ("I2: ..."). Lends the text
 * until the next call in this thread. Slow (walks everything): for tests and fuzzers. */
const char *rs_stack_broken(const rs_stack *st);

/* The same of every connection by its own account (its queues, timers, counts), without what is shared (tables, pools,
 * ports, descriptors): fast enough to be asked after each packet. */
const char *rs_stack_conns_broken(const rs_stack *st);

/* The name ("ECONNRESET") and the text of a status code; "?" for numbers outside the list. Static strings. */
const char *rs_status_name(int code);
const char *rs_status_text(int code);

/* What happens when the stack finds its own belief broken (an rs_check fails). The default prints to nothing and traps.
 * Process-wide; set it before use. The hook may not return into the stack's caller's data: it aborts, longjmps or
 * loops. */
typedef void rs_broken_fn(void *ctx, const char *file, int line, const char *what);
void rs_on_broken(rs_broken_fn *hook, void *ctx);

#endif
