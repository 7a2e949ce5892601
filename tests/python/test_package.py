"""Versions and stubs agree with the module."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import bandtariff as bt
from bandtariff import _core

ROOT = Path(__file__).resolve().parents[2]


def test_the_package_has_the_projects_version():
    declared = re.search(r"project\(bandtariff VERSION ([0-9.]+)", (ROOT / "CMakeLists.txt").read_text()).group(1)
    assert bt.__version__ == declared


def test_every_public_name_has_a_docstring():
    for name in ("Tariff", "FileSummary", "PackError", "load", "check"):
        assert inspect.getdoc(getattr(bt, name)), name
    for name, member in inspect.getmembers(bt.Tariff, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.getdoc(member), name


def test_the_stub_names_everything_the_module_has_and_nothing_else():
    stub = (Path(inspect.getfile(bt)).parent / "_core.pyi").read_text()
    classes = {name: re.search(rf"class {name}:\n((?:    .*\n|\n)+)", stub).group(1) for name in re.findall(r"^class (\w+)", stub, re.M)}
    assert set(classes) == {name for name, member in inspect.getmembers(_core, inspect.isclass)}
    for name, body in classes.items():
        stubbed = {word for word in re.findall(r"def (\w+)", body) if not word.startswith("__")}
        bound = {word for word in vars(getattr(_core, name)) if not word.startswith("_")}
        assert stubbed == bound, name


def test_the_typed_package_passes_a_type_checker():
    checked = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--ignore-missing-imports", str(ROOT / "bindings" / "python" / "bandtariff")],
        capture_output=True, text=True, check=False,
    )
    assert checked.returncode == 0, checked.stdout
