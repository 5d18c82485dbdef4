#!/bin/sh
# Install Duixian into .venv and open the workbench in the browser, with the sample reports in it.
set -eu
cd "$(dirname "$0")/.."
. scripts/prepare.sh
"$venv/bin/pip" install -q -c requirements-dev.lock .
exec "$venv/bin/duixian" serve --demo "$@"
