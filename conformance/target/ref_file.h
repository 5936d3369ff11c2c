/* ref_file.h — files and pipes of the target ref: what sendfile and splice move beside sockets. Private to ref_*.c.
 *
 * They have descriptors of their own, from CF_REF_FILE_FIRST on, so that a number says which kind it is. Files are real
 * ones (the runner gives paths in the run's own folder); pipes hold their bytes in memory. */
#ifndef CF_TARGET_REF_FILE_H
#define CF_TARGET_REF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CF_REF_FILE_FIRST = 1 << 20, CF_REF_FILES = 64, CF_REF_PIPES = 16, CF_REF_PIPE_BYTES = 65536 };

typedef enum { CF_REF_NOTHING, CF_REF_FILE, CF_REF_PIPE_READ, CF_REF_PIPE_WRITE } cf_ref_file_kind;

typedef struct cf_ref_pipe {
    uint32_t readers, writers;
    uint32_t first, len; /* a ring of CF_REF_PIPE_BYTES */
    uint8_t *bytes;
} cf_ref_pipe;

typedef struct cf_ref_files {
    struct {
        cf_ref_file_kind kind;
        int flags; /* O_* as open and fcntl know them */
        FILE *f;
        uint32_t pipe;
    } file[CF_REF_FILES];
    cf_ref_pipe pipe[CF_REF_PIPES];
} cf_ref_files;

static inline bool cf_ref_is_file(int fd)
{
    return fd >= CF_REF_FILE_FIRST;
}
cf_ref_file_kind cf_ref_file_kind_of(const cf_ref_files *fs, int fd);
/* All return a descriptor, a count or 0; or a negative errno. */
int cf_ref_file_open(cf_ref_files *fs, const char *path, int flags);
int cf_ref_file_pipe(cf_ref_files *fs, int64_t ends[2]);
int cf_ref_file_close(cf_ref_files *fs, int fd);
int cf_ref_file_fcntl(cf_ref_files *fs, int fd, int cmd, int arg);
/* at < 0: from where the file stands, which moves. Otherwise from there, and the file stays. Pipes ignore it. */
int64_t cf_ref_file_read(cf_ref_files *fs, int fd, void *to, size_t len, int64_t at);
int64_t cf_ref_file_write(cf_ref_files *fs, int fd, const void *from, size_t len);
/* The same as read, and the bytes stay. */
int64_t cf_ref_file_peek(cf_ref_files *fs, int fd, void *to, size_t len, int64_t at);
/* Room in the pipe of a writing end. */
size_t cf_ref_file_room(const cf_ref_files *fs, int fd);
void cf_ref_files_free(cf_ref_files *fs);

#endif
