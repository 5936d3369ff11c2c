/* list.h — doubly linked lists through the slots of a pool, by index.
 *
 * A slot that may be on a list contains an rs_list_node; the list knows at which offset. There is no pointer in it, so
 * lists survive the copy of their arena. A slot with two links may be on two lists. Every call takes the pool the slots
 * are in.
 *
 *     rs_list_init(&l, offsetof(thing, link));
 *     rs_list_push(&l, &pool, i);
 *     for (uint32_t i = l.head; i != RS_NIL; i = rs_list_next(&l, &pool, i)) ...
 *
 * Nothing marks a slot as "on no list": the owner knows. Taking off a slot that is not on the list is a bug of the
 * owner. */
#ifndef RS_BASE_LIST_H
#define RS_BASE_LIST_H

#include "check.h"
#include "pool.h"

typedef struct rs_list_node {
    uint32_t next, prev;
} rs_list_node; /* RS_NIL at the ends */

typedef struct rs_list {
    uint32_t head, tail; /* RS_NIL when empty */
    uint32_t len;
    uint32_t off; /* of the rs_list_node in a slot */
} rs_list;

static inline void rs_list_init(rs_list *l, size_t off)
{
    *l = (rs_list){.head = RS_NIL, .tail = RS_NIL, .off = (uint32_t)off};
}
static inline rs_list_node *rs_list_link(const rs_list *l, const rs_pool *p, uint32_t i)
{
    return (rs_list_node *)(void *)((char *)rs_pool_at(p, i) + l->off);
}
static inline uint32_t rs_list_next(const rs_list *l, const rs_pool *p, uint32_t i)
{
    return rs_list_link(l, p, i)->next;
}
static inline uint32_t rs_list_prev(const rs_list *l, const rs_pool *p, uint32_t i)
{
    return rs_list_link(l, p, i)->prev;
}

/* Puts slot i behind slot `after`; after == RS_NIL puts it first. */
static inline void rs_list_insert_after(rs_list *l, const rs_pool *p, uint32_t after, uint32_t i)
{
    rs_list_node *it = rs_list_link(l, p, i);
    it->prev = after;
    it->next = after == RS_NIL ? l->head : rs_list_link(l, p, after)->next;
    if (it->prev == RS_NIL) l->head = i;
    else rs_list_link(l, p, it->prev)->next = i;
    if (it->next == RS_NIL) l->tail = i;
    else rs_list_link(l, p, it->next)->prev = i;
    l->len++;
}
static inline void rs_list_push(rs_list *l, const rs_pool *p, uint32_t i)
{
    rs_list_insert_after(l, p, l->tail, i);
}

static inline void rs_list_remove(rs_list *l, const rs_pool *p, uint32_t i)
{
    rs_check(l->len > 0);
    rs_list_node it = *rs_list_link(l, p, i);
    if (it.prev == RS_NIL) l->head = it.next;
    else rs_list_link(l, p, it.prev)->next = it.next;
    if (it.next == RS_NIL) l->tail = it.prev;
    else rs_list_link(l, p, it.next)->prev = it.prev;
    l->len--;
}
/* NULL or what is broken: links that disagree, or a length that is not the number of slots. */
static inline const char *rs_list_broken(const rs_list *l, const rs_pool *p)
{
    uint32_t n = 0, before = RS_NIL;
    for (uint32_t i = l->head; i != RS_NIL; i = rs_list_next(l, p, i)) {
        if (i >= p->cap) return "list: a link outside the pool";
        if (n++ >= l->len) return "list: more slots than its length";
        if (rs_list_prev(l, p, i) != before) return "list: next and prev disagree";
        before = i;
    }
    if (before != l->tail) return "list: tail is not the last slot";
    return n == l->len ? NULL : "list: fewer slots than its length";
}

#endif
