/* loop.h — virtual time for stacks that are joined by links.
 *
 * The loop moves packets, and moves time only when nothing is left to do at this moment: to the next arrival or the
 * next timer, whichever comes first. Everything happens in a fixed order (nodes and links by number), so a run depends
 * on nothing but its inputs.
 *
 *     rs_loop_init(&l, (rs_time){0});
 *     int a = rs_loop_add(&l, client, &client_cfg), b = rs_loop_add(&l, server, &server_cfg);
 *     rs_loop_join(&l, a, b, there); rs_loop_join(&l, b, a, back);
 *     rs_fd fd = ...rs_connect(client, l.now, ...)...;
 *     rs_loop_run(&l, RS_AT_SEC(10), until_accepted, &ctx);
 *
 * Socket calls are made between runs, at l.now. The loop borrows stacks and links as long as it is used. */
#ifndef RS_DRIVE_LOOP_H
#define RS_DRIVE_LOOP_H

#include "../include/refstack/stack.h"
#include "link.h"

enum { RS_LOOP_NODES = 8, RS_LOOP_LINKS = 16 };

typedef struct rs_loop {
    rs_time now;
    uint32_t nodes, links;
    struct {
        rs_stack *stack;
        rs_local local[RS_LOCAL_ADDRS_MAX];
    } node[RS_LOOP_NODES];
    struct {
        uint32_t from, to;
        rs_link *link;
    } link[RS_LOOP_LINKS];
    uint64_t unroutable; /* packets for nobody the sender is joined to */
} rs_loop;

void rs_loop_init(rs_loop *l, rs_time now);
/* Adds a stack; the addresses in cfg say which packets are for it. Its number, or -1 when the loop is full. */
int rs_loop_add(rs_loop *l, rs_stack *st, const rs_config *cfg);
/* Packets of `from` for addresses of `to` travel on this link. False when the loop is full. */
bool rs_loop_join(rs_loop *l, int from, int to, rs_link *link);

/* Does everything there is to do now, without moving time. */
void rs_loop_settle(rs_loop *l);
/* The next moment at which something happens; RS_NEVER if nothing ever will. */
rs_time rs_loop_next(const rs_loop *l);

/* True when what the caller waits for has come. Asked whenever everything at one moment is done; may make socket calls.
 */
typedef bool rs_loop_until(void *ctx, rs_loop *l);
/* Runs until the condition holds (true) or until `end`, which is `now` then (false). until may be NULL. */
bool rs_loop_run(rs_loop *l, rs_time end, rs_loop_until *until, void *ctx);

#endif
