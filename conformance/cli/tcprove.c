/* The command as a function: which verb, its options, its exit status. */
#include <fcntl.h>
#include <string.h>

#include "cli.h"

static int unknown_verb(const char *word)
{
    const char *names[32];
    size_t n = 0;
    for (size_t i = 0; i < cf_verb_count; i++) names[n++] = cf_verbs[i].name;
    for (size_t i = 0; i < cf_companion_count; i++) names[n++] = cf_companions[i].name;
    const char *near = cf_nearest(word, names, n);
    if (near) return cf_complain(CF_EXIT_USAGE, "there is no command \"%s\"; did you mean `tcprove %s`?", word, near);
    return cf_complain(CF_EXIT_USAGE, "there is no command \"%s\"; `tcprove help` lists them", word);
}

static int help(int argc, char **argv)
{
    cf_args a;
    char why[400];
    if (!cf_args_read(&a, CF_VERB_HELP, argc, argv, why, sizeof why)) {
        cf_args_free(&a);
        return cf_complain(CF_EXIT_USAGE, "%s", why);
    }
    const char *word = a.words.count ? a.words.items[0] : NULL;
    const cf_verb *v = word ? cf_verb_find(word) : NULL;
    bool man = a.man;
    cf_args_free(&a);
    const cf_companion *c = word && !v ? cf_companion_find(word) : NULL;
    if (c) return cf_companion_run(c, (char *[]){NULL, "--help", NULL});
    if (word && !v) return unknown_verb(word);
    if (man) cf_help_man(stdout);
    else if (v) cf_help_verb(stdout, v);
    else cf_help(stdout);
    return CF_EXIT_OK;
}

static int run_verb(const cf_verb *v, int argc, char **argv)
{
    cf_args a;
    char why[400];
    int status = CF_EXIT_OK;
    if (!cf_args_read(&a, v->bit, argc, argv, why, sizeof why))
        status = cf_complain(CF_EXIT_USAGE, "%s (see `tcprove help %s`)", why, v->name);
    else if (a.help) cf_help_verb(stdout, v);
    else status = v->run(&a);
    cf_args_free(&a);
    return status;
}

/* What could not be written is not a success: a full disk must not look like a green run. */
static int finish(int status)
{
    bool lost = fflush(stdout) != 0 || ferror(stdout);
    if (!lost) return status;
    int told = cf_complain(CF_EXIT_USAGE, "cannot write to standard output");
    return status == CF_EXIT_OK ? told : status;
}

/* The number of a closed standard stream must not go to a pipe or a report: something that refuses holds it. */
static void hold_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY) < 0) return;
}

int cf_main(int argc, char **argv)
{
    hold_standard_streams();
    const char *word = argc > 1 ? argv[1] : NULL;
    const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (argc > 0 && strcmp(slash ? slash + 1 : argv[0], "packetdrill") == 0) return finish(cf_packetdrill(argc, argv));
    if (!word) {
        cf_help(stderr);
        return CF_EXIT_USAGE;
    }
    if (strcmp(word, "--version") == 0) {
        printf("tcprove %s\n", CF_VERSION);
        return finish(CF_EXIT_OK);
    }
    if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return finish(help(argc - 2, argv + 2));
    const cf_companion *c = cf_companion_find(word);
    if (c) return finish(cf_companion_run(c, argv + 1));
    const cf_verb *v = cf_verb_find(word);
    return v ? finish(run_verb(v, argc - 2, argv + 2)) : unknown_verb(word);
}
