#!/usr/bin/python3
"""Runs our scripts with an existing packetdrill binary against the live kernel, and lists where the outcomes differ.

    tools/peer/packetdrill.py /path/to/packetdrill [--parse-only] [-j N] [--tolerance_usecs=N] [SCRIPT...]

Every script is first parsed by the binary (--dry_run) in each variant: a parse error is a failure of this command. Each
that parses and says `clock: live-safe` (others simulate hours, or show a choice of refstack) is then run in a network
namespace of its own, and its outcome is set beside ours (tcprove run --json). Differences are listed, not judged: a
live kernel is a different stack, with a real clock. Needs root (namespaces, a TUN device).

Exit status: 0 no parse error; 1 a parse error; 2 wrong usage.
"""
import argparse
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "conformance" / "scripts"
TCPROVE = pathlib.Path(os.environ.get("TCPROVE", ROOT / "build" / "release" / "bin" / "tcprove"))

LIVE_SAFE = re.compile(r"^//: clock: +live-safe$", re.MULTILINE)

V4 = ["--local_ip=192.168.0.1", "--gateway_ip=192.168.0.1", "--netmask_ip=255.255.0.0", "--remote_ip=192.0.2.1",
      "-D", "TFO_COOKIE=3021b9d889017eeb", "-D", "CODE=host_unreachable"]
V6 = ["--mtu=1520", "--local_ip=fd3d:0a0b:17d6::1", "--gateway_ip=fd3d:0a0b:17d6:8888::1",
      "--remote_ip=fd3d:fa7b:d17d::1", "-D", "TFO_COOKIE=c1d1e9742a47a9bc"]
LEVEL4 = ["-D", "CMSG_LEVEL_IP=SOL_IP", "-D", "CMSG_TYPE_RECVERR=IP_RECVERR"]
LEVEL6 = ["-D", "CMSG_LEVEL_IP=SOL_IPV6", "-D", "CMSG_TYPE_RECVERR=IPV6_RECVERR"]
VARIANTS = {
    "ipv4": ["--ip_version=ipv4", *V4, *LEVEL4],
    "ipv6": ["--ip_version=ipv6", *V6, *LEVEL6],
    "ipv4-mapped-ipv6": ["--ip_version=ipv4-mapped-ipv6", *V4, *LEVEL6],
}


def path_of(name):
    """The file of a record: its id is a path below the shipped scripts, or the path that was given, without .pkt."""
    shipped = SCRIPTS / f"{name}.pkt"
    return shipped if shipped.exists() else pathlib.Path(f"{name}.pkt").resolve()


def ours(scripts):
    """Our own outcome of every (script path, variant), as tcprove records it."""
    with tempfile.TemporaryDirectory() as folder:
        record = pathlib.Path(folder) / "ours.jsonl"
        subprocess.run([TCPROVE, "run", "--json", record, *scripts], stdout=subprocess.DEVNULL, check=False)
        if not record.exists():
            sys.exit(f"{TCPROVE} wrote no record: build first (tools/dev build release)")
        rows = [json.loads(line) for line in record.read_text().splitlines()]
    return {(str(path_of(r["id"])), r["variant"]): r for r in rows}


def packetdrill(binary, script, variant, *, parse_only, extra=(), limit=900, cpu=None):
    """(exit status, first line of the error output) of one run."""
    command = [str(binary), *VARIANTS[variant], "--send_omit_free", *extra, script.name]
    if parse_only:
        command.insert(1, "--dry_run")
    else:
        command = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
    if cpu is not None:
        command = ["taskset", "-c", str(cpu), *command]
    with subprocess.Popen(command, cwd=script.parent, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True) as child:
        try:
            said = child.communicate(timeout=limit)[1]
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
            return 1, f"still running after {limit} s"
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    lines = said.strip().splitlines()
    named = [line for line in lines if line.startswith(script.name + ":")]
    first = (named or lines or [""])[0]  # not what commands of the script complain of
    return child.returncode, first


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary", help="an existing packetdrill binary")
    args.add_argument("scripts", nargs="*", help="default: every shipped script")
    args.add_argument("--parse-only", action="store_true", help="parse every script, run none")
    args.add_argument("-j", type=int, default=1, help="live runs at once (more than 1 disturbs their clocks)")
    args.add_argument("--tolerance_usecs", type=int, help="passed on for live runs: slack for a busy machine")
    opts = args.parse_args()
    extra = [f"--tolerance_usecs={opts.tolerance_usecs}"] if opts.tolerance_usecs else []
    binary = pathlib.Path(opts.binary).resolve()
    if not os.access(binary, os.X_OK):
        args.error(f"{binary} is not a program")
    scripts = [pathlib.Path(s).resolve() for s in opts.scripts] or sorted(SCRIPTS.rglob("*.pkt"))
    mine = ours(scripts)

    broken, parsed = [], []
    for script, variant in sorted(mine):
        status, error = packetdrill(binary, pathlib.Path(script), variant, parse_only=True)
        if status:
            broken.append(f"{script} @{variant}: {error}")
        else:
            parsed.append((script, variant))
    print(f"parse: {len(mine)} runs, {len(broken)} parse errors")
    print("\n".join(broken))
    if opts.parse_only:
        return 1 if broken else 0

    jobs = [job for job in parsed if LIVE_SAFE.search(pathlib.Path(job[0]).read_text())]
    print(f"live: {len(parsed) - len(jobs)} runs are not marked live-safe and stay away from the real clock")
    with ThreadPoolExecutor(max(1, opts.j)) as pool:
        live = list(pool.map(lambda job: packetdrill(binary, pathlib.Path(job[0]), job[1], parse_only=False,
                                                     extra=extra), jobs))
    same = 0
    for job, (status, error) in zip(jobs, live):
        theirs = "fail" if status else "pass"
        if theirs == mine[job]["outcome"]:
            same += 1
            continue
        name = os.path.relpath(job[0], ROOT)
        print(f"differs: {name} @{job[1]}: ours {mine[job]['outcome']}, live kernel {theirs}: {error}")
    print(f"live: {len(jobs)} runs, {same} with our outcome, {len(jobs) - same} differ")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
