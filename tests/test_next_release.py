"""Next year's release, from a download to a paper: what an analyst does in autumn, command by command."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = Path(os.environ.get("ANALYTICS_SOURCES", ROOT.parent / "shared" / "data"))
CSWW = "dfe/csww_indicators_2017_to_2025.csv"

pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(),
    reason=f"{SOURCES} is not here: set ANALYTICS_SOURCES to the folder of published files",
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Give a home whose raw folder holds what was published so far."""
    for name in ("data/processed", "data/raw/evidence", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    shutil.copytree(SOURCES, tmp_path / "data/raw", dirs_exist_ok=True)
    return tmp_path


def write_release_of_2026(path: Path) -> None:
    """Write a release of a year more: Leeds withdrew its cases of 2025, Bury revised its leavers of 2024."""
    with (SOURCES / CSWW).open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    newest = [["2026", *row[1:]] for row in rows if row[0] == "2025"]
    for row in rows:
        if (row[0], row[header.index("la_name")]) == ("2025", "Leeds"):
            row[header.index("cases")] = row[header.index("caseload_fte")] = "u"
        if (row[0], row[header.index("la_name")]) == ("2024", "Bury"):
            row[header.index("leavers_fte")] = "99.9"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *newest, *rows])


def run(home: Path, *command: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "analytics", *command],
        cwd=home,
        env={**os.environ, "ANALYTICS_HOME": str(home)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_next_years_release_goes_from_a_download_to_a_paper(home: Path) -> None:
    download = home / "download (3).csv"
    write_release_of_2026(download)

    adopted = run(home, "fetch", "--file", download.name)
    assert "csww_indicators_2017_to_2026.csv: Children's social work workforce, headline measures" in adopted

    read = run(home, "ingest", "--raw", "data/raw")
    assert "csww_indicators_2017_to_2026.csv: 1,626 rows read" in read  # 1,463 and 163 more
    assert "csww_indicators_2017_to_2025.csv: 1,463 rows read" in read

    compared = run(home, "compare", "csww:2025", "csww:2026").splitlines()
    assert compared[1].startswith("32,186 figures: 32,183 the same, 1 revised, 2 became a symbol; 3 of the")
    assert "  Cases held, 2025, Leeds: 4,420, now low reliability" in compared
    assert "  Leavers (FTE), 2024, Bury: 31.6, now 99.9" in compared
    assert compared[-1] == "New years: 2026"

    checked = run(home, "check")
    assert "Children's social work workforce: newest held 2026" in checked
    assert "Nothing is wrong with the tables" in checked

    run(home, "paper", "--area", "Bury", "--study", "caseloads", "--format", "html")
    paper = (home / "reports/bury/caseloads-2026/paper.html").read_text(encoding="utf-8")
    assert "Bury, 30 September 2026" in paper
    assert "2026 release" in paper


def test_a_release_of_before_a_measure_came_is_compared_without_it(home: Path) -> None:
    with (SOURCES / "dfe/earlier/csww_indicators_2017_to_2023.csv").open(encoding="utf-8-sig") as file:
        header, *rows = csv.reader(file)
    kept = [place for place, name in enumerate(header) if not name.startswith("starters_")]
    older = [[row[place] for place in kept] for row in (header, *rows) if row[0] != "2023"]
    with (home / "of 2022.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(older)
    compared = run(home, "compare", "of 2022.csv", "csww:2023").splitlines()
    assert "csww:2022 beside csww:2023" in compared[0]
    assert "No figure changed." in compared
    assert compared[-2:] == [
        "New years: 2023",
        "New measures: Starters (FTE) and Starters (headcount)",
    ]
