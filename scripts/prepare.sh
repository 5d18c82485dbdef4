# Sourced by the other scripts: sets $venv to a virtual environment with Python 3.11 or newer, making it when needed.
# Uses apt-get only where the venv module is missing, as on a bare Debian; then it needs root or sudo.

python=${PYTHON:-python3}
venv=${VENV:-.venv}

if [ ! -x "$venv/bin/pip" ]; then
    if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        if command -v python3.11 >/dev/null 2>&1; then
            python=python3.11
        elif command -v "$python" >/dev/null 2>&1; then
            echo "Duixian needs Python 3.11 or newer; set PYTHON to one. 需要 Python 3.11 以上，可用环境变量 PYTHON 指定。" >&2
            exit 1
        fi
    fi
    if ! "$python" -c 'import venv, ensurepip' 2>/dev/null; then
        root=""
        [ "$(id -u)" = 0 ] || root=sudo
        $root apt-get update -q
        $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-venv
    fi
    "$python" -m venv "$venv"
fi
export PIP_DISABLE_PIP_VERSION_CHECK=1
