#!/usr/bin/env bash
# Sets up Ledger inside this checkout and serves it with a demo organization. Needs bash and Python 3.11 or newer.
#   bash deploy/run.sh            then open the address it prints
#   bash deploy/run.sh --help     the options
#   bash deploy/run.sh manage verify_books --all     an operators' command, with this installation's keys and data
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/python.sh
exec "$PYTHON" deploy/run.py "$@"
