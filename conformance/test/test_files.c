/* The files of one run. */
#define CHECK_MAIN
#include "../run/files.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "../../stack/test/check.h"

static char path[CF_FILES_PATH], why[200];

static void touch(const char *name)
{
    FILE *f = fopen(name, "w");
    CHECK(f != NULL);
    fclose(f);
}

TEST(a_path_lies_in_the_folder_of_the_run_and_goes_with_it)
{
    cf_files f = {""};
    CHECK(cf_files_path(&f, "/tmp/testfile", path, why, sizeof why));
    CHECK(strncmp(path, f.dir, strlen(f.dir)) == 0);
    CHECK(strchr(path + strlen(f.dir) + 1, '/') == NULL);
    touch(path);
    char dir[64];
    snprintf(dir, sizeof dir, "%s", f.dir);
    cf_files_free(&f);
    CHECK(access(dir, F_OK) != 0);
}

TEST(no_path_leads_out_of_the_folder)
{
    static const char *const names[] = {"../../etc/passwd", "/etc/passwd", "..", ".", "a/../b"};
    cf_files f = {""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        CHECK(cf_files_path(&f, names[i], path, why, sizeof why));
        const char *last = path + strlen(f.dir) + 1;
        CHECK(strchr(last, '/') == NULL && last[0] != '.');
    }
    cf_files_free(&f);
}

TEST(two_runs_do_not_see_each_other)
{
    cf_files a = {""}, b = {""};
    char other[CF_FILES_PATH];
    CHECK(cf_files_path(&a, "/x", path, why, sizeof why));
    CHECK(cf_files_path(&b, "/x", other, why, sizeof why));
    CHECK(strcmp(path, other) != 0);
    cf_files_free(&a);
    cf_files_free(&b);
}

TEST(devices_that_hold_nothing_are_themselves)
{
    cf_files f = {""};
    CHECK(cf_files_path(&f, "/dev/zero", path, why, sizeof why));
    CHECK_STR(path, "/dev/zero");
    CHECK_STR(f.dir, "");
    char longer[400];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    CHECK(!cf_files_path(&f, longer, path, why, sizeof why));
    CHECK(strstr(why, "too long") != NULL);
    cf_files_free(&f);
}
