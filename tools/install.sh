#!/bin/sh
# Install a hash-locked requirements file and this package into $VENV.
# Usage: PYTHON=python3 VENV=.venv sh tools/install.sh requirements.lock
set -eu
lock=$1
if [ ! -x "$VENV/bin/python" ]; then
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
        echo "corpus-utils needs Python 3.11 or newer; $PYTHON is $("$PYTHON" --version 2>&1). Try: make PYTHON=python3.12 ..." >&2
        exit 2
    }
    echo "Setting up $VENV (once)" >&2
    "$PYTHON" -m venv "$VENV" || {
        echo "Could not make a virtual environment. On Debian and Ubuntu: apt install python3-venv" >&2
        exit 2
    }
fi
# The fast installer, where it can be had; pip does the same work more slowly.
"$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/installer.lock 2>/dev/null || true
if "$VENV/bin/python" -m uv --version >/dev/null 2>&1; then
    # Byte code is made here, as pip does: where PYTHONDONTWRITEBYTECODE is set, every kernel and worker would compile pandas anew.
    install="$VENV/bin/python -m uv pip install --quiet --compile-bytecode --python $VENV/bin/python"
else
    install="$VENV/bin/python -m pip install --quiet --disable-pip-version-check"
fi
echo "Installing $lock" >&2
$install --require-hashes -r "$lock"
# The build backend is in the lock, so nothing unhashed is fetched to build the package itself.
$install --no-deps --no-build-isolation -e .
"$VENV/bin/python" -m compileall -q -j 0 corpus_utils
