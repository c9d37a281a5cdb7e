#!/bin/sh
# Make an environment for each TensorFlow that runs may train with, and run the contract tests of
# the engines, and a project of someone, in each: `scripts/versions.sh [FOLDER [VERSION:PYTHON...]]`.
# An environment takes about 1 GB; one that is there is used again.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-build/versions}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 2.16:3.10 2.17:3.11 2.18:3.12 2.19:3.12 2.20:3.13 2.21:3.13
failed=
for pair in "$@"; do
    tensorflow=${pair%:*} python=${pair#*:}
    environment=$folder/$tensorflow-python$python
    if [ ! -d "$environment" ]; then
        "python$python" -m venv "$environment"
        "$environment/bin/python" -m pip install -q "tensorflow-cpu==$tensorflow.*"
    fi
    PYTEST_OTHER_PYTHON=$(realpath "$environment") .venv/bin/python -m pytest -q \
        tests/contracts/test_engines.py tests/e2e/test_another_interpreter.py \
        tests/core/cli/measure/test_watch.py \
        -k "another or other or seed or psutil or every_way" \
        && said=passed || said=FAILED failed=yes
    echo "TensorFlow $tensorflow, Python $python: $said"
done
[ -z "$failed" ]
