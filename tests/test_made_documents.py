"""Documents that are made from something else: current, whole, and read by Markdown as they were meant."""

from __future__ import annotations

import doctest
import importlib.util
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from markdown_it import MarkdownIt

from analytics.measures import UNIT_WORDS, comparisons, dictionary

DOCS = Path(__file__).parents[1] / "docs"
NASTY = "Share of 16|17 year_olds, *all* <b>needs</b> $x$ ~`\\ [now](there)"
COLUMNS = ["topic", "title", "unit", "polarity", "next_update", "source"]


@pytest.fixture(scope="module")
def make() -> ModuleType:
    """Import what makes the documents, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("make_documents", DOCS / "make.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def lait() -> pd.DataFrame:
    """Give three measures of the tool, and one that is not of it."""
    rows = {
        "lait_infant_mortality": ["Health", "Infant mortality", "per 1,000", "low", "2026-06-01", "lait"],
        "lait_achievement": ["Attainment", NASTY, "%", "high", "", "lait"],
        "lait_absence": ["Attainment", "Absence", "%", "none", "2026-01-01", "lait"],
        "agency_rate_fte": ["Workforce", "Agency rate", "%", "low", "", "measures.yml"],
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("measure")


def sections(page: str) -> dict[str, str]:
    """Give what stands under each heading that names a measure."""
    parts = page.split("\n### `")[1:]
    return {part.partition("`")[0]: part.partition("\n## ")[0] for part in parts}


def cells(page: str) -> list[list[str]]:
    """Give the cells of every table of a page, by row, as their text is read."""
    read = MarkdownIt("commonmark").enable("table").parse(page)
    rows: list[list[str]] = []
    for place, token in enumerate(read):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("th_open", "td_open"):
            rows[-1].append("".join(piece.content for piece in read[place + 1].children or []))
    return rows


def test_the_committed_documents_are_current(make: ModuleType) -> None:
    for name, text in make.pages().items():
        assert (DOCS / name).read_text(encoding="utf-8") == text, (
            f"docs/{name} is out of date: run `make docs`"
        )


def test_its_own_examples_hold(make: ModuleType) -> None:
    found = doctest.testmod(make)
    assert found.attempted
    assert not found.failed


def test_every_measure_is_described_once(make: ModuleType) -> None:
    page = make.dictionary_page()
    described = sections(page)
    assert set(described) == set(dictionary())
    assert page.count("\n### `") == len(dictionary())
    for name, entry in dictionary().items():
        assert make.escaped(entry.definition) in described[name]
        assert UNIT_WORDS[entry.unit].lower() in described[name].lower()
        assert entry.publication.year_end in described[name]
        assert ("Interval: Wilson" in described[name]) == (entry.interval == "wilson")
        assert ("Worked out: " in described[name]) == bool(entry.numerator)
        assert ("first year is not comparable" in described[name]) == entry.needs_prior_year
        assert ("Not published as such" in described[name]) == entry.derived
        for part in (*entry.numerator, *entry.denominator):
            assert f"(#{part})" in described[name]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("rereferral_percent", "100 × rereferral_count ÷ referral_count"),
        ("agency_rate_fte", "100 × agency_fte ÷ (agency_fte + inpost_fte)"),
        ("caseload_fte", "cases ÷ case_holders_fte"),
        ("absence_rate_fte", "100 × working_days_lost_fte ÷ (inpost_fte × working days)"),
        ("referral_rate", "10,000 × referral_count ÷ population_0_17_count of the year before"),
    ],
)
def test_how_a_measure_is_worked_out_is_written_as_a_formula(
    make: ModuleType, name: str, formula: str
) -> None:
    (line,) = [line for line in sections(make.dictionary_page())[name].splitlines() if "Worked out" in line]
    (read,) = [each for each in MarkdownIt().parse(line) if each.type == "inline"]
    said = "".join(piece.content for piece in read.children or [])
    assert said == f"Worked out: {formula}"


def test_every_comparison_and_symbol_has_its_row(make: ModuleType) -> None:
    first = [row[0] for row in cells(make.dictionary_page())]
    assert {*comparisons(), "c", "x", "z", "u", "low"} <= set(first)
    assert [row for row in cells(make.dictionary_page()) if row[0] in ("c", "low")] == [
        ["c", "suppressed to protect confidentiality", "none"],
        ["low", "rounds to zero but is not zero", "0, with the symbol beside it"],
    ]


def test_measures_of_the_tool_stand_under_their_topic_as_they_are_worded(
    make: ModuleType, lait: pd.DataFrame
) -> None:
    years = {"lait_infant_mortality": [2013, 2014, 2016], "lait_achievement": [2025], "lait_absence": []}
    page = make.lait_page(lait, years)
    assert [line for line in page.splitlines() if line.startswith("## ")] == ["## Attainment", "## Health"]
    assert "3 measures" in page
    assert "agency_rate_fte" not in page
    assert "- [Attainment](#attainment): 2" in page
    assert [row for row in cells(page) if row[0] != "Measure"] == [
        ["lait_absence", "Absence", "%", "neither", "none", "2026-01-01"],
        ["lait_achievement", NASTY, "%", "high", "2025", "not said"],
        [
            "lait_infant_mortality",
            "Infant mortality",
            "per 1,000",
            "low",
            "2013 to 2016, 1 missing",
            "2026-06-01",
        ],
    ]
