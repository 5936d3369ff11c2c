/* folder.h — two folders of captures, as `tcprove run --pcap-dir` writes them: files with one name are compared. Links
 * to folders are not followed; what is no plain file (a pipe) is no capture. */
#ifndef CF_CAPTURE_FOLDER_H
#define CF_CAPTURE_FOLDER_H

#include "diff.h"

typedef struct cf_folder_file {
    char *name; /* from the folder on, without it: "close/fin@ipv4.pcapng" */
    bool in_a, in_b;
    char *problem; /* NULL, or why it could not be compared */
    cf_diff diff;  /* of files that are in both; else empty */
} cf_folder_file;

typedef struct cf_folder_diff {
    cf_folder_file *files; /* sorted by name; only those that differ, are on one side, are damaged, or have a problem */
    uint32_t count, cap, compared, equal, damaged;
    uint64_t counts[CF_DC_COUNT];
} cf_folder_diff;

bool cf_is_folder(const char *path);
/* False with the reason in why: a folder that cannot be read, or neither has a capture. */
bool cf_diff_folders(cf_folder_diff *f, const char *a, const char *b, const cf_diff_opts *o, char *why, size_t why_cap);
void cf_folder_diff_free(cf_folder_diff *f);

#endif
