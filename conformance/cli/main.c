#include "cli.h"

int main(int argc, char **argv)
{
    return cf_main(argc, argv);
}
