#!/bin/sh
# Print the path of a Python that is new enough: $PYTHON, or else the first one on PATH.
# A name on PATH may be a shim that does not start, so each is tried.

for name in ${PYTHON:-python3.13 python3.12 python3.11 python3 python}; do
    "$name" -c 'import sys; sys.version_info >= (3, 11) or sys.exit(1); print(sys.executable)' \
        2>/dev/null && exit 0
done
if [ -n "$PYTHON" ]; then
    echo "error: PYTHON=$PYTHON is not a Python 3.11 or newer that starts" >&2
else
    echo "error: no Python 3.11 or newer on PATH; install one, or name it: make PYTHON=/path/to/python3" >&2
fi
exit 1
