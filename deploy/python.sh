# Sourced by run.sh and test.sh: sets PYTHON to a Python 3.11 or newer, or ends with a sentence.
PYTHON=
for candidate in "${LEDGER_PYTHON:-}" python3 python3.13 python3.12 python3.11 python3.14 /usr/bin/python3; do
    if [ -n "$candidate" ] && command -v "$candidate" >/dev/null 2>&1 &&
        "$candidate" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; then
        PYTHON=$(command -v "$candidate")
        break
    fi
done
if [ -z "$PYTHON" ]; then
    echo "Ledger needs Python 3.11 or newer, and finds none here. Install it (Debian 12, Ubuntu 24.04 and later: " \
        "apt-get install python3), or name one: LEDGER_PYTHON=/path/to/python3 bash $0" >&2
    exit 1
fi
