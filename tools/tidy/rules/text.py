"""Rules about text: line ends, tabs, length, empty comments, markers, paths of one machine, include guards."""

import re

from tree import Finding

TEXT_ENDINGS = {".c", ".h", ".def", ".py", ".cmake", ".sh", ".md", ".toml", ".txt", ".json", ".pkt"}
LIMITED_ENDINGS = {".c", ".h", ".def", ".py"}
LINE_LIMIT = 120
MARKER = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b|\bfor " r"now\b")
EMPTY_C = re.compile(r"^\s*(?:/\*\s*\*/|//)\s*$")
EMPTY_PY = re.compile(r"^\s*#\s*$")
COMMON_TOP = {"bin", "boot", "dev", "etc", "lib", "media", "mnt", "opt", "proc", "run", "sbin", "srv", "sys", "tmp",
              "usr", "var"}


def is_text(file):
    return file.ending in TEXT_ENDINGS or file.pure.name in ("CMakeLists.txt", "LICENSE", "dev", "run")


def line_ends(tree):
    for file in tree.files:
        if not is_text(file):
            continue
        if file.data and not file.data.endswith("\n"):
            yield Finding(file.path, len(file.lines), "no newline at the end", "add it")
        if file.data.endswith("\n\n"):
            yield Finding(file.path, len(file.lines), "empty line at the end", "remove it")
        for number, line in enumerate(file.lines, 1):
            if "\r" in line:
                yield Finding(file.path, number, "carriage return", "use plain newlines")
            elif line != line.rstrip():
                yield Finding(file.path, number, "space at the end of the line", "remove it")
            if "\t" in line:
                yield Finding(file.path, number, "tab", "indent with spaces; in a C string write \\t")


def line_length(tree):
    for file in tree.files:
        if file.ending not in LIMITED_ENDINGS:
            continue
        for number, line in enumerate(file.lines, 1):
            if len(line) > LINE_LIMIT:
                yield Finding(file.path, number, f"line of {len(line)} columns", f"break it (limit {LINE_LIMIT})")


def empty_comments(tree):
    for file in tree.files:
        pattern = EMPTY_C if file.is_c else EMPTY_PY if file.ending == ".py" else None
        for number, line in enumerate(file.lines, 1) if pattern else ():
            if pattern.match(line):
                yield Finding(file.path, number, "empty comment", "say something or remove it")


def markers(tree):
    for file in tree.files:
        if not is_text(file):
            continue
        for number, line in enumerate(file.lines, 1):
            found = MARKER.search(line)
            if found:
                yield Finding(file.path, number, f'"{found.group(0)}"',
                              "do it, or open an issue and say what holds today")


def machine_paths(tree):
    """Absolute paths that exist only on somebody's machine: a home, or the folder above this checkout."""
    top = tree.root.parts[1] if len(tree.root.parts) > 2 else ""
    own = [re.escape(top)] if top and top not in COMMON_TOP | {"home", "root"} else []
    pattern = re.compile(rf"(?<![\w./])/(?:home/\w+|root|Users/\w+{''.join('|' + name for name in own)})/")
    for file in tree.files:
        for number, line in enumerate(file.lines, 1):
            if pattern.search(line):
                yield Finding(file.path, number, "a path of one machine", "make it relative to the repository")


def include_guards(tree):
    seen = {}
    for file in tree.files:
        if file.ending != ".h":
            continue
        guard = re.search(r"^#ifndef (\w+)\n#define (\w+)$", file.code, re.M)
        if not guard or guard.group(1) != guard.group(2):
            yield Finding(file.path, 1, "no include guard",
                          "#ifndef PART_FOLDER_FILE_H, #define of the same name, #endif")
        elif guard.group(1) in seen:
            yield Finding(file.path, file.code.count("\n", 0, guard.start()) + 1,
                          f"include guard {guard.group(1)} is also that of {seen[guard.group(1)]}",
                          "choose another name")
        else:
            seen[guard.group(1)] = file.path


RULES = (line_ends, line_length, empty_comments, markers, machine_paths, include_guards)
