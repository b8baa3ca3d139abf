#!/usr/bin/env bash
# Sets up Ledger inside this checkout and serves it with a demo organization. Needs bash and Python 3.11 or newer.
#   bash deploy/run.sh            then open the address it prints
#   bash deploy/run.sh --help     the options
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/python.sh
exec "$PYTHON" deploy/run.py "$@"
