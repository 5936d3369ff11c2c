/* ref_msg.c — sendmsg and recvmsg with ancillary data, and epoll: from the neutral form to the stack's, and back. */
#include <stdlib.h>
#include <string.h>

#include "../text/mem.h"
#include "ref.h"

enum { EVENTS_MAX = 1024 };

static void take_controls(rs_msg *m, const cf_call_in *in)
{
    uint32_t used = 0;
    for (uint32_t i = 0; i < in->cmsgs && i < RS_CONTROLS_MAX; i++) {
        const cf_cmsg *from = &in->cmsg[i];
        if (from->len > RS_CONTROL_BYTES - used) return;
        memcpy(m->room + used, from->data, from->len);
        m->control[m->controls++] = (rs_control){from->level, from->type, used, from->len};
        used += from->len;
    }
}

rs_ret cf_ref_sendmsg(cf_ref *r, const cf_call_in *in, const rs_endpoint *to)
{
    rs_msg *m = &r->wait.msg;
    *m = (rs_msg){
        .buf = in->buf_null ? NULL : in->buf, .len = in->len, .to = to, .pieces = in->iov_len, .piece_count = in->iovs};
    take_controls(m, in);
    return rs_sendmsg(r->st, r->now, in->fd, m, (int)in->num[0]);
}

rs_ret cf_ref_recvmsg(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    rs_msg *m = &r->wait.msg;
    (void)out;
    *m = (rs_msg){.buf = in->buf_null ? NULL : in->buf, .len = in->len, .wants_control = in->control != NULL};
    return rs_recvmsg(r->st, r->now, in->fd, m, (int)in->num[0]);
}

void cf_ref_give_msg(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    const rs_msg *m = &r->wait.msg;
    out->msg_flags = m->flags;
    if (!in->control || out->result < 0) return;
    for (uint32_t i = 0; i < m->controls; i++) {
        const rs_control *c = &m->control[i];
        memcpy(in->control + c->at, m->room + c->at, c->len);
        out->cmsg[out->cmsgs++] = (cf_cmsg){c->level, c->type, c->len, in->control + c->at};
    }
}

/* ---------- epoll ---------- */

rs_ret cf_ref_epoll_create(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    (void)out;
    if (in->num[0] <= 0) return (rs_ret){-1, RS_EINVAL, 0};
    return rs_epoll_create(r->st, r->now, 0);
}

rs_ret cf_ref_epoll_ctl(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    rs_epoll_event e = {(uint32_t)in->num[1], (uint64_t)in->num[2]};
    if (cf_ref_is_file(in->fd2)) {
        out->unsupported = "epoll on files and pipes";
        return (rs_ret){0};
    }
    return rs_epoll_ctl(r->st, r->now, in->fd, (int)in->num[0], in->fd2, &e);
}

rs_ret cf_ref_epoll_wait(cf_ref *r, const cf_call_in *in, cf_call_out *out)
{
    int n = in->num[0] > EVENTS_MAX ? EVENTS_MAX : (int)in->num[0];
    (void)out;
    free(r->wait.events);
    r->wait.events_cap = n > 0 ? (uint32_t)n : 1;
    r->wait.events = cf_mem_zero(r->wait.events_cap, sizeof *r->wait.events);
    return rs_epoll_wait(r->st, r->now, in->fd, r->wait.events, n, (int)in->num[1]);
}

void cf_ref_give_event(cf_ref *r, rs_ret got, cf_call_out *out)
{
    if (got.value <= 0) return;
    out->out_num[0] = r->wait.events[0].events;
    out->out_num[1] = (int64_t)r->wait.events[0].data;
}
