#!/bin/sh
# Install Duixian into .venv and run the whole job on the sample reports.
set -eu
cd "$(dirname "$0")/.."
. scripts/prepare.sh
"$venv/bin/pip" install -q -c requirements-dev.lock .
"$venv/bin/duixian" demo "$@"
