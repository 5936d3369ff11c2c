/* line.h — a packet as a line of a script: whose it is, numbers from the SYNs on, signatures, odd options as bytes.
 *
 * Packets of the main connection are told as a script's one connection; those of others between the same two addresses
 * with their ports (--by_ports). Numbers of either end count from its SYN, as the runner maps them. */
#ifndef FZ_PROG_LINE_H
#define FZ_PROG_LINE_H

#include "../../conformance/packet/packet.h"
#include "program.h"

enum { FZ_LINE_ROOM = 800, FZ_LINE_CONNS = 8 };

/* One connection as a script counts it. */
typedef struct fz_line_conn {
    uint16_t own_port, peer_port;
    bool main, has_iss, has_irs;
    uint32_t iss, irs, syn; /* syn: of the peer's last SYN */
    uint32_t first_iss;     /* of the first incarnation, which the runner keeps */
} fz_line_conn;

typedef struct fz_line_book {
    uint8_t own[16], peer[16];
    uint16_t peer_port; /* of the main connection, which is the first */
    unsigned conns;
    fz_line_conn conn[FZ_LINE_CONNS];
    bool odd_text; /* the peer has sent text that does not follow from its numbers */
} fz_line_book;

void fz_line_begin(fz_line_book *b, const fz_header *header);
/* NULL: text is the line, without its time. Else why a script cannot say it. Learns from SYNs. */
const char *fz_line_packet(fz_line_book *b, char dir, const cf_packet *p, char text[FZ_LINE_ROOM]);
/* The main connection's. */
const fz_line_conn *fz_line_main(const fz_line_book *b);

#endif
