"""Two releases side by side: every kind of change, which matter, and the real releases counted plainly."""

import csv
import os
from pathlib import Path

import pandas as pd
import pytest

from analytics.ingest import read_release
from analytics.narrative.revisions import describe_coverage, describe_revisions
from analytics.studies.revisions import KINDS, Revisions, compare_releases

SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", Path(__file__).parents[3] / "shared" / "data"))
NAMES = {"351": "Bury", "352": "Manchester", "353": "Oldham", "354": "Rochdale"}

Row = tuple[str, int, str, float | str]


def release(*rows: Row) -> pd.DataFrame:
    """Make a release of rows of area, year, measure, and a figure or a symbol."""
    return pd.DataFrame(
        [
            {
                "area": area,
                "period": year,
                "measure": measure,
                "value": {"low": 0.0}.get(cell) if isinstance(cell, str) else cell,
                "status": cell if isinstance(cell, str) else "",
            }
            for area, year, measure, cell in rows
        ]
    ).astype({"value": float})


def compared(measure: str, old: float | str, new: float | str) -> pd.Series:
    """Compare one figure, beside another that stays, and give its row."""
    both = ("352", 2024, measure, 50.0)
    found = compare_releases(
        release(("351", 2024, measure, old), both), release(("351", 2024, measure, new), both)
    )
    assert found.changed["area"].tolist() in ([], ["351"])
    return found.changed.iloc[0] if len(found.changed) else pd.Series({"kind": "the same", "matters": False})


@pytest.mark.parametrize(
    ("measure", "old", "new", "kind", "matters"),
    [
        ("agency_rate_fte", 20.0, 20.0, "the same", False),
        ("agency_rate_fte", 20.0, 20.9, "revised", False),
        ("agency_rate_fte", 20.1, 21.1, "revised", True),
        ("agency_rate_fte", 20.0, 19.0, "revised", True),
        ("caseload_fte", 16.0, 16.9, "revised", False),
        ("caseload_fte", 16.0, 17.0, "revised", True),
        ("cases", 1000.0, 1049.0, "revised", False),
        ("cases", 1000.0, 950.0, "revised", True),
        ("leavers_headcount", 10.0, 14.0, "revised", False),
        ("leavers_headcount", 10.0, 15.0, "revised", True),
        ("cases", 1000.0, "u", "became a symbol", True),
        ("cases", 1000.0, "low", "became a symbol", True),
        ("cases", "low", 0.0, "became a figure", True),
        ("cases", "c", 7.0, "became a figure", True),
        ("cases", "x", "u", "another symbol", False),
        ("cases", "low", "low", "the same", False),
        ("cases", "x", "x", "the same", False),
    ],
)
def test_what_became_of_a_figure(
    measure: str, old: float | str, new: float | str, kind: str, matters: bool
) -> None:
    row = compared(measure, old, new)
    assert (row["kind"], bool(row["matters"])) == (kind, matters)


@pytest.fixture
def found() -> Revisions:
    then = release(
        ("351", 2023, "cases", 1000.0),
        ("351", 2024, "cases", 900.0),
        ("352", 2024, "cases", 800.0),
        ("353", 2024, "cases", "c"),
        ("351", 2024, "agency_rate_fte", 10.0),
        ("351", 2024, "vacancy_fte", 4.0),
    )
    now = release(
        ("351", 2024, "cases", 910.0),
        ("352", 2024, "cases", 600.0),
        ("354", 2024, "cases", 5.0),
        ("351", 2024, "agency_rate_fte", 10.0),
        ("351", 2025, "cases", 1200.0),
        ("351", 2024, "leavers_fte", 3.0),
    )
    return compare_releases(then, now)


def test_only_what_both_can_have_is_compared(found: Revisions) -> None:
    assert (found.new_years, found.gone_years) == ([2025], [2023])
    assert (found.new_measures, found.gone_measures) == (["leavers_fte"], ["vacancy_fte"])
    assert (found.new_areas, found.gone_areas) == (["354"], ["353"])
    assert found.changed[["area", "change", "kind"]].to_numpy().tolist() == [
        ["351", 10.0, "revised"],
        ["352", -200.0, "revised"],
        ["353", pytest.approx(float("nan"), nan_ok=True), "no longer there"],
        ["354", pytest.approx(float("nan"), nan_ok=True), "not there before"],
    ]


def test_changes_are_counted_by_measure_and_year(found: Revisions) -> None:
    counts = found.counts.set_index(["measure", "period"])
    cases = counts.loc[("cases", 2024)]
    assert cases[["the same", "revised", "no longer there", "not there before"]].tolist() == [0, 2, 1, 1]
    assert cases[["matters", "largest", "largest_area"]].tolist() == [3, -200.0, "352"]
    assert counts.loc[("agency_rate_fte", 2024), "the same"] == 1


def test_they_are_said_in_plain_lines(found: Revisions) -> None:
    lines = describe_revisions("Workforce", ("csww:2023", "csww:2024"), found.changed, found.counts, NAMES)
    assert lines[0] == "Workforce: csww:2023 beside csww:2024, the years that both have (2024 to 2024)"
    assert lines[1].startswith(
        "5 figures: 1 the same, 2 revised, 1 without a row now, 1 without a row before; "
        "3 of the changes matter"
    )
    assert (
        "  Cases held, 2024: 2 revised, 1 without a row now, 1 without a row before "
        "(the largest by −200, Manchester); 3 matter" in lines
    )
    assert "Areas with a change: 4; the most in Bury 1, Manchester 1, Oldham 1, Rochdale 1" in lines
    assert lines[-3:] == [
        "  Cases held, 2024, Manchester: 800, now 600",
        "  Cases held, 2024, Oldham: suppressed to protect confidentiality, now no row",
        "  Cases held, 2024, Rochdale: no row, now 5",
    ]
    assert list(describe_coverage({"areas": (["Rochdale"], []), "years": (["2025"], ["2023"])})) == [
        "New areas: Rochdale",
        "New years: 2025",
        "Gone years: 2023",
    ]


def test_nothing_changed_and_nothing_in_common_are_said() -> None:
    one = release(("351", 2024, "cases", 1.0))
    same = compare_releases(one, one)
    assert describe_revisions("T", ("a", "b"), same.changed, same.counts, NAMES)[-1] == "No figure changed."
    apart = compare_releases(one, release(("351", 2025, "cases", 1.0)))
    assert describe_revisions("T", ("a", "b"), apart.changed, apart.counts, NAMES) == [
        "T: the releases a and b have no year in common."
    ]


def cells(name: str) -> dict[tuple[str, str, str], str]:
    """Read a published file the plain way."""
    with (SOURCES / name).open(encoding="utf-8-sig", newline="") as file:
        return {
            (row["old_la_code"] or row["region_code"] or "England", row["time_period"], column): row[column]
            for row in csv.DictReader(file)
            for column in list(row)[10:]
        }


@pytest.mark.skipif(not SOURCES.is_dir(), reason=f"{SOURCES} is not here: set ANALYTICS_SOURCES")
def test_the_real_releases_differ_where_their_files_do() -> None:
    names = [
        "dfe/earlier/csww_indicators_2017_to_2023.csv",
        "dfe/earlier/csww_indicators_2017_to_2024.csv",
    ]
    old, new = (cells(name) for name in names)
    differ = [key for key in old.keys() & new.keys() if old[key] != new[key]]
    symbols = [key for key in differ if new[key].isalpha() and not old[key].isalpha()]
    found = compare_releases(*(read_release(SOURCES / name)[2] for name in names))
    assert len(found.changed) == len(differ)
    assert (found.changed["kind"] == "became a symbol").sum() == len(symbols) > 0
    assert found.counts[list(KINDS)].sum().sum() == len(old.keys() & new.keys())
