/* main.c — the replay program of one target: the target's entry point is found by the linker, as libFuzzer finds it. */
#include "standalone.h"

fz_run_fn LLVMFuzzerTestOneInput;

int main(int argc, char **argv)
{
    return fz_replay_main(argc, argv, LLVMFuzzerTestOneInput);
}
