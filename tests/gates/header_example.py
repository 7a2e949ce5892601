"""Compiles the example that a public header opens with.

    header_example.py HEADER COMPILER OPTIONS...

The example becomes the inside of a function that has what a reader of that header already holds: a tariff, a plan and
the like. With the whole public interface included, it must compile.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from header_openings import example_of

AROUND = """\
#include <bandtariff/bandtariff.hpp>
#include <iostream>
using namespace bandtariff;
std::string example(const Tariff& tariff, const Plan& plan, const Placement& one, RecordId record, std::size_t rows,
                    FactId band, const std::vector<std::uint16_t>& bands, PlacementTable& table, QuoteTable& quotes) {{
    {{
#line 1 "example of {name}"
{example}
    }}
    return {{}};
}}
"""

header = Path(sys.argv[1])
if not header.exists():
    header = header.with_suffix(".hpp.in")
lines = example_of(header)
if not lines:
    sys.exit(f"{header.name} opens with no example")
example = "\n".join(line for line in lines if not line.startswith(("#include", "static_assert")))
with tempfile.TemporaryDirectory() as folder:
    source = Path(folder) / "example.cpp"
    source.write_text(AROUND.format(name=header.name, example=example), encoding="utf-8")
    sys.exit(subprocess.run([*sys.argv[2:], str(source)], check=False).returncode)
