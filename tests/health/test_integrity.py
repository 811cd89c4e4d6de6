"""What is wrong with tables is found, worded for a reader, and ends the command with status 1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from analytics.cli.checking import check
from analytics.folders import home
from analytics.health import OK, WRONG, Answer, check_folder
from analytics.health.integrity import faults_in, integrity
from health.small_tables import BURY, KENT, table, tables, write

TODAY = date(2026, 11, 26)
Table = pd.DataFrame
Spoil = Callable[[Table], Table]


def sound() -> dict[str, Table]:
    """Give tables that keep to every rule."""
    made = tables(
        (BURY, 2024, "cases", 300.0), (BURY, 2025, "caseload_fte", 15.0), (KENT, 2025, "cases", "x")
    )
    earlier = table((BURY, 2022, "cases", 3.0), (BURY, 2023, "agency_cover_rate_fte", 120.0), release="2023")
    return made | {"earlier": earlier}


def put(column: str, value: object, row: int = 0) -> Spoil:
    """Change a cell of a column."""

    def spoil(one: Table) -> Table:
        cells = one[column].tolist()
        cells[row] = value
        kind = "category" if isinstance(one[column].dtype, pd.CategoricalDtype) else None
        return one.assign(**{column: pd.Series(cells, dtype=kind)})

    return spoil


def twice(one: Table) -> Table:
    return pd.concat([one, one.head(1)], ignore_index=True)


def cell(row: int, value: float, status: str) -> Spoil:
    """Put a value and a symbol into a row."""
    return lambda one: put("status", status, row)(put("value", value, row)(one))


def percent(value: float, measure: str, release: str = "2025") -> Spoil:
    return lambda one: put("release", release)(put("value", value)(put("measure", measure)(one)))


def spoilt(name: str, spoil: Spoil) -> Answer:
    """Give the answer on tables of which one is spoilt."""
    made = sound()
    return integrity(faults_in(made | {name: spoil(made[name])}))


def test_sound_tables_break_no_rule(tmp_path: Path) -> None:
    health = check_folder(write(sound(), tmp_path), TODAY)
    answer = health.answer("integrity")
    assert (answer.verdict, answer.counts) == (OK, {"faults": 0, "rows": 0})


@pytest.mark.parametrize(
    ("name", "spoil", "found", "where", "expected"),
    [
        ("figures", twice, "2 rows break this rule", "row 1 (351, 2024, cases)", "each key once"),
        (
            "figures", put("area", "999"), "1 row of the unknown area '999'", "row 1 (999, 2024, cases)",
            "the areas of the register (areas.csv)",
        ),
        (
            "figures", put("measure", "casez"), "1 row of the unknown measure 'casez'",
            "row 1 (351, 2024, casez)", "the measures of the dictionary (measures.yml)",
        ),
        (
            "figures", put("status", "k"), "1 row of the unknown status 'k'", "row 1 (351, 2024, cases)",
            "a symbol of the dictionary, or nothing",
        ),
        (
            "figures", cell(0, 300.0, "c"), "1 row breaks this rule", "row 1 (351, 2024, cases)",
            "a value and no symbol, or a symbol and no value (0 with “low”)",
        ),
        (
            "figures", cell(0, float("nan"), ""), "1 row breaks this rule", "row 1 (351, 2024, cases)",
            "a value and no symbol, or a symbol and no value (0 with “low”)",
        ),
        (
            "figures", cell(0, 0.04, "low"), "1 row breaks this rule", "row 1 (351, 2024, cases)",
            "a value and no symbol, or a symbol and no value (0 with “low”)",
        ),
        (
            "figures", put("value", -1.0), "1 row with value '-1.0'", "row 1 (351, 2024, cases)",
            "no negative figure",
        ),
        (
            "figures", put("period", 202425), "1 row with period '202425'", "row 1 (351, 202425, cases)",
            "a year from 2000 to 2100",
        ),
        (
            "figures", percent(100.1, "rereferral_percent"), "1 percentage over 100, such as 100.1",
            "row 1 (351, 2024, rereferral_percent)", "percentages from 0 to 100",
        ),
        (
            "figures", percent(120.0, "agency_cover_rate_fte"), "1 percentage over 100, such as 120.0",
            "row 1 (351, 2024, agency_cover_rate_fte)", "percentages from 0 to 100",
        ),
        ("figures", lambda one: one.drop(columns="status"), "no column 'status'", "the columns", None),
        (
            "figures", lambda one: one.assign(value=one["value"].astype(str)), None, "the whole column",
            "a column of another type",
        ),
        ("earlier", twice, "2 rows break this rule", "row 1 (2023, 351, 2022, cases)", "each key once"),
        (
            "earlier", put("period", 2024), "1 row breaks this rule", "row 1 (2023, 351, 2024, cases)",
            "years up to that of the release",
        ),
        (
            "manifest", put("sha256", ""), "1 row with sha256 ''", "row 1 (csww_indicators_2017_to_2025.csv)",
            "a SHA-256 of 64 characters",
        ),
        (
            "manifest", put("rows_read", 0), "1 row with rows_read '0'",
            "row 1 (csww_indicators_2017_to_2025.csv)", "rows that were read",
        ),
        (
            "manifest", twice, "2 rows break this rule", "row 1 (csww_indicators_2017_to_2025.csv)",
            "each key once",
        ),
        (
            "areas", put("kind", "parish"), "1 row with kind 'parish'", "row 1 (201)",
            "one of the texts that are known",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_broken_is_said(
    name: str, spoil: Spoil, found: str | None, where: str, expected: str | None
) -> None:
    answer = spoilt(name, spoil)
    shown = answer.tables[0].shown
    assert answer.verdict == WRONG
    first = shown.iloc[0]
    assert len(shown) == 1
    assert first["Table"] == name
    assert found is None or first["Found"] == found
    assert first["The first"] == where
    assert expected is None or first["Expected"] == expected


def test_a_percentage_over_100_is_let_pass_where_its_release_had_some() -> None:
    assert spoilt("figures", percent(120.0, "agency_cover_rate_fte", "2023")).verdict == OK


def test_every_rule_that_is_broken_is_said_at_once(tmp_path: Path) -> None:
    made = sound()
    made["figures"] = put("value", -1.0)(cell(1, 15.0, "u")(made["figures"]))
    made["manifest"] = put("sha256", "abc")(made["manifest"])
    answer = check_folder(write(made, tmp_path), TODAY).answer("integrity")
    assert answer.counts == {"faults": 3, "rows": 3}
    assert answer.sentences[0] == "3 rules are broken, in the tables named figures, manifest."


def test_many_rows_are_one_fault() -> None:
    answer = spoilt("figures", lambda one: one.assign(value=[-1.0, -2.0, None]))
    assert answer.tables[0].shown["Found"].tolist() == ["2 rows with value '-1.0' or another"]


@pytest.mark.parametrize("name", ["areas", "neighbours", "figures", "manifest"])
@pytest.mark.parametrize("content", [None, b"not a table"])
def test_a_table_that_cannot_be_read_stops_the_other_questions(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    path = write(sound(), tmp_path) / f"{name}.parquet"
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    health = check_folder(tmp_path, TODAY)
    assert health.verdict == WRONG
    assert [answer.name for answer in health.answers] == ["integrity"]
    assert "coverage" in health.not_asked
    found = "the table is not there" if content is None else "the table cannot be read"
    assert health.answers[0].tables[0].shown.to_numpy().tolist() == [
        [name, found, str(path), "a table that can be read: run analytics ingest"]
    ]


def test_without_earlier_releases_the_other_questions_are_asked(tmp_path: Path) -> None:
    (write(sound(), tmp_path) / "earlier.parquet").unlink()
    health = check_folder(tmp_path, TODAY)
    assert (health.verdict, len(health.answers)) == (WRONG, 10)
    assert "earlier.parquet: this table is missing" in health.answer("revisions").sentences[0]


def test_what_does_no_harm_to_the_others_leaves_them_asked(tmp_path: Path) -> None:
    made = sound()
    made["figures"] = put("value", -1.0)(made["figures"])
    health = check_folder(write(made, tmp_path), TODAY)
    assert (len(health.answers), health.not_asked) == (10, ())


def command(folder: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, str]:
    import typer

    app = typer.Typer()

    @app.callback(invoke_without_command=False)
    def options(debug: bool = False) -> None:
        """Stand in for the options before a command."""

    app.command()(check)
    monkeypatch.setenv("ANALYTICS_HOME", str(folder))
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(app, ["check", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Give a home with the tables of the repository."""
    tables_there = home() / "data" / "processed"
    target = tmp_path / "data" / "processed"
    target.mkdir(parents=True)
    for path in tables_there.glob("*.parquet"):
        (target / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_the_command_writes_a_page_and_ends_well(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    status, said = command(place, monkeypatch)
    assert status == 0, said
    page = place / "reports" / "check.html"
    assert said.splitlines()[-1] == f"page: written to {Path('reports', 'check.html')}"
    assert said.isascii()
    assert "Children in need: newest held" in page.read_text("utf-8")
    assert sorted(path.name for path in page.parent.iterdir() if path.name != ".lock") == ["check.html"]


def test_the_command_ends_with_status_1_where_something_is_wrong(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = place / "data" / "processed" / "figures.parquet"
    twice(pd.read_parquet(path)).to_parquet(path, index=False)
    status, said = command(place, monkeypatch, "--html", "elsewhere/page.html")
    assert status == 1
    assert "WRONG: 1 of 1" in said
    assert "each key once" in said
    assert "1 rule is broken, in the tables named figures." in (place / "elsewhere/page.html").read_text(
        "utf-8"
    )


def test_a_page_that_cannot_be_written_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "reports").write_text("a file")
    status, said = command(place, monkeypatch)
    assert status == 2
    assert "cannot be written" in said
