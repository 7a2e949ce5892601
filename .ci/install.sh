#!/usr/bin/env bash
# Installs what building and testing need and this machine lacks: Debian's packages, then Python's into build/venv.
# Both tests/run.sh and examples/run.sh start with it; where nothing is missing it asks no network.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(cmake g++ ninja-build libyaml-cpp-dev libboost1.81-dev libcli11-dev doctest-dev librapidcheck-dev libssl-dev valgrind)
missing=()
for package in "${packages[@]}"; do
    dpkg-query --show --showformat='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
# Debian's python3 leaves out what makes environments and extensions; a python3 from elsewhere has both.
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
python3 -c 'import os, sys, sysconfig; sys.exit(not os.path.exists(sysconfig.get_path("include") + "/Python.h"))' ||
    missing+=(python3-dev)
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}"
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi

venv=build/venv
requirements=tests/requirements.txt
if ! cmp --silent "$requirements" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    cp "$requirements" "$venv/installed.txt"
fi
