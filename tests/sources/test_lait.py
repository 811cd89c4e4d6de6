"""The interactive tool: small files with the oddities of the real ones, and each fault refused."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.errors import InputError
from analytics.sources.lait import AREAS, DICTIONARY, FIGURES, LaitTables
from analytics.sources.schemas import validate
from sources.small_lait import (
    EXCLUDED,
    GAP,
    HEADER,
    KNOWN,
    OWNER,
    PLACES,
    REFERRALS,
    entries,
    entry,
    read_small,
    rows,
    tables,
    write_lait,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> LaitTables:
    return read_small(write_lait(tmp_path_factory.mktemp("lait")))


def test_every_row_is_a_figure_under_the_keys_of_the_register(small: LaitTables) -> None:
    table = small.figures
    assert table.columns.tolist() == ["measure", "area", "period", "value", "status", "release", "label"]
    assert table["area"].unique().tolist() == [
        "301", "351", "822", "837", "E12000003", "E13000001", "E92000001",
    ]  # fmt: skip
    found = table[table["area"] == "351"].drop(columns=["area", "release"]).to_dict("records")
    assert found == [
        {"measure": "lait_cinpermexclusion", "period": 2016, "value": 12.0, "status": "", "label": "2016"},
        {
            "measure": "lait_gap_under_8yrs_percent", "period": 2016, "value": -0.04798, "status": "",
            "label": "2013/14-15/16",
        },
        {
            "measure": "lait_gap_under_8yrs_percent", "period": 2017, "value": -0.04798, "status": "",
            "label": "2014/15-16/17",
        },
        {"measure": "lait_rereferral", "period": 2017, "value": 17.6, "status": "", "label": "2016-17"},
        {"measure": "lait_rereferral", "period": 2018, "value": 17.6, "status": "", "label": "2018 (Rev)"},
    ]  # fmt: skip
    assert set(table["release"]) == {small.release} == {"2026-04"}


def test_a_dash_is_no_figure_and_not_zero(small: LaitTables) -> None:
    dashes = small.figures[small.figures["area"] == "837"]
    assert dashes["status"].tolist() == ["-"] * 5
    assert dashes["value"].isna().all()
    assert set(small.figures["status"][small.figures["area"] != "837"]) == {""}


def test_a_label_that_is_no_year_is_left_out_and_named(small: LaitTables, tmp_path: Path) -> None:
    expected = {"measure": "lait_cinpermexclusion", "tool_name": EXCLUDED, "label": "0", "rows": 7}
    assert small.left_out.to_dict("records") == [expected | {"figures": 0}]
    with_figures = [row | {"Values": "3"} for row in rows()]
    left_out = read_small(write_lait(tmp_path, with_figures)).left_out
    assert left_out.to_dict("records") == [expected | {"figures": 7}]


def test_nothing_left_out_is_an_empty_table(tmp_path: Path) -> None:
    dated = [row for row in rows() if row["Years"] != "0"]
    left_out = read_small(write_lait(tmp_path, dated)).left_out
    assert left_out.empty
    assert left_out.columns.tolist() == ["measure", "tool_name", "label", "rows", "figures"]


def test_the_dictionary_is_cleaned_and_what_has_two_entries_is_one_measure(small: LaitTables) -> None:
    table = small.measures.set_index("tool_name")
    assert len(table) == 3
    assert table.loc[REFERRALS, ["definition", "methodology", "polarity", "publisher"]].tolist() == [
        "One £ thing.\n\nAnother’s ½.", "", "low", "Department for Education",
    ]  # fmt: skip
    assert table.loc[GAP, ["polarity", "publisher", "last_update", "next_update"]].tolist() == [
        "none", "Office for National Statistics", "2025-11-01", "TBC",
    ]  # fmt: skip
    merged = ["topic", "title", "last_update", "next_update", "decimals", "quartiles"]
    assert table.loc[EXCLUDED, merged].tolist() == [
        "Children in Need; All Pupil Absence & Exclusions", f"Title of {EXCLUDED}",
        "2026-04-01", "2027-04-01", 1, False,
    ]  # fmt: skip
    assert table["quartiles"].to_dict() == {EXCLUDED: False, GAP: False, REFERRALS: True}


def test_the_dates_of_two_entries_are_those_of_the_one_updated_last(tmp_path: Path) -> None:
    found = read_small(write_lait(tmp_path, dictionary=entries()[::-1])).measures.set_index("tool_name")
    assert found.loc[EXCLUDED, ["title", "topic", "last_update", "next_update", "decimals"]].tolist() == [
        "Another title", "All Pupil Absence & Exclusions; Children in Need", "2026-04-01", "2027-04-01", 1,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("texts", "decimals"),
    [(["12", "13.0"], 0), (["12", "17.600000000000001"], 1), (["-0.25"], 2), (["6.5542019999999997"], 2)],
)
def test_decimals_that_the_tool_does_not_state_are_those_of_its_figures(
    tmp_path: Path, texts: list[str], decimals: int
) -> None:
    changed = [
        row | ({"Values": texts[number % len(texts)]} if row["Short Desc"] == REFERRALS else {})
        for number, row in enumerate(rows())
    ]
    table = read_small(write_lait(tmp_path, changed)).measures.set_index("tool_name")
    assert table["decimals"].to_dict() == {REFERRALS: decimals, GAP: 2, EXCLUDED: 1}


def test_windows_1252_is_read_as_utf_8_is(small: LaitTables, tmp_path: Path) -> None:
    again = read_small(write_lait(tmp_path, encoding="windows-1252"))
    pd.testing.assert_frame_equal(again.measures, small.measures)


def put(column: str, value: object, row: int = 3) -> Callable[[], dict[str, object]]:
    """Change a cell of the figures."""

    def changed() -> dict[str, object]:
        table = rows()
        table[row][column] = value
        return {"figures": table}

    return changed


def every(column: str, value: object) -> Callable[[], dict[str, object]]:
    return lambda: {"figures": [row | {column: value} for row in rows()]}


def renamed(old: str, new: str) -> Callable[[], dict[str, object]]:
    return lambda: {"figures": [drop(row, old) | {new: row[old]} for row in rows()]}


def drop(row: dict[str, Any], column: str) -> dict[str, Any]:
    return {key: cell for key, cell in row.items() if key != column}


def described(another: dict[str, str]) -> Callable[[], dict[str, object]]:
    return lambda: {"dictionary": [*entries(), another]}


def say(column: str, text: str, row: int = 1) -> Callable[[], dict[str, object]]:
    """Change a cell of the dictionary."""

    def changed() -> dict[str, object]:
        table = entries()
        table[row][column] = text
        return {"dictionary": table}

    return changed


def listing(row: int, *cells: str) -> Callable[[], dict[str, object]]:
    """Change a row of the list of areas."""
    return lambda: {"places": [*PLACES[:row], cells, *PLACES[row + 1 :]]}


UNDATED = {"Last Update": "New data"}


@pytest.mark.parametrize(
    ("change", "file", "said"),
    [
        (put("Values", "c"), FIGURES, "row 4, column 'Values': found 'c'; expected a number or '-'"),
        (put("Values", ""), FIGURES, "row 4, column 'Values': found a blank cell"),
        (put("Values", None), FIGURES, "row 4, column 'Values': found a blank cell"),
        (put("Values", "1,234"), FIGURES, "found '1,234'; expected a number or '-'"),
        (put("Values", "nan"), FIGURES, "found 'nan'; expected a number or '-'"),
        (put("Values", "1E400"), FIGURES, "found '1E400'; expected a number or '-'"),
        (put("Years", None), FIGURES, "row 4, column 'Years': found a blank cell"),
        (put("Years", "2018", 0), FIGURES, "row 8, column 'Years': found '2018 (Rev)', a second row of"),
        (put("Years", "2016-17", 7), FIGURES, "row 8, column 'Years': found '2016-17', a second row"),
        (put("LA Number", 999.0), FIGURES, "row 4, column 'LA Number': found '999'; expected a number of"),
        (put("LA Number", None), FIGURES, "row 4, column 'LA Number': found a blank cell"),
        (put("LA Number", 351.5), FIGURES, "row 4, column 'LA Number': found '351.5'"),
        (put("LA Number", 351.0), FIGURES, "column 'LA and Regions': found 'Bournemouth (Pre LG)'; exp"),
        (put("LA and Regions", "Bary", 1), FIGURES, "column 'LA and Regions': found 'Bary'; expected 'Bury'"),
        (put("Region", "London", 1), FIGURES, "column 'Region': found 'London'; expected 'North West'"),
        (put("Short Desc", "ReRefferal"), FIGURES, "of lait_data_dictionary.csv (nearest: ReReferral"),
        (renamed("Values", "Value"), FIGURES, "found the column 'Value'; expected a column 'Values'"),
        (renamed("Data item", "Item"), FIGURES, "found the column 'Item'; expected a column 'Data item'"),
        (every("LA Number", "301"), FIGURES, "column 'LA Number': found the type string; expected a number"),
        (every("Values", 3.5), FIGURES, "column 'Values': found the type double; expected a text"),
        (described(entry("Unseen")), DICTIONARY, "found 'Unseen'; expected a measure that has rows in "),
        (lambda: {"dictionary": entries()[1:]}, FIGURES, "row 1, column 'Short Desc': found 'ReReferral'"),
        (described(entry("Gap <8yrs-%")), DICTIONARY, "names that differ as lait_gap_under_8yrs_percent"),
        (described(entries()[0]), DICTIONARY, "found 'ReReferral' a second time under 'Children in Need'"),
        (lambda: {"dictionary": [drop(each, OWNER) for each in entries()]}, DICTIONARY, "a column 'Data O"),
        (say("Polarity", "Higher"), DICTIONARY, "found 'Higher'; expected High or Low or - or NA"),
        (say("Polarity", "High", 3), DICTIONARY, "found 'High'; expected 'Low', as in the entry of CINPerm"),
        (say("Year_Type", "Calendar Year", 3), DICTIONARY, "row 5, column 'Year_Type'"),
        (say("dps", "two"), DICTIONARY, "row 3, column 'dps': found 'two'; expected a whole number, or NA"),
        (say("No_Quartile", "Y"), DICTIONARY, "row 3, column 'No_Quartile': found 'Y'"),
        (say("Chart_title", ""), DICTIONARY, "row 3, column 'Chart_title': found a blank cell"),
        (lambda: {"dictionary": [each | UNDATED for each in entries()]}, DICTIONARY, "found no day in it"),
        (listing(1, "35", "Bury", "North West", "MD"), AREAS, "row 3, column 'LA Number': found '35'"),
        (listing(1, "301", "Bury", "North West", "MD"), AREAS, "row 3, column 'LA Number': found '301' a"),
    ],
)  # fmt: skip
def test_what_the_tool_does_not_write_is_refused_with_its_place(
    tmp_path: Path, change: Callable[[], dict[str, object]], file: str, said: str
) -> None:
    with pytest.raises(InputError) as refused:
        read_small(write_lait(tmp_path, **change()))  # type: ignore[arg-type]
    assert str(refused.value).startswith(str(tmp_path / file))
    assert said in str(refused.value)


def placed(number: str, name: str, region: str) -> dict[str, object]:
    """Give Bury's rows to another place, and the list that place too."""
    mine = {"LA and Regions": name, "LA Number": float(number), "Region": region}
    figures = [row | (mine if row["LA Number"] == 351.0 else {}) for row in rows()]
    return {"figures": figures, "places": [*PLACES[:1], (number, name, region, "MD"), *PLACES[2:]]}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("399", "Berry", "North West"), "column 'LA Number': found '399'; expected the number of an area"),
        (("351", "Bury", "South West"), "found 'South West'; expected the region of Bury, North West"),
        (("351", "Bury", "Nowhere"), "found 'Nowhere'; expected the region of Bury, North West"),
    ],
)  # fmt: skip
def test_an_area_that_the_list_and_the_register_know_differently_is_refused(
    tmp_path: Path, place: tuple[str, str, str], said: str
) -> None:
    with pytest.raises(InputError, match="row 2, ") as refused:
        read_small(write_lait(tmp_path, **placed(*place)))  # type: ignore[arg-type]
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (FIGURES, b"PAR1, once", "found no readable table"),
        (FIGURES, b"Short Desc,Years\n", "expected a Parquet file"),
        (DICTIONARY, b"\x81\x00", "encoding"),
        (DICTIONARY, ",".join(HEADER).encode() + b"\n", "found none; expected a row for each measure"),
        (AREAS, b"LA Number", "expected an .xlsx workbook"),
    ],
)
def test_what_is_no_such_file_is_refused(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (write_lait(tmp_path) / name).write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_small(tmp_path)
    assert str(tmp_path / name) in str(refused.value)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("name", "spoilt"),
    [
        ("lait", lambda table: pd.concat([table, table.head(1)], ignore_index=True)),
        ("lait", lambda table: table.assign(value=table["value"].fillna(0.0))),
        ("lait", lambda table: table.assign(value=table["value"].mask(table["area"] == "351"))),
        ("lait", lambda table: table.assign(value=table["value"].mask(table["area"] == "351", np.inf))),
        ("lait", lambda table: table.assign(status=table["status"].cat.rename_categories({"-": "c"}))),
        ("lait", lambda table: table.assign(period=table["period"] * 100)),
        ("lait", lambda table: table.assign(measure=table["measure"].cat.rename_categories(str.upper))),
        ("lait", lambda table: table.assign(area=table["area"].astype(str).astype("category"))),
        ("lait", lambda table: table.drop(columns="label")),
        ("lait_measures", lambda table: pd.concat([table, table.head(1)], ignore_index=True)),
        ("lait_measures", lambda table: table.assign(polarity="Low")),
        ("lait_measures", lambda table: table.assign(decimals=np.nan)),
        ("lait_measures", lambda table: table.assign(measure=table["tool_name"])),
        ("lait_measures", lambda table: table.drop(columns="topic")),
    ],
)  # fmt: skip
def test_a_table_that_breaks_a_rule_is_refused(
    small: LaitTables, name: str, spoilt: Callable[[pd.DataFrame], pd.DataFrame]
) -> None:
    validate(tables(small), KNOWN)
    with pytest.raises(InputError, match=f"The table '{name}' that these files give is not valid"):
        validate(tables(small) | {name: spoilt(tables(small)[name])}, KNOWN)
