#!/usr/bin/env bash
# All tests, each part in a process of its own: with TensorFlow loaded, and the graphs that it keeps
# of each training, Python's garbage collections make tests of the window take three times as long.
# Tests of the window go on beside those of core, of own code and of what trains end to end; what
# compares times comes when the most of that is over. Every part runs, also where one fails.
#
# The argument is the Python of the virtual environment.
set -uo pipefail

python=$1
export QT_QPA_PLATFORM=offscreen
status=0
output=$(mktemp)

beside() {
  local failed=0
  "$python" -m pytest --ignore=tests/gui --ignore=tests/e2e --ignore=tests/own --ignore=tests/faults || failed=1
  "$python" -m pytest tests/own tests/faults || failed=1
  "$python" -m pytest tests/e2e --ignore=tests/e2e/test_known_answers.py || failed=1
  return "$failed"
}

beside >"$output" 2>&1 &
other=$!
trap 'kill "$other" 2>/dev/null; rm -f "$output"' EXIT
"$python" -m pytest tests/gui || status=1
"$python" -m pytest tests/e2e/test_known_answers.py || status=1
wait "$other" || status=1
cat "$output"
exit "$status"
