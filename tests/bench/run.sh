#!/usr/bin/env bash
# The benchmark, from nothing to its tables: builds the release programs, installs the peers into an environment of its own,
# makes the fixtures, checks the oracle, runs every engine and prints speed and wrong pence side by side.
#   bash tests/bench/run.sh [--quick] [--readme] --json FILE
set -euo pipefail
cd "$(dirname "$0")/../.."

venv=build/bench_venv
data=build/bench_data
build=build/bench
requirements=tests/bench/requirements.txt
if ! cmp --silent "$requirements" "$venv/installed.txt"; then
    python3 -m venv --clear "$venv"
    # A peer that cannot be installed is reported as not run, so one failure stops no other.
    grep -v '^#' "$requirements" | while read -r package; do
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$package" || echo "not installed: $package" >&2
    done
    cp "$requirements" "$venv/installed.txt"
fi
python=$PWD/$venv/bin/python

launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBANDTARIFF_BUILD_TESTS=ON -DBANDTARIFF_BUILD_PYTHON=ON \
    -DPython_EXECUTABLE="$python" -DPython3_EXECUTABLE="$python" -Dpybind11_DIR="$("$python" -m pybind11 --cmakedir)" "${launcher[@]}" >&2
cmake --build "$build" --target bench_engine bench_generate bench_oracle _core >&2

fixtures=(flat flat_dates ties dated dated_within wide big big_integer schemes slices herefordshire)
folders=("${fixtures[@]/#/$data/}")
mkdir -p "$data"
"$build/tests/bench/bench_generate" tests/bench/packs "$data" 1000000 "${fixtures[@]}"
"$build/tests/bench/bench_oracle" "${folders[@]}"
"$python" tests/bench/check_oracle.py "${folders[@]}" >&2
mkdir -p "$data/england"
[ -f "$data/england/records.csv" ] || python3 examples/03_price_england/generate.py "$data/england/records.csv"
ln -sfn "$PWD/rules/england/national_bands" "$data/england/pack"
echo place_status >"$data/england/without.txt"

exec "$python" tests/bench/run.py --programs "$build/tests/bench" --packages "$build/bindings/python" --data "$data" "$@"
