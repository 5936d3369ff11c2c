#!/bin/sh
# The canary must fail, by its own oracle, and tell the story: canary.sh PROGRAM INPUT...
set -u
words=$("$@" 2>&1)
status=$?
[ "$status" -gt 1 ] || { echo "the canary did not fail: exit status $status"; exit 1; }
for word in "O00 canary: the host sends a FIN" "start: " "while replaying "; do
    case $words in
    *"$word"*) ;;
    *) echo "the canary failed without saying \"$word\""; exit 1 ;;
    esac
done
