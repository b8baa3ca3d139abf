#!/usr/bin/env bash
# Installs what the checks need, starts private servers, and runs all checks. The last line is "N passed, N failed".
#   bash deploy/test.sh                        everything
#   bash deploy/test.sh python-sqlite web      some of it; a word stands for every step that begins with it
#   bash deploy/test.sh --list                 the steps
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/python.sh
exec "$PYTHON" deploy/checks.py "$@"
