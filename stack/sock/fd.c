/* see fd.h */
#include "fd.h"

enum { WORD = 64 };
#define CLOEXEC (UINT32_C(1) << 31)

static uint32_t *slots(const rs_fds *f)
{
    return (uint32_t *)((uintptr_t)f + (uintptr_t)f->slots_at);
}

static uint64_t *used(const rs_fds *f)
{
    return (uint64_t *)((uintptr_t)f + (uintptr_t)f->used_at);
}

static uint64_t *full(const rs_fds *f)
{
    return (uint64_t *)((uintptr_t)f + (uintptr_t)f->full_at);
}

static uint32_t words_for(uint32_t n)
{
    return (n + WORD - 1) / WORD;
}

void rs_fds_init(rs_fds *f, rs_arena *a, uint32_t cap)
{
    void *slot_mem = rs_arena_take(a, (uint64_t)cap * sizeof(uint32_t));
    void *used_mem = rs_arena_take(a, words_for(cap) * sizeof(uint64_t));
    void *full_mem = rs_arena_take(a, words_for(words_for(cap)) * sizeof(uint64_t));
    if (!a->base) return;
    *f = (rs_fds){.slots_at = (uint64_t)((uintptr_t)slot_mem - (uintptr_t)f),
                  .used_at = (uint64_t)((uintptr_t)used_mem - (uintptr_t)f),
                  .full_at = (uint64_t)((uintptr_t)full_mem - (uintptr_t)f),
                  .cap = cap};
}

void rs_fds_parts(const rs_fds *f, rs_parts *p)
{
    uint32_t in_words = f->words * WORD < f->cap ? f->words * WORD : f->cap;
    rs_parts_add(p, slots(f), in_words * sizeof(uint32_t));
    rs_parts_add(p, used(f), f->words * sizeof(uint64_t));
    rs_parts_add(p, full(f), words_for(f->words) * sizeof(uint64_t));
}

/* Opens words of the map until word w is one of them. */
static void open_words(rs_fds *f, uint32_t w)
{
    while (f->words <= w) {
        if (f->words % WORD == 0) full(f)[f->words / WORD] = 0;
        used(f)[f->words++] = 0;
    }
}

/* The first word from w on that is not full; f->words when all are. */
static uint32_t word_with_room(const rs_fds *f, uint32_t w)
{
    while (w < f->words) {
        uint64_t room = ~full(f)[w / WORD] >> w % WORD;
        if (room)
            return w + (uint32_t)__builtin_ctzll(room) < f->words ? w + (uint32_t)__builtin_ctzll(room) : f->words;
        w = (w / WORD + 1) * WORD;
    }
    return f->words;
}

static uint32_t lowest_free(rs_fds *f, uint32_t from)
{
    uint32_t w = from / WORD;
    open_words(f, w);
    uint64_t room = ~used(f)[w] & (UINT64_MAX << from % WORD);
    if (!room) {
        w = word_with_room(f, w + 1);
        if (w * WORD >= f->cap) return f->cap;
        open_words(f, w);
        room = ~used(f)[w];
    }
    return w * WORD + (uint32_t)__builtin_ctzll(room);
}

rs_fd rs_fds_take(rs_fds *f, rs_fd from, uint32_t sock)
{
    if (from < 0 || (uint32_t)from >= f->cap) return -1;
    uint32_t fd = lowest_free(f, (uint32_t)from);
    if (fd >= f->cap) return -1;
    uint64_t *word = &used(f)[fd / WORD];
    *word |= UINT64_C(1) << fd % WORD;
    if (*word == UINT64_MAX) full(f)[fd / WORD / WORD] |= UINT64_C(1) << fd / WORD % WORD;
    slots(f)[fd] = sock;
    return (rs_fd)fd;
}

static bool is_open(const rs_fds *f, rs_fd fd)
{
    if (fd < 0 || (uint32_t)fd / WORD >= f->words) return false;
    return used(f)[fd / WORD] >> (uint32_t)fd % WORD & 1;
}

void rs_fds_give(rs_fds *f, rs_fd fd)
{
    rs_check(is_open(f, fd));
    uint32_t at = (uint32_t)fd;
    used(f)[at / WORD] &= ~(UINT64_C(1) << at % WORD);
    full(f)[at / WORD / WORD] &= ~(UINT64_C(1) << at / WORD % WORD);
}

uint32_t rs_fds_sock(const rs_fds *f, rs_fd fd)
{
    return is_open(f, fd) && !(slots(f)[fd] & RS_FD_EPOLL) ? slots(f)[fd] & ~CLOEXEC : RS_NIL;
}

uint32_t rs_fds_epoll(const rs_fds *f, rs_fd fd)
{
    return is_open(f, fd) && (slots(f)[fd] & RS_FD_EPOLL) ? slots(f)[fd] & ~(CLOEXEC | RS_FD_EPOLL) : RS_NIL;
}

bool rs_fds_cloexec(const rs_fds *f, rs_fd fd)
{
    return is_open(f, fd) && (slots(f)[fd] & CLOEXEC);
}

void rs_fds_set_cloexec(rs_fds *f, rs_fd fd, bool on)
{
    slots(f)[fd] = (slots(f)[fd] & ~CLOEXEC) | (on ? CLOEXEC : 0);
}

rs_fd rs_fds_open_from(const rs_fds *f, rs_fd from)
{
    uint32_t at = from < 0 ? 0 : (uint32_t)from;
    for (uint32_t w = at / WORD; w < f->words; w++) {
        uint64_t set = used(f)[w] & (w == at / WORD ? UINT64_MAX << at % WORD : UINT64_MAX);
        if (set) return (rs_fd)(w * WORD + (uint32_t)__builtin_ctzll(set));
    }
    return -1;
}

const char *rs_fds_broken(const rs_fds *f)
{
    for (uint32_t w = 0; w < f->words; w++) {
        bool marked = full(f)[w / WORD] >> w % WORD & 1;
        if (marked != (used(f)[w] == UINT64_MAX))
            return "F2: a word of descriptors is marked full and is not, or the reverse";
    }
    return NULL;
}
