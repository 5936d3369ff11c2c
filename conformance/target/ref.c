/* ref.c — the reference stack as a target: life, clock, packets, settings. */
#include "ref.h"

#include <setjmp.h>

#include "../text/mem.h"

enum { ARENA_ALIGN = 64, SAME_TIME_MAX = 100000, QUEUE_MAX = 100000 };

/* The clock of a fresh target. Not 0, so that a stack that confuses "no time" with time 0 is found out. */
#define START_US INT64_C(1000000)

/* ---------- life ---------- */

rs_addr cf_ref_addr(const cf_addr *a)
{
    rs_addr out = {.family = a->family};
    memcpy(out.bytes, a->b, a->family == 4 ? 4 : 16);
    return out;
}

static void seed_secret(rs_config *cfg, uint64_t seed)
{
    cfg->seed = seed;
    for (unsigned i = 0; i < sizeof cfg->secret; i++) cfg->secret[i] = (uint8_t)(seed >> (8 * (i % 8)) ^ 0x9d * i);
}

static bool limit(uint32_t *has, uint32_t asked, const char *option, char *why, size_t cap)
{
    if (asked > *has) {
        snprintf(why, cap, "--%s=%u: there are %u at most", option, asked, *has);
        return false;
    }
    if (asked) *has = asked;
    return true;
}

static bool configure(rs_config *cfg, const cf_open *o, char *why, size_t cap)
{
    if (rs_config_preset(cfg, o->preset ? o->preset : "rfc").code) {
        snprintf(why, cap, "no preset \"%s\" (there are rfc and linux)", o->preset);
        return false;
    }
    seed_secret(cfg, o->seed);
    cfg->mtu = o->mtu;
    if (!limit(&cfg->limits.blocks, o->memory_blocks, "memory_blocks", why, cap)) return false;
    if (!limit(&cfg->limits.records, o->memory_records, "memory_records", why, cap)) return false;
    if (rs_config_add_local(cfg, cf_ref_addr(&o->local), o->local_prefix).code) {
        snprintf(why, cap, "the local address does not fit");
        return false;
    }
    for (uint32_t i = 0; i < o->tunings; i++) {
        rs_status st = rs_config_set(cfg, o->tuning[i].name, o->tuning[i].value);
        if (!st.code) continue;
        snprintf(why, cap, "--set %s=%s: %s", o->tuning[i].name, o->tuning[i].value,
                 st.code == RS_ENOENT ? "there is no such knob" : "not a value it takes");
        return false;
    }
    const char *wrong = rs_config_check(cfg);
    if (wrong) snprintf(why, cap, "%s", wrong);
    return !wrong;
}

static cf_target *ref_open(const cf_open *o, char *why, size_t cap)
{
    cf_ref *r = cf_mem_zero(1, sizeof *r);
    if (!configure(&r->cfg, o, why, cap)) {
        free(r);
        return NULL;
    }
    size_t len = rs_stack_size(&r->cfg);
    r->base.ops = &cf_target_ref;
    r->memory = cf_mem_zero(1, len + ARENA_ALIGN);
    r->now = (rs_time){START_US};
    r->late_us = o->late_us;
    r->late_at = o->seed;
    r->mapped = o->mode == CF_MODE_MAPPED;
    uintptr_t at = ((uintptr_t)r->memory + ARENA_ALIGN - 1) & ~(uintptr_t)(ARENA_ALIGN - 1);
    rs_status st = rs_stack_init(&r->st, (void *)at, len, &r->cfg, r->now);
    if (!st.code) return &r->base;
    snprintf(why, cap, "the stack does not start: %s", rs_status_text(st.code));
    free(r->memory);
    free(r);
    return NULL;
}

static void ref_close(cf_target *t)
{
    cf_ref *r = cf_ref_of(t);
    while (r->first) {
        cf_ref_packet *p = r->first;
        r->first = p->next;
        free(p);
    }
    free(r->lent);
    free(r->wait.events);
    free(r->wait.moved);
    cf_ref_files_free(&r->files);
    free(r->memory);
    free(r);
}

/* ---------- clock and packets ---------- */

static int64_t ref_now(cf_target *t)
{
    return cf_ref_of(t)->now.us;
}

static int64_t ref_next_event(cf_target *t)
{
    return rs_stack_next_deadline(cf_ref_of(t)->st).us;
}

static void queue_packet(cf_ref *r, rs_bytes b)
{
    cf_ref_packet *p = cf_mem_or_die(malloc(sizeof *p + b.len));
    p->next = NULL;
    p->at_us = r->now.us;
    p->len = b.len;
    memcpy(p->bytes, b.data, b.len);
    if (r->first) r->last->next = p;
    else r->first = p;
    r->last = p;
    r->queued++;
}

static bool drain(cf_ref *r)
{
    bool any = false;
    rs_bytes b;
    while (r->queued < QUEUE_MAX && rs_stack_output(r->st, r->now, &b)) {
        queue_packet(r, b);
        any = true;
    }
    if (r->queued >= QUEUE_MAX) snprintf(r->trouble, sizeof r->trouble, "%u packets nobody waits for", r->queued);
    return any;
}

void cf_ref_settle(cf_ref *r)
{
    drain(r);
    while (cf_ref_call_poke(r)) drain(r);
}

bool cf_ref_step(cf_ref *r, int64_t until_us)
{
    int64_t at = rs_stack_next_deadline(r->st).us;
    if (at > until_us || r->trouble[0]) return false;
    r->same_time = at > r->now.us ? 0 : r->same_time + 1;
    if (r->same_time > SAME_TIME_MAX) {
        snprintf(r->trouble, sizeof r->trouble, "the stack's timers fire for ever at the same instant");
        return false;
    }
    if (at > r->now.us) r->now.us = at;
    rs_stack_advance(r->st, r->now);
    cf_ref_settle(r);
    return true;
}

void cf_ref_run_to(cf_ref *r, int64_t at_us)
{
    if (r->bursts && at_us > r->now.us) cf_ref_settle(r);
    while (cf_ref_step(r, at_us)) {}
    if (r->now.us < at_us) r->now.us = at_us;
}

/* The next of a row of numbers below `end` (splitmix64). */
static uint32_t below(uint64_t *at, uint32_t end)
{
    uint64_t z = *at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (uint32_t)((z ^ z >> 31) % end);
}

static void ref_sleep_until(cf_target *t, int64_t at_us)
{
    cf_ref *r = cf_ref_of(t);
    cf_ref_run_to(r, at_us + (r->late_us ? below(&r->late_at, r->late_us + 1) : 0));
}

static bool ref_inject(cf_target *t, const uint8_t *bytes, size_t len, char *why, size_t cap)
{
    cf_ref *r = cf_ref_of(t);
    if (r->trouble[0]) {
        snprintf(why, cap, "%s", r->trouble);
        return false;
    }
    rs_stack_input(r->st, r->now, (rs_bytes){bytes, len});
    if (!r->bursts) cf_ref_settle(r);
    return true;
}

static bool ref_sniff(cf_target *t, int64_t deadline_us, cf_sniffed *out)
{
    cf_ref *r = cf_ref_of(t);
    if (r->bursts) cf_ref_settle(r);
    while (!r->first && cf_ref_step(r, deadline_us)) {}
    if (!r->first) {
        if (r->now.us < deadline_us && !r->trouble[0]) r->now.us = deadline_us;
        return false;
    }
    free(r->lent);
    r->lent = r->first;
    r->first = r->lent->next;
    r->queued--;
    *out = (cf_sniffed){r->lent->bytes, r->lent->len, r->lent->at_us};
    return true;
}

/* ---------- settings ---------- */

/* Values that Linux has and this stack has not, for knobs it knows. */
static bool known_elsewhere(const char *name, const char *value)
{
    static const char *const algorithms[] = {"vegas", "westwood", "htcp", "bic", "cdg", "nv", "yeah"};
    if (strcmp(name, "net.ipv4.tcp_congestion_control") != 0) return false;
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcmp(algorithms[i], value) == 0) return true;
    return false;
}

static int ref_set(cf_target *t, const char *name, const char *value, char *why, size_t cap)
{
    cf_ref *r = cf_ref_of(t);
    rs_status st = rs_stack_set(r->st, name, value);
    const char *idle = rs_config_idle(name);
    if (idle) snprintf(why, cap, "%s = %s has no effect on this target: %s", name, value, idle);
    if (!st.code && strcmp(name, "net.core.netdev_max_backlog") == 0) r->bursts = true;
    if (!st.code) return rs_config_set(&r->cfg, name, value).code ? 3 : idle ? 1 : 0;
    if (st.code == RS_ENOENT) {
        snprintf(why, cap, "%s is no knob of this stack", name);
        return 2;
    }
    if (known_elsewhere(name, value)) {
        snprintf(why, cap, "%s: this stack has no %s and keeps what it has", name, value);
        return 1;
    }
    snprintf(why, cap, "%s does not take the value \"%s\"", name, value);
    return 3;
}

static void ref_forget(cf_target *t)
{
    rs_stack_forget(cf_ref_of(t)->st);
}

static bool ref_get(cf_target *t, const char *name, char *value, size_t cap)
{
    return !rs_config_get(&cf_ref_of(t)->cfg, name, value, cap).code;
}

/* ---------- broken beliefs ---------- */

static void on_broken(void *ctx, const char *file, int line, const char *what)
{
    cf_ref *r = ctx;
    const char *base = strrchr(file, '/');
    snprintf(r->trouble, sizeof r->trouble, "the stack's own check failed at %s:%d: %s", base ? base + 1 : file, line,
             what);
    longjmp(*(jmp_buf *)r->trap, 1);
}

static bool ref_guarded(cf_target *t, void (*fn)(void *), void *ctx, char *why, size_t cap)
{
    cf_ref *r = cf_ref_of(t);
    jmp_buf trap;
    r->trap = &trap;
    rs_on_broken(on_broken, r);
    if (setjmp(trap) == 0) fn(ctx);
    rs_on_broken(NULL, NULL);
    r->trap = NULL;
    if (!r->trouble[0]) return true;
    snprintf(why, cap, "%s", r->trouble);
    return false;
}

static const char *ref_broken(cf_target *t)
{
    cf_ref *r = cf_ref_of(t);
    return r->trouble[0] ? r->trouble : rs_stack_broken(r->st);
}

static bool ref_reason(unsigned i, const char **name, const char **text, const char **rfc)
{
    if (i >= rs_drop_reasons()) return false;
    *name = rs_drop_name(i);
    *text = rs_drop_text(i);
    *rfc = rs_drop_rfc(i);
    return true;
}

/* Names of Linux for what the stack counts: a number of its own, or segments dropped for a reason. */
static const struct {
    const char *name;
    size_t at;
    const char *reason;
} counters[] = {
    {"TcpInSegs", offsetof(rs_counters, segs_in), NULL},
    {"TcpOutSegs", offsetof(rs_counters, segs_out), NULL},
    {"TcpRetransSegs", offsetof(rs_counters, retransmits), NULL},
    {"TcpOutRsts", offsetof(rs_counters, rsts_out), NULL},
    {"TcpExtOutOfWindowIcmps", 0, "ICMP_SEQ"},
    {"TcpExtListenOverflows", 0, "ACCEPT_QUEUE_FULL"},
    {"TcpExtTCPReqQFullDrop", 0, "SYN_QUEUE_FULL"},
    {"TcpExtPAWSEstab", 0, "PAWS"},
    {"TcpExtTCPMinTTLDrop", 0, "TTL_TOO_LOW"},
    {"TcpExtTCPDeferAcceptDrop", 0, "ACCEPT_DEFERRED"},
};

static uint64_t dropped_for(const rs_counters *n, const char *reason)
{
    for (unsigned i = 0; i < rs_drop_reasons(); i++)
        if (strcmp(rs_drop_name(i), reason) == 0) return n->drops[i];
    return 0;
}

static bool ref_counter(cf_target *t, unsigned i, const char **name, uint64_t *value)
{
    rs_counters n;
    if (i >= sizeof counters / sizeof *counters) return false;
    rs_stack_counters(cf_ref_of(t)->st, &n);
    *name = counters[i].name;
    if (counters[i].reason) *value = dropped_for(&n, counters[i].reason);
    else memcpy(value, (const char *)&n + counters[i].at, sizeof *value);
    return true;
}

const cf_target_ops cf_target_ref = {
    .name = "ref",
    .what = "the reference stack, in process, virtual time",
    .caps = CF_CAP(IPV4) | CF_CAP(IPV6) | CF_CAP(MSS) | CF_CAP(WSCALE) | CF_CAP(TIMESTAMPS) | CF_CAP(SACK) |
            CF_CAP(DSACK) | CF_CAP(ECN) | CF_CAP(ACCECN) | CF_CAP(MD5) | CF_CAP(AO) | CF_CAP(NEWRENO) |
            CF_CAP(CHALLENGE_ACK) | CF_CAP(URG) | CF_CAP(NAGLE) | CF_CAP(KEEPALIVE) | CF_CAP(LINGER) |
            CF_CAP(USER_TIMEOUT) | CF_CAP(ICMP_ERRORS) | CF_CAP(POLL) | CF_CAP(EPOLL) | CF_CAP(ERRQUEUE) |
            CF_CAP(ZEROCOPY) | CF_CAP(VIRTUAL_CLOCK) | CF_CAP(STATE_PROBE) | CF_CAP(FASTOPEN) | CF_CAP(DROP_REASONS) |
            CF_CAP(CHECKSUMS) | CF_CAP(SACK_RECOVERY) | CF_CAP(CUBIC) | CF_CAP(RACK) | CF_CAP(PRR) | CF_CAP(FRTO) |
            CF_CAP(SYNCOOKIES) | CF_CAP(PMTUD),
    .open = ref_open,
    .close = ref_close,
    .now = ref_now,
    .sleep_until = ref_sleep_until,
    .forget = ref_forget,
    .inject = ref_inject,
    .sniff = ref_sniff,
    .call = cf_ref_call,
    .call_begin = cf_ref_call_begin,
    .call_done = cf_ref_call_done,
    .set = ref_set,
    .get = ref_get,
    .info = cf_ref_info,
    .inner = cf_ref_inner,
    .socket_view = cf_ref_socket_view,
    .story = cf_ref_story,
    .next_event = ref_next_event,
    .guarded = ref_guarded,
    .reason = ref_reason,
    .counter = ref_counter,
    .broken = ref_broken,
};
