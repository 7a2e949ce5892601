#!/usr/bin/env bash
# Builds everything and runs every test, installing what is missing first. A part that fails does not hide the parts after
# it: all run, and the command ends on ctest's and pytest's own summaries and fails if anything failed.
set -uo pipefail
cd "$(dirname "$0")/.."

failed=()
part() {  # part NAME COMMAND...
    echo
    echo "== $1"
    "${@:2}" || failed+=("$1")
}

bash .ci/install.sh || exit 1
python=$PWD/build/venv/bin/python
build=build/tests
log=build/tests-ctest.log
mkdir -p "$build"
: >"$log"

launcher=()
command -v ccache >/dev/null && launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)

configure() {
    cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DBANDTARIFF_WERROR=ON -DBANDTARIFF_BUILD_TESTS=ON \
        -DBANDTARIFF_BUILD_PYTHON=ON -DPython_EXECUTABLE="$python" -DPython3_EXECUTABLE="$python" \
        -Dpybind11_DIR="$("$python" -m pybind11 --cmakedir)" "${launcher[@]}"
}
run_ctest() { ctest --test-dir "$build" --output-on-failure -j2 2>&1 | tee "$log"; }
run_pytest() { "$python" -m pytest tests/python 2>&1 | tee build/tests-pytest.log; }

part "configure" configure
part "build" cmake --build "$build" -j "$(nproc)" -- -k 0
part "ctest" run_ctest
part "pip install ." env CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" "$python" -m pip install --disable-pip-version-check .
part "examples" env BANDTARIFF_BUILD="$build" bash examples/run.sh --check
part "pytest" run_pytest
pytest_summary=$(grep -E ' in [0-9.]+s' build/tests-pytest.log | tail -n 1)

echo
if [ ${#failed[@]} -gt 0 ]; then
    printf 'failed: %s\n' "${failed[@]}"
fi
sed -n '/tests passed, /,$p' "$log"
echo "${pytest_summary:-pytest ended without a summary}"
[ ${#failed[@]} -eq 0 ]
