#!/bin/sh
# Install what is missing and nothing else: system packages, a virtual environment, pinned Python packages.
#
#   tools/setup.sh demo     what the demo, the packaging and the window need
#   tools/setup.sh test     the same, and the tools of the tests
#   tools/setup.sh matrix   what makes throw-away roots of Debian, and nothing else
#
# Quick when all is there. Written for /bin/sh of an empty Debian (12 or 13): before this script has run there may
# be no Python, no sudo and no git.
set -eu

PURPOSE=${1:?usage: tools/setup.sh demo|test|matrix}
SYSTEM_PYTHON=${SYSTEM_PYTHON:-/usr/bin/python3}
VENV=.venv
PACKAGES="qgis python3-qgis qgis-providers python3-fiona python3-pyproj python3-venv xvfb xauth fonts-noto-cjk"
# The tests start a server and a pooler of their own, as another user than root; a cluster that Debian would start at
# once is not wanted, its pooler lets nobody in.
TEST_PACKAGES="postgresql-postgis python3-psycopg2 pgbouncer"
ETC=${ETC:-/etc}

cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

missing_packages() {
    for package in $PACKAGES; do
        case $package in
            postgresql-postgis) named='postgresql-*-postgis-3' ;; # whichever version of PostgreSQL it is for
            *) named=$package ;;
        esac
        status=$(dpkg-query -W -f '${db:Status-Status} ' "$named" 2>/dev/null || true)
        case " $status " in *" installed "*) ;; *) printf '%s ' "$package" ;; esac
    done
}

# Debian makes and starts a database server as soon as PostgreSQL is installed, unless this file says no.
refuse_main_cluster() {
    case $missing in *postgresql*) ;; *) return 0 ;; esac
    [ -e "$ETC/postgresql-common/createcluster.conf" ] && return 0
    # shellcheck disable=SC2016  expanded by the shell that may write there
    $as_root sh -c 'mkdir -p "$1" && echo "create_main_cluster = false" >"$1/createcluster.conf"' - \
        "$ETC/postgresql-common"
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
    refuse_main_cluster
    # shellcheck disable=SC2086
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >&2 ||
        stop "apt-get could not install: $missing"
}

check_other_system() {
    "$SYSTEM_PYTHON" -c 'import qgis.core, fiona, pyproj, venv' 2>/dev/null && return 0
    stop "This is not a Debian system. Install QGIS 3.22 or later, and for the Python that QGIS uses" \
        "($SYSTEM_PYTHON; another one: make SYSTEM_PYTHON=/path/to/python3 …) the modules qgis, fiona, pyproj and venv;" \
        "for the tests also Xvfb, a Chinese font such as Noto Sans CJK, and PostgreSQL with PostGIS and psycopg2. Then run make again."
}

# The numpy that GDAL's bindings of this system run with, as pip wants it: the one that is here when they load with
# it. Bindings built with numpy 1 do not load with numpy 2, which may lie in the user's own folder before the system's.
numpy_of_the_system() {
    "$VENV/bin/python" 2>/dev/null -c '
import numpy
try:
    import osgeo.gdal_array
    print("numpy==" + numpy.__version__)
except ImportError:
    print("numpy<2" if numpy.__version__.startswith("2") else "numpy")
' || true
}

install_python_packages() {
    version=$(cat requirements*.txt | cksum | cut -d ' ' -f 1)
    [ -e "$VENV/.ready-test-$version" ] || [ -e "$VENV/.ready-$PURPOSE-$version" ] && return 0
    say "Installing Python packages of $1 into $VENV"
    numpy=$(numpy_of_the_system)
    "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r "$1" "${numpy:-numpy}" ||
        stop "pip could not install $1: check the network, then run make again."
    touch "$VENV/.ready-$PURPOSE-$version"
}

case $PURPOSE in
    demo) requirements=requirements-build.txt ;;
    test) requirements=requirements-dev.txt PACKAGES="$PACKAGES $TEST_PACKAGES" ;;
    matrix) requirements='' PACKAGES="debootstrap git python3" ;;
    *) stop "usage: tools/setup.sh demo|test|matrix" ;;
esac

if command -v apt-get >/dev/null 2>&1 && command -v dpkg-query >/dev/null 2>&1; then
    install_system_packages
elif [ "$PURPOSE" = matrix ]; then
    stop "make matrix builds roots of Debian with debootstrap and apt-get: it needs a Debian."
else
    check_other_system
fi

[ -n "$requirements" ] || exit 0

# A checkout that was moved has an environment that no longer runs; after an upgrade of the system it runs, and has
# its packages in the folder of the Python before.
if ! "$VENV/bin/python" -c '
import os, sys
sys.exit(not os.path.isdir("%s/lib/python%d.%d" % ((sys.prefix,) + sys.version_info[:2])))' 2>/dev/null; then
    say "Making the virtual environment $VENV"
    rm -rf "$VENV"
    "$SYSTEM_PYTHON" -m venv --system-site-packages "$VENV"
fi
install_python_packages "$requirements"

mkdir -p out/runtime
chmod 700 out/runtime
