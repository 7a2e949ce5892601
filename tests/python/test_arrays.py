"""Columns as they stand: what a column may be, and that it prices as a data frame of the same texts does."""

import numpy as np
import pandas as pd
import pytest

import bandtariff as bt

FRAME = pd.DataFrame(
    {
        "setting": ["mainstream_academy", "special_la_maintained", "mainstream_academy", "nowhere"],
        "band": ["B6", "B4", "", "B4"],
        "need": ["asd", "semh", "asd", "asd"],
        "phase": ["primary", "secondary", "primary", "primary"],
        "authority": ["202", "203", "202", "202"],
        "home": ["202", "203", "202", "202"],
        "attendance": ["0.8", "1", "0.25", "1"],
        "start": ["2024-09-01", "2024-04-01", "2024-05-01", "2024-04-01"],
        "last_day": ["2025-03-31"] * 4,
    }
)


class Arrow:
    """An Arrow array by its C interface, as any library offers it."""

    def __init__(self, texts):
        self.array = pytest.importorskip("pyarrow").array(texts)

    def __len__(self):
        return len(self.array)

    def __arrow_c_array__(self, requested_schema=None):
        return self.array.__arrow_c_array__(requested_schema)


def carried(tariff: bt.Tariff, column: str):
    """The frame's column as the engine carries it, and which rows state it."""
    pairs = tariff._plan.read_texts(column, list(FRAME[column]))
    return np.array([value for value, _ in pairs]), np.array([mark == 1 for _, mark in pairs])


def unread(tariff: bt.Tariff) -> list[str]:
    return [fact["name"] for fact in tariff.facts() if fact["name"] not in FRAME.columns]


def test_arrays_price_as_the_frame_of_their_texts_does(national: bt.Tariff):
    rows = FRAME.iloc[:3]
    frame = national.price_table(rows, without=unread(national), lines=True)
    columns = {}
    for name in FRAME.columns:
        values, given = carried(national, name)
        columns[name] = (values[:3].astype(np.int64), given[:3])
    for name in ("setting", "need", "phase"):
        columns[name] = columns[name][0].astype(np.uint8)
    columns["home"] = columns["home"][0].astype(np.uint16)
    columns["attendance"] = columns["attendance"][0].astype(np.int32)
    columns["start"] = np.array(rows["start"], dtype="datetime64[D]")
    named = [name.removesuffix("_pence") for name in frame.columns if name.endswith("_pence") and name != "total_pence"]
    priced = national.price_arrays(columns, without=unread(national), lines=named)
    assert list(priced["total_pence"]) == list(frame["total_pence"].fillna(0))
    assert [national._tariff.outcomes[int(number)][0] for number in priced["outcome"]] == list(frame["outcome"])
    assert {name: list(pence) for name, pence in priced["lines"].items()} == {
        name: list(frame[f"{name}_pence"].fillna(0)) for name in named
    }
    assert len(named) > 3


def test_what_an_earlier_call_returned_is_written_again(national: bt.Tariff):
    first = national.price_arrays({name: Arrow(list(FRAME[name])[:1] * 2) for name in FRAME.columns}, without=unread(national))
    before = list(first["total_pence"])
    again = {name: Arrow(list(FRAME[name])[:2]) for name in FRAME.columns}
    second = national.price_arrays(again, without=unread(national), out=first)
    assert second is first and before[0] == before[1] == first["total_pence"][0] > 0 and first["total_pence"][1] != before[1]
    with pytest.raises(ValueError, match="'total_pence' is not 4 writeable numbers of type int64"):
        national.price_arrays({name: Arrow(list(FRAME[name])) for name in FRAME.columns}, without=unread(national), out=first)
    first["total_pence"].flags.writeable = False
    with pytest.raises(ValueError, match="2 writeable numbers"):
        national.price_arrays(again, without=unread(national), out=first)


@pytest.mark.parametrize("threads", [1, 2])
def test_text_in_arrow_prices_as_the_frame_does_with_bad_and_missing_texts(national: bt.Tariff, threads: int):
    frame = national.price_table(FRAME, without=unread(national))
    columns = {name: Arrow([text or None for text in FRAME[name]]) for name in FRAME.columns}
    priced = national.price_arrays(columns, without=unread(national), threads=threads)
    assert list(priced["total_pence"]) == list(frame["total_pence"].fillna(0))
    assert [national._tariff.outcomes[int(number)][0] for number in priced["outcome"]] == list(frame["outcome"])
    assert frame["outcome"].iloc[3] == "code_unknown"


def test_a_slice_of_an_arrow_array_is_those_rows(national: bt.Tariff):
    whole = {name: Arrow(list(FRAME[name])) for name in FRAME.columns}
    cut = {name: column.array[1:3] for name, column in whole.items()}
    all_of_them = national.price_arrays(whole, without=unread(national))
    assert list(national.price_arrays(cut, without=unread(national))["total_pence"]) == list(all_of_them["total_pence"][1:3])


@pytest.mark.parametrize(
    "column, error, says",
    [
        (np.array([1.0, 2.0]), TypeError, "not read as it stands"),
        (np.array([1, 2], dtype=np.int8), TypeError, "not read as it stands"),
        (np.array([1, 2], dtype=">i4"), TypeError, "not read as it stands"),
        (np.array(["2024-04-01", "2024-05-01"], dtype="datetime64[ns]"), TypeError, "not read as it stands"),
        (np.arange(4, dtype=np.int64)[::2], ValueError, "ascontiguousarray"),
        (np.zeros((2, 1), dtype=np.int64), ValueError, "contiguous"),
        ((np.array([1, 2]), np.array([1, 1])), TypeError, "no array of bool"),
        ((np.array([1, 2]), np.array([True])), ValueError, "differ in length"),
        ([1, 2], TypeError, "no NumPy array"),
    ],
)
def test_a_column_that_cannot_be_read_as_it_stands_is_refused(national: bt.Tariff, column, error, says: str):
    with pytest.raises(error, match=says):
        national.price_arrays({"start": column})


def test_what_is_no_fact_or_of_another_length_is_refused(national: bt.Tariff):
    with pytest.raises(KeyError, match="no_such_fact"):
        national.price_arrays({"no_such_fact": np.array([1, 2])})
    with pytest.raises(ValueError, match="start 2, last_day 1"):
        national.price_arrays({"start": np.array([1, 2]), "last_day": np.array([1])})


def test_a_day_that_is_none_is_not_priced(national: bt.Tariff):
    columns = {name: Arrow(list(FRAME[name])[:1]) for name in FRAME.columns}
    columns["start"] = np.array(["NaT"], dtype="datetime64[D]")
    priced = national.price_arrays(columns, without=unread(national))
    assert national._tariff.outcomes[int(priced["outcome"][0])][1] == "not_priced" and priced["total_pence"][0] == 0


def columns_of_two(national: bt.Tariff) -> dict:
    return {name: carried(national, name)[0][1:3].astype(np.int64) for name in FRAME.columns}


def own_arrays(rows: int) -> dict:
    return {"total_pence": np.full(rows, -1), "outcome": np.full(rows, 9, np.uint16)}


def test_arrays_of_the_callers_own_are_written(national: bt.Tariff):
    columns, without = columns_of_two(national), unread(national)
    wanted = national.price_arrays(columns, without=without, lines=["top_up"])
    own = own_arrays(2)
    assert national.price_arrays(columns, without=without, out=own) is own
    assert list(own["total_pence"]) == list(wanted["total_pence"]) and list(own["outcome"]) == list(wanted["outcome"])
    whole = np.full(6, -1)
    with_line = {**own_arrays(2), "total_pence": whole[:2], "lines": {"top_up": whole[3:5]}}
    national.price_arrays(columns, without=without, lines=["top_up"], out=with_line)
    assert list(whole) == [*wanted["total_pence"], -1, *wanted["lines"]["top_up"], -1]


@pytest.mark.parametrize(
    "change, says",
    [
        ({"total_pence": np.zeros(2, np.int32)}, "'total_pence' is not 2 writeable numbers of type int64"),
        ({"total_pence": np.zeros(2)}, "'total_pence' is not"),
        ({"total_pence": np.zeros(3, np.int64)}, "'total_pence' is not 2"),
        ({"total_pence": np.zeros(4, np.int64)[::2]}, "contiguous"),
        ({"total_pence": np.zeros((2, 1), np.int64)}, "contiguous"),
        ({"total_pence": np.zeros(2, ">i8")}, "'total_pence' is not"),
        ({"total_pence": [0, 0]}, "'total_pence' is not"),
        ({"outcome": np.zeros(2, np.int16)}, "'outcome' is not 2 writeable numbers of type uint16"),
        ({"lines": {"top_up": np.zeros(1, np.int64)}}, "'top_up' is not 2"),
    ],
)
def test_an_array_that_cannot_be_written_into_is_refused_and_none_is_written(national: bt.Tariff, change: dict, says: str):
    out = {**own_arrays(2), **change}
    with pytest.raises(ValueError, match=says):
        national.price_arrays(columns_of_two(national), without=unread(national), out=out)
    if "outcome" not in change:
        assert list(out["outcome"]) == [9, 9]
    if "total_pence" not in change:
        assert list(out["total_pence"]) == [-1, -1]


def test_an_out_without_what_is_asked_for_is_refused(national: bt.Tariff):
    columns, without = columns_of_two(national), unread(national)
    with pytest.raises(ValueError, match="no 'outcome'"):
        national.price_arrays(columns, without=without, out={"total_pence": np.zeros(2, np.int64)})
    with pytest.raises(ValueError, match="no array for line 'top_up'"):
        national.price_arrays(columns, without=without, out=own_arrays(2), lines=["top_up"])
    with pytest.raises(KeyError, match="no_such_line"):
        national.price_arrays(columns, without=without, out={**own_arrays(2), "lines": {"no_such_line": np.zeros(2, np.int64)}})


def test_arrays_that_share_memory_are_refused(national: bt.Tariff):
    columns, without = columns_of_two(national), unread(national)
    out = own_arrays(2)
    with pytest.raises(ValueError, match="'total_pence' shares memory with top_up"):
        national.price_arrays(columns, without=without, out={**out, "lines": {"top_up": out["total_pence"]}})
    with pytest.raises(ValueError, match="'total_pence' shares memory with a column that is read"):
        national.price_arrays(columns, without=without, out={**out, "total_pence": columns["start"]})


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("layout", ["large_string", "dictionary", "large dictionary", "chunks", "dictionary chunks", "categorical"])
def test_text_in_any_layout_prices_as_the_frame_does(national: bt.Tariff, layout: str, threads: int):
    arrow = pytest.importorskip("pyarrow")
    frame = pd.concat([FRAME] * 3)
    wanted = national.price_table(frame, without=unread(national))

    def laid(texts: list) -> object:
        texts = [text or None for text in texts]
        plain = arrow.array(texts, arrow.large_string() if layout.startswith("large") else arrow.string())
        return {
            "large_string": lambda: plain,
            "dictionary": plain.dictionary_encode,
            "large dictionary": plain.dictionary_encode,
            "chunks": lambda: arrow.chunked_array([plain[:5], plain[5:6], plain[6:]]),
            "dictionary chunks": lambda: arrow.chunked_array([plain[:7].dictionary_encode(), plain[7:].dictionary_encode()]).unify_dictionaries(),
            "categorical": lambda: pd.Categorical(texts),
        }[layout]()

    priced = national.price_arrays({name: laid(list(frame[name])) for name in FRAME.columns}, without=unread(national), threads=threads)
    assert list(priced["total_pence"]) == list(wanted["total_pence"].fillna(0))
    assert [national._tariff.outcomes[int(number)][0] for number in priced["outcome"]] == list(wanted["outcome"])
    assert len(set(wanted["outcome"])) > 1 and sum(priced["total_pence"]) > 0


def test_an_arrow_array_of_another_type_is_refused(national: bt.Tariff):
    arrow = pytest.importorskip("pyarrow")
    for array in (arrow.array([1, 2]), arrow.array([1, 2]).dictionary_encode(), arrow.chunked_array([[1], [2]]), arrow.array([b"B4"])):
        with pytest.raises(TypeError, match="cast it to string"):
            national.price_arrays({"band": array})


@pytest.mark.parametrize("encoded", [False, True])
def test_a_slice_of_texts_with_missing_ones_misses_the_same(national: bt.Tariff, encoded: bool):
    arrow = pytest.importorskip("pyarrow")
    frame = pd.concat([FRAME] * 3)

    def laid(texts: list) -> object:
        array = arrow.array([text or None for text in texts])
        return array.dictionary_encode() if encoded else array

    whole = {name: laid(list(frame[name])) for name in FRAME.columns}
    prices = national.price_arrays(whole, without=unread(national))
    cut = national.price_arrays({name: array[3:10] for name, array in whole.items()}, without=unread(national))
    assert list(cut["total_pence"]) == list(prices["total_pence"][3:10])
    assert list(cut["outcome"]) == list(prices["outcome"][3:10]) and len(set(cut["outcome"])) > 1
