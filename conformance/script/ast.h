/* ast.h — a packetdrill script as a tree of values. Every node has a span.
 *
 * The parser fills this and checks everything that needs no target; nothing here knows how a script is run. All memory
 * belongs to cf_script and goes with cf_script_free. */
#ifndef CF_SCRIPT_AST_H
#define CF_SCRIPT_AST_H

#include "../packet/packet.h"
#include "../text/diag.h"
#include "../text/source.h"

/* ---------- expressions (arguments and results of calls) ---------- */
typedef enum {
    CF_X_ELLIPSIS,
    CF_X_INT,
    CF_X_WORD,
    CF_X_STRING,
    CF_X_OR,
    CF_X_PAIR /* WORD = x */,
    CF_X_LIST /* [..] */,
    CF_X_SET /* {..} */,
    CF_X_INET_ADDR,
    CF_X_INET6_ADDR,
    CF_X_SOCKADDR,
    CF_X_MSGHDR,
    CF_X_IOVEC,
    CF_X_POLLFD,
    CF_X_LINGER,
    CF_X_EPOLLEV,
    CF_X_CMSG,
    CF_X_TSTAMP,
    CF_X_EXTERR,
    CF_X_MPLS,
    CF_X_GRE
} cf_expr_kind;

typedef struct cf_expr cf_expr;
struct cf_expr {
    cf_expr_kind kind;
    cf_span span;
    int64_t num; /* INT; WORD after resolution (resolved is true); OR after resolution */
    bool resolved;
    const char *word; /* WORD, PAIR key, EPOLLEV member name, SOCKADDR family */
    const char *str;  /* STRING raw text (escapes not interpreted); INET_ADDR text; length in str_len */
    uint32_t str_len;
    uint32_t count;              /* children */
    cf_expr **kid;               /* OR: 2; PAIR: 1; LIST/SET: n; structures: members in source order, see below */
    const char *const *kid_name; /* member names for structures ("fd", "events", "revents"); NULL otherwise */
    /* SOCKADDR: sin_port, sin_addr; family in word, num after resolution.  MSGHDR: msg_name, msg_iov (LIST), msg_flags
     * [, msg_control (LIST)]; num is the number written in msg_iov(n).  IOVEC: iov_base, iov_len.  POLLFD: fd, events
     * [, revents].  LINGER: onoff, linger.  EPOLLEV: events, then the member that word names.  CMSG: cmsg_level,
     * cmsg_type, cmsg_data.  TSTAMP: scm_sec, scm_nsec.  EXTERR: ee_errno .. ee_data.  PAIR: num is the key's number
     * after resolution. */
    cf_gre gre;
    cf_mpls *mpls;
    uint32_t mpls_count;
};

typedef struct cf_call {
    cf_span span, name_span;
    const char *name;
    uint32_t argc;
    cf_expr **argv;
    cf_expr *result;        /* after '=' */
    const char *errno_name; /* NULL if none */
    cf_span errno_span;
    int errno_value;  /* resolved */
    const char *note; /* text between parentheses, or NULL */
    bool blocking;
    int64_t end_us; /* blocking: end value as written; relative iff the event's time is */
    cf_span end_span;
    const char *problem; /* after cf_script_resolve: what is wrong with the call, seen when it runs; or NULL */
    cf_span problem_span;
} cf_call;

/* ---------- packets ---------- */
typedef enum { CF_IN /* '<': injected */, CF_OUT /* '>': expected */ } cf_dir;
typedef enum { CF_TOS_NONE, CF_TOS_WHOLE, CF_TOS_ECN, CF_TOS_ECT01 } cf_tos_check;

typedef struct cf_ip_spec { /* "[ect0]", "[tos 0x10, flowlabel 0x1]", "[ttl 3]" */
    bool given;
    cf_tos_check tos_check;
    uint8_t tos;
    bool has_flow;
    uint32_t flow;
    bool has_ttl;
    uint8_t ttl;
    cf_span span;
} cf_ip_spec;

typedef struct cf_outer { /* one encapsulation header, outermost first */
    cf_layer_kind kind;   /* CF_L_IPV4, CF_L_IPV6, CF_L_GRE, CF_L_MPLS */
    cf_ip_spec ip;
    cf_addr src, dst;
    cf_gre gre;
    cf_mpls *mpls;
    uint32_t mpls_count;
    cf_span span;
} cf_outer;

typedef enum {
    CF_O_EOL,
    CF_O_NOP,
    CF_O_MSS,
    CF_O_WSCALE,
    CF_O_SACKOK,
    CF_O_SACK,
    CF_O_TS,
    CF_O_MD5,
    CF_O_AO,
    CF_O_FO,
    CF_O_FOEXP,
    CF_O_ACCECN0,
    CF_O_ACCECN1,
    CF_O_RAW /* bytes as they are, inbound only: what no option can be */
} cf_opt_kind;
typedef struct cf_opt_spec {
    cf_opt_kind kind;
    cf_span span;
    uint32_t a, b, c; /* mss; wscale; TS val, ecr; ao key, next key; AccECN counters in written order */
    uint8_t n;        /* sack blocks; AccECN counters; blob bytes */
    uint32_t sack[8]; /* left, right, left, right ... script space */
    uint8_t blob[40]; /* md5, ao, FO, FOEXP cookie, raw bytes */
    bool valid;       /* md5, ao: the digest that the secret makes, whatever it is */
} cf_opt_spec;

typedef enum { CF_P_TCP, CF_P_UDP, CF_P_ICMP } cf_proto;
typedef enum { CF_Q_NONE, CF_Q_TCP, CF_Q_UDP, CF_Q_RAW } cf_quote_kind;

typedef struct cf_pkt {
    cf_span span, dir_span;
    cf_dir dir;
    cf_proto proto;
    uint32_t outers;
    cf_outer *outer;
    cf_ip_spec ip;
    bool psp;
    uint32_t psp_spi;
    bool has_ports;
    uint16_t sport, dport;
    /* TCP */
    uint16_t flags;
    cf_span flags_span;
    bool has_ace;
    uint8_t ace; /* AccECN digit >= 1 written */
    uint32_t seq, seq_end, len;
    cf_span seq_span;
    bool has_ack;
    uint32_t ack;
    cf_span ack_span;
    bool has_win;
    uint16_t win;
    cf_span win_span;
    bool has_urg;
    uint16_t urg;
    cf_span urg_span;
    bool opts_any; /* <...> */
    uint32_t opts;
    cf_opt_spec *opt;
    cf_span opts_span;
    /* UDP: len is the payload length */
    /* ICMP */
    uint8_t icmp_type, icmp_code;
    bool has_mtu, has_id;
    uint32_t mtu;
    uint16_t icmp_id;
    cf_quote_kind quote;
    uint32_t q_seq, q_len;
} cf_pkt;

/* ---------- events ---------- */
typedef enum { CF_T_ABSOLUTE, CF_T_RELATIVE, CF_T_ANY /* '*' */, CF_T_ABS_RANGE, CF_T_REL_RANGE } cf_time_kind;
typedef enum { CF_EV_PACKET, CF_EV_CALL, CF_EV_COMMAND, CF_EV_CODE } cf_event_kind;

typedef struct cf_event {
    cf_span span, time_span;
    uint32_t line; /* of the time token */
    cf_time_kind time_kind;
    int64_t time_us, time_end_us;
    cf_event_kind kind;
    cf_pkt pkt;         /* CF_EV_PACKET */
    cf_call call;       /* CF_EV_CALL */
    const char *text;   /* CF_EV_COMMAND, CF_EV_CODE: verbatim */
    uint32_t text_line; /* line where the text starts */
} cf_event;

typedef struct cf_option {
    const char *name, *value; /* value NULL when absent */
    cf_span span, value_span;
} cf_option;

/* "//: key: value" lines (front.h) */
typedef struct cf_front {
    const char *key, *value;
    cf_span span;
} cf_front;

/* What the documents leave to a sender, and a script does not look at although packetdrill's language cannot leave it
 * open: PSH on segments that are written without it (RFC 9293 3.9.1.2), the order and padding of options (3.1), one
 * byte of garbage in a segment that is written empty (a keepalive probe: RFC 1122 4.2.3.6). */
typedef enum { CF_FREE_PSH = 1, CF_FREE_OPTION_ORDER = 2, CF_FREE_GARBAGE_BYTE = 4 } cf_free;

typedef struct cf_script {
    cf_source src;
    uint32_t options;
    cf_option *option;
    uint32_t fronts;
    cf_front *front;
    const char *init_cmd, *cleanup_cmd;
    cf_span init_span, cleanup_span;
    uint32_t events;
    cf_event *event;
    int64_t quiet_us; /* "//: quiet 3s": nothing may be sent for so long after the last event; or -1 */
    unsigned free;    /* "//: free: psh": cf_free bits, what outgoing segments may do otherwise than written */
    struct cf_arena *mem;
} cf_script;

typedef enum { CF_MODE_IPV4, CF_MODE_IPV6, CF_MODE_MAPPED } cf_ip_mode;

typedef struct cf_define {
    const char *name, *value;
} cf_define;

/* What the parser must know before it reads: the mode (addresses, ICMP names) and the -D symbols of the command line.
 * In the script, --ip_version and --define are taken first, then the command line again (the command line wins); the
 * parser leaves the effective mode in `mode`. */
typedef struct cf_parse_env {
    cf_ip_mode mode;
    bool mode_forced;
    const cf_define *defines;
    uint32_t define_count;
} cf_parse_env;

/* Reads and parses. True if it is a valid script; else *diags says why (at least one error with a place). Never exits,
 * never crashes on any bytes. The script must be freed in both cases. */
bool cf_script_parse_file(cf_script *s, const char *path, cf_parse_env *env, cf_diags *diags);
bool cf_script_parse_text(cf_script *s, const char *path, const char *text, size_t len, cf_parse_env *env,
                          cf_diags *diags);
void cf_script_free(cf_script *s);
/* Front matter value by key ("title"), or NULL. */
const char *cf_script_front(const cf_script *s, const char *key);

/* Resolves names: constants to numbers, errno names, call names and argument counts; reports every problem (unknown
 * call, unknown symbol, wrong argument count), all before anything runs. lenient: problems that packetdrill reports
 * only at run time become warnings, and `tcprove run` reports them when the event is reached. */
bool cf_script_resolve(cf_script *s, bool lenient, cf_diags *diags);
/* A constant by name; false if unknown (symbols.def; Linux numbers). */
bool cf_symbol(const char *name, int64_t *value);

#endif
