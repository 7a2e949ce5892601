"""Loading, checking and choosing."""

import pytest

import bandtariff as bt

PACKS = [
    "england/high_needs_block",
    "england/place_funding",
    "england/area_costs",
    "england/national_bands",
]


@pytest.mark.parametrize("pack", PACKS)
def test_the_pack_has_no_errors_and_every_case_passes(rules, pack):
    assert [str(d) for d in bt.check(rules / pack) if d.severity == "error"] == []


def test_every_local_pack_has_no_errors_and_every_case_passes(rules):
    packs = sorted(path.parent for path in (rules / "local").rglob("pack.yaml"))
    assert {pack.relative_to(rules / "local").parts[0] for pack in packs} >= {"devon", "herefordshire"}
    for pack in packs:
        assert [str(d) for d in bt.check(pack) if d.severity == "error"] == [], pack


def test_a_broken_pack_raises_with_every_diagnostic(tmp_path):
    (tmp_path / "pack.yaml").write_text("pack: broken\nstatus: certain\nformat: 1\nrecord: pupil\nlinez: {}\n", encoding="utf-8")
    with pytest.raises(bt.PackError) as caught:
        bt.load(tmp_path)
    codes = {diagnostic.code for diagnostic in caught.value.diagnostics}
    assert len(caught.value.diagnostics) >= 2, codes
    assert all(diagnostic.file.endswith("pack.yaml") for diagnostic in caught.value.diagnostics)
    assert "pack.yaml:" in str(caught.value)


def test_a_folder_that_is_not_there_raises_with_its_name(tmp_path):
    with pytest.raises(bt.PackError, match="nowhere"):
        bt.load(tmp_path / "nowhere")


def test_choices_can_be_read_and_made(national: bt.Tariff):
    assert national.choices, "the national pack's policy choices are visible"
    for choice, (selected, alternatives) in national.choices.items():
        assert selected in alternatives and len(alternatives) >= 2
        for alternative in alternatives:
            assert national.choose(**{choice: alternative}).choices[choice][0] == alternative
    with pytest.raises(bt.PackError):
        national.choose(**{next(iter(national.choices)): "no such alternative"})
    with pytest.raises(bt.PackError):
        national.choose(no_such_choice="x")


def test_the_compiled_plan_can_be_printed(block: bt.Tariff):
    assert "block_total" in block.plan()


def test_cases_run_from_python(block: bt.Tariff):
    results = block.run_cases()
    assert len(results) >= 449
    assert all(failures == [] for _, failures in results)
