#!/bin/sh
# Make an environment for each Python that the program runs on beside the one of `make test`, and run
# all tests in it: `scripts/pythons.sh [FOLDER [PYTHON...]]`, by default 3.12 and 3.13. An environment
# takes about 2.5 GB; one that is there is used again.
set -eu
cd "$(dirname "$0")/.."
folder=${1:-build/pythons}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- 3.12 3.13
failed=
for version in "$@"; do
    environment=$folder/python$version
    [ -d "$environment" ] || "python$version" -m venv "$environment"
    "$environment/bin/python" -m pip install -q -r requirements/dev.txt
    bash scripts/test.sh "$environment/bin/python" && said=passed || said=FAILED failed=yes
    echo "Python $version: $said"
done
[ -z "$failed" ]
