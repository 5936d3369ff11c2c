/* marshal.h — between the neutral form of a call and the structures of POSIX, for targets whose calls have POSIX's
 * shape: the kernel, and libraries. */
#ifndef CF_TARGET_MARSHAL_H
#define CF_TARGET_MARSHAL_H

#include <sys/socket.h>
#include <sys/uio.h>

#include "target.h"

/* The address of a call; its length. */
socklen_t cf_marshal_addr(const cf_call_in *in, struct sockaddr_storage *out);
/* An address that came back. */
void cf_marshal_give_addr(cf_call_out *out, const struct sockaddr_storage *from);
/* The buffer of a call: a null pointer when the script says so. */
void *cf_marshal_buffer(const cf_call_in *in);
/* The pieces of a call's buffer; to be freed. */
struct iovec *cf_marshal_pieces(const cf_call_in *in);

/* A message to send, with the buffer in pieces that have memory of their own, as an application's would. */
typedef struct cf_message {
    struct msghdr header;
    struct sockaddr_storage addr;
    _Alignas(struct cmsghdr) uint8_t control[CF_CMSG_ROOM];
} cf_message;
void cf_message_to_send(cf_message *m, const cf_call_in *in);
/* contents false: the pieces stay where they are, because a zero-copy send may look at them any time later. */
void cf_message_sent(const cf_message *m, bool contents);
/* A message to receive into; afterwards what came. result: of the call. */
void cf_message_to_receive(cf_message *m, const cf_call_in *in);
void cf_message_received(const cf_message *m, int64_t result, cf_call_out *out);

#endif
