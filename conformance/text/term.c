#include "term.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MIN = 20, WIDTH_USUAL = 80, WIDTH_MAX = 1000 };

bool cf_term_is_tty(FILE *f)
{
    return isatty(fileno(f)) == 1;
}

static int within(long width)
{
    if (width < WIDTH_MIN) return WIDTH_MIN;
    return width > WIDTH_MAX ? WIDTH_MAX : (int)width;
}

int cf_term_width(FILE *f)
{
    const char *columns = getenv("COLUMNS");
    if (columns && *columns) {
        char *end;
        long width = strtol(columns, &end, 10);
        if (*end == '\0' && width > 0) return within(width);
    }
    struct winsize w;
    if (ioctl(fileno(f), TIOCGWINSZ, &w) == 0 && w.ws_col > 0) return within(w.ws_col);
    return WIDTH_USUAL;
}

static bool is_set(const char *name)
{
    const char *v = getenv(name);
    return v && *v;
}

bool cf_term_wants_colour(FILE *f)
{
    const char *force = getenv("CLICOLOR_FORCE"), *term = getenv("TERM");
    if (is_set("NO_COLOR")) return false;
    if (force && *force && strcmp(force, "0") != 0) return true;
    if (term && strcmp(term, "dumb") == 0) return false;
    return cf_term_is_tty(f);
}

const char *cf_term_code(cf_colour c, bool on)
{
    static const char *const codes[] = {"\033[0m",  "\033[31m", "\033[32m", "\033[33m",
                                        "\033[34m", "\033[36m", "\033[1m",  "\033[2m"};
    return on ? codes[c] : "";
}
