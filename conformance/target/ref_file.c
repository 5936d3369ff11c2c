/* see ref_file.h */
#include "ref_file.h"

#include <errno.h>
#include <string.h>

#include "../../stack/include/refstack/types.h"
#include "../text/mem.h"

/* Flags of open() and commands of fcntl() on Linux. */
enum { ACCESS = 3, WRITE_ONLY = 1, READ_WRITE = 2, CREATE = 0100, TRUNCATE = 01000, NONBLOCK = 04000 };
enum { GET_FD = 1, SET_FD = 2, GET_FL = 3, SET_FL = 4 };

static int slot_of(const cf_ref_files *fs, int fd)
{
    int i = fd - CF_REF_FILE_FIRST;
    return i >= 0 && i < CF_REF_FILES && fs->file[i].kind != CF_REF_NOTHING ? i : -1;
}

cf_ref_file_kind cf_ref_file_kind_of(const cf_ref_files *fs, int fd)
{
    int i = slot_of(fs, fd);
    return i < 0 ? CF_REF_NOTHING : fs->file[i].kind;
}

static int free_slot(const cf_ref_files *fs)
{
    for (int i = 0; i < CF_REF_FILES; i++)
        if (fs->file[i].kind == CF_REF_NOTHING) return i;
    return -1;
}

static FILE *open_stream(const char *path, int flags)
{
    int access = flags & ACCESS;
    if (access == 0) return fopen(path, "rb");
    bool fresh = flags & TRUNCATE;
    FILE *f = fresh ? NULL : fopen(path, "r+b");
    if (f || (!fresh && !(flags & CREATE))) return f;
    return fopen(path, "w+b");
}

int cf_ref_file_open(cf_ref_files *fs, const char *path, int flags)
{
    int i = free_slot(fs);
    if (i < 0) return -RS_EMFILE;
    errno = 0;
    FILE *f = open_stream(path, flags);
    if (!f) return errno ? -errno : -RS_ENOENT;
    fs->file[i].kind = CF_REF_FILE;
    fs->file[i].flags = flags & ~(CREATE | TRUNCATE);
    fs->file[i].f = f;
    return CF_REF_FILE_FIRST + i;
}

static int pipe_end(cf_ref_files *fs, uint32_t pipe, cf_ref_file_kind kind)
{
    int i = free_slot(fs);
    if (i < 0) return -RS_EMFILE;
    fs->file[i].kind = kind;
    fs->file[i].flags = kind == CF_REF_PIPE_WRITE ? WRITE_ONLY : 0;
    fs->file[i].pipe = pipe;
    return CF_REF_FILE_FIRST + i;
}

int cf_ref_file_pipe(cf_ref_files *fs, int64_t ends[2])
{
    uint32_t p = 0;
    while (p < CF_REF_PIPES && fs->pipe[p].bytes) p++;
    if (p == CF_REF_PIPES) return -RS_EMFILE;
    int r = pipe_end(fs, p, CF_REF_PIPE_READ), w = r < 0 ? r : pipe_end(fs, p, CF_REF_PIPE_WRITE);
    if (w < 0) {
        if (r >= 0) fs->file[r - CF_REF_FILE_FIRST].kind = CF_REF_NOTHING;
        return w;
    }
    fs->pipe[p] = (cf_ref_pipe){.readers = 1, .writers = 1, .bytes = cf_mem_zero(1, CF_REF_PIPE_BYTES)};
    ends[0] = r;
    ends[1] = w;
    return 0;
}

static void leave_pipe(cf_ref_pipe *p, bool reader)
{
    if (reader) p->readers--;
    else p->writers--;
    if (p->readers || p->writers) return;
    free(p->bytes);
    *p = (cf_ref_pipe){0};
}

int cf_ref_file_close(cf_ref_files *fs, int fd)
{
    int i = slot_of(fs, fd);
    if (i < 0) return -RS_EBADF;
    if (fs->file[i].kind == CF_REF_FILE) fclose(fs->file[i].f);
    else leave_pipe(&fs->pipe[fs->file[i].pipe], fs->file[i].kind == CF_REF_PIPE_READ);
    fs->file[i].kind = CF_REF_NOTHING;
    return 0;
}

int cf_ref_file_fcntl(cf_ref_files *fs, int fd, int cmd, int arg)
{
    int i = slot_of(fs, fd);
    if (i < 0) return -RS_EBADF;
    if (cmd == GET_FL) return fs->file[i].flags;
    if (cmd == SET_FL) fs->file[i].flags = (fs->file[i].flags & ~NONBLOCK) | (arg & NONBLOCK);
    return cmd == SET_FL || cmd == SET_FD || cmd == GET_FD ? 0 : -RS_EINVAL;
}

static int64_t read_file(FILE *f, void *to, size_t len, int64_t at)
{
    long before = ftell(f);
    if (at >= 0 && fseek(f, (long)at, SEEK_SET) != 0) return -RS_EINVAL;
    size_t n = fread(to, 1, len, f);
    clearerr(f);
    if (at >= 0) fseek(f, before, SEEK_SET);
    return (int64_t)n;
}

int64_t cf_ref_file_peek(cf_ref_files *fs, int fd, void *to, size_t len, int64_t at)
{
    int i = slot_of(fs, fd);
    if (i < 0 || fs->file[i].kind == CF_REF_PIPE_WRITE) return -RS_EBADF;
    if (fs->file[i].kind == CF_REF_FILE)
        return (fs->file[i].flags & ACCESS) == WRITE_ONLY
                   ? -RS_EBADF
                   : read_file(fs->file[i].f, to, len, at < 0 ? ftell(fs->file[i].f) : at);
    const cf_ref_pipe *p = &fs->pipe[fs->file[i].pipe];
    if (p->len == 0 && len > 0) return p->writers ? -RS_EAGAIN : 0;
    size_t n = len < p->len ? len : p->len;
    for (size_t k = 0; k < n; k++) ((uint8_t *)to)[k] = p->bytes[(p->first + k) % CF_REF_PIPE_BYTES];
    return (int64_t)n;
}

int64_t cf_ref_file_read(cf_ref_files *fs, int fd, void *to, size_t len, int64_t at)
{
    int64_t n = cf_ref_file_peek(fs, fd, to, len, at);
    if (n <= 0) return n;
    int i = slot_of(fs, fd);
    if (fs->file[i].kind == CF_REF_FILE) {
        if (at < 0) fseek(fs->file[i].f, (long)n, SEEK_CUR);
        return n;
    }
    cf_ref_pipe *p = &fs->pipe[fs->file[i].pipe];
    p->first = (uint32_t)((p->first + (uint64_t)n) % CF_REF_PIPE_BYTES);
    p->len -= (uint32_t)n;
    return n;
}

size_t cf_ref_file_room(const cf_ref_files *fs, int fd)
{
    int i = slot_of(fs, fd);
    if (i < 0 || fs->file[i].kind != CF_REF_PIPE_WRITE) return 0;
    return CF_REF_PIPE_BYTES - fs->pipe[fs->file[i].pipe].len;
}

int64_t cf_ref_file_write(cf_ref_files *fs, int fd, const void *from, size_t len)
{
    int i = slot_of(fs, fd);
    if (i < 0 || fs->file[i].kind == CF_REF_PIPE_READ) return -RS_EBADF;
    if (fs->file[i].kind == CF_REF_FILE)
        return (fs->file[i].flags & ACCESS) == 0 ? -RS_EBADF : (int64_t)fwrite(from, 1, len, fs->file[i].f);
    cf_ref_pipe *p = &fs->pipe[fs->file[i].pipe];
    if (!p->readers) return -RS_EPIPE;
    size_t room = CF_REF_PIPE_BYTES - p->len, n = len < room ? len : room;
    if (n == 0 && len > 0) return -RS_EAGAIN;
    for (size_t k = 0; k < n; k++) p->bytes[(p->first + p->len + k) % CF_REF_PIPE_BYTES] = ((const uint8_t *)from)[k];
    p->len += (uint32_t)n;
    return (int64_t)n;
}

void cf_ref_files_free(cf_ref_files *fs)
{
    for (int i = 0; i < CF_REF_FILES; i++)
        if (fs->file[i].kind != CF_REF_NOTHING) cf_ref_file_close(fs, CF_REF_FILE_FIRST + i);
}
