/* effect.h — O61 and O37: what a call on a connection must do on the wire, at once.
 *
 *     fz_effect_before(&e, h, fd); <the call>; fz_effect_after_close(&e, h); ...
 *
 * The effect is judged from the packets that the call itself let out, and from looks before and after. */
#ifndef FZ_PROG_EFFECT_H
#define FZ_PROG_EFFECT_H

#include "host.h"

typedef struct fz_effect {
    rs_probe before;
    bool there;         /* the descriptor is a connection, and its only one */
    bool shared, waits; /* other descriptors hold it too; a call on it is blocked */
} fz_effect;

void fz_effect_before(fz_effect *e, fz_host *h, rs_fd fd);
/* close or, with a linger time of 0, abort: a reset when bytes were not read (RFC 9293 SHLD-3) or when the user asks
 * for one (3.10.5). */
void fz_effect_of_close(const fz_effect *e, const fz_host *h, bool lingers_0);
/* shutdown of the sending direction: the connection begins to close, whoever else holds it. */
void fz_effect_of_shutdown(const fz_effect *e, fz_host *h, rs_fd fd);
/* send without MSG_MORE: PSH on the last byte (MUST-61); without TCP_NODELAY nothing small behind what is out (RFC 9293
 * 3.7.4). */
void fz_effect_of_send(const fz_effect *e, fz_host *h, rs_fd fd, bool more, bool urgent);
/* recv: a window that was closed is opened, and not by a little (MUST-39). */
void fz_effect_of_recv(const fz_effect *e, fz_host *h, rs_fd fd);
/* TCP_NODELAY: what was held back goes. */
void fz_effect_of_nodelay(fz_host *h, rs_fd fd);
/* A writer, a reader or an accept that waits, and poll says that it need not. */
void fz_effect_check_sleepers(fz_host *h);

#endif
