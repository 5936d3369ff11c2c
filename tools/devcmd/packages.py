"""The packages a verb needs (tools/packages.txt), and their installation when that is allowed."""

import os
import shutil
import subprocess
import sys

from steps import ROOT, Stop, VERBS_WITH_PACKAGES

LIST = ROOT / "tools/packages.txt"


def parse(text, where="tools/packages.txt"):
    """[(name, {verbs}, why)] of the list; Stop with the line when a line is wrong."""
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split(None, 2)
        if len(parts) < 3:
            raise Stop(f"{where}:{number}: a line is: name, verbs separated by commas, why")
        verbs = set(parts[1].split(","))
        unknown = verbs - VERBS_WITH_PACKAGES
        if unknown:
            raise Stop(f"{where}:{number}: unknown verb {sorted(unknown)[0]!r}")
        if parts[0] in (row[0] for row in rows):
            raise Stop(f"{where}:{number}: {parts[0]} is listed twice")
        rows.append((parts[0], verbs, parts[2]))
    return rows


def wanted(verb):
    return [name for name, verbs, _ in parse(LIST.read_text()) if verb in verbs]


def missing(names):
    """Those of names that dpkg does not know as installed."""
    if not names or not shutil.which("dpkg-query"):
        return []
    out = subprocess.run(["dpkg-query", "-W", "-f", "${Package} ${db:Status-Abbrev}\n", *names],
                         capture_output=True, text=True, check=False).stdout
    there = {line.split()[0] for line in out.splitlines() if line.split()[1:] == ["ii"]}
    return [name for name in names if name not in there]


def root_prefix():
    """What to put before a command that needs root; None when that is not allowed here."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False)
        return ["sudo", "-n"] if asked.returncode == 0 else None
    return None


def install(names):
    prefix = root_prefix()
    if prefix is None:
        raise Stop("packages are missing and may not be installed from here; type:\n"
                   f"  sudo apt-get install {' '.join(names)}")
    print(f"installing: {' '.join(names)}", file=sys.stderr, flush=True)
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-y", "-o", "Dpkg::Use-Pty=0"]
    command = [*apt, "install", "--no-install-recommends", *names]
    first = subprocess.run(command, capture_output=True, text=True, check=False)
    if first.returncode == 0:
        return
    update = subprocess.run([*apt, "update"], capture_output=True, text=True, check=False)
    again = subprocess.run(command, capture_output=True, text=True, check=False)
    if again.returncode != 0:
        raise Stop(f"apt-get could not install {' '.join(names)}:\n{update.stderr}{again.stderr or again.stdout}")


def need(verb):
    """Makes sure that everything the verb needs is there."""
    if not shutil.which("dpkg-query"):
        print(f"not a Debian system: this verb expects what these packages hold: {' '.join(wanted(verb))}",
              file=sys.stderr)
        return
    lacking = missing(wanted(verb))
    if lacking:
        install(lacking)
