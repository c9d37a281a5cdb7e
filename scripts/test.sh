#!/usr/bin/env bash
# All tests, two at a time, each file in one of two processes. Those of the window go first and have
# processes of their own: with TensorFlow loaded, and the graphs that it keeps of each training,
# Python's garbage collections make them take three times as long. What compares times runs alone,
# at the end. Every part runs, also where one before it fails.
#
# A process that crashes ends its part: its test and Python's traceback of it are printed. A part
# that hangs ends after 20 minutes.
#
# The argument is the Python of the virtual environment.
set -uo pipefail

python=$1
export QT_QPA_PLATFORM=offscreen
readonly compares_times=tests/e2e/test_known_answers.py
status=0

# In the background, since timeout takes what it starts out of the reach of Ctrl-C.
trap 'kill "$!"; exit 130' INT TERM
part() {
    timeout --kill-after=1m 20m "$python" -m pytest "$@" &
    wait "$!" || status=1
}

two_at_a_time=(--numprocesses 2 --dist loadfile --max-worker-restart 0)
part "${two_at_a_time[@]}" tests/gui
part "${two_at_a_time[@]}" --ignore=tests/gui --ignore="$compares_times"
part "$compares_times"
exit "$status"
