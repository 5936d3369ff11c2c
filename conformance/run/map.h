/* map.h — between the numbers of a script and the numbers of live connections.
 *
 * One socket under test at a time; older ones stay known for accept() and for the final resets. A script is written as
 * if both initial sequence numbers were 0 on all packets but SYNs; on SYNs the numbers are literal:
 *
 *                                        SYN packets                              other packets
 *   the peer's sequence space (inbound   same in both spaces                      live = script + remote ISN
 *   seq, outbound ack and SACK edges)
 *   the stack's sequence space           live = script + live ISN - script ISN    live = script + live ISN
 *
 * With --by_ports a packet that is written with both ports, and not with those of the socket under test, belongs to
 * the connection of its ports, whose numbers are mapped in the same way; as long as no SYN was seen there, they are
 * literal. The socket under test stays what it is.
 *
 * The runner chooses the remote ISN (the number in the script's SYN); the stack chooses its own, learned from its SYN
 * or SYN-ACK. Timestamps: an outbound TSval in the script names the live value seen there; an inbound TSecr must be
 * such a name. */
#ifndef CF_RUN_MAP_H
#define CF_RUN_MAP_H

#include "../packet/packet.h"
#include "../script/ast.h"
#include "settings.h"

typedef enum {
    CF_SOCK_NEW,
    CF_SOCK_LISTENING,
    CF_SOCK_CONNECTING,
    CF_SOCK_SYN_SENT,
    CF_SOCK_SYN_ACKED,
    CF_SOCK_PASSIVE_GOT,
    CF_SOCK_PASSIVE_ANSWERED,
    CF_SOCK_PASSIVE_ACKED
} cf_sock_state;

typedef struct cf_ts_pair {
    uint32_t script, live;
} cf_ts_pair;

typedef struct cf_sock {
    cf_sock_state state;
    cf_proto proto;
    int script_fd, live_fd;           /* -1: none (a child before accept) */
    bool used;                        /* by an accept() */
    cf_addr local, remote;            /* live; family 0: not known yet */
    uint16_t local_port, remote_port; /* 0: not known yet */
    uint32_t remote_isn;
    uint32_t script_isn, live_isn; /* of the stack's side */
    bool isn_known;
    cf_ts_pair *ts;
    uint32_t ts_count, ts_cap; /* script TSval -> live TSval, in order of recording */
    bool flow_known;
    uint32_t flow_script, flow_live;
    bool by_ports;     /* made by a packet that wrote its ports (--by_ports) */
    uint32_t text_got; /* bytes of the peer's that the user has read (--numbered_text) */
    /* for the reset at the end of a run (live numbers) */
    bool sent_ack;
    uint32_t sent_next, sent_ack_no;
    uint16_t sent_win;
    bool got_any, got_ack;
    uint32_t got_seq, got_ack_no;
} cf_sock;

typedef struct cf_map {
    cf_sock **socks;
    uint32_t count, cap;
    cf_sock *under_test; /* NULL before the first */
    uint16_t next_port;  /* fresh remote ports */
} cf_map;

void cf_map_init(cf_map *m);
void cf_map_free(cf_map *m);
/* socket() succeeded. */
cf_sock *cf_map_new(cf_map *m, cf_proto proto, int script_fd, int live_fd);
/* The socket that a packet of the script belongs to; an inbound TCP packet may create a child. NULL: no socket fits. */
cf_sock *cf_map_inbound(cf_map *m, const cf_settings *set, const cf_pkt *p);
cf_sock *cf_map_outbound(cf_map *m, const cf_settings *set, const cf_pkt *p);
/* The child that accept() returned, by the peer's port; NULL: it is none of ours. Attaches the descriptors. */
cf_sock *cf_map_accept(cf_map *m, int script_fd, int live_fd, const cf_addr *peer, uint16_t port);
/* connect(), sendto() or sendmsg() with a name is about to be made on a new socket. */
void cf_map_connecting(cf_sock *s, const cf_settings *set);
/* connect() to AF_UNSPEC: new again. Frames of the old connection, such as its RST, are still told apart. */
void cf_map_dissolve(cf_sock *s);
cf_sock *cf_map_by_fd(cf_map *m, int script_fd);

/* Does a live frame belong to this socket (an outgoing one of the stack)? */
bool cf_map_ours(const cf_sock *s, const cf_packet *frame);
/* The connection of a packet written with its ports that the frame belongs to; NULL: none. */
const cf_sock *cf_map_of_ports(const cf_map *m, const cf_packet *frame);
/* The same with an eye on the other sockets: a SYN that an open older one sends once more begins no connection. */
bool cf_map_takes(const cf_map *m, const cf_sock *s, const cf_packet *frame);
/* Learns from the first live frame of a connecting socket, or from the SYN-ACK of a child: local port and ISN. want is
 * the script's packet it is compared with. */
void cf_map_learn(cf_sock *s, const cf_pkt *want, const cf_packet *frame);
/* State changes by packets of the script: before injecting; after a match. */
void cf_map_injecting(cf_sock *s, const cf_pkt *p);
void cf_map_matched(cf_sock *s, const cf_pkt *p);

/* Script -> live, for injection: seq, ack, SACK edges, TS ecr. False: why says what has no live value. */
bool cf_map_to_live(const cf_sock *s, const cf_settings *set, const cf_pkt *script, cf_pkt *live, cf_opt_spec *opts,
                    char *why, size_t why_cap);
uint32_t cf_map_seq_to_live(const cf_sock *s, uint32_t script_seq); /* a quoted sequence number: local, never a SYN's */
/* Live -> script, for comparison: the frame's TCP header as a script's packet (dir CF_OUT). opts has room for
 * CF_TCP_OPTS_MAX. Options that scripts cannot say are left out; *odd then counts them. */
void cf_map_to_script(const cf_sock *s, const cf_packet *frame, cf_pkt *out, cf_opt_spec *opts, uint32_t *odd);
/* Script space TSval of a live one, by the baseline. */
uint32_t cf_map_ts_to_script(const cf_sock *s, uint32_t live);
void cf_map_ts_record(cf_sock *s, uint32_t script, uint32_t live);
const char *cf_sock_state_name(cf_sock_state s);

#endif
