#!/bin/sh
# Install what is missing and nothing else: system packages, a virtual environment, pinned Python packages.
#
#   tools/setup.sh demo     what the demo, the packaging and the window need
#   tools/setup.sh test     the same, and the tools of the tests
#
# Quick when all is there. Written for /bin/sh of an empty Debian 12: before this script has run there may be
# no Python, no sudo and no git.
set -eu

PURPOSE=${1:?usage: tools/setup.sh demo|test}
SYSTEM_PYTHON=${SYSTEM_PYTHON:-/usr/bin/python3}
VENV=.venv
PACKAGES="qgis python3-qgis qgis-providers python3-fiona python3-pyproj python3-venv xvfb xauth fonts-noto-cjk"

cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

missing_packages() {
    for package in $PACKAGES; do
        status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
        [ "$status" = installed ] || printf '%s ' "$package"
    done
}

install_system_packages() {
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    say "Installing system packages: $missing"
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif command -v sudo >/dev/null 2>&1; then
        as_root=sudo
    else
        stop "Not root and no sudo here. As root, run:  apt-get update && apt-get install -y $missing"
    fi
    # shellcheck disable=SC2086  the lists are meant to be split
    $as_root apt-get update -qq || stop "apt-get update failed: check the network and /etc/apt/sources.list."
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 ||
        stop "apt-get could not install: $missing"
}

check_other_system() {
    "$SYSTEM_PYTHON" -c 'import qgis.core, fiona, pyproj, venv' 2>/dev/null && return 0
    stop "This is not a Debian system. Install QGIS 3.22 or later, and for the Python that QGIS uses" \
        "($SYSTEM_PYTHON; another one: make SYSTEM_PYTHON=/path/to/python3 …) the modules qgis, fiona, pyproj and venv;" \
        "for the tests also Xvfb and a Chinese font such as Noto Sans CJK. Then run make again."
}

install_python_packages() {
    version=$(cat requirements*.txt | cksum | cut -d ' ' -f 1)
    [ -e "$VENV/.ready-test-$version" ] || [ -e "$VENV/.ready-$PURPOSE-$version" ] && return 0
    say "Installing Python packages of $1 into $VENV"
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1" ||
        stop "pip could not install $1: check the network, then run make again."
    touch "$VENV/.ready-$PURPOSE-$version"
}

case $PURPOSE in
    demo) requirements=requirements.txt ;;
    test) requirements=requirements-dev.txt ;;
    *) stop "usage: tools/setup.sh demo|test" ;;
esac

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
    install_system_packages
else
    check_other_system
fi

# A checkout that was moved has an environment that no longer runs.
if ! "$VENV/bin/python" -c '' 2>/dev/null; then
    say "Making the virtual environment $VENV"
    rm -rf "$VENV"
    "$SYSTEM_PYTHON" -m venv --system-site-packages "$VENV"
fi
install_python_packages "$requirements"

mkdir -p out/runtime
chmod 700 out/runtime
