"""tools/dev: one command for everything a developer does, with one function for each verb."""

import errno
import os
import re
import shutil
import signal
import sys

import check
import cover
import cover_fuzz
import determinism
import doctor
import fuzz
import golden
import live
import live_audit
import mutants
import packages
from steps import BUILD, PRESETS, PRESETS_OF_FUZZERS, ROOT, Stop, build, call, end_children

USAGE = """usage: tools/dev VERB [ARGUMENTS]

  run [ARGS...]          build release and run the shipped scripts on the reference stack (ARGS go to `tcprove run`)
  check                  everything CI checks; the last line is "N passed, N failed"
  build PRESET           release, dev, asan, fuzz, chase, cover, i386 or afl; programs are in build/PRESET/bin
  fmt [--check]          format the C sources
  tidy [--deep]          the house rules: floors, lengths, twins, READMEs, bans; --deep: clang-tidy (minutes)
  bench [--quick] [PART...]
                         build release and run the benchmark, or these parts: bulk, conns, idle, flood, fuzz, diff
  fuzz TARGET [SECONDS]  run one fuzzer (default 60 s); `fuzz` alone lists the targets
  sim [SEED] [SECONDS]   worlds of reference stacks on bad networks from this seed on (default 1, for 60 s)
  seed [--check]         regenerate (or compare) the generated seeds and vectors of corpus/
  cover [PART] [--lines] lines and branches of stack (or conformance) that tests and scripts reach; --lines: which not
  determinism [SEEDS] [FIRST]
                         the same seeds under gcc and clang, -O0 and -O3, and for i386: is everything the same? (2000
                         programs; a tenth as many of two hosts and of twins, a hundredth as many worlds)
  cover fuzz [SECONDS] [--lines]
                         branches of stack/tcp and stack/mech, cells, changes of state and oracles that the corpus
                         reaches, or that the fuzzers reach from nothing in so many seconds
  live-stack [MEGABYTES] the reference stack on a TUN device beside this kernel's TCP: curl and nginx (default 1024)
  live-audit [ROUNDS]    this kernel's TCP across a bad network: what `tcprove audit` finds must be nothing (default 12)
  mutants [--with JUDGE,...] [--seconds N,...] [--core] [--reduce] [--write] [ID...]
                         plant the bugs of conformance/mutants, one by one, and see who notices: scripts (default),
                         corpus[:TARGET+...], fuzz[:TARGET+...], empty[:TARGET+...] (a fuzzer from nothing), sim; a
                         run that was cut goes on where it was
  golden [FOLDER]        record what this kernel does with the live-safe scripts (minutes), for `tcprove compare`
  doctor                 what this machine lacks
  help                   this text
"""


def verb_run(args):
    packages.need("run")
    build("release", ["tcprove"])
    return call([BUILD / "release/bin/tcprove", "run", *args])


def verb_build(args):
    if len(args) != 1:
        raise Stop(f"build needs one preset: {', '.join(PRESETS)}")
    packages.need("build")
    engine_of_others = args[0] in PRESETS_OF_FUZZERS
    if engine_of_others:
        packages.need(args[0])
    build(args[0], ["fuzzers"] if engine_of_others else ())
    print(f"programs: build/{args[0]}/bin")
    return 0


def verb_tidy(args):
    if args == ["--deep"]:
        return check.deep_tidy()
    if args:
        raise Stop(f"tidy takes only --deep, not {' '.join(args)}")
    return call([sys.executable, "-B", ROOT / "tools/tidy/tidy.py"])


def verb_bench(args):
    packages.need("bench")
    build("release", ["bench"])
    return call([BUILD / "release/bin/bench", *args])


def verb_seed(args):
    packages.need("seed")
    return call([sys.executable, "-B", ROOT / "tools/seed/seed.py", *args])


def verb_sim(args):
    if len(args) > 2 or not all(word.isdecimal() for word in args):
        raise Stop("usage: tools/dev sim [SEED] [SECONDS], both numbers")
    packages.need("build")
    build("release", ["sim"])
    seed, seconds = (args + ["1", "60"][len(args):])[:2]
    return call([BUILD / "release/bin/sim", "--seed", seed, "--seconds", seconds])


def verb_cover(args):
    return cover_fuzz.verb_cover_fuzz(args[1:]) if args[:1] == ["fuzz"] else cover.verb_cover(args)


def verb_help(_args):
    print(USAGE, end="")
    return 0


VERBS = {
    "run": verb_run, "check": check.verb_check, "build": verb_build, "fmt": check.verb_fmt, "tidy": verb_tidy,
    "bench": verb_bench, "fuzz": fuzz.verb_fuzz, "seed": verb_seed, "sim": verb_sim, "golden": golden.verb_golden,
    "live-stack": live.verb_live, "live-audit": live_audit.verb_live_audit,
    "mutants": mutants.verb_mutants, "cover": verb_cover,
    "determinism": determinism.verb_determinism,
    "doctor": doctor.verb_doctor, "help": verb_help, "--help": verb_help, "-h": verb_help,
}


def interrupt(number, _frame):
    end_children(number)
    raise KeyboardInterrupt


def catch_signals():
    """All the same way out: children first. What was ignored when we began (nohup) stays so."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)


def refusal(error):
    """What the system refused, and what to do about it."""
    if isinstance(error, shutil.Error):   # many copies failed: the first tells enough
        _, place, why = error.args[0][0]
        number = re.search(r"Errno (\d+)", why)
        error = OSError(int(number[1]) if number else 0, why, place)
    advice = {
        errno.ENOSPC: "make room there; build/ can be deleted, it is made again",
        errno.EDQUOT: "make room there; build/ can be deleted, it is made again",
        errno.EROFS: "verbs write below build/: use a copy of the sources that may be written",
        errno.EACCES: "verbs write below build/: use a copy of the sources that may be written",
        errno.ENOENT: "tools/dev doctor tells what this machine lacks",
    }
    words = [str(error.filename or "a file"), error.strerror or str(error), advice.get(error.errno, "")]
    return ": ".join(word for word in words if word)


def main(argv):
    if not argv or argv[0] not in VERBS:
        what = f'no verb "{argv[0]}"' if argv else "a verb is needed"
        print(f"tools/dev: {what}\n\n{USAGE}", end="", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    catch_signals()
    try:
        return VERBS[argv[0]](argv[1:])
    except Stop as stop:
        print(f"tools/dev: {stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("tools/dev: interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())   # nobody reads on: the rest goes nowhere
        return 1
    except OSError as error:
        print(f"tools/dev: {refusal(error)}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
