#!/usr/bin/env bash
# Writes the *.lock files: every package with its hashes, for Python 3.11 to 3.13 on any platform. Needs uv.
#   bash deploy/requirements/lock.sh [uv pip compile options, for example --upgrade]
set -euo pipefail
cd "$(dirname "$0")/../.."

compile() { # <output> <inputs...>
    local output=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
        --no-header --no-annotate "${options[@]}" --output-file "$output" "$@"
}

options=("$@")
requirements=deploy/requirements
compile $requirements/base.lock $requirements/base.txt
compile $requirements/node.lock $requirements/node.txt
compile $requirements/server.lock requirements.txt --constraints $requirements/base.lock
compile $requirements/traces.lock $requirements/traces.txt --constraints $requirements/server.lock
compile $requirements/test.lock requirements.txt $requirements/test.txt $requirements/traces.txt \
    --constraints $requirements/server.lock
