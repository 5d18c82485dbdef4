#!/bin/sh
# Install Duixian with its development tools into .venv and run every check: style, types, layers, tests.
set -eu
cd "$(dirname "$0")/.."
. scripts/prepare.sh
"$venv/bin/pip" install -q -c requirements-dev.lock -e '.[dev]'
PATH="$(cd "$venv/bin" && pwd):$PATH"
export PATH
ruff check .
ruff format --check .
mypy
lint-imports
pytest -n auto "$@"
