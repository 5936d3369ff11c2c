#define _GNU_SOURCE /* mremap, O_TMPFILE */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { GROW_FIRST = 256 << 10, GROW_MAX = 32 << 20, TOUCH_MAX = 8192 };

void cf_store_init(cf_store *s, size_t item)
{
    *s = (cf_store){.fd = -1, .item = item};
}

void cf_store_free(cf_store *s)
{
    if (s->map) munmap(s->map, s->mapped);
    if (s->fd >= 0) close(s->fd);
    cf_store_init(s, s->item);
}

/* TMPDIR or /tmp; the file has no name, so that nothing is left behind whatever happens. */
static int nameless_file(const char **dir)
{
    *dir = getenv("TMPDIR");
    if (!*dir || !**dir) *dir = "/tmp";
    int fd = open(*dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0 || errno == ENOENT) return fd;
    char path[300];
    if (snprintf(path, sizeof path, "%s/tcprove.XXXXXX", *dir) >= (int)sizeof path) return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0) unlink(path);
    return fd;
}

static bool fail(char *why, size_t why_cap, const char *dir, int error)
{
    snprintf(why, why_cap, "no room for the packets of this capture in %s: %s; TMPDIR names another folder", dir,
             strerror(error));
    return false;
}

/* The blocks are reserved first: a full disk is an error here and not a signal later. */
static bool grow(cf_store *s, char *why, size_t why_cap)
{
    const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
    if (s->fd < 0) s->fd = nameless_file(&dir);
    if (s->fd < 0) return fail(why, why_cap, dir, errno);
    size_t more = s->mapped < GROW_FIRST ? GROW_FIRST : s->mapped < GROW_MAX ? s->mapped : GROW_MAX;
    int error = posix_fallocate(s->fd, (off_t)s->mapped, (off_t)more);
    if (error) return fail(why, why_cap, dir, error);
    void *map = s->map ? mremap(s->map, s->mapped, s->mapped + more, MREMAP_MAYMOVE)
                       : mmap(NULL, more, PROT_READ | PROT_WRITE, MAP_SHARED, s->fd, 0);
    if (map == MAP_FAILED) return fail(why, why_cap, dir, errno);
    s->map = map;
    s->mapped += more;
    madvise(s->map, s->mapped, MADV_RANDOM); /* no read-ahead into memory */
    return true;
}

static void touch(cf_store *s)
{
    if (++s->touched < TOUCH_MAX) return;
    s->touched = 0;
    madvise(s->map, s->mapped, MADV_DONTNEED); /* the file keeps the contents */
}

void *cf_store_add(cf_store *s, uint32_t *number, char *why, size_t why_cap)
{
    if (s->count == UINT32_MAX) {
        snprintf(why, why_cap, "more than 4 294 967 294 TCP packets: split the capture");
        return NULL;
    }
    if (((size_t)s->count + 1) * s->item > s->mapped && !grow(s, why, why_cap)) return NULL;
    touch(s);
    *number = s->count++;
    return s->map + (size_t)*number * s->item;
}

void *cf_store_at(cf_store *s, uint32_t number)
{
    touch(s);
    return s->map + (size_t)number * s->item;
}
