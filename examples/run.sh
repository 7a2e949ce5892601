#!/usr/bin/env bash
# Builds bandtariff, prices England and prints the totals. On a fresh Debian 12 with git and Python 3.11 it needs nothing else.
#   bash examples/run.sh           build, then price England from the shell
#   bash examples/run.sh --check   build, then run every example in C++, shell and Python and compare with its expected.txt
set -euo pipefail
cd "$(dirname "$0")/.."
bash .ci/install.sh >&2
build=${BANDTARIFF_BUILD:-build/release}
[ -f "$build/build.ninja" ] || cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBANDTARIFF_BUILD_TESTS=OFF >&2
cmake --build "$build" --target bandtariff_cli example_01_one_placement example_02_why_this_price example_03_price_england >&2
export PATH="$PWD/$build/engine/cli:$PATH"
mkdir -p build/examples
python3 examples/03_price_england/generate.py build/examples/england.csv

if [[ "${1:-}" != --check ]]; then
    exec bandtariff price rules/england/national_bands build/examples/england.csv -o build/examples/england_priced.csv \
        --without place_status --by region
fi
python="${BANDTARIFF_PYTHON:-build/venv/bin/python}"
failed=0
for folder in examples/[0-9]*/; do
    name=$(basename "$folder")
    for form in "$build/examples/example_$name" "bash $folder/run.sh" "$python $folder/main.py"; do
        if diff <($form) "$folder/expected.txt"; then echo "ok      $name: ${form%% *}"; else echo "FAILED  $name: $form"; failed=1; fi
    done
done
exit $failed
