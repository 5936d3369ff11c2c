"""Who may include whom: floors.toml, checked on every #include."""

import posixpath
import re
from fnmatch import fnmatch

from tree import Finding

LOCAL = re.compile(r'^\s*#\s*include\s+"([^"]+)"')
SYSTEM = re.compile(r"^\s*#\s*include\s+<([^>]+)>")


def floor_of(path, table):
    """The row of floors.toml for a file: a row that names the file wins, then the longest folder."""
    rows = [name for name in table if fnmatch(path, name) or path.startswith(name + "/")]
    return max(rows, key=lambda name: (fnmatch(path, name), len(name)), default=None)


def allowed(target, folder, may):
    if posixpath.dirname(target) == folder:
        return True
    return any(target == name or target.startswith(name + "/") or fnmatch(target, name) for name in may)


def local_includes(tree):
    table = tree.settings("floors.toml")["floor"]
    for file in tree.c_files():
        name = floor_of(file.path, table)
        for number, line in enumerate(file.lines, 1):
            match = LOCAL.match(line)
            if not match:
                continue
            target = posixpath.normpath(posixpath.join(file.folder, match.group(1)))
            if target not in tree.by_path:
                yield Finding(file.path, number, f'includes "{match.group(1)}", which is not there',
                              "write the path relative to this file")
            elif name is None:
                yield Finding(file.path, number, "this folder has no floor", "add a row to tools/tidy/floors.toml")
            elif not allowed(target, file.folder, table[name].get("may", [])):
                never = table[name].get("never", "what is there")
                yield Finding(file.path, number, f"includes {target}: {name} must not know {never}",
                              "pass a value, or move the code to the floor that may know (tools/tidy/floors.toml)")


def system_includes(tree):
    settings = tree.settings("floors.toml")
    for file in tree.c_files():
        name = floor_of(file.path, settings["floor"])
        kinds = settings["floor"][name].get("system") if name else None
        if kinds is None:
            continue
        headers = [header for kind in kinds for header in settings["headers"][kind]]
        for number, line in enumerate(file.lines, 1):
            match = SYSTEM.match(line)
            if match and match.group(1) not in headers:
                yield Finding(file.path, number,
                              f"includes <{match.group(1)}>: {name} may use {' and '.join(kinds)} headers only",
                              "move what needs it to a folder that may use the operating system")


RULES = (local_includes, system_includes)
