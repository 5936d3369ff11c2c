#!/bin/sh
# core_symbols.sh NM LIBRARY — fails if the reference stack's core needs anything but the memory and string functions that a
# freestanding compiler may call anyway, and its own symbols.
set -eu
nm=$1 library=$2
defined=$("$nm" --defined-only --format=posix "$library" | awk 'NF > 1 { print $1 }' | sort -u)
missing=$("$nm" --undefined-only --format=posix "$library" | awk 'NF > 1 { print $1 }' | sort -u |
    grep -v -x -F "$defined" |
    grep -v -x -E 'mem(cpy|set|move|cmp)|bcmp|str(cmp|len)|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail' || true)
if [ -n "$missing" ]; then
    echo "the stack's core must not need these symbols (move what uses them to stack/drive, or write it without):"
    echo "$missing"
    echo "0 passed, 1 failed"
    exit 1
fi
echo "1 passed, 0 failed"
