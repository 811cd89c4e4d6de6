"""A file is known by its columns; a release that renamed some is let in by editing one data file."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analytics.errors import InputError
from analytics.measures import dictionary, published
from analytics.sources import catalogue
from analytics.sources.catalogue import IDENTIFIERS, meant, recognise, tables
from sources.conftest import Bench
from sources.small_files import CSWW, read_rows, write_rows

ROOT = Path(__file__).parents[2]
# The header of the table as the release of 2022 had it.
CSWW_2022 = [
    *("time_period", "time_identifier", "geographic_level", "country_code", "country_name"),
    *("region_code", "region_name", "old_la_code", "new_la_code", "la_name"),
    *("social_worker_fte", "leaver_fte", "turnover_rate_fte_%"),
    *("working_days_lost_fte", "absence_rate_fte_%"),
    *("agency_fte", "agency_worker_rate_fte_%", "agency_cover_fte", "agency_cover_rate_fte_%"),
    *("vacancy_fte", "vacancy_rate_fte_%", "vacancy_agency_cover_rate_fte_%"),
    *("case_holders_fte", "cases", "caseload_fte"),
    *("social_worker_headcount", "leaver_headcount", "turnover_rate_headcount_%"),
    *("agency_headcount", "agency_worker_rate_headcount_%"),
]


def test_the_header_of_2022_is_known() -> None:
    layout = recognise(CSWW_2022)
    assert layout is not None
    assert layout.table.key == "csww"
    assert layout.measures["social_worker_fte"] == "inpost_fte"
    assert layout.measures["agency_worker_rate_headcount_%"] == "agency_rate_headcount"
    assert len(layout.measures) == 20
    assert layout.table.measures_of(2022) == set(layout.measures.values())
    assert layout.table.measures_of(2023) - set(layout.measures.values()) == {
        "starters_fte",
        "starters_headcount",
    }


@pytest.mark.parametrize("gone", [*IDENTIFIERS, "cases"])
def test_a_header_that_lacks_a_column_is_not_known(gone: str) -> None:
    assert recognise([column for column in CSWW_2022 if column != gone]) is None


def test_every_published_measure_has_one_column_in_one_table() -> None:
    measures = [measure for table in tables().values() for measure in table.columns]
    assert sorted(measures) == sorted(published())
    for table in tables().values():
        assert {dictionary()[measure].publication for measure in table.columns} == {table.publication}
        assert {*table.since, *table.until, *table.over_100} <= set(table.columns)


def test_no_column_is_known_to_two_tables() -> None:
    names = [name for table in tables().values() for group in table.columns.values() for name in group]
    assert len(names) == len(set(names))


def test_what_a_file_is_meant_to_be() -> None:
    few = [*IDENTIFIERS, "cases", "caseload_fte"]
    assert meant(Path("anything.csv"), few) is None
    most = CSWW_2022[:24]
    assert meant(Path("anything.csv"), most) is tables()["csww"]
    assert meant(Path("csww_indicators_2017_to_2026.csv"), ["nothing", "like", "it"]) is tables()["csww"]
    assert meant(Path("csww_indicators.csv"), ["nothing", "like", "it"]) is None


def test_the_publisher_names_files_by_their_years() -> None:
    table = tables()["population"]
    assert table.file_name(2012, 2025) == "ons_mid-year_population_estimates_2012_to_2025.csv"
    assert table.promised("ons_mid-year_population_estimates_2012_to_2014.csv") == range(2012, 2015)
    assert table.promised("ons_mid-year_population_estimates.csv") is None


def test_a_catalogue_with_a_column_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoilt = tmp_path / "layouts.yml"
    text = catalogue.CATALOGUE.read_text("utf-8")
    spoilt.write_text(text.replace("cases: [cases]", "cases: [cases, agency_fte]"), "utf-8")
    monkeypatch.setattr(catalogue, "CATALOGUE", spoilt)
    with pytest.raises(InputError, match=r"csww: the column 'agency_fte' stands twice"):
        tables.__wrapped__()


def run(package: Path, bench: Bench) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analytics", "ingest", "--raw", bench.raw, "--target", bench.target]
    return subprocess.run(
        list(map(str, command)),
        cwd=package,
        env=os.environ | {"PYTHONPATH": str(package)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def test_a_renamed_release_is_let_in_by_editing_one_data_file(bench: Bench, tmp_path: Path) -> None:
    package = tmp_path / "installed"
    shutil.copytree(ROOT / "analytics", package / "analytics", ignore=shutil.ignore_patterns("__pycache__"))
    expected = bench.tables()["figures"]
    renamed = {"cases": "cases_held", "agency_rate_fte": "agency_share_fte"}
    header, *rows = read_rows(bench.raw / CSWW)
    write_rows(bench.raw / CSWW, [[renamed.get(column, column) for column in header], *rows])

    refused = run(package, bench)
    assert refused.returncode == 2
    assert_frame_equal(bench.tables()["figures"], expected)
    lines = refused.stderr.splitlines()
    assert lines[0].endswith("no known layout of Children's social work workforce, headline measures.")
    assert lines[1:5] == [
        "  new: 'agency_share_fte' (nearest: agency_rate_fte)",
        "  new: 'cases_held' (nearest: cases)",
        "  gone: 'agency_rate_fte' (nearest: agency_share_fte)",
        "  gone: 'cases' (nearest: cases_held)",
    ]
    data = package / "analytics" / "sources" / "layouts.yml"
    assert f"under `csww` in {data}" in lines[5]

    text = data.read_text("utf-8")
    text = text.replace("cases: [cases]", "cases: [cases_held, cases]")
    text = text.replace(
        "agency_rate_fte: [agency_rate_fte,", "agency_rate_fte: [agency_share_fte, agency_rate_fte,"
    )
    data.write_text(text, "utf-8")
    accepted = run(package, bench)
    assert accepted.returncode == 0, accepted.stderr
    assert_frame_equal(pd.read_parquet(bench.target / "figures.parquet"), expected)
