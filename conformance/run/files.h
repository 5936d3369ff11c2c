/* files.h — the files of one run: what its commands make (dd) and its calls open lies in a folder of the run's own.
 *
 * A path of the script stands for a file in that folder, so scripts neither see the machine's files nor leave any
 * behind. /dev/zero and /dev/null are themselves. The folder is made when it is needed first and goes with the run. */
#ifndef CF_RUN_FILES_H
#define CF_RUN_FILES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cf_files {
    char dir[64]; /* "" until it is made */
} cf_files;

enum { CF_FILES_PATH = 320 };

/* Where the file of this name lies; false: the folder cannot be made, or the name is too long (why says so). */
bool cf_files_path(cf_files *f, const char *name, char out[CF_FILES_PATH], char *why, size_t why_cap);
/* The folder and all that is in it are gone. */
void cf_files_free(cf_files *f);

#endif
