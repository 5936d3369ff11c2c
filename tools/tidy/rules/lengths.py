"""Rules about size: files and functions, in C and in Python."""

import ast
import re

from tree import Finding

FILE_LIMIT = 600
FUNCTION_LIMIT = 60
ENDINGS = {".c", ".h", ".def", ".py", ".cmake", ".sh"}
NAME = re.compile(r"TEST\((?P<test>\w+)\)|(?P<name>\w+)\s*\(")
NOT_FUNCTIONS = ("typedef", "struct", "union", "enum", "#", "}")


def file_length(tree):
    for file in tree.files:
        if file.ending in ENDINGS and len(file.lines) > FILE_LIMIT:
            yield Finding(file.path, FILE_LIMIT, f"{len(file.lines)} lines (limit {FILE_LIMIT})",
                          "split it by concept; the lower floor is usually right for the new file")


def c_functions(file):
    """[(line, name, length)] of C functions: from the first line of the head to the brace that closes the body. A body
    opens with a brace alone in the first column, or at the end of a head line (which another rule reports)."""
    found, head, opened = [], None, None
    for number, line in enumerate(file.code_lines, 1):
        if opened is not None:
            if line.startswith("}"):
                found.append((opened[0], opened[1], number - opened[0] + 1))
                opened = head = None
            continue
        if not line.strip() or line.startswith("#"):
            head = None
        elif line.startswith("{") or (line.rstrip().endswith(") {") and not line.startswith((" ", *NOT_FUNCTIONS))):
            start, words = head or (number, line)
            name = NAME.search(words if head else line)
            if name and "=" not in words.split("(")[0]:
                opened = (start, name["test"] or name["name"])
        elif line[0] not in " })":
            head = (number, line) if not line.rstrip().endswith((";", "}")) else None
        elif head:
            head = (head[0], head[1] + line) if not line.rstrip().endswith(";") else None
    return found


def python_functions(file):
    return [(node.lineno, node.name, node.end_lineno - node.lineno + 1)
            for node in ast.walk(ast.parse(file.data)) if isinstance(node, ast.FunctionDef)]


def function_length(tree):
    for file in tree.files:
        if file.ending not in (".c", ".h", ".py"):
            continue
        try:
            functions = python_functions(file) if file.ending == ".py" else c_functions(file)
        except SyntaxError as error:
            yield Finding(file.path, error.lineno or 1, "not Python", f"correct it: {error.msg}")
            continue
        for line, name, length in functions:
            if length > FUNCTION_LIMIT:
                yield Finding(file.path, line, f"{name}() has {length} lines (limit {FUNCTION_LIMIT})",
                              "split by decision, not by length: a pure helper computes, the ifs stay here")


def function_braces(tree):
    for file in tree.c_files():
        for number, line in enumerate(file.code_lines, 1):
            if line.rstrip().endswith(") {") and not line.startswith((" ", *NOT_FUNCTIONS)):
                yield Finding(file.path, number, "a function opens on its head's line", "put the brace on its own line")


RULES = (file_length, function_length, function_braces)
