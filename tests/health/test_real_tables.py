"""The health of the committed tables, its numbers worked out again from the published files or by hand."""

from __future__ import annotations

import csv
import os
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics import load
from analytics.figures import Figures
from analytics.folders import home
from analytics.health import OK, TO_KNOW, Answer, Health, check_folder

ROOT = Path(__file__).parents[2]
DFE = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data")) / "dfe"
with_sources = pytest.mark.skipif(not DFE.is_dir(), reason=f"{DFE} is not here: set ANALYTICS_SOURCES")

CSWW = "csww_indicators_2017_to_2025.csv"
C1 = "c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv"


@pytest.fixture(scope="module")
def health() -> Health:
    return check_folder(home() / "data" / "processed", date(2026, 11, 26))


def rows(answer: Answer, name: str) -> pd.DataFrame:
    return next(table.rows for table in answer.tables if table.name == name)


def published(name: str) -> list[dict[str, str]]:
    with (DFE / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def of_authorities(name: str) -> dict[tuple[str, int], dict[str, str]]:
    """Key the rows of authorities of a published file by code and year."""
    found = [row for row in published(name) if row["geographic_level"] == "Local authority"]
    return {(row["old_la_code"].replace(" ", ""), int(row["time_period"])): row for row in found}


def test_nothing_is_wrong_and_seven_things_are_to_know(health: Health) -> None:
    assert health.verdict == TO_KNOW
    assert [answer.name for answer in health.of(OK)] == ["integrity", "coverage", "tool"]
    assert not health.not_asked
    names = [answer.name for answer in health.answers]
    assert names == [
        "integrity", "age", "coverage", "symbols", "recomputation", "boundaries", "changes", "neighbours",
        "revisions", "tool",
    ]  # fmt: skip


@with_sources
def test_coverage_counts_the_cells_of_the_published_file(health: Health) -> None:
    by_year = rows(health.answer("coverage"), "coverage-csww").set_index(["measure", "period"])
    cells: Counter[tuple[int, str]] = Counter()
    for row in published(CSWW):
        value = row["agency_rate_fte"]
        cells[
            int(row["time_period"]), "figures" if number(value) is not None or value == "low" else "symbols"
        ] += 1
    for year in range(2017, 2026):
        row = by_year.loc[("agency_rate_fte", year)]
        assert (row["figures"], row["symbols"]) == (cells[year, "figures"], cells[year, "symbols"])
        assert row["no_row"] == row["not_expected"] == 0
    # 153 authorities of which two report as one, twice; nine regions, London's two parts, England.
    assert by_year.at[("agency_rate_fte", 2025), "expected"] == 153 - 2 + 9 + 2 + 1
    # Before 2019: 152 authorities, two of them as one.
    assert by_year.at[("agency_rate_fte", 2018), "expected"] == 152 - 1 + 12
    cin = rows(health.answer("coverage"), "coverage-cin").set_index(["measure", "period"])["expected"]
    assert cin["referral_count", 2025] == 153 + 12


@with_sources
@pytest.mark.parametrize(
    ("file", "code", "name", "column", "symbols"),
    [
        (C1, "204", "Hackney", "rereferral_percent", {2021: "x", 2022: "x"}),
        (C1, "850", "Hampshire", "rereferral_percent", {2024: "u"}),
        (C1, "884", "Herefordshire, County of", "rereferral_percent", {2023: "u", 2024: "u"}),
        (CSWW, "207", "Kensington and Chelsea", "agency_rate_fte", dict.fromkeys(range(2021, 2026), "x")),
        (CSWW, "213", "Westminster", "agency_rate_fte", dict.fromkeys(range(2022, 2026), "x")),
        (CSWW, "330", "Birmingham", "agency_rate_fte", {2024: "u"}),
        (CSWW, "330", "Birmingham", "caseload_fte", {2024: "u"}),
        (CSWW, "319", "Sutton", "agency_rate_fte", {2023: "u"}),
    ],
)
def test_the_known_gaps_are_shown(
    health: Health, file: str, code: str, name: str, column: str, symbols: dict[int, str]
) -> None:
    cells = {year: row[column] for (key, year), row in of_authorities(file).items() if key == code}
    gaps = {year: text for year, text in cells.items() if number(text) is None and text != "low"}
    later = {year: text for year, text in gaps.items() if year > 2016}  # until 2016 there are gaps everywhere
    assert later == symbols
    found = rows(health.answer("symbols"), "symbols-headline")
    own = found[(found["name"] == name) & found["measures"].str.split().map(lambda names: column in names)]
    assert len(own) == 1
    first, last = min(symbols), max(symbols)
    span = f"{first} to {last}" if last > first else str(first)
    assert own["years"].iloc[0].endswith(f"{symbols[first]} {span}")


@with_sources
def test_symbols_are_those_of_the_published_file(health: Health) -> None:
    by_year = rows(health.answer("symbols"), "symbols-years").set_index(["measure", "period"])
    seen = Counter((int(row["time_period"]), row["no_further_action_percent"]) for row in published(C1))
    for year in range(2013, 2026):
        expected = [seen[year, symbol] for symbol in ("c", "x", "z", "u", "low")]
        assert (
            by_year.loc[("no_further_action_percent", year), ["c", "x", "z", "u", "low"]].tolist() == expected
        )


def test_every_rate_is_worked_out_again(health: Health) -> None:
    answer = health.answer("recomputation")
    # As ingest reports them: all authorities' rates do, and 39 of regions and England do not.
    assert answer.counts["fails"] == len(rows(answer, "recomputation-failing")) == 39
    assert answer.counts["authorities"] == 0
    failing = rows(answer, "recomputation-failing").set_index(["area", "measure", "period"])
    row = failing.loc[("E92000001", "agency_rate_fte", 2024)]
    wide = load().wide
    agency, inpost = (wide.at[("E92000001", 2024), name] for name in ("agency_fte", "inpost_fte"))
    assert row["lower"] <= 100 * agency / (agency + inpost) <= row["upper"] < row["published"] - 0.05


def test_first_years_are_shown_beside_the_next(health: Health) -> None:
    answer = health.answer("boundaries")
    first = rows(answer, "boundaries-first").set_index(["name", "measure"])
    wide = load().wide["rereferral_percent"]
    for area, name in (("942", "Cumberland"), ("943", "Westmorland and Furness")):
        row = first.loc[(name, "rereferral_percent")]
        assert row["period"] == 2024
        assert (row["value"], row["value_next"]) == (wide[area, 2024], wide[area, 2025])
        assert row["value"] < row["value_next"]
    assert first.at[("Dorset", "rereferral_percent"), "figure"] == "x"
    assert first.at[("North Northamptonshire / West Northamptonshire", "turnover_rate_fte"), "period"] == 2021
    joint = rows(answer, "boundaries-joint").set_index("area")
    assert joint.at["314/318", "years"] == "2017 to 2025"
    assert joint.at["940/941", "years"] == "2021 to 2025"
    assert joint["publications"].unique().tolist() == ["Children's social work workforce"]
    changed = rows(answer, "boundaries-changed").set_index("area")
    assert sorted(changed.index) == ["835", "836", "837", "909", "928"]
    assert changed.at["909", "successors"] == "Cumberland and Westmorland and Furness"
    assert changed.at["909", "last_day"] == "31 March 2023"
    assert changed.at["928", "earlier"].startswith("in front of those of North Northamptonshire / West")


@with_sources
def test_agency_workers_without_hours_are_those_of_the_published_file(health: Health) -> None:
    expected = set()
    for (area, year), row in of_authorities(CSWW).items():
        people, hours = number(row["agency_headcount"]), number(row["agency_fte"])
        if row["agency_fte"] == "low":
            hours = 0.0
        if people is not None and hours is not None and people >= 10 and hours / people < 0.6:
            expected.add((area, year))
    found = rows(health.answer("changes"), "changes-hours")
    assert set(zip(found["area"], found["period"], strict=True)) == expected
    # METHODS names these.
    assert {("937", 2025), ("302", 2019), ("880", 2019)} <= expected
    warwickshire = found.set_index(["name", "period"]).loc[("Warwickshire", 2025)]
    assert warwickshire["headcount"] == int(of_authorities(CSWW)["937", 2025]["agency_headcount"])


@with_sources
def test_large_changes_are_those_of_the_published_files(health: Health) -> None:
    found = rows(health.answer("changes"), "changes-jumps")
    for file, column, far in (
        (CSWW, "caseload_fte", lambda last, this: last > 0 and abs(this - last) / last > 0.4),
        (C1, "rereferral_percent", lambda last, this: abs(this - last) > 15),
    ):
        cells = {key: number(row[column]) for key, row in of_authorities(file).items()}
        # Of the same footprint, so held against it.
        chained = {("940/941", 2020): cells.get(("928", 2020))} if file == CSWW else {}
        expected = set()
        for (area, year), this in cells.items():
            last = cells.get((area, year - 1), chained.get((area, year - 1)))
            if this is not None and last is not None and far(last, this):
                expected.add((area, year))
        own = found[found["measure"] == column]
        assert set(zip(own["area"], own["period"], strict=True)) == expected
        assert expected
    liverpool = found.set_index(["name", "measure", "period"]).loc[("Liverpool", "caseload_fte", 2025)]
    assert (liverpool["before"], liverpool["after"], liverpool["moved"]) == ("20.3", "10.1", "−50.2%")


def test_neighbours_that_cannot_be_used_are_counted(health: Health, figures: Figures) -> None:
    few = rows(health.answer("neighbours"), "neighbours-few")
    found = few[(few["measure"] == "agency_rate_fte") & (few["period"] == 2025)]
    assert found[["subject", "model", "usable"]].to_numpy().tolist() == [["201", "2021", 7]]
    # By hand: the neighbours of the City of 2021, less two that had no figure and the second half of a
    # joint return with a nearer one.
    chosen = figures.neighbours.query("area == '201' and model == '2021'")["neighbour"].tolist()
    assert {"207", "213", "314", "318"} <= set(chosen)
    values = figures.wide["agency_rate_fte"]
    units = {figures.joint_returns.get(area, area) for area in chosen}
    assert sum(pd.notna(values[unit, 2025]) for unit in units) == 7
    by_year = rows(health.answer("neighbours"), "neighbours-years").set_index(["measure", "model", "period"])
    assert by_year.at[("rereferral_percent", "2025", 2025), "authorities"] == 153
    # Of those of today two each, in Dorset, Northamptonshire and Cumbria, were not there yet.
    assert by_year.at[("rereferral_percent", "2025", 2018), "authorities"] == 153 - 6
    # The model of 2021 knows Cumbria, which was abolished in March 2023, and not what came after it.
    assert by_year.at[("agency_rate_fte", "2021", 2022), "authorities"] == 152
    assert by_year.at[("agency_rate_fte", "2021", 2023), "authorities"] == 151


@with_sources
@pytest.mark.parametrize("release", [2023, 2024])
def test_revisions_are_the_differences_of_the_published_files(health: Health, release: int) -> None:
    past, now = published(f"earlier/csww_indicators_2017_to_{release}.csv"), published(CSWW)
    keys = ("time_period", "region_code", "old_la_code")
    newest = {tuple(row[key] for key in keys): row for row in now}
    columns = list(newest.popitem()[1])
    newest = {tuple(row[key] for key in keys): row for row in now}
    revised = to_symbol = to_figure = 0
    for row in past:
        later = newest[tuple(row[key] for key in keys)]
        for column in columns[10:]:
            before, after = (number(cell) for cell in (row[column], later[column]))
            revised += before is not None and after is not None and before != after
            to_symbol += before is not None and after is None
            to_figure += before is None and after is not None
    table = rows(health.answer("revisions"), "revisions")
    own = table[(table["release"] == str(release)) & (table["publication"] == "csww")]
    assert own[["revised", "became a symbol", "became a figure"]].sum().tolist() == [
        revised,
        to_symbol,
        to_figure,
    ]
    assert own["compared"].sum() == len(past) * 22


@pytest.mark.parametrize(
    ("today", "said", "verdict"),
    [
        (date(2026, 6, 30), "the 2026 release is due in October 2026", OK),
        (date(2026, 10, 1), "the 2026 release is due this month: look for it", TO_KNOW),
        (date(2026, 10, 31), "the 2026 release is due this month: look for it", TO_KNOW),
        (date(2026, 11, 1), "the 2026 release was due in October 2026: fetch it", TO_KNOW),
        (date(2026, 11, 26), "the 2026 release was due in October 2026: fetch it", TO_KNOW),
    ],
)
def test_age_is_measured_against_the_calendar(today: date, said: str, verdict: str, figures: Figures) -> None:
    from analytics.health.age import age

    answer = age(figures, today)
    assert f"Children in need: newest held 2025; {said}." in answer.sentences
    assert answer.verdict == verdict


def test_on_this_day_two_publications_are_overdue(health: Health) -> None:
    assert health.answer("age").counts == {"overdue": 2, "absent": 0, "due_now": 0}
    assert health.answer("age").sentences == (
        "Children in need: newest held 2025; the 2026 release was due in October 2026: fetch it.",
        "Mid-year population estimates: newest held 2024; the 2025 release was due in July 2026: fetch it.",
        "Children's social work workforce: newest held 2025; the 2026 release is due in February 2027.",
    )
