"""Each flag on small made-up figures, and tables with less or more in them than today's."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from analytics.figures import Figures
from analytics.health import OK, TO_KNOW, WRONG, Answer, examine
from analytics.health.answers import Health, counted, some, spans
from analytics.health.boundaries import boundaries
from analytics.health.changes import changes
from analytics.health.comparable import comparable
from analytics.health.coverage import coverage
from analytics.health.page import render_page
from analytics.health.recomputed import recomputation
from analytics.health.revised import revisions
from analytics.health.symbols import symbols
from analytics.health.text import render_text
from health.small_tables import BURY, KENT, KNOWN, LEEDS, figures, table, tables, write

TODAY = date(2026, 11, 26)


def rows(answer: Answer, name: str) -> pd.DataFrame:
    return next(one.rows for one in answer.tables if one.name == name)


def small(*cells: tuple[str, int, str, float | str]) -> Figures:
    return figures(tables(*cells))


def every_area(measure: str, year: int, joint: bool, **other: float | str) -> list[tuple]:
    """Give a figure of 10 for every area of a year, or another one under the key of its area."""
    day = f"{year}-09-30"
    return [
        (area, year, measure, other.get(f"of_{area}", 10.0)) for area in sorted(KNOWN.existing(day, joint))
    ]


# --- coverage


def test_every_area_there_is_well() -> None:
    answer = coverage(small(*every_area("cases", 2025, joint=True)))
    assert answer.verdict == OK
    assert answer.counts == {
        "figures": 163, "symbols": 0, "no_row": 0, "not_expected": 0, "expected": 163,
    }  # fmt: skip
    assert answer.sentences[1] == "No row is missing, and none is too many."


def test_a_symbol_is_counted_and_a_missing_row_is_wrong() -> None:
    cells = every_area("cases", 2025, joint=True, of_351="x")
    cells = [cell for cell in cells if cell[0] != KENT]
    answer = coverage(small(*cells))
    assert answer.verdict == WRONG
    assert answer.counts | {"expected": 0} == {
        "figures": 161, "symbols": 1, "no_row": 1, "not_expected": 0, "expected": 0,
    }  # fmt: skip
    assert answer.sentences[1] == "1 have no row at all: Kent."
    assert rows(answer, "coverage-areas")[["name", "symbols", "no_row"]].to_numpy().tolist() == [
        ["Kent", 0, 1],
        ["Bury", 1, 0],
    ]


def test_a_year_left_out_between_others_is_missing_rows() -> None:
    cells = every_area("cases", 2023, joint=True) + every_area("cases", 2025, joint=True)
    assert coverage(small(*cells)).counts["no_row"] == len(KNOWN.existing("2024-09-30", joint=True))


@pytest.mark.parametrize("area", ["928", "314"])
def test_a_row_too_many_is_wrong(area: str) -> None:
    """Northamptonshire was abolished; Kingston is part of a joint return."""
    answer = coverage(small(*every_area("cases", 2025, joint=True), (area, 2025, "cases", 3.0)))
    assert answer.verdict == WRONG
    assert answer.counts["not_expected"] == 1
    assert "1 row is for an area that did not exist then, or has no row of its own" in answer.sentences[1]


def test_members_of_a_joint_return_are_expected_where_no_row_is_joint() -> None:
    answer = coverage(small(*every_area("referral_count", 2025, joint=False)))
    assert (answer.verdict, answer.counts["expected"]) == (OK, 165)


def test_no_figure_at_all_is_wrong() -> None:
    answer = coverage(small())
    assert (answer.verdict, answer.sentences) == (WRONG, ("No figure is held.",))


# --- symbols


def test_gaps_are_gathered_by_area_and_years() -> None:
    cells = [(BURY, year, name, "x") for year in (2021, 2022, 2024) for name in ("cases", "caseload_fte")]
    cells += [(BURY, 2023, "cases", "u"), (BURY, 2023, "caseload_fte", 15.0), (KENT, 2024, "cases", "low")]
    answer = symbols(small(*cells))
    gaps = rows(answer, "symbols-gaps")
    assert gaps[["name", "years", "measures"]].to_numpy().tolist() == [
        ["Bury", "x 2021 to 2022, 2024", "caseload_fte"],
        ["Bury", "x 2021 to 2022; u 2023; x 2024", "cases"],
    ]
    assert rows(answer, "symbols-headline")["measures"].tolist() == ["caseload_fte"]
    assert answer.counts == {"c": 0, "x": 6, "z": 0, "u": 1, "low": 1, "areas": 1}
    assert answer.verdict == TO_KNOW


def test_a_gap_in_a_whole_publication_says_so() -> None:
    cells = [(BURY, 2021, name, "x") for name in ("cases", "caseload_fte", "agency_fte", "vacancy_fte")]
    gaps = rows(symbols(small(*cells)), "symbols-gaps")
    assert gaps["said"].tolist() == ["all 4 measures of Children's social work workforce"]


def test_a_gap_in_many_measures_names_three() -> None:
    names = ("agency_fte", "agency_headcount", "cases", "caseload_fte")
    cells = [(BURY, 2021, name, "x") for name in names] + [(BURY, 2021, "vacancy_fte", 3.0)]
    gaps = rows(symbols(small(*cells)), "symbols-gaps")
    assert gaps["said"].tolist() == [
        "Agency social workers (FTE), Agency social workers (headcount), Average caseload (FTE) and 1 more"
    ]


def test_no_symbol_is_well() -> None:
    assert symbols(small((BURY, 2021, "cases", 3.0))).verdict == OK


# --- recomputation


def test_a_rate_that_does_not_follow_is_named_with_what_its_parts_give() -> None:
    cells = [(BURY, 2025, "cases", 300.0), (BURY, 2025, "case_holders_fte", 20.0)]
    right = recomputation(small(*cells, *_absent_parts(), (BURY, 2025, "caseload_fte", 15.0)))
    assert (right.verdict, right.counts["recomputes"]) == (OK, 1)
    wrong = recomputation(small(*cells, *_absent_parts(), (BURY, 2025, "caseload_fte", 18.0)))
    assert (wrong.verdict, wrong.counts["fails"], wrong.counts["authorities"]) == (TO_KNOW, 1, 1)
    shown = wrong.tables[1].shown.iloc[0].tolist()
    assert shown == ["Bury", "Average caseload (FTE)", "2025", "18.0", "14.94 to 15.06"]


def _absent_parts() -> list[tuple]:
    """Give Leeds a symbol for everything else."""
    from analytics.measures import published

    return [(LEEDS, 2025, name, "x") for name in published()]


# --- boundaries


def test_a_first_year_stands_beside_the_next() -> None:
    cells = [("942", 2024, "rereferral_percent", 10.7), ("942", 2025, "rereferral_percent", 22.7)]
    first = rows(boundaries(small(*cells)), "boundaries-first")
    assert first[["name", "period", "figure", "next"]].to_numpy().tolist() == [
        ["Cumberland", 2024, "10.7", "22.7"]
    ]


def test_an_old_authority_has_no_first_year() -> None:
    answer = boundaries(small((BURY, 2024, "rereferral_percent", 20.0), (BURY, 2024, "cases", 2.0)))
    assert answer.counts["first_year_figures"] == 0


# --- changes


@pytest.mark.parametrize(
    ("headcount", "fte", "flagged"),
    [(10, 5.9, True), (10, 6.0, False), (9, 0.0, False), (10, "x", False), (11, "low", True)],
)
def test_ten_agency_workers_with_less_than_six_tenths_each_are_flagged(
    headcount: int, fte: float | str, flagged: bool
) -> None:
    cells = [(BURY, 2025, "agency_headcount", headcount), (BURY, 2025, "agency_fte", fte)]
    answer = changes(small(*cells))
    assert (answer.counts["missing_hours"], answer.verdict) == ((1, TO_KNOW) if flagged else (0, OK))
    if flagged:
        assert rows(answer, "changes-hours")[["name", "period", "headcount"]].to_numpy().tolist() == [
            ["Bury", 2025, headcount]
        ]


@pytest.mark.parametrize(
    ("measure", "before", "after", "moved"),
    [
        ("caseload_fte", 10.0, 14.0, None),
        ("caseload_fte", 10.0, 14.1, "+41.0%"),
        ("caseload_fte", 10.0, 5.9, "−41.0%"),
        ("caseload_fte", 0.0, 5.0, None),
        ("rereferral_percent", 10.0, 25.0, None),
        ("rereferral_percent", 10.0, 25.1, "+15.1 points"),
        ("rereferral_percent", 30.0, 14.0, "−16.0 points"),
        ("repeat_plans_percent", 10.0, 90.0, None),
    ],
)
def test_a_large_change_is_flagged_with_both_figures(
    measure: str, before: float, after: float, moved: str | None
) -> None:
    answer = changes(small((BURY, 2024, measure, before), (BURY, 2025, measure, after)))
    shown = answer.tables[1].shown
    expected = [] if moved is None else [["2025", f"{before:.1f}", f"{after:.1f}", moved, "none"]]
    assert shown.iloc[:, 2:].to_numpy().tolist() == expected


def test_two_years_apart_is_no_change_from_one_to_the_next() -> None:
    cells = [(BURY, 2023, "caseload_fte", 10.0), (BURY, 2025, "caseload_fte", 30.0)]
    assert changes(small(*cells)).counts["jumps"] == 0


@pytest.mark.parametrize(
    ("area", "before", "note"),
    [("942", "942", "the year before is a new authority's first"), ("201", "201", "very few people")],
)
def test_a_flag_says_what_to_bear_in_mind(area: str, before: str, note: str) -> None:
    cells = [(before, 2024, "rereferral_percent", 5.0), (area, 2025, "rereferral_percent", 25.0)]
    assert rows(changes(small(*cells)), "changes-jumps")["note"].tolist() == [note]


def test_a_new_authority_is_held_against_the_one_with_its_footprint() -> None:
    cells = [("928", 2020, "caseload_fte", 10.0), ("940/941", 2021, "caseload_fte", 15.0)]
    jumps = rows(changes(small(*cells)), "changes-jumps")
    assert jumps[["area", "period", "moved"]].to_numpy().tolist() == [["940/941", 2021, "+50.0%"]]


def test_regions_are_not_flagged() -> None:
    cells = [("E12000002", 2024, "caseload_fte", 10.0), ("E12000002", 2025, "caseload_fte", 30.0)]
    assert changes(small(*cells)).counts["jumps"] == 0


# --- neighbours


def test_neighbours_without_a_figure_are_counted_and_named() -> None:
    others = [str(key) for key in range(301, 311)]
    cells = [
        (area, 2025, name, "x" if area in others[:3] else figure)
        for area in [BURY, *others]
        for name, figure in (("caseload_fte", 15.0), ("cases", 300.0), ("case_holders_fte", 20.0))
    ]
    made = tables(*cells)
    made["neighbours"] = pd.DataFrame(
        {"model": "2025", "area": BURY, "rank": range(1, 11), "neighbour": others, "closeness": "Close"}
    )
    answer = comparable(figures(made))
    assert answer.counts == {"comparisons": 1, "all_ten": 0, "few": 1, "too_few": 0}
    few = rows(answer, "neighbours-few").iloc[0]
    assert (few["name"], few["usable"], few["model"]) == ("Bury", 7, "2025")
    assert few["missing"].startswith("Barking and Dagenham (not available); Barnet (not available)")
    assert answer.verdict == TO_KNOW


# --- revisions


def test_what_became_of_earlier_figures_is_counted(tmp_path: Path) -> None:
    made = tables(
        (BURY, 2023, "cases", 10.0), (KENT, 2023, "cases", "x"), (LEEDS, 2023, "cases", 7.0),
        ("301", 2023, "cases", 4.0), ("302", 2023, "cases", "low"),
    )  # fmt: skip
    made["earlier"] = table(
        (BURY, 2023, "cases", 11.0), (KENT, 2023, "cases", 8.0), (LEEDS, 2023, "cases", "u"),
        ("301", 2023, "cases", 4.0), ("302", 2023, "cases", "low"), ("303", 2023, "cases", 1.0),
        release="2023",
    )  # fmt: skip
    answer = revisions(figures(made, write(made, tmp_path)))
    assert answer.counts == {
        "compared": 6, "revised": 1, "became a symbol": 1, "became a figure": 1, "another symbol": 0,
        "no longer there": 1,
    }  # fmt: skip
    assert answer.verdict == TO_KNOW


def test_no_earlier_release_is_nothing_to_compare(tmp_path: Path) -> None:
    made = tables((BURY, 2023, "cases", 10.0))
    answer = revisions(figures(made, write(made, tmp_path)))
    assert (answer.verdict, answer.sentences) == (OK, ("No earlier release is held: nothing to compare.",))


# --- whatever is held


def future() -> dict[str, pd.DataFrame]:
    """Give tables in which the workforce figures reach 2026 and nothing else is held."""
    return tables(*every_area("cases", 2025, joint=True), *every_area("cases", 2026, joint=True))


def with_all_measures() -> dict[str, pd.DataFrame]:
    return tables(*_absent_parts())


@pytest.mark.parametrize("earlier", [True, False])
@pytest.mark.parametrize("made", [future, with_all_measures, tables])
def test_every_question_is_answered_whatever_is_held(made, earlier: bool, tmp_path: Path) -> None:
    held = made()
    folder = write(held, tmp_path)
    if not earlier:
        (folder / "earlier.parquet").unlink()
    answers = examine(figures(held, folder), TODAY)
    assert len(answers) == 9
    health = Health(TODAY, {}, answers)
    for answer in answers:
        assert answer.sentences
        for one in answer.tables:
            assert len(one.rows) >= len(one.shown)
    assert "Health of the figures" in render_page(health)
    assert max(map(len, render_text(health).splitlines())) <= 100


def test_a_release_to_come_moves_the_calendar(tmp_path: Path) -> None:
    held = future()
    age = examine(figures(held, write(held, tmp_path)), TODAY)[0]
    workforce = (
        "Children's social work workforce: newest held 2026; the 2027 release is due in February 2028."
    )
    assert workforce in age.sentences
    assert "Children in need: none is held; fetch it." in age.sentences
    assert age.verdict == TO_KNOW


def test_tables_of_a_publication_that_end_in_other_years_are_told_apart() -> None:
    cells = [(BURY, 2026, "referral_count", 3.0), (BURY, 2025, "repeat_plans_count", 3.0)]
    from analytics.health.age import age

    titles = rows(age(small(*cells), TODAY), "age")["title"].tolist()
    assert "Children in need (Second or subsequent child protection plans (number))" in titles
    assert "Children in need (Referrals)" in titles


def test_words() -> None:
    assert spans([2013, 2014, 2016]) == "2013 to 2014, 2016"
    assert counted(1, "row is", "rows are") == "1 row is"
    assert some(["a", "b", "c"], 1) == "a and 2 more"
