#!/usr/bin/env bash
# All tests, two at a time, each file in one of two processes. Those of the window go first and have
# processes of their own: with TensorFlow loaded, and the graphs that it keeps of each training,
# Python's garbage collections make them take three times as long. What compares times runs alone,
# at the end. Every part runs, also where one before it fails.
#
# The argument is the Python of the virtual environment.
set -uo pipefail

python=$1
export QT_QPA_PLATFORM=offscreen
readonly compares_times=tests/e2e/test_known_answers.py
status=0

"$python" -m pytest --numprocesses 2 --dist loadfile tests/gui || status=1
"$python" -m pytest --numprocesses 2 --dist loadfile --ignore=tests/gui --ignore="$compares_times" || status=1
"$python" -m pytest "$compares_times" || status=1
exit "$status"
