#!/usr/bin/env bash
# All tests, each file in one of several processes. Those of the window go first, two at a time, and
# have processes of their own: with TensorFlow loaded, and the graphs that it keeps of each training,
# Python's garbage collections make them take three times as long. Of the others many wait, for
# processes and time limits: four at a time, those that train first. What compares times runs alone,
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

at_a_time=(--dist loadfile --no-loadscope-reorder --max-worker-restart 0 --numprocesses)
part "${at_a_time[@]}" 2 tests/gui
part "${at_a_time[@]}" 4 --ignore=tests/gui --ignore="$compares_times"
part "$compares_times"
exit "$status"
