"""`doctor`: what this machine lacks, and which verb misses it. Changes nothing."""

import os
import resource
import shutil
import subprocess

import packages
from steps import Stop

ALLOWED = "net.ipv4.tcp_allowed_congestion_control"


def probe(command):
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    return done.returncode == 0, (done.stdout + done.stderr).strip().splitlines()[:1]


def read(path):
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return ""


def real_time():
    """May this user take the lowest real-time priority?"""
    limit = resource.getrlimit(resource.RLIMIT_RTPRIO)[0]
    return os.geteuid() == 0 or limit == resource.RLIM_INFINITY or limit > 0


def memory_mb():
    fields = dict(line.split(":", 1) for line in read("/proc/meminfo").splitlines() if ":" in line)
    return int(fields.get("MemAvailable", "0 kB").split()[0]) // 1024


def namespace_command(*words):
    """Runs words in a new network namespace; a user who is not root becomes root of a user namespace for it."""
    return ["unshare", *([] if os.geteuid() == 0 else ["-r"]), "-n", *words]


def live_lacks():
    """What tests on the live kernel need and this machine does not give; [] when it gives everything."""
    namespaces, _ = probe(namespace_command("true"))
    tun = os.access("/dev/net/tun", os.R_OK | os.W_OK)
    return [what for what, there in (("network namespaces", namespaces), ("/dev/net/tun", tun),
                                     ("root", os.geteuid() == 0)) if not there]


def allow_cubic():
    """Scripts name cubic, and a namespace may only use what the first one allows: root can see to that. The list only
    grows."""
    path = f"/proc/sys/{ALLOWED.replace('.', '/')}"
    allowed = read(path).split()
    if "cubic" in allowed or not allowed or os.geteuid() != 0:
        return
    print(f"allowing cubic in namespaces: {ALLOWED} = {' '.join([*allowed, 'cubic'])}", flush=True)
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(" ".join([*allowed, "cubic"]))
    except OSError as error:
        print(f"{path}: {error}; scripts with cubic will fail", flush=True)


def machine_rows():
    """(what, is it there, what for) of everything that is not a package."""
    namespaces, why = probe(namespace_command("true"))
    cubic = "cubic" in read("/proc/sys/net/ipv4/tcp_available_congestion_control").split()
    allowed = "cubic" in read(f"/proc/sys/{ALLOWED.replace('.', '/')}").split()
    tun = os.access("/dev/net/tun", os.R_OK | os.W_OK)
    free_mb = shutil.disk_usage(packages.ROOT).free // 2**20
    return [
        ("two processors", (os.cpu_count() or 1) >= 2, "check under 10 minutes"),
        ("1 GB of free memory", memory_mb() >= 1024, "sanitizer builds"),
        ("1 GB of free disk", free_mb >= 1024, "five presets side by side"),
        ("root, or sudo without a password", packages.root_prefix() is not None, "installing packages"),
        ("network namespaces" + ("" if namespaces else f" ({why})"), namespaces, "bench: Linux over loopback"),
        ("/dev/net/tun", tun, "scripts against the live kernel"),
        ("Linux congestion control cubic", cubic, "scripts against the live kernel"),
        (f"cubic allowed in namespaces (else: sysctl -w {ALLOWED}=\"reno cubic\")", allowed,
         "packetdrill's own scripts against the live kernel"),
        ("real-time priority for this user", real_time(), "exact times against the live kernel"),
    ]


def verb_doctor(args):
    if args:
        raise Stop(f"doctor takes no arguments, not {' '.join(args)}")
    lacking = 0
    for name, verbs, why in packages.parse(packages.LIST.read_text()):
        there = not packages.missing([name])
        lacking += not there
        print(f"{'ok     ' if there else 'missing'} package {name:<20} {why} ({', '.join(sorted(verbs))})")
    for what, there, purpose in machine_rows():
        lacking += not there
        print(f"{'ok     ' if there else 'missing'} {what}: {purpose}")
    print(f"{lacking} missing; packages are installed by the verb that needs them" if lacking else "nothing is missing")
    return 0
